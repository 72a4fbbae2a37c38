"""A maker's form for changes: consent that stands, and windows that stay apart."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Entry
from relay.services.submit_entry import submit_entry
from tests.journeys.person import Person
from tests.making import WORDS, choose, find, make_moderator, send, sending
from tests.web.making import draw_picture

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt

SAVE = "Save the changes"


def send_one(relay: Relay, *, is_public: bool) -> Receipt:
    """Send an entry in, which waits or is public."""
    sent = send(relay)
    if is_public:
        choose(relay, sent.ref, by=make_moderator(relay))
    return sent


def open_form(app: Flask, token: str) -> Person:
    return Person(app.test_client()).open(f"/en/mine/{token}/change")


def entry_of(relay: Relay, ref: str) -> Entry:
    with Session(relay.engine) as session:
        return session.exec(select(Entry).where(Entry.ref == ref)).one()


@pytest.mark.parametrize("is_public", [False, True])
def test_other_words_need_no_other_consent(
    app: Flask, relay: Relay, *, is_public: bool
) -> None:
    sent = send_one(relay, is_public=is_public)
    agreed = entry_of(relay, sent.ref).consent_at
    person = open_form(app, sent.token).send(SAVE, title="Paper lanterns")
    assert person.says("Your changes are kept.")
    assert entry_of(relay, sent.ref).consent_at == agreed


@pytest.mark.parametrize("is_public", [False, True])
def test_another_picture_needs_its_own_consent(
    app: Flask, relay: Relay, *, is_public: bool
) -> None:
    sent = send_one(relay, is_public=is_public)
    person = open_form(app, sent.token)
    person.send(SAVE, picture=(BytesIO(draw_picture()), "new.png"))
    assert person.status == 422
    assert person.says("Tick the box if you agree.")
    person.send(SAVE, consent="yes", picture=(BytesIO(draw_picture()), "new.png"))
    assert person.says("Your changes are kept.")


def test_who_agreed_to_an_older_text_is_asked_again(app: Flask, relay: Relay) -> None:
    sent = send(relay)
    with Session(relay.engine) as session:
        session.get_one(Entry, sent.entry_id).consent_version = "2020-01"
        session.commit()
    person = open_form(app, sent.token).send(SAVE, title="Paper lanterns")
    assert person.status == 422
    assert person.says("It may be shown here with the name and city above.")
    person.send(SAVE, consent="yes")
    assert entry_of(relay, sent.ref).consent_version != "2020-01"


@pytest.mark.parametrize("is_public", [False, True])
def test_a_childs_entry_stays_one_when_its_words_are_mended(
    app: Flask, relay: Relay, *, is_public: bool
) -> None:
    sent = send(relay, by_child=True, guardian_consent=True)
    if is_public:
        choose(relay, sent.ref, by=make_moderator(relay))
    agreed = entry_of(relay, sent.ref).guardian_consent_at
    open_form(app, sent.token).send(SAVE, title="Paper lanterns")
    mended = entry_of(relay, sent.ref)
    assert mended.by_child
    assert mended.guardian_consent_at == agreed


@pytest.mark.parametrize("is_public", [False, True])
def test_an_older_window_overwrites_nothing_unseen(
    app: Flask, relay: Relay, *, is_public: bool
) -> None:
    sent = send_one(relay, is_public=is_public)
    one, other = open_form(app, sent.token), open_form(app, sent.token)
    one.send(SAVE, title="Paper lanterns")
    other.send(SAVE, name="Little Lin")
    assert other.status == 409
    assert other.says("Changed in another window")
    assert other.says("Paper lanterns")
    assert other.value("title") == WORDS.title
    assert other.value("name") == "Little Lin"
    other.send(SAVE, title="Paper lanterns")
    assert other.says("Your changes are kept.")
    again = open_form(app, sent.token)
    assert again.value("title") == "Paper lanterns"
    assert again.value("name") == "Little Lin"


@pytest.mark.parametrize("is_public", [False, True])
def test_an_older_window_does_not_make_a_child_of_nobody(
    app: Flask, relay: Relay, *, is_public: bool
) -> None:
    sent = send_one(relay, is_public=is_public)
    one, other = open_form(app, sent.token), open_form(app, sent.token)
    one.send(SAVE, by_child="yes", guardian_consent="yes")
    other.send(SAVE, title="Paper lanterns")
    assert other.status == 409
    assert entry_of(relay, sent.ref).by_child


def test_a_mistake_does_not_let_an_older_window_overwrite_the_newer(
    app: Flask, relay: Relay
) -> None:
    sent = send(relay)
    one, other = open_form(app, sent.token), open_form(app, sent.token)
    one.send(SAVE, title="Paper lanterns")
    other.send(SAVE, picture=(BytesIO(draw_picture()), "new.png"))
    assert other.says("Tick the box if you agree.")
    other.send(SAVE, name="Little Lin")
    assert other.status == 409
    assert find(relay, sent.ref).title == "Paper lanterns"


def test_words_that_are_kept_before_a_picture_is_refused_are_ones_own(
    app: Flask, relay: Relay
) -> None:
    # No worker has made its first picture yet.
    sent = submit_entry(relay.intake, replace(sending(relay), picture=draw_picture()))
    choose(relay, sent.ref, by=make_moderator(relay))
    person = open_form(app, sent.token)
    another = {"consent": "yes", "picture": (BytesIO(draw_picture()), "new.png")}
    person.send(SAVE, title="Paper lanterns", **another)
    assert person.status == 422
    person.send(SAVE, title="Paper lanterns", name="Little Lin")
    assert person.says("Your changes are kept.")


def test_a_form_that_is_saved_twice_in_a_row_is_no_conflict(
    app: Flask, relay: Relay
) -> None:
    sent = send(relay)
    person = open_form(app, sent.token).send(SAVE, title="Paper lanterns")
    person.open(f"{person.path}/change").send(SAVE, title="Paper boats")
    assert person.says("Your changes are kept.")
    assert find(relay, sent.ref).title == "Paper boats"
