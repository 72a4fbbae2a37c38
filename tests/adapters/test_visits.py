"""Visits, counted by real clients of a real Valkey server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from redis import Redis

from relay.adapters.valkey import start_valkey
from relay.adapters.visits import DAY_SECONDS, KEY, REST_SECONDS, RedisVisits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.redis

MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HERE, THERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_valkey(tmp_path_factory.mktemp("visits")) as server:
        yield server.url


@pytest.fixture
def redis(server_url: str) -> Iterator[Redis]:
    with Redis.from_url(server_url) as redis:
        redis.flushall()
        yield redis


def test_an_address_counts_once_a_day_for_each_thing(
    redis: Redis,  # noqa: ARG001 - an empty server
    server_url: str,
) -> None:
    visits, other_process = RedisVisits(server_url), RedisVisits(server_url)
    assert visits.is_first("baton", HERE, now=MORNING)
    assert not visits.is_first("baton", HERE, now=MORNING + timedelta(hours=9))
    assert not other_process.is_first("baton", HERE, now=MORNING)
    assert other_process.is_first("baton", THERE, now=MORNING)
    assert visits.is_first("another", HERE, now=MORNING)
    assert visits.is_first("baton", HERE, now=MORNING + timedelta(days=1))


def test_what_is_kept_names_nobody_and_goes_by_itself(
    redis: Redis, server_url: str
) -> None:
    RedisVisits(server_url).is_first("baton", HERE, now=MORNING)
    keys = redis.keys(f"{KEY}*")
    assert len(keys) == 2
    for key in keys:
        said = f"{key!r} {redis.get(key)!r}"
        assert HERE not in said
        assert "baton" not in said
        assert 0 < redis.ttl(key) <= DAY_SECONDS


def test_while_redis_is_away_nobody_is_counted_and_nobody_waits(tmp_path: Path) -> None:
    time = [0.0]
    visits = RedisVisits(f"unix://{tmp_path}/none.sock", monotonic=lambda: time[0])
    assert not visits.is_first("baton", HERE, now=MORNING)
    with start_valkey(tmp_path / "data") as server:
        back = RedisVisits(server.url, monotonic=lambda: time[0])
        assert back.is_first("baton", HERE, now=MORNING)
        server.process.kill()
        server.process.wait()
        assert not back.is_first("baton", THERE, now=MORNING)
        with start_valkey(tmp_path / "data"):
            # It rests, so that no page waits for a server that may be slow to fail.
            assert not back.is_first("baton", THERE, now=MORNING)
            time[0] += REST_SECONDS
            assert back.is_first("baton", THERE, now=MORNING)
