"""The menu of the desk's rooms, and what crawlers are told of the ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.models.moderator import Role
from tests.journeys.conftest import moderator
from tests.journeys.person import Person
from tests.making import send
from tests.web.desk.arriving import arrive, make_account

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay

__all__ = ["moderator"]

ROOMS = "nav.desk-bar .desk-rooms"


def names(person: Person, selector: str) -> list[str]:
    return [each.text(strip=True) for each in person.page.css(selector)]


def test_the_rooms_are_a_landmark_of_their_own_before_the_content(
    app: Flask, relay: Relay
) -> None:
    make_account(relay)
    somebody = arrive(app).open("/desk/people")
    (menu,) = somebody.page.css("nav.desk-bar")
    assert menu.attributes["aria-label"] == "Desk"
    assert not somebody.page.css("main .desk-bar")
    skip = somebody.first(".skip").attributes["href"]
    assert somebody.first(f"{skip} h1").text() == "People"


@pytest.mark.parametrize(
    ("path", "room", "how"),
    [
        ("/desk/", "Queue", "page"),
        ("/desk/people", "People", "page"),
        ("/desk/people/1", "People", "true"),
        ("/desk/seasons/new", "Seasons", "true"),
    ],
)
def test_the_room_somebody_is_in_is_marked_and_named_first(
    app: Flask, relay: Relay, path: str, room: str, how: str
) -> None:
    make_account(relay)
    somebody = arrive(app).open(path)
    assert somebody.status == 200
    marked = somebody.page.css(f"{ROOMS} [aria-current]")
    assert [(each.text(), each.attributes["aria-current"]) for each in marked] == [
        (room, how)
    ]
    # What a narrow screen shows beside its menu is this one alone.
    assert names(somebody, f"{ROOMS} li:not(.wide)") == [room]
    assert room in names(somebody, ".desk-more a[aria-current]")


def test_an_entry_lies_in_the_queue(moderator: Person, relay: Relay) -> None:
    moderator.open(f"/desk/entry/{send(relay).ref}")
    marked = moderator.first(f"{ROOMS} [aria-current]")
    assert (marked.text(), marked.attributes["aria-current"]) == ("Queue", "true")


def test_away_from_all_rooms_the_first_leads_back(app: Flask, relay: Relay) -> None:
    make_account(relay, "ada@example.org", Role.DESCRIBER)
    somebody = arrive(app, "ada@example.org").open("/desk/account")
    assert names(somebody, f"{ROOMS} li") == ["Describe"]
    assert not somebody.page.css(f"{ROOMS} [aria-current]")
    (here,) = somebody.page.css(".desk-more .desk-me a[aria-current=page]")
    assert here.attributes["href"] == "/desk/account"


def test_strangers_and_crawlers_read_that_the_ways_in_are_not_to_be_listed(
    client: FlaskClient, app: Flask, relay: Relay
) -> None:
    for path in ("/desk/sign-in", "/desk/forgot", "/desk/invite/unknown", "/desk/"):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex", path
    stranger = Person(client).open("/desk/sign-in")
    assert stranger.first("meta[name=robots]").attributes["content"] == "noindex"
    make_account(relay)
    somebody = arrive(app).open("/desk/people")
    assert not somebody.page.css("meta[name=robots]")
    about = somebody.first("meta[name=description]").attributes["content"] or ""
    assert "desk" in about
    headers = somebody.client.get("/desk/people").headers
    assert "X-Robots-Tag" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_crawlers_may_read_that(client: FlaskClient) -> None:
    assert "/desk" not in client.get("/robots.txt").text
