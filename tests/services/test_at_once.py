from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Choice, Moderation, Reason
from relay.services.decide import StaleDecisionError
from tests.deciding import approve, ask_for_two, join, log, take_back
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do all at the same moment; return what each gave or raised."""
    ready = threading.Barrier(len(works))
    came: list[object] = []

    def run(work: Callable[[], object]) -> None:
        ready.wait()
        try:
            came.append(work())
        except Exception as error:  # noqa: BLE001 - looked at in the main thread
            came.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return came


def count_stale(came: list[object]) -> int:
    return sum(isinstance(each, StaleDecisionError) for each in came)


def test_of_two_undos_at_the_same_moment_one_counts(
    either_relay: Relay, by: int
) -> None:
    relay = either_relay
    sent = send(relay)
    decided = choose(relay, sent.ref, by=by)

    def undo() -> object:
        return take_back(
            relay, sent.ref, decided.decision_id, by=by, version=decided.version
        )

    assert count_stale(at_once(undo, undo)) == 1
    assert len(log(relay)) == 2
    assert find(relay, sent.ref).moderation is Moderation.PENDING


def test_of_an_undo_and_a_decision_at_the_same_moment_one_counts(
    either_relay: Relay, by: int
) -> None:
    relay = either_relay
    sent = send(relay)
    decided = choose(relay, sent.ref, by=by)
    seen = decided.version
    came = at_once(
        lambda: take_back(relay, sent.ref, decided.decision_id, by=by, version=seen),
        lambda: choose(
            relay,
            sent.ref,
            Choice.TAKE_DOWN,
            by=by,
            reason=Reason.OTHER,
            version=seen,
        ),
    )
    assert count_stale(came) == 1
    assert len(log(relay)) == 2


def test_two_who_approve_at_the_same_moment_are_the_two_that_are_asked_for(
    either_relay: Relay, by: int
) -> None:
    relay = either_relay
    other = make_moderator(relay, "ken@example.org")
    ask_for_two(relay, "individual")
    sent = send(relay)
    at_once(
        lambda: approve(relay, sent.ref, by=by, version=1),
        lambda: approve(relay, sent.ref, by=other, version=1),
    )
    assert find(relay, sent.ref).no == 1
    assert len(log(relay)) == 2


def test_two_that_are_merged_into_each_other_at_the_same_moment_do_not_both_go(
    either_relay: Relay, by: int
) -> None:
    relay = either_relay
    one, two = send(relay), send(relay, "https://example.org/two")
    came = at_once(
        lambda: join(relay, one.ref, two.ref, by=by),
        lambda: join(relay, two.ref, one.ref, by=by),
    )
    states = {find(relay, each.ref).moderation for each in (one, two)}
    assert states == {Moderation.PENDING, Moderation.REJECTED}, came
