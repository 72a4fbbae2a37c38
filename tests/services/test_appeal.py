from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Actor, Choice, Moderation, Reason
from relay.models import Appeal, Decision
from relay.services.appeal import WORDS_MAX, appeal
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt

WHY = "It is mine: I drew it on Sunday."


def ask(relay: Relay, token: str, words: str = WHY) -> None:
    appeal(relay.engine, token, words, clock=relay.clock, printer=relay.printer)


def kept(relay: Relay, sent: Receipt) -> Appeal | None:
    with Session(relay.engine) as session:
        return session.get(Appeal, sent.entry_id)


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


@pytest.fixture
def rejected(either_relay: Relay, by: int) -> Receipt:
    sent = send(either_relay)
    choose(either_relay, sent.ref, Choice.REJECT, by=by, reason=Reason.NOT_YOURS)
    return sent


def test_an_appeal_brings_the_entry_back_to_the_queue(
    either_relay: Relay, rejected: Receipt
) -> None:
    before = find(either_relay, rejected.ref)
    ask(either_relay, rejected.token, f"  {WHY}\r\n")
    after = find(either_relay, rejected.ref)
    assert after.moderation is Moderation.PENDING
    assert after.version == before.version + 1
    found = kept(either_relay, rejected)
    assert found
    assert (found.words, found.decided_at) == (WHY, None)
    with Session(either_relay.engine) as session:
        last = session.exec(
            select(Decision).where(Decision.choice == Choice.APPEAL)
        ).one()
    assert (last.actor, last.moderator_id, last.note) == (Actor.MAKER, None, "")


def test_there_is_one_appeal_and_no_second(
    either_relay: Relay, by: int, rejected: Receipt
) -> None:
    ask(either_relay, rejected.token)
    with pytest.raises(Forbidden):
        ask(either_relay, rejected.token)
    choose(either_relay, rejected.ref, Choice.REJECT, by=by, reason=Reason.NOT_YOURS)
    found = kept(either_relay, rejected)
    assert found
    assert found.decided_at
    with pytest.raises(Forbidden):
        ask(either_relay, rejected.token, "Please!")
    assert find(either_relay, rejected.ref).moderation is Moderation.REJECTED


def test_an_appeal_needs_words_and_not_too_many(
    either_relay: Relay, rejected: Receipt
) -> None:
    for words, code in (
        (" \u200b\n", "missing"),
        ("x" * (WORDS_MAX + 1), "too_long"),
    ):
        with pytest.raises(Invalid) as wrong:
            ask(either_relay, rejected.token, words)
        assert [(each.field, each.code) for each in wrong.value.fields] == [
            ("appeal", code)
        ]
    ask(either_relay, rejected.token, "x" * WORDS_MAX)


def test_nothing_else_can_be_appealed_against(relay: Relay) -> None:
    by = make_moderator(relay)
    sent = send(relay)
    with pytest.raises(Forbidden):
        ask(relay, sent.token)
    choose(relay, sent.ref, by=by)
    with pytest.raises(Forbidden):
        ask(relay, sent.token)
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    with pytest.raises(Forbidden):
        ask(relay, sent.token)
    with pytest.raises(NotFound):
        ask(relay, "nobody")
