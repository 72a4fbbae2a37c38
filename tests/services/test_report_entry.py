from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import NotFound
from relay.domain.moderation import Choice, Reason
from relay.models import Report
from relay.services.report_entry import WORDS_MAX, report_entry
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def report(relay: Relay, no: int, words: str = "") -> None:
    report_entry(
        relay.engine, no, reason=Reason.HURTFUL, words=words, clock=relay.clock
    )


def reports(relay: Relay) -> list[Report]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Report)))


def test_a_report_is_kept_with_clean_words(either_relay: Relay) -> None:
    sent = send(either_relay)
    choose(either_relay, sent.ref, by=make_moderator(either_relay))
    report(either_relay, 1, " My\x00 address \ud800 " + "w" * WORDS_MAX)
    (kept,) = reports(either_relay)
    assert (kept.entry_id, kept.reason) == (sent.entry_id, "hurtful")
    assert kept.words.startswith("My address w")
    assert len(kept.words) == WORDS_MAX


def test_only_what_is_public_can_be_reported(either_relay: Relay) -> None:
    by, sent = make_moderator(either_relay), send(either_relay)
    with pytest.raises(NotFound):
        report(either_relay, 1)
    choose(either_relay, sent.ref, by=by)
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    with pytest.raises(NotFound):
        report(either_relay, 1)
    assert reports(either_relay) == []
