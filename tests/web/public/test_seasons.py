from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.models import Season

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay


def add_past(relay: Relay) -> None:
    with Session(relay.engine) as session:
        here = session.exec(select(Season)).one()
        session.add(
            Season(
                **here.model_dump(exclude={"id", "slug", "number", "titles"}) | words(),
                slug="past",
                number=2,
                titles={"en": "An earlier season", "he": "עונה קודמת"},
            )
        )
        session.commit()


def words() -> dict[str, object]:
    return {
        "rules": {"en": "Be kind.\n\nBe brief."},
        "partners": [
            {"name": "A museum", "link": "https://example.org/m"},
            {"name": "Friends", "link": ""},
        ],
        "symbol_names": {"en": "A bronze bell"},
        "hashtags": ["#Bell"],
    }


def page(client: FlaskClient, address: str) -> LexborHTMLParser:
    return LexborHTMLParser(client.get(address).text)


def main_of(shown: LexborHTMLParser) -> str:
    found = shown.css_first("main")
    assert found
    return " ".join(found.text(separator=" ").split())


def test_a_past_season_tells_of_itself_and_not_of_the_present_one(
    client: FlaskClient, relay: Relay
) -> None:
    add_past(relay)
    shown = main_of(page(client, "/en/season/past"))
    for own in ("Season 2", "An earlier season", "A bronze bell", "#Bell", "Be kind."):
        assert own in shown
    for other in ("Season 3", "Leave No One Behind", "signed bricks"):
        assert other not in shown
    link = page(client, "/en/season/past").css_first("a[href*='relay?']")
    assert link
    assert "season=past" in (link.attributes["href"] or "")


def test_the_figures_of_a_past_season_lead_back_to_it(
    client: FlaskClient, relay: Relay
) -> None:
    add_past(relay)
    shown = page(client, "/en/relay?season=past")
    link = shown.css_first(".over a[href*='/season/']")
    assert link
    assert link.attributes["href"] == "/en/season/past"
    card = shown.css_first("meta[property='og:image']")
    assert card
    assert "season=past" in (card.attributes["content"] or "")


def test_rules_and_partners_are_shown_in_the_language_that_there_is(
    client: FlaskClient, relay: Relay
) -> None:
    add_past(relay)
    shown = page(client, "/he/season/past")
    rules = shown.css_first(".season-foot .lines")
    assert rules
    assert rules.attributes["lang"] == "en"
    assert [each.text(strip=True) for each in shown.css(".partners li")] == [
        "A museum",
        "Friends",
    ]
    assert len(shown.css(".partners a")) == 1
    assert not page(client, "/he/season/leave-no-one-behind").css(".season-foot")


def test_a_season_opens_and_closes_by_the_clocks_of_its_own_place(
    client: FlaskClient, relay: Relay
) -> None:
    add_past(relay)
    with Session(relay.engine) as session:
        past = session.exec(select(Season).where(Season.slug == "past")).one()
        # In Jerusalem the first evening of March, in Nanjing the second of March.
        past.closes_at = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
        past.opens_at = datetime(2025, 11, 30, 22, 30, tzinfo=UTC)
        past.time_zone = "Asia/Jerusalem"
        session.commit()
    shown = main_of(page(client, "/en/season/past"))
    assert "Open from 1 December 2025" in shown
    assert "Closes 1 March 2026" in shown
