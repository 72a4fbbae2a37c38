from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Forbidden, NotFound, RelayError
from relay.domain.moderation import Choice, Moderation, Reason
from relay.domain.notice import About
from relay.models import Card, Decision, Notice
from relay.services.decide import StaleDecisionError
from relay.services.withdraw_entry import withdraw_entry
from tests.deciding import change, count_public, limit_scope, log, take_back
from tests.making import NAIROBI, NANJING, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay)


WAYS = [
    ([Choice.REJECT], Moderation.PENDING),
    ([Choice.ASK_CHANGES], Moderation.PENDING),
    ([Choice.APPROVE], Moderation.PENDING),
    ([Choice.ASK_CHANGES, Choice.APPROVE], Moderation.CHANGES_ASKED),
    ([Choice.APPROVE, Choice.TAKE_DOWN], Moderation.APPROVED),
    ([Choice.APPROVE, Choice.TAKE_DOWN, Choice.RESTORE], Moderation.TAKEN_DOWN),
    ([Choice.REJECT, Choice.RESTORE], Moderation.REJECTED),
]


@pytest.mark.parametrize(("choices", "before"), WAYS)
def test_each_step_can_be_taken_back_and_given_again(
    relay: Relay, by: int, choices: list[Choice], before: Moderation
) -> None:
    sent = send(relay)
    *earlier, last = choices
    for choice in earlier:
        choose(relay, sent.ref, choice, by=by, reason=Reason.OTHER)
    decided = choose(relay, sent.ref, last, by=by, reason=Reason.OTHER)
    after = find(relay, sent.ref).moderation
    undone = take_back(relay, sent.ref, decided.decision_id, by=by)
    assert undone.moderation is before
    assert find(relay, sent.ref).moderation is before
    newest = log(relay)[-1]
    assert (newest.choice, newest.undoes_id) == (Choice.UNDO, decided.decision_id)
    assert (newest.before, newest.after) == (after, before)
    assert count_public(relay) == int(before is Moderation.APPROVED)
    again = take_back(relay, sent.ref, undone.decision_id, by=by)
    assert again.moderation is after
    assert count_public(relay) == int(after is Moderation.APPROVED)


def test_an_approval_that_is_taken_back_leaves_the_number_and_no_public_byte(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    decided = choose(relay, sent.ref, by=by)
    take_back(relay, sent.ref, decided.decision_id, by=by)
    entry = find(relay, sent.ref)
    assert (entry.no, entry.moderation) == (1, Moderation.PENDING)
    with Session(relay.engine) as session:
        assert not session.exec(select(Card)).all()
    assert choose(relay, sent.ref, by=by).no == 1


def test_whoever_decided_later_is_shown_to_whoever_takes_back_something_older(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    first = choose(relay, sent.ref, by=by)
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.HURTFUL)
    with pytest.raises(StaleDecisionError) as stale:
        take_back(relay, sent.ref, first.decision_id, by=by)
    assert stale.value.newest
    assert stale.value.newest.choice is Choice.TAKE_DOWN
    assert find(relay, sent.ref).moderation is Moderation.TAKEN_DOWN


def test_undoing_goes_on_behind_what_was_undone(relay: Relay, by: int) -> None:
    sent = send(relay)
    first = choose(relay, sent.ref, by=by)
    second = choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    take_back(relay, sent.ref, second.decision_id, by=by)
    assert (
        take_back(relay, sent.ref, first.decision_id, by=by).moderation
        is Moderation.PENDING
    )


def test_nothing_is_taken_back_twice(relay: Relay, by: int) -> None:
    sent = send(relay)
    first = choose(relay, sent.ref, by=by)
    take_back(relay, sent.ref, first.decision_id, by=by)
    choose(relay, sent.ref, by=by)
    with pytest.raises(StaleDecisionError):
        take_back(relay, sent.ref, first.decision_id, by=by)


def test_who_looks_at_an_old_version_takes_nothing_back(relay: Relay, by: int) -> None:
    sent = send(relay)
    decided = choose(relay, sent.ref, by=by)
    change(relay, sent.ref, by=by, title="Other boats")
    with pytest.raises(StaleDecisionError):
        take_back(relay, sent.ref, decided.decision_id, by=by, version=decided.version)
    take_back(relay, sent.ref, decided.decision_id, by=by)
    assert find(relay, sent.ref).title == "Other boats"


def test_what_its_maker_has_withdrawn_stays_withdrawn(relay: Relay, by: int) -> None:
    sent = send(relay)
    decided = choose(relay, sent.ref, by=by)
    withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    with pytest.raises(StaleDecisionError):
        take_back(relay, sent.ref, decided.decision_id, by=by)
    assert find(relay, sent.ref).moderation is Moderation.WITHDRAWN


def test_a_city_of_what_was_withdrawn_is_not_put_back(relay: Relay, by: int) -> None:
    sent = send(relay, city=NANJING)
    edited = change(relay, sent.ref, by=by, city=NAIROBI)
    withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    with pytest.raises(StaleDecisionError):
        take_back(relay, sent.ref, edited.decision_id, by=by)
    assert find(relay, sent.ref).city_id == NAIROBI


def test_a_decision_of_another_entry_is_not_found_here(relay: Relay, by: int) -> None:
    sent, other = send(relay), send(relay, "https://example.org/other")
    decided = choose(relay, other.ref, by=by)
    with pytest.raises(NotFound):
        take_back(relay, sent.ref, decided.decision_id, by=by)


def test_only_who_may_decide_on_it_may_take_it_back(relay: Relay, by: int) -> None:
    sent = send(relay)
    decided = choose(relay, sent.ref, by=by)
    elsewhere = make_moderator(relay, "far@example.org")
    limit_scope(relay, elsewhere, countries=["KE"])
    with pytest.raises(Forbidden):
        take_back(relay, sent.ref, decided.decision_id, by=elsewhere)


def test_the_maker_is_told_that_a_decision_was_taken_back(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    decided = choose(relay, sent.ref, Choice.REJECT, by=by, reason=Reason.NOT_ART)
    undone = take_back(relay, sent.ref, decided.decision_id, by=by)
    with Session(relay.engine) as session:
        told = [(each.about, each.decision_id) for each in session.exec(select(Notice))]
    assert told == [
        (About.REJECTED, decided.decision_id),
        (About.TAKEN_BACK, undone.decision_id),
    ]


STEPS = [
    *Choice.__members__.values(),
    Choice.UNDO,
    Choice.UNDO,
    Choice.APPROVE,
    Choice.APPROVE,
]


@pytest.mark.parametrize("seed", range(12))
def test_any_steps_and_undos_end_where_the_log_says(
    relay: Relay, by: int, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    sent = send(relay)
    for turn in range(25):
        try:
            _take_any(relay, sent.ref, dice, by=by, turn=turn)
        except RelayError:
            continue
        entry, rows = find(relay, sent.ref), log(relay)
        assert _replay(rows) == {
            "moderation": entry.moderation.value,
            "title": entry.title,
            "city": [entry.city_id, entry.country],
            "blurred": entry.blurred,
        }
        assert not rows or rows[-1].version == entry.version
        assert count_public(relay) == int(entry.moderation is Moderation.APPROVED)
        with Session(relay.engine) as session:
            is_printed = bool(session.exec(select(Card)).first())
        assert is_printed is (entry.moderation is Moderation.APPROVED)
    assert log(relay)


def _take_any(
    relay: Relay, ref: str, dice: random.Random, *, by: int, turn: int
) -> None:
    choice = dice.choice(STEPS)
    if choice is Choice.EDIT:
        city = dice.choice([NANJING, NAIROBI])
        change(relay, ref, by=by, title=f"Boats {turn % 3}", city=city)
    elif choice is Choice.UNDO:
        rows = log(relay)
        if rows:
            take_back(relay, ref, dice.choice(rows[-5:]).id or 0, by=by)
    else:
        choose(relay, ref, choice, by=by, reason=Reason.OTHER)


def _replay(rows: list[Decision]) -> dict[str, object]:
    """Return what the entry is, by its log alone: what is in force, in order."""
    state: dict[str, object] = {
        "moderation": "pending",
        "title": "Paper boats",
        "city": [NANJING, "CN"],
        "blurred": False,
    }
    taken_back: set[int | None] = set()
    live = []
    for row in reversed(rows):
        if row.id not in taken_back:
            live.append(row)
            taken_back.add(row.undoes_id)
    for row in reversed(live):
        if row.choice is Choice.UNDO:
            continue
        if row.before is not row.after:
            state["moderation"] = row.after.value
        for name, each in (row.details or {}).items():
            state[name] = each["after"]
    return state
