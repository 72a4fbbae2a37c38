"""Hosts are asked in turns, by real clients of a real Valkey server."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis

from relay.adapters.previewer import SafePreviewer
from relay.adapters.safe_http import Door, fetch
from relay.adapters.turns import (
    KEY,
    PATIENCE_SECONDS,
    REST_SECONDS,
    REST_SECONDS_MAX,
    SPACING_SECONDS,
    RedisTurns,
)
from relay.adapters.valkey import start_valkey
from relay.domain.errors import FetchFailed, FetchReason, TooMany
from relay.domain.urls import read_url
from tests.adapters.loopback import Loopback, path_of, respond, serve

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.redis

PAUSE = 0.3
MUSEUM = read_url("https://museum.example.org/a")
PICTURES = read_url("https://pictures.example.org/b")


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_valkey(tmp_path_factory.mktemp("turns")) as server:
        yield server.url


@pytest.fixture
def redis(server_url: str) -> Iterator[Redis]:
    with Redis.from_url(server_url, decode_responses=True) as redis:
        redis.flushall()
        yield redis


@pytest.fixture
def come(redis: Redis, server_url: str) -> Callable[..., RedisTurns]:  # noqa: ARG001 - an empty server
    """Return what another worker process has in its hands."""

    def make(pause: float = PAUSE, **more: Any) -> RedisTurns:  # noqa: ANN401 - what turns take
        return RedisTurns(server_url, pause=pause, **more)

    return make


def seconds_told(turns: RedisTurns, url: Any = MUSEUM) -> int:  # noqa: ANN401 - an address
    with pytest.raises(TooMany) as caught:
        turns.take(url)
    return caught.value.retry_after


def test_a_host_is_asked_by_one_visit_at_a_time(
    come: Callable[..., RedisTurns],
) -> None:
    first, second = come(), come()
    first.take(MUSEUM)
    began = time.monotonic()
    assert seconds_told(second) <= SPACING_SECONDS
    assert time.monotonic() - began < PATIENCE_SECONDS, "the worker is free again"
    second.take(PICTURES)
    first.end(MUSEUM, None)
    seconds_told(come())
    first.leave()
    come().take(MUSEUM)


def test_a_visit_keeps_its_own_pace(come: Callable[..., RedisTurns]) -> None:
    turns = come()
    began = time.monotonic()
    for _ in range(3):
        turns.take(MUSEUM)
        turns.end(MUSEUM, None)
    assert time.monotonic() - began >= 2 * PAUSE


def test_the_next_visit_waits_for_the_rest_of_the_pause(
    come: Callable[..., RedisTurns],
) -> None:
    first = come()
    began = time.monotonic()
    first.take(MUSEUM)
    first.end(MUSEUM, None)
    first.leave()
    come().take(MUSEUM)
    assert time.monotonic() - began >= PAUSE


def test_those_who_come_back_are_told_different_times(
    come: Callable[..., RedisTurns],
) -> None:
    come().take(MUSEUM)
    told = [time.monotonic() + seconds_told(come()) for _ in range(4)]
    apart = [later - sooner for sooner, later in itertools.pairwise(told)]
    assert all(each > SPACING_SECONDS - 1.1 for each in apart), told


def test_a_host_that_fails_rests_for_longer_and_longer(
    come: Callable[..., RedisTurns], redis: Redis
) -> None:
    rests = []
    for _ in range(8):
        turns = come()
        turns.take(MUSEUM)
        turns.end(MUSEUM, FetchFailed(FetchReason.TIMEOUT))
        turns.leave()
        rests.append(seconds_told(come()))
        redis.hset(KEY + MUSEUM.host, mapping={"rest": 0, "line": 0, "next": 0})
    # A slow machine has let a part of the rest pass already.
    assert REST_SECONDS - 3 < rests[0] <= REST_SECONDS + 1
    assert 2 * REST_SECONDS - 3 < rests[1] <= 2 * REST_SECONDS + 1
    assert REST_SECONDS_MAX - 3 < rests[-1] <= REST_SECONDS_MAX + 1
    turns = come()
    turns.take(MUSEUM)
    turns.end(MUSEUM, None)
    turns.leave()
    come().take(MUSEUM)


def test_a_host_that_names_a_time_is_left_alone_for_it(
    come: Callable[..., RedisTurns],
) -> None:
    turns = come()
    turns.take(MUSEUM)
    turns.end(MUSEUM, FetchFailed(FetchReason.RATE_LIMITED, retry_after=120))
    turns.leave()
    assert 115 < seconds_told(come()) <= 121
    turns.take(PICTURES)
    turns.end(PICTURES, FetchFailed(FetchReason.RATE_LIMITED, retry_after=10**6))
    turns.leave()
    assert 3500 < seconds_told(come(), PICTURES) <= 3601


@pytest.mark.parametrize("reason", [FetchReason.GONE, FetchReason.FORBIDDEN])
def test_a_page_that_refuses_does_not_tire_its_host(
    come: Callable[..., RedisTurns], reason: FetchReason
) -> None:
    turns = come()
    turns.take(MUSEUM)
    turns.end(MUSEUM, FetchFailed(reason))
    turns.leave()
    come().take(MUSEUM)


def test_a_worker_that_was_killed_does_not_keep_its_host(
    come: Callable[..., RedisTurns], redis: Redis
) -> None:
    come().take(MUSEUM)
    seconds_told(come())
    redis.hset(KEY + MUSEUM.host, "until", 1)  # as if its lease had passed
    come().take(MUSEUM)


def test_in_the_middle_of_a_visit_a_busy_host_is_waited_for(
    come: Callable[..., RedisTurns], redis: Redis
) -> None:
    other, turns = come(), come()
    turns.take(MUSEUM)
    other.take(PICTURES)
    redis.pexpire(KEY + PICTURES.host, 400)
    turns.take(PICTURES)


def test_in_the_middle_of_a_visit_a_resting_host_is_gone_without(
    come: Callable[..., RedisTurns],
) -> None:
    other, turns = come(), come()
    other.take(PICTURES)
    other.end(PICTURES, FetchFailed(FetchReason.UNREACHABLE))
    turns.take(MUSEUM)
    with pytest.raises(FetchFailed) as caught:
        turns.take(PICTURES)
    assert caught.value.reason is FetchReason.UNREACHABLE


def test_the_operators_own_addresses_are_asked_at_once(
    come: Callable[..., RedisTurns], redis: Redis
) -> None:
    for turns in (come(exempt={MUSEUM.place}), come(pause=0)):
        for _ in range(3):
            turns.take(MUSEUM)
            turns.end(MUSEUM, FetchFailed(FetchReason.TIMEOUT))
    assert redis.keys() == []


def test_without_redis_nobody_waits_and_nothing_fails() -> None:
    turns = RedisTurns("unix:///nowhere/valkey.sock", pause=PAUSE)
    began = time.monotonic()
    for _ in range(5):
        turns.take(MUSEUM)
        turns.end(MUSEUM, FetchFailed(FetchReason.TIMEOUT))
    turns.leave()
    assert time.monotonic() - began < 4 * PAUSE


def test_nothing_of_a_host_stays_for_ever(
    come: Callable[..., RedisTurns], redis: Redis
) -> None:
    turns = come()
    turns.take(MUSEUM)
    turns.end(MUSEUM, FetchFailed(FetchReason.TIMEOUT))
    turns.leave()
    seconds_told(come())
    assert 0 < redis.ttl(KEY + MUSEUM.host) <= 2 * 3600


# Through the door


def door_with(turns: RedisTurns, server: Loopback) -> Door:
    return Door(allow=frozenset({server.place}), turns=turns)


def test_redirects_to_the_same_host_keep_the_pace(
    come: Callable[..., RedisTurns],
) -> None:
    asked: list[float] = []

    def send_on(sock: socket.socket, head: str) -> None:
        asked.append(time.monotonic())
        if path_of(head) == "/":
            respond(sock, status="302 Found", headers=("Location: /b",))
        else:
            respond(sock, b"hello")

    began = time.monotonic()
    with serve(send_on) as server:
        answer = fetch(server.url(), door=door_with(come(), server))
    assert asked[1] - began >= PAUSE
    assert "waited" in [each.name for each in answer.steps]


@pytest.mark.parametrize("status", ["503 Sorry", "429 Slow"])
def test_a_status_that_asks_for_patience_is_heard(
    come: Callable[..., RedisTurns], status: str
) -> None:
    def refuse(sock: socket.socket, _head: str) -> None:
        respond(sock, status=status, headers=("Retry-After: 77",))

    with serve(refuse) as server:
        first = come()
        fetch(server.url(), door=door_with(first, server))
        first.leave()
        told = seconds_told(come(), read_url(server.url(), allow={server.place}))
        assert server.connections == 1
    assert 70 < told <= 78


def test_a_whole_preview_asks_its_host_once_in_a_pause(
    come: Callable[..., RedisTurns],
) -> None:
    asked: list[float] = []

    def tell(sock: socket.socket, head: str) -> None:
        asked.append(time.monotonic())
        if path_of(head) == "/":
            page = b"<title>Boats</title><meta property=og:image content=/p.png>"
            respond(sock, page)
        else:
            respond(sock, b"\x89PNG\r\n\x1a\n", content_type="image/png")

    began = time.monotonic()
    with serve(tell) as server:
        preview = SafePreviewer(door_with(come(), server)).preview(server.url())
    assert preview.image is not None
    assert len(asked) == 2
    assert asked[1] - began >= PAUSE


WORKER = """
import sys, time
from relay.adapters.safe_http import Door, fetch
from relay.adapters.turns import RedisTurns
from relay.domain.errors import TooMany
url, redis, place, links = sys.argv[1:]
for _ in range(int(links)):
    turns = RedisTurns(redis, pause=0.2)
    while True:
        try:
            fetch(url, door=Door(allow=frozenset({place}), turns=turns))
            break
        except TooMany:
            time.sleep(0.05)  # it would take another link meanwhile
    turns.leave()
"""


@pytest.mark.slow
def test_many_processes_ask_one_host_one_at_a_time_and_once_in_a_pause(
    server_url: str,
    redis: Redis,  # noqa: ARG001 - an empty server
) -> None:
    began: list[float] = []
    now, most = [0], [0]

    def tell(sock: socket.socket, _head: str) -> None:
        began.append(time.monotonic())
        now[0] += 1
        most[0] = max(most[0], now[0])
        time.sleep(0.05)
        now[0] -= 1
        respond(sock, b"hello")

    with serve(tell) as server:
        command = [sys.executable, "-c", WORKER, server.url(), server_url, server.place]
        workers = [subprocess.Popen([*command, "3"]) for _ in range(3)]
        assert [each.wait(60) for each in workers] == [0, 0, 0]
    assert len(began) == 9
    assert most == [1]
    # From turn to turn it is the whole pause; on its way a request may be delayed.
    assert began[-1] - began[0] > 0.75 * 8 * 0.2
