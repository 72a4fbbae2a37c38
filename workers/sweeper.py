"""The sweeper: finds rows that nobody works on any more and makes them due again."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import TYPE_CHECKING

from relay.models import OutboxState
from relay.services.outbox import fail, list_open, put_back
from workers.queue import JobState

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay
    from relay.services.outbox import OpenRow, Ticket
    from workers.patience import Patience
    from workers.queue import JobQueue


class Verdict(Enum):
    """What is to be done about an open row."""

    WAIT = "wait"
    PUT_BACK = "put back"
    FAIL = "fail"


class Sweeper:
    """Finds lost rows, and remembers since when each job has been in a worker's hands.

    A job may wait in the line for long: the age of its row says nothing of that.
    """

    def __init__(self, relay: Relay, queue: JobQueue, patience: Patience) -> None:
        self._relay = relay
        self._queue = queue
        self._patience = patience
        self._taken_at: dict[str, datetime] = {}

    def sweep(self) -> int:
        """Make every lost row due again, or give it up; returns how many were lost.

        Raises RedisError when the queue does not answer.
        """
        rows = list_open(self._relay.engine)
        jobs = self._queue.find_states([row.ticket.job_id for row in rows])
        now = self._relay.clock.now()
        self._remember_taken(rows, jobs, now)
        lost = defaultdict(list)
        for row, job in zip(rows, jobs, strict=True):
            taken_at = self._taken_at.get(row.ticket.job_id)
            verdict = judge(
                row, job, taken_at=taken_at, now=now, patience=self._patience
            )
            lost[verdict].append(row)
        self._put_back([row.ticket for row in lost[Verdict.PUT_BACK]])
        self._fail(lost[Verdict.FAIL])
        return len(lost[Verdict.PUT_BACK]) + len(lost[Verdict.FAIL])

    def _remember_taken(
        self, rows: list[OpenRow], jobs: list[JobState], now: datetime
    ) -> None:
        taken = {
            row.ticket.job_id
            for row, job in zip(rows, jobs, strict=True)
            if row.state is OutboxState.SENT and job is JobState.BEGUN
        }
        self._taken_at = {each: self._taken_at.get(each, now) for each in taken}

    def _put_back(self, tickets: list[Ticket]) -> None:
        if tickets:
            put_back(self._relay.engine, tickets, clock=self._relay.clock)
            self._queue.forget({each.job_id for each in tickets})

    def _fail(self, rows: list[OpenRow]) -> None:
        for row in rows:
            # Only if it is still as we saw it: it may have begun or ended meanwhile.
            ended = fail(
                self._relay.engine,
                row.ticket,
                among={row.state},
                clock=self._relay.clock,
            )
            if ended is not None:
                self._queue.forget({row.ticket.job_id})


def judge(
    row: OpenRow,
    job: JobState,
    *,
    taken_at: datetime | None,
    now: datetime,
    patience: Patience,
) -> Verdict:
    """Decide by the row and its job whether it is lost.

    A row that never reached a worker (Redis was wiped) is put back; one that a
    worker took and did not finish counts as a loss, so that no row can take down
    one worker after another for ever.
    """
    if row.state is OutboxState.RUNNING:
        is_over = row.lease_until is None or row.lease_until <= now
        return Verdict.FAIL if is_over or job is JobState.FAILED else Verdict.WAIT
    if job is JobState.MISSING:
        is_late = now - (row.sent_at or now) > patience.arrive
        return Verdict.PUT_BACK if is_late else Verdict.WAIT
    if job is JobState.FAILED:
        return Verdict.FAIL
    if taken_at is not None and now - taken_at > patience.begin:
        return Verdict.FAIL
    return Verdict.WAIT
