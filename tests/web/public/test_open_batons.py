from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.domain.moderation import Moderation
from relay.models import Baton
from relay.queries.kept_relay import find_relay
from relay.queries.open_batons import PAGE
from relay.services.writing import writing
from tests.making import measure
from tests.web.making import HAIFA, LYON, NANJING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

NOW = datetime.now(UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def shown(client: FlaskClient, address: str = "/en/batons") -> list[str]:
    """Return the titles of the batons on a page, in their order."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    page = LexborHTMLParser(answer.text)
    return [each.text(strip=True) for each in page.css(".wall .card h3")]


def links(client: FlaskClient, address: str = "/en/batons") -> list[str]:
    page = LexborHTMLParser(client.get(address).text)
    return [each.attributes["href"] or "" for each in page.css(".take a")]


def baton_of(relay: Relay, entry_id: int) -> str:
    with Session(relay.engine) as session:
        return session.exec(select(Baton.code).where(Baton.entry_id == entry_id)).one()


def test_before_the_relay_is_measured_the_page_says_so(client: FlaskClient) -> None:
    assert "The relay has not been measured yet" in client.get("/en/batons").text


def test_open_and_resting_batons_stand_apart_the_longest_waiting_first(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    giver = maker.published(title="Taken", submitted_at=ago(60))
    maker.published(title="Nine", submitted_at=ago(9))
    maker.published(title="Ten", submitted_at=ago(10))
    maker.published(title="Young", submitted_at=ago(3))
    maker.published(title="Old", submitted_at=ago(90))
    maker.pending(title="Waits for moderators", submitted_at=ago(30))
    maker.published(title="Child", submitted_at=ago(59), parent_id=maker.id_of(giver))
    measure(relay)
    assert shown(client) == ["Ten", "Nine"]
    assert shown(client, "/en/batons?state=resting") == ["Old", "Child"]
    with relay.engine.connect() as connection:
        kept = find_relay(connection, 1)
    assert kept
    assert (kept.answer["open"], kept.answer["resting"]) == (2, 2)
    states = LexborHTMLParser(client.get("/en/batons").text).css(".states a")
    assert [each.text(strip=True) for each in states] == ["Open2", "Resting2"]
    for word in ("dead", "failed", "lost"):
        assert word not in client.get("/en/batons").text.lower()


def test_each_leads_to_its_baton_unless_all_were_taken_back(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.id_of(maker.published(title="One", submitted_at=ago(10)))
    second = maker.id_of(maker.published(title="Two", submitted_at=ago(9)))
    measure(relay)
    codes = [baton_of(relay, each) for each in (first, second)]
    assert links(client) == [f"/b/{code}" for code in codes]
    with writing(relay.engine) as session:
        session.get_one(Baton, codes[0]).revoked_at = relay.clock.now()
    # A baton that is taken back turns the edition, as another language's page shows.
    assert links(client, "/en/batons?beyond=") == [f"/b/{codes[1]}"]


def test_what_was_taken_away_since_is_not_shown(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    no = maker.published(title="One", submitted_at=ago(10))
    measure(relay)
    assert shown(client) == ["One"]
    maker.take_away(no, Moderation.TAKEN_DOWN)
    assert shown(client) == []


def test_city_and_language_are_links(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    places: dict[str, Any] = {"city_id": HAIFA, "country": "IL"}
    maker.published(title="Here", submitted_at=ago(12))
    maker.published(title="There", lang="he", submitted_at=ago(11), **places)
    maker.published(title="Near", submitted_at=ago(10), **places)
    measure(relay)
    page = LexborHTMLParser(client.get("/en/batons").text)
    offered = {
        each.text(strip=True): each.attributes["href"] or ""
        for each in page.css(".pick a")
    }
    assert shown(client, offered["Haifa2"]) == ["There", "Near"]
    assert shown(client, offered["Nanjing1"]) == ["Here"]
    assert shown(client, offered["Hebrew"]) == ["There"]
    both = f"/en/batons?city={HAIFA}&words_in=en"
    assert shown(client, both) == ["Near"]
    assert "No baton waits here" in client.get(f"/en/batons?city={LYON}").text
    assert "No baton waits here" in client.get("/en/batons?city=Nowhere at all").text


def test_pages_go_on_where_the_last_one_ended(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    many = PAGE + 3
    for at in range(many):
        maker.published(
            title=f"Work {at:02d}", city_id=NANJING, submitted_at=ago(20 - at / 10)
        )
    measure(relay)
    first = shown(client)
    assert first == [f"Work {at:02d}" for at in range(PAGE)]
    page = LexborHTMLParser(client.get("/en/batons").text)
    more = page.css_first("a[rel=next]")
    assert more is not None
    here = more.attributes["href"] or ""
    assert shown(client, here) == [f"Work {at:02d}" for at in range(PAGE, many)]
    rest = LexborHTMLParser(client.get(here).text)
    assert rest.css("a[rel=next]") == []


def test_the_next_page_goes_on_when_the_last_baton_was_taken_meanwhile(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    nos = [
        maker.published(title=f"Work {at:02d}", submitted_at=ago(20 - at / 10))
        for at in range(PAGE + 3)
    ]
    measure(relay)
    page = LexborHTMLParser(client.get("/en/batons").text)
    more = page.css_first("a[rel=next]")
    assert more is not None
    soon = ago(20 - (PAGE - 1) / 10 - 0.05)
    maker.published(
        title="Child", parent_id=maker.id_of(nos[PAGE - 1]), submitted_at=soon
    )
    measure(relay)
    rest = ["Child", *(f"Work {at:02d}" for at in range(PAGE, PAGE + 3))]
    assert shown(client, more.attributes["href"] or "") == rest
    assert shown(client, f"/en/batons?beyond={nos[-1]}") == []


def test_batons_of_one_moment_are_each_shown_once(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    nos = [maker.published(submitted_at=ago(10)) for _ in range(PAGE + 3)]
    measure(relay)
    whole = [*shown(client), *shown(client, f"/en/batons?beyond={nos[PAGE - 1]}")]
    assert len(whole) == len(set(whole)) == PAGE + 3


@pytest.mark.parametrize(
    "query",
    ["state=dead", "beyond=x", "beyond=99999999999999", "city=²", "words_in=%F0%9F"],
)
def test_nonsense_means_everything_or_nothing(
    client: FlaskClient, relay: Relay, maker: Maker, query: str
) -> None:
    maker.published(submitted_at=ago(10))
    measure(relay)
    assert client.get(f"/en/batons?{query}").status_code == 200


def test_the_page_is_linked_from_where_one_looks_for_a_baton(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    for path in ("/en/", "/en/add"):
        assert 'href="/en/batons"' in client.get(path).text
