"""The rooms of rules and samples, without scripts: from the first rule on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Moderation
from relay.services.desk_settings import change_settings
from tests.making import find, send
from tests.web.desk.arriving import arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.journeys.person import Person

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def organiser(app: Flask, relay: Relay) -> Person:
    make_account(relay)
    return arrive(app)


def test_a_rule_is_added_tried_switched_on_noted_and_switched_off(
    organiser: Person, relay: Relay
) -> None:
    before = send(relay, "https://museum.example/1", title="Lanterns")
    organiser.open("/desk/rules")
    organiser.send(
        "Add it, switched off",
        kind="allow_domain",
        pattern="https://www.museum.example/",
        note="The city’s museum",
    )
    assert organiser.status == 200
    assert organiser.says("The rule is added. It is switched off")
    assert organiser.says("1 would have been published at once.")
    assert organiser.says("Lanterns")
    assert organiser.says("This rule is switched off.")
    organiser.send("Switch on")
    assert organiser.says("This rule counts.")
    after = send(relay, "https://museum.example/2")
    assert find(relay, before.ref).moderation is Moderation.PENDING
    assert find(relay, after.ref).moderation is Moderation.APPROVED
    organiser.send("Keep the note", note="Asked by the city")
    assert organiser.says("It has met 1 entry.")
    assert organiser.value("note") == "Asked by the city"
    organiser.open("/desk/rules?kind=allow_domain")
    assert organiser.says("museum.example")
    organiser.send("Switch off")
    assert organiser.says("The rule does not count any more.")
    assert (
        find(relay, send(relay, "https://museum.example/3").ref).moderation
        is Moderation.PENDING
    )


@pytest.mark.parametrize(
    ("kind", "pattern", "said"),
    [
        ("allow_domain", "nonsense", "This is no site’s name"),
        ("allow_account", "https://social.example/", "This is a whole site"),
        ("block_link", "javascript:alert(1)", "We cannot read this as a link."),
        ("block_word", "!!!", "There is no letter or number in it"),
        ("block_word", "", "Type what the rule is about."),
        ("block_word", "x" * 501, "This is too long."),
    ],
    ids=["site", "account", "link", "signs", "empty", "long"],
)
def test_what_is_wrong_with_a_rule_is_said_and_what_was_typed_stays(
    organiser: Person, kind: str, pattern: str, said: str
) -> None:
    for button in ("Add it, switched off", "Try it first"):
        organiser.open("/desk/rules").send(button, kind=kind, pattern=pattern)
        assert organiser.status == 422
        assert organiser.says(said)
        assert organiser.value("pattern") == pattern


def test_a_kind_that_there_is_not_is_refused(organiser: Person) -> None:
    organiser.open("/desk/rules").send(
        "Add it, switched off", kind="allow_all", pattern="x"
    )
    assert organiser.status == 422


def test_a_rule_can_be_tried_before_it_is_added(
    organiser: Person, relay: Relay
) -> None:
    send(relay, title="Casino")
    organiser.open("/desk/rules").send(
        "Try it first", kind="block_word", pattern="casino"
    )
    assert organiser.says("1 would have been held for moderators.")
    assert organiser.says("found in the title:")
    assert organiser.value("pattern") == "casino"
    assert organiser.says("There are no rules of this kind.")


def test_many_words_are_added_whole_or_not_at_all(
    organiser: Person, relay: Relay
) -> None:
    organiser.open("/desk/rules")
    organiser.send("Add the words", lines="casino\n!!!\n赌场")
    assert organiser.status == 422
    assert organiser.says("Line 2: There is no letter or number in it")
    assert organiser.says("There are no rules of this kind.")
    organiser.send("Try them first", lines="casino\n赌场")
    assert organiser.says("There are no entries yet to try it on.")
    organiser.send("Add the words", lines="casino\n赌场", active="yes")
    assert organiser.says("2 words are added.")
    sent = send(relay, title="一个赌场")
    organiser.open(f"/desk/entry/{sent.ref}")
    assert organiser.says("Held by a rule:")
    assert organiser.says("赌场")


def test_what_strangers_write_is_shown_as_it_is_written(
    organiser: Person, relay: Relay
) -> None:
    send(relay, title=f"casino {HOSTILE}", lang="en")
    organiser.open("/desk/rules")
    organiser.send("Add the words", lines=f"casino\n{HOSTILE}", active="yes")
    organiser.send("Try it first", kind="block_word", pattern="casino")
    assert HOSTILE not in organiser.text
    assert organiser.says(HOSTILE)


def test_no_rule_is_found_by_a_made_up_number(organiser: Person) -> None:
    for number in ("0", "99", "9" * 30):
        organiser.open(f"/desk/rules/{number}")
        assert organiser.status == 404
    organiser.open("/desk/rules?kind=x&page=-9")
    assert organiser.status == 200


def test_a_sample_is_looked_at_and_done(organiser: Person, relay: Relay) -> None:
    organiser.open("/desk/rules")
    organiser.send(
        "Add it, switched off", kind="allow_domain", pattern="museum.example"
    )
    organiser.send("Switch on")

    sample_all(relay)
    sent = send(relay, "https://museum.example/2", title="Lanterns")
    organiser.open("/desk/samples")
    assert organiser.says("Lanterns")
    assert organiser.says("museum.example")
    organiser.send("All is well")
    assert organiser.says("There is nothing to look at. Thank you!")
    organiser.open(f"/desk/entry/{sent.ref}")
    assert not organiser.says("A rule let this through")


def sample_all(relay: Relay) -> None:
    change_settings(
        relay.engine, {"sample_one_in": 1}, moderator_id=None, clock=relay.clock
    )
