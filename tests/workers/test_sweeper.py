from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relay.models import OutboxState, Topic
from relay.services.outbox import OpenRow, Ticket
from workers.patience import Patience
from workers.queue import JobState
from workers.sweeper import Verdict, judge

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TICKET = Ticket(1, Topic.FETCH_PREVIEW, 7, 1)


def sent(seconds: float) -> OpenRow:
    at = NOON - timedelta(seconds=seconds)
    return OpenRow(TICKET, OutboxState.SENT, at, None)


def running(lease_left: float) -> OpenRow:
    until = NOON + timedelta(seconds=lease_left)
    return OpenRow(TICKET, OutboxState.RUNNING, NOON - timedelta(seconds=30), until)


@pytest.mark.parametrize(
    ("row", "job", "verdict"),
    [
        # Sent and in the line, however long it is.
        (sent(3600), JobState.WAITING, Verdict.WAIT),
        # On its way to Redis; then Redis must have forgotten it.
        (sent(10), JobState.MISSING, Verdict.WAIT),
        (sent(10.1), JobState.MISSING, Verdict.PUT_BACK),
        # Taken by a worker that has not begun.
        (sent(60), JobState.BEGUN, Verdict.WAIT),
        (sent(60.1), JobState.BEGUN, Verdict.FAIL),
        # RQ knows that its process died.
        (sent(1), JobState.FAILED, Verdict.FAIL),
        (running(lease_left=40), JobState.FAILED, Verdict.FAIL),
        # Running: only the lease counts, whatever Redis has forgotten.
        (running(lease_left=0.1), JobState.BEGUN, Verdict.WAIT),
        (running(lease_left=0.1), JobState.MISSING, Verdict.WAIT),
        (running(lease_left=0), JobState.BEGUN, Verdict.FAIL),
        (running(lease_left=-1), JobState.MISSING, Verdict.FAIL),
    ],
)
def test_a_row_is_lost_when_nobody_can_be_working_on_it(
    row: OpenRow, job: JobState, verdict: Verdict
) -> None:
    assert judge(row, job, now=NOON, patience=Patience()) is verdict


def test_the_real_intervals_keep_the_promise_of_90_seconds() -> None:
    real = Patience()
    longest_job = timedelta(seconds=15)
    first_pause = timedelta(seconds=2)
    for worst in (real.begin, real.lease, real.arrive):
        again = worst + real.sweep + first_pause + real.look + longest_job
        assert again < timedelta(seconds=90)
