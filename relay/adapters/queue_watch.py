"""Watching the queue server from outside: which workers live, and what waits there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

# Somebody waits for the page.
SECONDS = 1.0
WORKERS_MAX = 100

# Where RQ 3 keeps its workers and lines, and our dispatcher its lead.
_WORKERS = "rq:workers"
_WORKER = "rq:worker:"
_LINES = ("rq:queue:relay-figures", "rq:queue:relay")
_LEAD = "relay:dispatcher"


@dataclass(frozen=True)
class SeenWorker:
    """One worker, what it does, and when it was heard of last."""

    name: str
    state: str
    heard_at: datetime | None


@dataclass(frozen=True)
class QueueSeen:
    """What the queue server tells; the longest silent workers come last."""

    workers: tuple[SeenWorker, ...]
    waiting: int
    has_dispatcher: bool


def watch_queue(url: str) -> QueueSeen | None:
    """Return what the queue server tells now; None when it does not answer."""
    try:
        with Redis.from_url(
            url,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            return _look(redis)
    except (RedisError, OSError):
        return None


def _look(redis: Redis) -> QueueSeen:
    keys = (_text(each) for each in redis.smembers(_WORKERS))
    names = sorted(each for each in keys if each)[:WORKERS_MAX]
    with redis.pipeline(transaction=False) as pipeline:
        pipeline.exists(_LEAD)
        for line in _LINES:
            pipeline.llen(line)
        for name in names:
            pipeline.hmget(name, "state", "last_heartbeat")
        lead, *rest = pipeline.execute()
    lengths, told = rest[: len(_LINES)], rest[len(_LINES) :]
    workers = [
        SeenWorker(
            name.removeprefix(_WORKER), _text(state) or "", _moment(_text(heard))
        )
        for name, (state, heard) in zip(names, told, strict=True)
    ]
    oldest = datetime.min.replace(tzinfo=UTC)
    workers.sort(key=lambda each: each.heard_at or oldest, reverse=True)
    return QueueSeen(tuple(workers), sum(lengths), bool(lead))


def _text(value: bytes | str | None) -> str | None:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _moment(text: str | None) -> datetime | None:
    """Return a moment as RQ writes it: ISO 8601 in UTC."""
    try:
        read = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
