"""The doorbell: wakes the dispatcher over Redis when the outbox holds something new."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "relay:doorbell"

# Somebody is waiting for a page while we ring: an absent server may cost this, in
# seconds, and then no more until it has rested.
RING_SECONDS = 0.25
REST_SECONDS = 5.0


class RedisDoorbell:
    """Rings for the dispatcher; many rings before it comes count as one."""

    def __init__(
        self, url: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=RING_SECONDS,
            socket_connect_timeout=RING_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection the server has closed
        )
        self._monotonic = monotonic
        self._rests_until = float("-inf")

    def ring(self) -> None:
        """Wake the dispatcher if it can be reached; never raises."""
        if self._monotonic() < self._rests_until:
            return
        try:
            with self._redis.pipeline() as pipeline:
                pipeline.lpush(KEY, "1")
                pipeline.ltrim(KEY, 0, 0)
                pipeline.execute()
        except (RedisError, OSError):
            # The row stands in the outbox: the dispatcher looks there by itself.
            self._rests_until = self._monotonic() + REST_SECONDS

    def can_ring(self) -> bool:
        """Tell whether the queue server answers now."""
        try:
            return bool(self._redis.ping())
        except (RedisError, OSError):
            return False


def wait_for_ring(redis: Redis, *, seconds: float) -> bool:
    """Wait for a ring, at most so long; tell whether there was one.

    Raises RedisError when the server does not answer.
    """
    return redis.blpop([KEY], timeout=seconds) is not None
