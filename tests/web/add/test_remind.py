from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.bootstrap import open_relay
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.journeys.test_adding import WHOLE, assert_error_pattern, begin, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay


@pytest.fixture
def mailing(relay: Relay) -> Iterator[Relay]:
    """The same relay with a mail server; nothing is sent to it here."""
    changed = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "relay@example.org"}
    opened = open_relay(relay.settings.model_copy(update=changed))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def person(mailing: Relay) -> Person:
    return Person(build_app(mailing).test_client())


def test_who_gives_an_address_may_ask_to_be_reminded(
    person: Person, mailing: Relay
) -> None:
    begin(person)
    box = person.first("#remind")
    assert "checked" not in box.attributes
    person.send("Send it in", **WHOLE, email="lin@example.org", remind="yes")
    assert "/add/done/" in person.path
    assert entries(mailing)[0].remind
    mine = person.first("#mine-link").attributes["value"] or ""
    person.open(mine).follow("Change it")
    assert "checked" in person.first("#remind").attributes
    person.send("Save the changes", consent="yes", remind=None)
    assert not entries(mailing)[0].remind


def test_without_an_address_nobody_can_be_reminded(
    person: Person, mailing: Relay
) -> None:
    begin(person).send("Send it in", **WHOLE, remind="yes")
    assert_error_pattern(person, "email")
    assert person.says("Give your e-mail address, so that we can remind you.")
    assert "checked" in person.first("#remind").attributes
    assert not entries(mailing)[0].remind


def test_nobody_is_reminded_who_did_not_ask(person: Person, mailing: Relay) -> None:
    begin(person).send("Send it in", **WHOLE, email="lin@example.org")
    assert not entries(mailing)[0].remind
