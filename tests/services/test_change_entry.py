from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.entry import AltBy
from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Choice, Moderation, Reason
from relay.domain.preview import PreviewState
from relay.models import (
    OutboxRow,
    OutboxState,
    Preview,
    RevisedBy,
    Revision,
    RevisionState,
    Topic,
)
from relay.services.change_entry import add_picture, change_entry
from relay.services.outbox import claim_due, mark_running
from relay.services.start_entry import incoming_key, start_entry
from relay.services.store_picture import refuse_picture
from relay.services.withdraw_entry import withdraw_entry
from tests.making import CAMBRIDGE, WORDS, choose, find, make_moderator, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay

NEW = replace(WORDS, title="Paper lanterns", alt="Lanterns", name="Wei")


def change(relay: Relay, token: str, words: object = NEW) -> None:
    change_entry(
        relay.intake,
        token,
        words,  # type: ignore[arg-type]
        city=relay.gazetteer.find(CAMBRIDGE),
    )


def withdraw(relay: Relay, token: str) -> None:
    withdraw_entry(relay.engine, token, clock=relay.clock, media=relay.media)


def in_state(relay: Relay, state: Moderation) -> tuple[str, str]:
    """Return the ref and token of an entry in a state."""
    by = make_moderator(relay)
    sent = send(relay)
    steps: dict[Moderation, list[Choice]] = {
        Moderation.PENDING: [],
        Moderation.CHANGES_ASKED: [Choice.ASK_CHANGES],
        Moderation.APPROVED: [Choice.APPROVE],
        Moderation.REJECTED: [Choice.REJECT],
        Moderation.TAKEN_DOWN: [Choice.APPROVE, Choice.TAKE_DOWN],
    }
    if state is Moderation.WITHDRAWN:
        withdraw(relay, sent.token)
    for each in steps.get(state, []):
        choose(relay, sent.ref, each, by=by, reason=Reason.UNCLEAR)
    assert find(relay, sent.ref).moderation is state
    return sent.ref, sent.token


@pytest.mark.parametrize("state", [Moderation.PENDING, Moderation.CHANGES_ASKED])
def test_a_waiting_entry_can_be_changed_and_waits_again(
    either_relay: Relay, state: Moderation
) -> None:
    ref, token = in_state(either_relay, state)
    before = find(either_relay, ref)
    change(either_relay, token)
    after = find(either_relay, ref)
    assert after.moderation is Moderation.PENDING
    assert (after.title, after.name, after.city_id) == (NEW.title, NEW.name, CAMBRIDGE)
    assert after.country == "GB"
    assert "paper lanterns" in after.search_text
    assert after.version == before.version + 1
    assert (after.parent_id, after.submitted_at) == (
        before.parent_id,
        before.submitted_at,
    )


@pytest.mark.parametrize(
    "state",
    [
        Moderation.APPROVED,
        Moderation.REJECTED,
        Moderation.TAKEN_DOWN,
        Moderation.WITHDRAWN,
    ],
)
def test_a_decided_entry_cannot_be_changed(relay: Relay, state: Moderation) -> None:
    ref, token = in_state(relay, state)
    before = find(relay, ref)
    with pytest.raises(Forbidden):
        change(relay, token)
    with pytest.raises(Forbidden):
        add_picture(relay.intake, token, b"x")
    assert find(relay, ref) == before
    assert relay.media.get(incoming_key(ref)) is None


def test_what_was_changed_as_asked_is_kept_for_whoever_looks_next(
    either_relay: Relay,
) -> None:
    _, token = in_state(either_relay, Moderation.CHANGES_ASKED)
    change(either_relay, token)
    change(either_relay, token, replace(NEW, title="Kites"))
    with Session(either_relay.engine) as session:
        repair = session.exec(select(Revision)).one()
    assert (repair.by, repair.state) == (RevisedBy.MAKER, RevisionState.TAKEN)
    assert repair.before["title"] == WORDS.title
    assert repair.changes == {
        "title": NEW.title,
        "alt": NEW.alt,
        "name": NEW.name,
        "city": [CAMBRIDGE, "GB"],
    }


def test_a_wrong_change_changes_nothing(either_relay: Relay) -> None:
    ref, token = in_state(either_relay, Moderation.PENDING)
    with pytest.raises(Invalid, match="title"):
        change(either_relay, token, replace(NEW, title=""))
    assert find(either_relay, ref).title == WORDS.title


def test_a_change_may_use_the_words_of_the_post(either_relay: Relay) -> None:
    ref, token = in_state(either_relay, Moderation.PENDING)
    with Session(either_relay.engine) as session:
        entry_id = find(either_relay, ref).id or 0
        session.add(Preview(entry_id=entry_id, description="A kite"))
        session.commit()
    change(either_relay, token, replace(NEW, alt="", alt_by=AltBy.POST))
    assert find(either_relay, ref).alt == "A kite"


def test_an_unknown_token_opens_nothing(relay: Relay) -> None:
    tries: list[Callable[[], None]] = [
        lambda: change(relay, "nobody"),
        lambda: add_picture(relay.intake, "nobody", b"x"),
    ]
    for try_it in tries:
        with pytest.raises(NotFound):
            try_it()


def test_a_newer_picture_replaces_the_one_that_waits(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link="https://example.org/a")
    for each in (b"first", b"second", b"third"):
        add_picture(either_relay.intake, draft.token, each)
    assert either_relay.media.get(incoming_key(draft.ref)) == b"third"
    with Session(either_relay.engine) as session:
        rows = session.exec(
            select(OutboxRow)
            .where(OutboxRow.topic == Topic.MAKE_PICTURE)
            .order_by(col(OutboxRow.id))
        ).all()
        fetch = session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.FETCH_PREVIEW)
        ).one()
    done = OutboxState.DONE
    assert [each.state for each in rows] == [done, done, OutboxState.DUE]
    # Without a time of its end a row would be kept for good.
    assert [each.done_at is not None for each in rows] == [True, True, False]
    assert fetch.state is OutboxState.DUE


def test_a_picture_that_is_being_made_gives_way_to_a_newer_one(
    either_relay: Relay,
) -> None:
    draft = start_entry(either_relay.intake, picture=b"first")
    (ticket,) = claim_due(either_relay.engine, limit=9, clock=either_relay.clock)
    clock = either_relay.clock
    assert mark_running(either_relay.engine, ticket.row_id, ticket.attempt, clock=clock)
    add_picture(either_relay.intake, draft.token, b"second")
    # Had it counted, its worker would delete the newer upload.
    assert not refuse_picture(either_relay.engine, ticket, "broken", clock=clock)
    (newer,) = claim_due(either_relay.engine, limit=9, clock=clock)
    assert newer.row_id != ticket.row_id
    assert find(either_relay, draft.ref).preview is not PreviewState.REFUSED
