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


def judge(row: OpenRow, job: JobState, *, now: datetime, patience: Patience) -> Verdict:
    """Decide by the row and its job whether it is lost.

    A row that never reached a worker (Redis was wiped) is put back; one that a
    worker took and did not finish counts as a loss, so that no row can take down
    one worker after another for ever.
    """
    if row.state is OutboxState.RUNNING:
        is_over = row.lease_until is None or row.lease_until <= now
        return Verdict.FAIL if is_over or job is JobState.FAILED else Verdict.WAIT
    age = now - (row.sent_at or now)
    if job is JobState.MISSING:
        return Verdict.PUT_BACK if age > patience.arrive else Verdict.WAIT
    if job is JobState.FAILED or (job is JobState.BEGUN and age > patience.begin):
        return Verdict.FAIL
    return Verdict.WAIT


def sweep(relay: Relay, queue: JobQueue, patience: Patience) -> dict[Verdict, int]:
    """Make every lost row due again; returns how many had which verdict.

    Raises RedisError when the queue does not answer.
    """
    rows = list_open(relay.engine)
    states = queue.find_states([row.ticket.job_id for row in rows])
    now = relay.clock.now()
    lost: dict[Verdict, list[Ticket]] = defaultdict(list)
    for row, state in zip(rows, states, strict=True):
        lost[judge(row, state, now=now, patience=patience)].append(row.ticket)
    if lost[Verdict.PUT_BACK]:
        put_back(relay.engine, lost[Verdict.PUT_BACK], clock=relay.clock)
    for ticket in lost[Verdict.FAIL]:
        fail(relay.engine, ticket, clock=relay.clock)
    queue.forget({each.job_id for each in lost[Verdict.PUT_BACK] + lost[Verdict.FAIL]})
    return {verdict: len(tickets) for verdict, tickets in lost.items()}
