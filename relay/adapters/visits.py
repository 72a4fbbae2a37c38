"""Who has visited what today: salted hashes in Redis, gone when the day is over.

The salt is drawn for each day and lies nowhere else: once it is gone, no hash can be
led back to an address. A server that keeps a log of its commands on disk, as ours does,
forgets it there when it next shortens the log.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from hashlib import sha256
from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

KEY = "relay:visit:"
DAY_SECONDS = 24 * 3600
SALT_BYTES = 32
HASH_BYTES = 16

# Somebody waits for a page meanwhile: see the doorbell.
ASK_SECONDS = 0.25
REST_SECONDS = 5.0

log = logging.getLogger("relay.visits")


class RedisVisits:
    """Visits of one day, each counted once; while Redis is away, none is."""

    def __init__(
        self, url: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=ASK_SECONDS,
            socket_connect_timeout=ASK_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection the server has closed
        )
        self._monotonic = monotonic
        self._rests_until = float("-inf")

    def is_first(self, visited: str, visitor: str, *, now: datetime) -> bool:
        """Tell whether nobody of this address was here today; never raises."""
        if self._monotonic() < self._rests_until:
            return False
        try:
            return self._is_first(visited, visitor, day=now.date().isoformat())
        except (RedisError, OSError) as error:
            self._rests_until = self._monotonic() + REST_SECONDS
            log.warning("visits are not counted", extra={"reason": str(error)})
            return False

    def _is_first(self, visited: str, visitor: str, *, day: str) -> bool:
        salt = f"{KEY}salt:{day}"
        with self._redis.pipeline() as pipeline:
            fresh = secrets.token_bytes(SALT_BYTES)
            pipeline.set(salt, fresh, nx=True, ex=DAY_SECONDS)
            pipeline.get(salt)
            secret = pipeline.execute()[1] or fresh
        said = f"{visited}\n{visitor}".encode()
        seen = hmac.digest(secret, said, sha256)[:HASH_BYTES].hex()
        return bool(self._redis.set(KEY + seen, b"", nx=True, ex=DAY_SECONDS))
