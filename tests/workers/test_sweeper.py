from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from relay.models import OutboxState, Topic
from relay.services.outbox import OpenRow, Ticket, claim_due, fail, mark_running
from tests.workers.parts import row_of
from workers.patience import Patience
from workers.queue import JobState
from workers.sweeper import Sweeper, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from workers.queue import JobQueue

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TICKET = Ticket(1, Topic.FETCH_PREVIEW, 7, 1)


def sent(seconds: float) -> OpenRow:
    at = NOON - timedelta(seconds=seconds)
    return OpenRow(TICKET, OutboxState.SENT, at, None)


def running(lease_left: float) -> OpenRow:
    until = NOON + timedelta(seconds=lease_left)
    return OpenRow(TICKET, OutboxState.RUNNING, NOON - timedelta(seconds=30), until)


@pytest.mark.parametrize(
    ("row", "job", "taken", "verdict"),
    [
        # Sent and in the line, however long it is.
        (sent(3600), JobState.WAITING, None, Verdict.WAIT),
        # On its way to Redis; then Redis must have forgotten it.
        (sent(10), JobState.MISSING, None, Verdict.WAIT),
        (sent(10.1), JobState.MISSING, None, Verdict.PUT_BACK),
        # Taken by a worker that has not begun, after a long time in the line.
        (sent(3600), JobState.BEGUN, 20, Verdict.WAIT),
        (sent(3600), JobState.BEGUN, 20.1, Verdict.FAIL),
        # RQ knows that its process died.
        (sent(1), JobState.FAILED, None, Verdict.FAIL),
        (running(lease_left=40), JobState.FAILED, None, Verdict.FAIL),
        # Running: only the lease counts, whatever Redis has forgotten.
        (running(lease_left=0.1), JobState.BEGUN, None, Verdict.WAIT),
        (running(lease_left=0.1), JobState.MISSING, None, Verdict.WAIT),
        (running(lease_left=0), JobState.BEGUN, None, Verdict.FAIL),
        (running(lease_left=-1), JobState.MISSING, None, Verdict.FAIL),
    ],
)
def test_a_row_is_lost_when_nobody_can_be_working_on_it(
    row: OpenRow, job: JobState, taken: float | None, verdict: Verdict
) -> None:
    taken_at = None if taken is None else NOON - timedelta(seconds=taken)
    found = judge(row, job, taken_at=taken_at, now=NOON, patience=Patience())
    assert found is verdict


def test_the_real_intervals_keep_the_promise_of_90_seconds() -> None:
    real = Patience()
    longest_job = timedelta(seconds=15)
    first_pause = timedelta(seconds=2)
    for worst in (real.begin + real.sweep, real.lease, real.arrive):
        again = worst + real.sweep + first_pause + real.look + longest_job
        assert again < timedelta(seconds=90)


@pytest.mark.redis
def test_a_job_that_waited_long_in_the_line_is_not_lost_when_a_worker_takes_it(
    relay: Relay, queue: JobQueue, send_in: Callable[[str], int]
) -> None:
    entry_id = send_in("/post")
    (ticket,) = claim_due(relay.engine, limit=1, clock=relay.clock)
    queue.send([ticket], lease=timedelta(seconds=50))
    patience = Patience(begin=timedelta(seconds=0.4))
    sweeper = Sweeper(relay, queue, patience)
    time.sleep(0.5)
    assert sweeper.sweep() == 0
    # What RQ does first when a worker takes a job.
    assert queue.redis.lmove(queue.rq.key, f"{queue.rq.key}:intermediate")
    assert sweeper.sweep() == 0
    assert row_of(relay, entry_id).state is OutboxState.SENT
    time.sleep(0.5)
    assert sweeper.sweep() == 1
    assert row_of(relay, entry_id).failures == 1
    assert queue.find_states([ticket.job_id]) == [JobState.MISSING]


@pytest.mark.redis
def test_a_row_that_began_while_it_was_judged_is_left_alone(
    relay: Relay, send_in: Callable[[str], int]
) -> None:
    entry_id = send_in("/post")
    (ticket,) = claim_due(relay.engine, limit=1, clock=relay.clock)
    mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=relay.clock)
    sent_only = {OutboxState.SENT}
    assert fail(relay.engine, ticket, among=sent_only, clock=relay.clock) is None
    assert row_of(relay, entry_id).state is OutboxState.RUNNING
