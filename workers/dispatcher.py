"""The dispatcher: empties the outbox into the queue, and never keeps more there."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from relay.adapters.doorbell import wait_for_ring
from relay.domain.errors import Unavailable
from relay.domain.relay_pace import DAY, H_LEAST
from relay.queries.kept_relay import find_relay
from relay.queries.season import find_current_season
from relay.services.forget import (
    forget_drafts,
    forget_drawings,
    forget_finished,
    forget_proofs,
    forget_uploads,
)
from relay.services.forget_imports import forget_imports
from relay.services.forget_people import forget_personal
from relay.services.look_again import plan_looks
from relay.services.outbox import claim_due, put_back
from relay.services.remind import plan_reminders
from relay.services.withdraw_entry import forget_withdrawn
from workers.measuring import Measuring
from workers.patience import Patience
from workers.sweeper import Sweeper

if TYPE_CHECKING:
    from redis import Redis

    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket
    from workers.queue import JobQueue

# The outbox is the backlog. A long queue would make leases meaningless and would
# be lost as a whole with Redis.
WAITING_PER_WORKER = 50

_LEAD_KEY = "relay:dispatcher"

# Ours: renew it. Nobody's: take it. Somebody else's: leave it.
_LEAD = """
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] or not holder then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return 0
"""
_RESIGN = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

log = logging.getLogger("relay.dispatcher")


class Dispatcher:
    """One loop: lead, sweep, send, wait for the bell.

    Of several dispatchers one leads; the others wait for it to fall silent. That
    only saves work: two leaders at once would still send each row once.
    """

    def __init__(
        self, relay: Relay, queue: JobQueue, *, patience: Patience | None = None
    ) -> None:
        self._relay = relay
        self._queue = queue
        self._patience = patience or Patience()
        self._sweeper = Sweeper(relay, queue, self._patience)
        self._measuring = Measuring(relay, queue, self._patience)
        self._name = secrets.token_hex(8)
        self._ended = threading.Event()
        self._is_broken = False
        self._swept_at = float("-inf")
        self._forgot_at = float("-inf")
        self._planned_at = float("-inf")

    def run(self) -> None:
        """Work until `end` is called."""
        while not self._ended.is_set():
            try:
                is_full = self.look() if self._lead() else False
                self._note_health(None)
                if is_full:
                    self._ended.wait(self._patience.look_when_full.total_seconds())
                else:
                    self._wait()
            except (RedisError, OperationalError, Unavailable, OSError) as error:
                # What was not sent stays due: nothing is lost by trying again.
                self._note_health(error)
                self._ended.wait(self._patience.look.total_seconds())
        self._resign()

    def end(self) -> None:
        """Let `run` return soon."""
        self._ended.set()

    def look(self) -> bool:
        """Sweep when it is time, and send what is due; True when more is waiting."""
        self._sweep_sometimes()
        self._measuring.send_stale()
        workers = max(self._queue.count_workers(), self._relay.settings.workers)
        room = WAITING_PER_WORKER * workers - self._queue.count_waiting()
        if room <= 0:
            return True
        tickets = claim_due(self._relay.engine, limit=room, clock=self._relay.clock)
        if tickets:
            self._send(tickets)
        return len(tickets) == room

    def _send(self, tickets: list[Ticket]) -> None:
        try:
            self._queue.send(tickets, lease=self._patience.lease)
        except RedisError:
            # Perhaps some have arrived: their attempt no longer counts then.
            put_back(self._relay.engine, tickets, clock=self._relay.clock)
            raise
        log.debug("sent %d", len(tickets))

    def _sweep_sometimes(self) -> None:
        now = time.monotonic()
        if now - self._swept_at >= self._patience.sweep.total_seconds():
            self._swept_at = now
            lost = self._sweeper.sweep()
            self._queue.tidy()
            if lost:
                log.warning("%d jobs were lost and are due again", lost)
        if now - self._forgot_at >= self._patience.forget.total_seconds():
            self._forgot_at = now
            self._forget()
        if now - self._planned_at >= self._patience.plan.total_seconds():
            self._planned_at = now
            self._plan()

    def _plan(self) -> None:
        """Make links due that were looked at long ago."""
        relay = self._relay
        every = timedelta(days=relay.settings.look_again_days)
        if planned := plan_looks(relay.engine, every=every, clock=relay.clock):
            log.info("looking again at %d links", planned)
        if relay.mailer is not None:
            self._plan_reminders()

    def _plan_reminders(self) -> None:
        """Make due what makers asked for, once their batons count as open."""
        relay = self._relay
        with relay.engine.connect() as connection:
            season = find_current_season(connection, now=relay.clock.now())
            kept = find_relay(connection, season.id) if season else None
        if season is None or not season.is_open(relay.clock.now()):
            return
        days = kept.answer["h_days"] if kept else H_LEAST / DAY
        planned = plan_reminders(
            relay.engine,
            season.id,
            open_after=timedelta(days=days),
            clock=relay.clock,
        )
        if planned:
            log.info("reminding %d makers", planned)

    def _forget(self) -> None:
        relay = self._relay
        forget_finished(relay.engine, clock=relay.clock)
        forget_proofs(relay.engine, clock=relay.clock)
        forget_drafts(relay.engine, clock=relay.clock, media=relay.media)
        days = relay.settings.personal_days
        forget_personal(relay.engine, days=days, clock=relay.clock)
        # Last, because it asks most of the media store, which may be away.
        if stray := forget_uploads(relay.engine, clock=relay.clock, media=relay.media):
            log.warning("%d uploads lay about without work, and are deleted", stray)
        forget_imports(relay.engine, clock=relay.clock, media=relay.media)
        forget_drawings(relay.engine, clock=relay.clock, media=relay.media)
        if left := forget_withdrawn(relay.engine, clock=relay.clock, media=relay.media):
            log.warning("the files of %d withdrawn entries are deleted at last", left)

    def _wait(self) -> None:
        """Sleep until the bell rings; a second is the longest that `end` waits."""
        until = time.monotonic() + self._patience.look.total_seconds()
        while not self._ended.is_set():
            left = until - time.monotonic()
            if left <= 0 or wait_for_ring(self._queue.redis, seconds=min(left, 1.0)):
                return

    def _lead(self) -> bool:
        redis: Redis = self._queue.redis
        lasts = int(self._patience.lead.total_seconds() * 1000)
        return bool(redis.eval(_LEAD, 1, _LEAD_KEY, self._name, lasts))

    def _resign(self) -> None:
        try:
            self._queue.redis.eval(_RESIGN, 1, _LEAD_KEY, self._name)
        except RedisError:
            log.debug("could not resign; the lead runs out by itself")

    def _note_health(self, error: Exception | None) -> None:
        """Say once that something does not answer, and once that it does again."""
        if error is not None and not self._is_broken:
            # The first line: the rest is the statement.
            reason = str(error).split("\n", 1)[0]
            log.warning(
                "waiting, everything stays in the outbox", extra={"reason": reason}
            )
        if error is None and self._is_broken:
            log.warning("everything answers again")
        self._is_broken = error is not None
