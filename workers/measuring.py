"""Who must be measured: relays that have changed, at most every few seconds each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from relay.queries.kept_relay import list_stale
from workers.queue import MEASURE_SECONDS

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.queries.kept_relay import StaleRelay
    from workers.patience import Patience
    from workers.queue import JobQueue

# Measuring may take this share of one worker's time: the larger the relay, the rarer.
SHARE = 0.1


class Measuring:
    """Queues the measuring of stale relays, each in one job at a time.

    What it remembers only saves work: a job that is lost with Redis leaves its relay
    stale, and another one is sent.
    """

    def __init__(self, relay: Relay, queue: JobQueue, patience: Patience) -> None:
        self._relay = relay
        self._queue = queue
        self._patience = patience
        self._sent: dict[int, tuple[str, float]] = {}

    def send_stale(self) -> int:
        """Queue what is due; returns how many. Raises RedisError, OperationalError."""
        oldest = self._relay.clock.now() - self._patience.measure_anyway
        with self._relay.engine.connect() as connection:
            stale = list_stale(connection, measured_before=oldest)
        due = [each for each in stale if self._is_due(each)]
        for each in due:
            job_id = self._queue.send_measuring(each.season_id)
            self._sent[each.season_id] = job_id, time.monotonic()
        return len(due)

    def _is_due(self, stale: StaleRelay) -> bool:
        job_id, sent_at = self._sent.get(stale.season_id, ("", float("-inf")))
        waited = time.monotonic() - sent_at
        pause = max(self._patience.measure.total_seconds(), stale.seconds / SHARE)
        if waited < pause:
            return False
        # A worker that died while it took the job has left one that never ends.
        return waited > MEASURE_SECONDS or not self._queue.is_measuring(job_id)
