from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from relay.domain.errors import Invalid
from relay.domain.moderation import Actor, Choice, Moderation, Reason
from relay.models import Approval, Reveal, Topic
from relay.services.approve import REVEAL_WITHIN, SecondApprovalError
from relay.services.call_off import call_off
from relay.services.decide import StaleDecisionError
from tests.deciding import (
    approve,
    ask_for_two,
    change,
    log,
    planned,
    reveal_due,
    take_back,
)
from tests.making import SetClock, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

NOW = datetime.now(UTC)
EVENING = NOW + timedelta(hours=8)


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay)


@pytest.fixture
def other(relay: Relay) -> int:
    return make_moderator(relay, "ken@example.org")


def beside(relay: Relay, model: type[Approval | Reveal], ref: str) -> object:
    with Session(relay.engine) as session:
        return session.get(model, find(relay, ref).id)


def test_an_approval_for_later_publishes_at_its_time_and_not_before(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    decided = approve(relay, sent.ref, by=by, reveal_at=EVENING)
    assert (decided.moderation, decided.reveal_at) == (Moderation.PENDING, EVENING)
    assert find(relay, sent.ref).no is None
    assert reveal_due(relay, SetClock(EVENING - timedelta(seconds=1))) == []
    assert reveal_due(relay, SetClock(EVENING)) == [True]
    entry = find(relay, sent.ref)
    assert (entry.no, entry.moderation) == (1, Moderation.APPROVED)
    assert entry.published_at == EVENING
    newest = log(relay)[-1]
    assert (newest.choice, newest.actor) == (Choice.APPROVE, Actor.CLOCK)
    assert beside(relay, Reveal, sent.ref) is None


@pytest.mark.parametrize(
    ("at", "code"),
    [(NOW - timedelta(minutes=1), "past"), (NOW + REVEAL_WITHIN * 1.01, "too_late")],
)
def test_a_time_that_cannot_be_meant_is_asked_back(
    relay: Relay, by: int, at: datetime, code: str
) -> None:
    sent = send(relay)
    with pytest.raises(Invalid, match=rf"reveal_at \({code}\)"):
        approve(relay, sent.ref, by=by, reveal_at=at)
    assert log(relay) == []


def test_what_is_changed_before_its_time_is_not_shown(relay: Relay, by: int) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    change(relay, sent.ref, by=by, title="Other boats")
    assert reveal_due(relay, SetClock(EVENING)) == [False]
    assert find(relay, sent.ref).moderation is Moderation.PENDING


def test_what_is_decided_otherwise_before_its_time_is_not_shown(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    choose(relay, sent.ref, Choice.REJECT, by=by, reason=Reason.NOT_ART)
    assert reveal_due(relay, SetClock(EVENING)) == [False]
    assert find(relay, sent.ref).moderation is Moderation.REJECTED


@pytest.mark.parametrize("hours", [-4, 4])
def test_the_time_can_be_changed(relay: Relay, by: int, hours: int) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    new = EVENING + timedelta(hours=hours)
    approve(relay, sent.ref, by=by, reveal_at=new)
    before = min(EVENING, new) if hours > 0 else new - timedelta(seconds=1)
    assert not any(reveal_due(relay, SetClock(before)))
    assert True in reveal_due(relay, SetClock(new))
    assert find(relay, sent.ref).published_at == new


def test_what_waits_for_its_time_can_be_shown_now(relay: Relay, by: int) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    assert approve(relay, sent.ref, by=by).no == 1
    assert not any(reveal_due(relay, SetClock(EVENING)))
    assert find(relay, sent.ref).version == 3


def test_calling_off_takes_every_change_of_the_time_back(relay: Relay, by: int) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    approve(relay, sent.ref, by=by, reveal_at=EVENING + timedelta(hours=1))
    off = call_off(
        relay.engine,
        sent.ref,
        find(relay, sent.ref).version,
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )
    assert off.moderation is Moderation.PENDING
    assert beside(relay, Reveal, sent.ref) is None
    late = SetClock(EVENING + timedelta(hours=2))
    assert not any(reveal_due(relay, late))
    assert approve(relay, sent.ref, by=by).no == 1


def test_taking_back_what_was_shown_now_waits_for_its_time_again(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    now = approve(relay, sent.ref, by=by)
    take_back(relay, sent.ref, now.decision_id, by=by)
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    assert True in reveal_due(relay, SetClock(EVENING))
    assert find(relay, sent.ref).moderation is Moderation.APPROVED


def test_taking_back_what_the_clock_has_shown_plans_nothing(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    reveal_due(relay, SetClock(EVENING))
    clock = SetClock(EVENING + timedelta(minutes=1))
    take_back(relay, sent.ref, log(relay)[-1].id or 0, by=by, clock=clock)
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    assert beside(relay, Reveal, sent.ref) is None


def test_a_reveal_that_runs_twice_shows_it_once(relay: Relay, by: int) -> None:
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    assert len(planned(relay, Topic.REVEAL_ENTRY)) == 1
    assert reveal_due(relay, SetClock(EVENING)) == [True]
    assert reveal_due(relay, SetClock(EVENING)) == []
    assert len(log(relay)) == 2


def test_where_two_are_asked_for_the_second_approval_publishes(
    relay: Relay, by: int, other: int
) -> None:
    ask_for_two(relay, "individual")
    sent = send(relay)
    first = approve(relay, sent.ref, by=by)
    assert (first.moderation, first.version) == (Moderation.PENDING, 1)
    assert first.waits_for_another
    with pytest.raises(SecondApprovalError):
        approve(relay, sent.ref, by=by)
    second = approve(relay, sent.ref, by=other, version=1)
    assert (second.no, second.moderation) == (1, Moderation.APPROVED)
    assert [(each.before, each.after) for each in log(relay)] == [
        (Moderation.PENDING, Moderation.PENDING),
        (Moderation.PENDING, Moderation.APPROVED),
    ]


def test_where_two_are_asked_for_other_kinds_need_one(relay: Relay, by: int) -> None:
    ask_for_two(relay, "city")
    sent = send(relay)
    assert approve(relay, sent.ref, by=by).no == 1


def test_a_first_approval_is_of_the_entry_as_it_was(
    relay: Relay, by: int, other: int
) -> None:
    ask_for_two(relay, "individual")
    sent = send(relay)
    approve(relay, sent.ref, by=by)
    change(relay, sent.ref, by=by, title="Other boats")
    assert approve(relay, sent.ref, by=other).waits_for_another
    assert approve(relay, sent.ref, by=by).no == 1


def test_a_first_approval_can_be_taken_back_and_given_again(
    relay: Relay, by: int, other: int
) -> None:
    ask_for_two(relay, "individual")
    sent = send(relay)
    first = approve(relay, sent.ref, by=by)
    undone = take_back(relay, sent.ref, first.decision_id, by=by)
    assert beside(relay, Approval, sent.ref) is None
    take_back(relay, sent.ref, undone.decision_id, by=by)
    assert approve(relay, sent.ref, by=other).no == 1


def test_taking_a_second_approval_back_leaves_the_first(
    relay: Relay, by: int, other: int
) -> None:
    ask_for_two(relay, "individual")
    sent = send(relay)
    approve(relay, sent.ref, by=by)
    second = approve(relay, sent.ref, by=other)
    take_back(relay, sent.ref, second.decision_id, by=other)
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    assert approve(relay, sent.ref, by=other).moderation is Moderation.APPROVED


def test_the_second_approval_keeps_the_time_that_the_first_one_named(
    relay: Relay, by: int, other: int
) -> None:
    ask_for_two(relay, "individual")
    sent = send(relay)
    approve(relay, sent.ref, by=by, reveal_at=EVENING)
    assert approve(relay, sent.ref, by=other).reveal_at == EVENING
    # Two have agreed: one of them may change the time.
    later = EVENING + timedelta(hours=1)
    assert approve(relay, sent.ref, by=by, reveal_at=later).reveal_at == later
    assert True in reveal_due(relay, SetClock(later))


def test_an_entry_whose_changes_were_asked_for_waits_again_after_a_first_approval(
    relay: Relay, by: int, other: int
) -> None:
    ask_for_two(relay, "individual")
    sent = send(relay)
    choose(relay, sent.ref, Choice.ASK_CHANGES, by=by, reason=Reason.UNCLEAR)
    first = approve(relay, sent.ref, by=by)
    assert first.moderation is Moderation.PENDING
    with pytest.raises(StaleDecisionError):
        approve(relay, sent.ref, by=other, version=2)
    assert approve(relay, sent.ref, by=other).no == 1
