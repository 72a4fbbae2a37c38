"""Where the one door leads: never to an address that is not public."""

from __future__ import annotations

import errno
import json
import socket
import sys
import time
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from urllib3.connection import HTTPConnection

from relay.adapters import safe_transport
from relay.adapters.safe_connect import connect
from relay.adapters.safe_deadline import Deadline
from relay.adapters.safe_http import Door, fetch
from relay.adapters.safe_resolve import resolve
from relay.domain.addresses import is_public
from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.urls import parse_url, read_url
from tests.adapters.loopback import (
    door_to,
    path_of,
    reason_of,
    respond,
    say_hello,
    serve,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

URLS = Path(__file__).parent.parent / "data" / "urls"
HOSTILE = [
    json.loads(line)["url"]
    for line in (URLS / "hostile.jsonl").read_text(encoding="utf-8").splitlines()
]
HONEST = (URLS / "honest.txt").read_text(encoding="utf-8").split()
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]

_connected: list[str] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        _connected.append(str(args[1][0]))


sys.addaudithook(_watch)


def test_the_watch_sees_connections() -> None:
    with serve(say_hello) as server:
        _connected.clear()
        fetch(server.url(), door=door_to(server))
        assert _connected == ["127.0.0.1"]


def test_no_hostile_link_reaches_anything() -> None:
    everywhere = ["127.0.0.1", "::1"]
    door = Door(resolver=lambda _host, _port: everywhere)
    with serve(say_hello) as canary:
        _connected.clear()
        for link in HOSTILE:
            with pytest.raises(FetchFailed) as caught:
                fetch(link.replace("{port}", str(canary.port)), door=door, deadline=2)
            assert caught.value.permanent, link
        assert canary.connections == 0
        assert _connected == []


def test_no_redirect_leads_where_a_link_may_not() -> None:
    targets = [
        each.replace("{port}", "9")
        for each in HOSTILE
        if each.startswith(("http://", "https://", "//", "ftp:", "file:", "gopher:"))
        and not each.startswith("///")  # this is a path, and stays on the server
        and each.isprintable()
        and each.isascii()
    ]

    def send_on(sock: socket.socket, head: str) -> None:
        target = targets[int(path_of(head)[1:])]
        respond(sock, status="302 Found", headers=(f"Location: {target}",))

    with serve(send_on) as server:
        door = door_to(server, resolver=lambda _host, _port: ["10.0.0.1"])
        _connected.clear()
        for number in range(0, len(targets), 7):
            reason_of(server.url(f"/{number}"), door, deadline=2)
        assert {ip_address(each) for each in _connected} == {ip_address("127.0.0.1")}


@pytest.mark.parametrize("answers", [PUBLIC, PUBLIC[:1], PUBLIC[1:]])
def test_no_honest_link_is_refused(answers: list[str]) -> None:
    for link in HONEST:
        found = resolve(
            read_url(link),
            resolver=lambda _host, _port: answers,
            allow=frozenset(),
            deadline=Deadline(2),
        )
        assert all(is_public(each) for each in found)


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["93.184.216.34", "::1"],
        ["::ffff:93.184.216.34"],
        ["fe80::1%lo"],
        ["2606:4700::1%2"],
        ["64:ff9b::7f00:1"],
        ["168.63.129.16"],
    ],
)
def test_one_answer_that_is_not_public_refuses_the_name(answers: list[str]) -> None:
    door = Door(resolver=lambda _host, _port: answers)
    _connected.clear()
    assert reason_of("http://example.org/", door) is FetchReason.BLOCKED_ADDRESS
    assert _connected == []


def rebinding(first: str, later: str) -> Callable[[str, int], Sequence[str]]:
    answers = iter([first])
    return lambda _host, _port: [next(answers, later)]


def follow_a_rebinding_name(monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Return how often the checked server and the canary were connected to."""
    with (
        serve(say_hello, host="127.0.0.2") as checked,
        serve(say_hello, host="127.0.0.1", port=checked.port) as canary,
    ):
        place = f"rebind.example:{checked.port}"
        resolver = rebinding("127.0.0.2", "127.0.0.1")

        def ask(host: str, port: int, *_asked: object, **_more: object) -> list[Any]:
            # A number is no name: it is not resolved, whoever asks.
            address = host if host[0].isdigit() else resolver(host, port)[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", ask)
        fetch(f"http://{place}/", door=Door(allow=frozenset({place})), deadline=3)
        return checked.connections, canary.connections


def test_a_name_that_changes_its_answer_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert follow_a_rebinding_name(monkeypatch) == (1, 0)


def test_without_the_pin_the_same_name_would_reach_the_canary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = safe_transport._PinnedConnection  # noqa: SLF001 - the pin is taken away
    monkeypatch.setattr(connection, "_new_conn", HTTPConnection._new_conn)  # noqa: SLF001 - what stands there without it
    assert follow_a_rebinding_name(monkeypatch) == (0, 1)


def test_every_redirect_is_resolved_and_checked_again() -> None:
    asked: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["169.254.169.254"]

    def send_on(sock: socket.socket, _head: str) -> None:
        place = "Location: http://metadata.example.org/latest"
        respond(sock, status="301 Moved", headers=(place,))

    with serve(send_on) as server:
        door = door_to(server, resolver=resolver)
        assert reason_of(server.url(), door) is FetchReason.BLOCKED_ADDRESS
    assert asked == ["metadata.example.org"]


def test_a_peer_that_is_not_who_was_asked_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve(say_hello) as server:
        monkeypatch.setattr(
            socket.socket, "getpeername", lambda _sock: ("127.0.0.9", 80), raising=False
        )
        with pytest.raises(FetchFailed) as caught:
            connect(["127.0.0.1"], server.port, deadline=Deadline(2))
        assert caught.value.reason is FetchReason.BLOCKED_ADDRESS


def test_a_dead_address_gives_way_to_one_that_lives() -> None:
    with serve(say_hello, host="127.0.0.3") as server:
        place = f"two.example:{server.port}"
        door = Door(
            allow=frozenset({place}),
            resolver=lambda _host, _port: ["127.0.0.2", "::1", "127.0.0.3"],
        )
        answer = fetch(f"http://{place}/", door=door, deadline=3)
    assert answer.address == "127.0.0.3"
    assert answer.body == b"hello"


@pytest.mark.parametrize("answers", [PUBLIC[:1], PUBLIC[1:], PUBLIC])
def test_a_network_that_leads_nowhere_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    def fail(_sock: socket.socket, _address: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", fail, raising=False)
    door = Door(resolver=lambda _host, _port: answers)
    began = time.monotonic()
    reason = reason_of("https://example.org/", door, deadline=3)
    assert reason is FetchReason.UNREACHABLE
    assert time.monotonic() - began < 1


def test_families_take_turns() -> None:
    def order(answers: list[str]) -> tuple[str, ...]:
        return resolve(
            read_url("https://example.org/"),
            resolver=lambda _host, _port: answers,
            allow=frozenset(),
            deadline=Deadline(2),
        )

    six, seven = "2606:4700::6", "2606:4700::7"
    assert order([six, seven, "8.8.8.8"]) == (six, "8.8.8.8", seven)
    assert order([six, seven]) == (six, seven)


# Each wall holds alone: what the grammar refuses, resolving would refuse, too.


def test_what_resolves_to_no_public_address_is_refused_whatever_its_words() -> None:
    refused = 0
    for link in HOSTILE:
        try:
            url = parse_url(link.replace("{port}", "80"))
        except FetchFailed:
            continue  # it is no address at all
        with pytest.raises(FetchFailed) as caught:
            resolve(
                url,
                resolver=lambda _host, _port: ["93.184.216.34", "10.0.0.1"],
                allow=frozenset(),
                deadline=Deadline(2),
            )
        assert caught.value.reason is FetchReason.BLOCKED_ADDRESS
        refused += 1
    assert refused > 500


def test_a_redirect_to_another_port_is_not_even_resolved() -> None:
    asked: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.1"]

    def send_on(sock: socket.socket, _head: str) -> None:
        place = "Location: http://example.org:6379/"
        respond(sock, status="302 Found", headers=(place,))

    with serve(send_on) as server:
        reason = reason_of(server.url(), door_to(server, resolver=resolver))
    assert reason is FetchReason.BAD_URL
    assert asked == []


def test_an_allowed_place_is_one_port_of_one_name() -> None:
    with serve(say_hello) as server, serve(say_hello) as canary:
        door = door_to(server, resolver=lambda _host, _port: ["127.0.0.1"])
        for place in (
            canary.place,
            f"localhost:{server.port}",
            f"example.org:{server.port}",
            f"127.0.0.2:{server.port}",
            f"[::ffff:127.0.0.1]:{server.port}",
            f"0.0.0.0:{server.port}",
            f"127.1:{server.port}",
        ):
            reason_of(f"http://{place}/", door, deadline=2)
        assert (server.connections, canary.connections) == (0, 0)
