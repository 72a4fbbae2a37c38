"""Politeness to strangers' hosts: all workers of a relay take turns, through Redis.

A host is asked by one visit at a time (a visit is one link with all that it needs),
once in a pause, and rests after failures. The clock is the Redis server's, so that
machines need not agree on theirs. Redis only keeps order here: while it does not
answer, links are fetched without it and nothing is lost.
"""

from __future__ import annotations

import logging
import math
import secrets
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from relay.domain.errors import FetchFailed, FetchReason, TooMany

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from relay.domain.urls import Url

KEY = "relay:turn:"

# How long a host may stay ours while we ask it: a fetch takes 15 s at most. It frees
# a host whose worker was killed. Between two requests of a visit it is shorter.
LEASE_SECONDS = 20.0
BETWEEN_SECONDS = 5.0

# How long a worker sleeps for the first host of a link, and for a later one, where
# the page that was fetched already would have to be fetched again.
PATIENCE_SECONDS = 1.0
PATIENCE_LATER_SECONDS = 4.0
LOOK_SECONDS = 0.1

# Those who must come back are told times this far apart, so that they do not all
# come at once and all but one in vain. Nobody is told to wait for longer than the
# second figure.
SPACING_SECONDS = 2.0
LINE_SECONDS_MAX = 3600.0

# The rest after one failure; it doubles with each that follows, up to the second
# figure. A host that names a time itself is obeyed up to the third.
REST_SECONDS = 10.0
REST_SECONDS_MAX = 300.0
REST_ASKED_MAX = 3600.0

_COMMAND_SECONDS = 0.5

# What tells that a host is not well, or not glad to see us.
_TIRING = frozenset(
    {
        FetchReason.UNREACHABLE,
        FetchReason.TIMEOUT,
        FetchReason.TLS,
        FetchReason.BAD_RESPONSE,
        FetchReason.SERVER_ERROR,
        FetchReason.RATE_LIMITED,
    }
)

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

# A visit that holds the host has only its own pace to keep. Gives {verdict, ms}.
_TAKE = (
    _NOW
    + """
local token, patience, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local pause, spacing, longest = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local seen = redis.call('HMGET', KEYS[1], 'holder', 'until', 'next', 'rest', 'line')
local held, next = tonumber(seen[2] or 0), tonumber(seen[3] or 0)
local rest, line = tonumber(seen[4] or 0), tonumber(seen[5] or 0)
local verdict = 0
if seen[1] ~= token then
  if rest > now then
    verdict, next = 2, math.max(next, rest)
  elseif seen[1] and held > now then
    verdict, next = 1, math.max(next, math.min(held, now + spacing))
  elseif next - now > patience then
    verdict = 1
  end
end
if verdict == 0 then
  local from = math.max(now, next)
  redis.call('HSET', KEYS[1],
    'holder', token, 'until', from + lease, 'next', from + pause)
  redis.call('PEXPIRE', KEYS[1], from - now + lease + longest)
  return {0, from - now}
end
if ARGV[7] == '1' then
  next = math.min(math.max(next, line), now + longest)
  redis.call('HSET', KEYS[1], 'line', next + spacing)
  redis.call('PEXPIRE', KEYS[1], next - now + spacing + longest)
end
return {verdict, next - now}
"""
)

_END = (
    _NOW
    + """
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return end
redis.call('HSET', KEYS[1], 'until', now + ARGV[2])
if ARGV[3] == '0' then
  redis.call('HDEL', KEYS[1], 'failures', 'rest')
  return
end
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local rest = math.min(ARGV[4] * 2 ^ math.min(failures - 1, 20), tonumber(ARGV[5]))
redis.call('HSET', KEYS[1], 'rest', now + math.max(rest, tonumber(ARGV[6])))
"""
)

_LEAVE = """
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'holder', 'until')
end
"""

log = logging.getLogger("relay.turns")


class _Verdict(IntEnum):
    """What the server says to somebody who comes for a turn."""

    OURS = 0
    BUSY = 1
    RESTING = 2


class RedisTurns:
    """The turns of one process, which makes one visit after the other.

    `pause` is in seconds. The places of `exempt` (host:port) are asked at once:
    they are the operator's own.
    """

    def __init__(
        self, url: str, *, pause: float, exempt: AbstractSet[str] = frozenset()
    ) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=_COMMAND_SECONDS,
            socket_connect_timeout=_COMMAND_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection the server has closed
        )
        self._pause = pause
        self._exempt = exempt
        self._token = ""
        self._hosts: set[str] = set()
        self._is_alone = False

    def take(self, url: Url) -> None:
        """Wait for the turn to ask a host, if it is near; each `take` has its `end`.

        Raises TooMany, which says when to come back with the whole link, and
        FetchFailed when only a part of it lies on a host that rests.
        """
        if self._is_free(url):
            return
        patience = PATIENCE_LATER_SECONDS if self._hosts else PATIENCE_SECONDS
        until = time.monotonic() + patience
        while True:
            is_last = not self._hosts or time.monotonic() >= until
            verdict, seconds = self._ask(url.host, line_up=is_last)
            if verdict is _Verdict.OURS:
                self._hosts.add(url.host)
                time.sleep(seconds)
                return
            if verdict is _Verdict.RESTING and self._hosts:
                # To fetch the page again only for this would tire two hosts.
                detail = f"{url.host} rests after failures"
                raise FetchFailed(FetchReason.UNREACHABLE, detail)
            if is_last:
                message = f"{url.host} is asked once in {self._pause:g} s."
                raise TooMany(message, retry_after=max(1, math.ceil(seconds)))
            time.sleep(LOOK_SECONDS)

    def end(self, url: Url, failed: FetchFailed | None) -> None:
        """Say that a request is over, and how; the host stays ours for the visit."""
        if self._is_free(url) or url.host not in self._hosts:
            return
        tired = failed is not None and failed.reason in _TIRING
        asked = min((failed and failed.retry_after) or 0, REST_ASKED_MAX)
        self._run(
            _END,
            url.host,
            *(_ms(BETWEEN_SECONDS), int(tired), _ms(REST_SECONDS)),
            *(_ms(REST_SECONDS_MAX), _ms(asked)),
        )

    def leave(self) -> None:
        """End the visit: let others have its hosts."""
        for host in self._hosts:
            self._run(_LEAVE, host)
        self._hosts.clear()
        self._token = ""
        self._is_alone = False

    def _is_free(self, url: Url) -> bool:
        return self._pause == 0 or url.place in self._exempt

    def _ask(self, host: str, *, line_up: bool) -> tuple[_Verdict, float]:
        answer = self._run(
            _TAKE,
            host,
            *(_ms(PATIENCE_SECONDS), _ms(LEASE_SECONDS), _ms(self._pause)),
            *(_ms(SPACING_SECONDS), _ms(LINE_SECONDS_MAX), int(line_up)),
        )
        if answer is None:
            return _Verdict.OURS, 0.0
        return _Verdict(answer[0]), answer[1] / 1000

    def _run(self, script: str, host: str, *given: int) -> Any:  # noqa: ANN401 - what a script answers
        """Run a script for a host; None when Redis does not answer."""
        if self._is_alone:
            return None
        # Made here and not before, because workers fork with us in their hands.
        self._token = self._token or secrets.token_hex(8)
        try:
            return self._redis.eval(script, 1, KEY + host, self._token, *given)
        except (RedisError, OSError) as error:
            self._is_alone = True
            log.warning("going on without turns", extra={"reason": str(error)})
            return None


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
