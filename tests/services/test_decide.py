from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import Card, Decision, Moderator
from relay.models.moderator import Role
from relay.services.decide import (
    NOTE_MAX,
    Outcome,
    StaleDecisionError,
    Wish,
    decide_many,
)
from relay.services.reasons import add_reason, put_reason_away
from relay.services.start_entry import start_entry
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


def log(relay: Relay) -> list[Decision]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Decision).order_by(col(Decision.id))))


def test_an_approved_entry_has_a_number_cards_and_a_row_in_the_audit(
    either_relay: Relay, by: int
) -> None:
    sent = send(either_relay)
    decided = choose(either_relay, sent.ref, by=by, note=" Well\x00 done ")
    assert (decided.no, decided.moderation) == (1, Moderation.APPROVED)
    entry = find(either_relay, sent.ref)
    assert (entry.no, entry.version) == (1, decided.version)
    assert entry.published_at
    (row,) = log(either_relay)
    assert (row.before, row.after) == (Moderation.PENDING, Moderation.APPROVED)
    assert (row.choice, row.moderator_id, row.note) == (Choice.APPROVE, by, "Well done")
    with Session(either_relay.engine) as session:
        assert set(session.exec(select(Card.lang))) == {"en", "zh-Hans", "he"}


@pytest.mark.parametrize(
    "choice", [Choice.REJECT, Choice.ASK_CHANGES, Choice.TAKE_DOWN]
)
def test_a_decision_against_an_entry_needs_a_reason(
    either_relay: Relay, by: int, choice: Choice
) -> None:
    sent = send(either_relay)
    with pytest.raises(Invalid, match=r"reason \(missing\)"):
        choose(either_relay, sent.ref, choice, by=by)
    assert log(either_relay) == []


def test_every_decision_stays_in_the_audit(either_relay: Relay, by: int) -> None:
    sent = send(either_relay)
    steps = [
        (Choice.ASK_CHANGES, Moderation.CHANGES_ASKED),
        (Choice.REJECT, Moderation.REJECTED),
        (Choice.RESTORE, Moderation.PENDING),
        (Choice.APPROVE, Moderation.APPROVED),
        (Choice.TAKE_DOWN, Moderation.TAKEN_DOWN),
        (Choice.RESTORE, Moderation.APPROVED),
    ]
    for choice, after in steps:
        decided = choose(either_relay, sent.ref, choice, by=by, reason=Reason.OTHER)
        assert decided.moderation is after
    assert [row.choice for row in log(either_relay)] == [each[0] for each in steps]
    assert find(either_relay, sent.ref).no == 1


def test_a_step_that_is_not_allowed_changes_nothing(
    either_relay: Relay, by: int
) -> None:
    sent = send(either_relay)
    for choice in (Choice.TAKE_DOWN, Choice.RESTORE):
        with pytest.raises(Forbidden):
            choose(either_relay, sent.ref, choice, by=by, reason=Reason.OTHER)
    assert find(either_relay, sent.ref).version == 1
    assert log(either_relay) == []


def test_who_decides_second_is_told_of_the_first(either_relay: Relay, by: int) -> None:
    sent = send(either_relay)
    choose(
        either_relay, sent.ref, Choice.REJECT, by=by, reason=Reason.HURTFUL, note="x"
    )
    with pytest.raises(StaleDecisionError) as stale:
        choose(either_relay, sent.ref, by=by, version=1)
    assert stale.value.version == 2
    assert stale.value.wish.choice is Choice.APPROVE
    newest = stale.value.newest
    assert newest
    assert (newest.choice, newest.reason, newest.note) == (
        Choice.REJECT,
        Reason.HURTFUL,
        "x",
    )
    assert find(either_relay, sent.ref).moderation is Moderation.REJECTED


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.ORGANISER, True),
        (Role.MODERATOR, True),
        (Role.DESCRIBER, False),
        (Role.VIEWER, False),
    ],
)
def test_the_role_says_who_decides(relay: Relay, role: Role, *, may: bool) -> None:
    sent = send(relay)
    by = make_moderator(relay, "x@example.org", role=role)
    if may:
        assert choose(relay, sent.ref, by=by).no == 1
    else:
        with pytest.raises(Forbidden):
            choose(relay, sent.ref, by=by)


def test_an_account_that_was_closed_decides_nothing(
    either_relay: Relay, by: int
) -> None:
    sent = send(either_relay)
    with Session(either_relay.engine) as session:
        session.get_one(Moderator, by).active = False
        session.commit()
    with pytest.raises(Forbidden):
        choose(either_relay, sent.ref, by=by)
    with pytest.raises(Forbidden):
        choose(either_relay, sent.ref, by=999)


def test_drafts_and_strangers_refs_cannot_be_decided(
    either_relay: Relay, by: int
) -> None:
    draft = start_entry(either_relay.intake, link="https://example.org/a")
    for ref in (draft.ref, "nobody"):
        with pytest.raises(NotFound):
            choose(either_relay, ref, by=by, version=1)


def test_a_note_is_cut_at_its_limit(relay: Relay) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=make_moderator(relay), note="n" * (NOTE_MAX + 1))
    assert len(log(relay)[0].note) == NOTE_MAX


def test_numbers_are_given_in_order_without_a_gap(either_relay: Relay, by: int) -> None:
    refs = [send(either_relay, f"https://example.org/{at}").ref for at in range(4)]
    given = [choose(either_relay, ref, by=by).no for ref in reversed(refs)]
    assert given == [1, 2, 3, 4]
    choose(either_relay, refs[0], Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    late = send(either_relay, "https://example.org/late")
    assert choose(either_relay, late.ref, by=by).no == 5
    assert choose(either_relay, refs[0], Choice.RESTORE, by=by).no == 4


def test_moderators_at_the_same_moment_give_every_number_once(
    either_relay: Relay, by: int
) -> None:
    refs = [send(either_relay, f"https://example.org/{at}").ref for at in range(12)]
    numbers: list[int | None] = []
    failed: list[Exception] = []

    def approve(mine: list[str]) -> None:
        for ref in mine:
            try:
                numbers.append(choose(either_relay, ref, by=by).no)
            except Exception as error:  # noqa: BLE001 - looked at in the main thread
                failed.append(error)

    in_threads([lambda at=at: approve(refs[at::4]) for at in range(4)])
    assert not failed
    assert sorted(each or 0 for each in numbers) == list(range(1, 13))


def test_of_two_decisions_at_the_same_moment_one_counts(
    either_relay: Relay, by: int
) -> None:
    sent = send(either_relay)
    came: list[object] = []
    ready = threading.Barrier(2)

    def take(choice: Choice) -> None:
        ready.wait()
        try:
            came.append(
                choose(
                    either_relay,
                    sent.ref,
                    choice,
                    by=by,
                    reason=Reason.OTHER,
                    version=1,
                )
            )
        except StaleDecisionError as error:
            came.append(error)

    in_threads([lambda: take(Choice.APPROVE), lambda: take(Choice.REJECT)])
    assert sum(isinstance(each, StaleDecisionError) for each in came) == 1, came
    assert len(log(either_relay)) == 1


def test_a_parent_and_child_approved_at_the_same_moment_find_each_other(
    either_relay: Relay, by: int
) -> None:
    for turn in range(5):
        parent = send(either_relay, f"https://example.org/p{turn}")
        child = send(either_relay, f"https://example.org/c{turn}", baton=parent.baton)
        ready = threading.Barrier(2)

        def approve(ref: str, ready: threading.Barrier = ready) -> None:
            ready.wait()
            choose(either_relay, ref, by=by)

        in_threads([lambda p=parent: approve(p.ref), lambda c=child: approve(c.ref)])
        assert find(either_relay, child.ref).from_id == parent.entry_id


def in_threads(works: list[object]) -> None:
    threads = [threading.Thread(target=each) for each in works]  # type: ignore[arg-type]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_what_was_decided_is_told_though_its_reason_is_put_away_halfway(
    relay: Relay,
) -> None:
    by = make_moderator(relay, role=Role.ORGANISER)
    key = add_reason(
        relay.engine, {"en": "Too loud"}, moderator_id=by, clock=relay.clock
    )
    refs = [send(relay, f"https://example.org/{at}").ref for at in range(3)]

    def wishes() -> Iterator[tuple[str, Wish]]:
        for at, ref in enumerate(refs):
            if at == 1:
                put_reason_away(relay.engine, key, moderator_id=by, clock=relay.clock)
            yield ref, Wish(Choice.REJECT, find(relay, ref).version, key)

    def decide_all() -> list[Outcome]:
        return decide_many(
            relay.engine,
            wishes(),
            moderator_id=by,
            clock=relay.clock,
            printer=relay.printer,
        )

    told = decide_all()
    assert [each.decided is not None for each in told] == [True, False, False]
    assert all(isinstance(each.refused, Invalid) for each in told[1:])
    assert len(log(relay)) == 1
    refs = refs[1:]
    with pytest.raises(Invalid, match="unknown"):
        decide_all()
