from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Season
from relay.services.open_season import set_hours
from tests.journeys.test_adding import (
    WHOLE,
    assert_summary,
    begin,
    entries,
)
from tests.making import PICTURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.journeys.person import Person

    Close = Callable[..., None]

# Half past midnight on the first of June in the season's own time zone.
CLOSED = datetime(2026, 5, 31, 16, 30, tzinfo=UTC)
GOOD = {
    "link": "https://example.org/post",
    "title": "Paper boats",
    "alt": "Boats",
    "name": "Lin",
    "city": "Nanjing, CN",
    "consent": True,
}


@pytest.fixture
def close(relay: Relay) -> Close:
    """Close the season, as the command line does while readers are on its pages."""

    def do(at: datetime = CLOSED) -> None:
        opened = at - timedelta(days=90)
        set_hours(
            relay.engine,
            "leave-no-one-behind",
            opens_at=opened,
            closes_at=at,
            clock=relay.clock,
        )

    return do


def test_a_draft_sent_too_late_says_when_the_season_closed_and_keeps_every_word(
    person: Person, relay: Relay, close: Close
) -> None:
    begin(person)
    close()
    typed = {**WHOLE, "description": "A long story\n\nin two parts", "email": "l@x.org"}
    person.send("Send it in", **typed)
    assert person.status == 403
    assert_summary(person, "closed")
    assert person.says("closed on 1 June 2026 at 00:30 (China Standard Time)")
    for name, value in typed.items():
        assert person.value(name) == value
    assert entries(relay)[0].moderation == "draft"
    close(datetime.now(UTC) + timedelta(days=9))
    person.send("Send it in")
    assert "/add/done/" in person.path


def test_a_draft_opened_too_late_says_so_before_anything_is_typed(
    person: Person, close: Close
) -> None:
    page = begin(person).path
    close()
    person.open(page)
    assert person.status == 200
    assert not person.first("title").text().startswith("Error:")
    assert person.says("closed on 1 June 2026")
    assert person.open(page.replace("/en/", "/zh-Hans/")).says("2026年6月1日")
    person.follow("墙")
    assert person.path == "/zh-Hans/"


def test_a_draft_of_an_earlier_season_names_the_closing_of_its_own(
    person: Person, relay: Relay, close: Close
) -> None:
    page = begin(person).path
    close()
    with Session(relay.engine) as session:
        old = session.exec(select(Season)).one()
        values = {**old.model_dump(), "id": None, "number": old.number + 1}
        values |= {"slug": "next", "opens_at": CLOSED, "closes_at": None}
        values |= {"time_zone": "America/Lima"}
        session.add(Season(**values))
        session.commit()
    person.open(page).send("Send it in", **WHOLE)
    assert person.status == 403
    assert person.says("closed on 1 June 2026 at 00:30 (China Standard Time)")


def test_a_link_pasted_too_late_can_be_copied_back(
    person: Person, close: Close
) -> None:
    person.open("/en/add")
    close()
    person.send("Continue", link="Look <here> https://example.org/post")
    assert person.status == 403
    assert person.says("closed on 1 June 2026")
    kept = person.first("#pasted").attributes["value"]
    assert kept == "Look <here> https://example.org/post"
    assert person.open("/en/add").status == 200


def test_a_picture_sent_too_late_is_kept_with_the_draft(
    person: Person, relay: Relay, close: Close
) -> None:
    begin(person)
    close()
    person.send("Send it in", picture=(BytesIO(PICTURE), "boat.png"))
    assert person.status == 403
    assert len(list((relay.settings.data / "media" / "incoming").iterdir())) == 1


def test_the_api_names_the_closing(client: FlaskClient, close: Close) -> None:
    close()
    answer = client.post("/api/v1/entries", json=GOOD)
    assert answer.status_code == 403
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json(force=True)
    assert (problem["code"], problem["reason"]) == ("season_closed", "closed")
    assert datetime.fromisoformat(problem["closed_at"]) == CLOSED


def test_the_api_names_the_opening(client: FlaskClient, close: Close) -> None:
    opening = datetime(2040, 1, 1, tzinfo=UTC)
    close(opening + timedelta(days=90))
    problem = client.post("/api/v1/entries", json=GOOD).get_json(force=True)
    assert problem["reason"] == "not_yet_open"
    assert datetime.fromisoformat(problem["opens_at"]) == opening
    assert "closed_at" not in problem
