"""How long the dispatcher waits for what, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relay.services.outbox import LEASE


@dataclass(frozen=True)
class Patience:
    """Intervals of the dispatcher and the sweeper.

    Chosen so that a row lost at the worst moment is done within 90 s: a `lease` that
    runs out, `sweep`, the pause after a loss, `look` and a job of 15 s make 74 s.
    """

    # How long to sleep at most before looking into the outbox again.
    look: timedelta = timedelta(seconds=2)
    # The same while more is due than the queue may hold.
    look_when_full: timedelta = timedelta(milliseconds=200)
    # How often lost rows are looked for.
    sweep: timedelta = timedelta(seconds=5)
    # How long a row that was sent may be unknown to Redis: it is just being sent.
    arrive: timedelta = timedelta(seconds=10)
    # How long a worker may have a job without beginning it: it forks, and waits at
    # most 10 s for the database's lock.
    begin: timedelta = timedelta(seconds=20)
    # How long a row may run.
    lease: timedelta = LEASE
    # How often old links are made due, a bounded number at a time.
    plan: timedelta = timedelta(minutes=1)
    # How often a relay that changes is measured at most.
    measure: timedelta = timedelta(seconds=3)
    # How old its figures may grow while nothing changes: what is open comes to rest.
    measure_anyway: timedelta = timedelta(hours=1)
    # How often finished rows and old drafts are forgotten.
    forget: timedelta = timedelta(hours=1)
    # How long one dispatcher leads without renewing it.
    lead: timedelta = timedelta(seconds=10)
