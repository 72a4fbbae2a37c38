"""The reasons' page: organisers keep them in their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.models.moderator import Role
from tests.making import send
from tests.web.desk.arriving import arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.journeys.person import Person


@pytest.fixture
def organiser(app: Flask, relay: Relay) -> Person:
    make_account(relay)
    return arrive(app)


def offered(person: Person, ref: str) -> list[str]:
    person.open(f"/desk/entry/{ref}")
    return [each.text() for each in person.page.css("#reason option")]


def test_a_reason_is_added_moved_put_away_and_brought_back(
    organiser: Person, relay: Relay
) -> None:
    sent = send(relay)
    organiser.open("/desk/reasons")
    organiser.send("Add", **{"text-en": "The wrong hashtag", "text-he": "תגית"})
    assert organiser.says("The reason is added.")
    assert offered(organiser, sent.ref)[-1] == "The wrong hashtag"
    organiser.client.set_cookie("lang", "he")
    assert offered(organiser, sent.ref)[-1] == "תגית"
    organiser.client.set_cookie("lang", "zh-Hans")
    assert offered(organiser, sent.ref)[-1] == "The wrong hashtag"
    organiser.client.set_cookie("lang", "en")
    organiser.open("/desk/reasons").send("Put away")
    assert "It does not fit the theme" not in offered(organiser, sent.ref)
    organiser.open("/desk/reasons").send("Bring back")
    assert "It does not fit the theme" in offered(organiser, sent.ref)
    organiser.open("/desk/reasons").send("Move up")
    assert offered(organiser, sent.ref)[1] == "It is not an artwork"


def test_a_reason_of_ours_is_reworded_in_one_language(
    organiser: Person, relay: Relay
) -> None:
    sent = send(relay)
    organiser.open("/desk/reasons/off_theme")
    assert organiser.says("Empty: “It does not fit the theme”")
    organiser.send("Keep the words", **{"text-en": "It is not about care"})
    assert offered(organiser, sent.ref)[1] == "It is not about care"
    organiser.client.set_cookie("lang", "zh-Hans")
    assert offered(organiser, sent.ref)[1] != "It is not about care"


def test_a_reason_without_english_words_is_asked_for_them(organiser: Person) -> None:
    organiser.open("/desk/reasons").send("Add", **{"text-he": "תגית"})
    assert organiser.status == 422
    assert organiser.says("Write it in English at least")
    assert organiser.value("text-he") == "תגית"


def test_there_is_no_page_for_a_reason_that_is_none(organiser: Person) -> None:
    assert organiser.open("/desk/reasons/nothing").status == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESCRIBER, Role.VIEWER])
def test_only_organisers_see_the_page(app: Flask, relay: Relay, role: Role) -> None:
    make_account(relay, "x@example.org", role)
    assert arrive(app, "x@example.org").open("/desk/reasons").status == 403
