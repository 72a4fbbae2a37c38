"""The one door out: where it leads, how long it stays open, how much comes through."""

from __future__ import annotations

import ast
import gzip
import json
import socket
import struct
import sys
import time
import zlib
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli  # type: ignore[import-untyped]  # it has no stubs
import pytest
from urllib3.connection import HTTPConnection

from relay.adapters import safe_transport
from relay.adapters.safe_connect import connect
from relay.adapters.safe_deadline import Deadline
from relay.adapters.safe_http import (
    DATA,
    MAX_PAGE,
    MAX_REDIRECTS,
    PICTURE,
    Door,
    fetch,
)
from relay.adapters.safe_resolve import resolve
from relay.domain.addresses import is_public
from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.urls import read_url
from relay.settings import Settings
from tests.adapters.loopback import Loopback, path_of, respond, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relay.domain.urls import Url

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


def door_to(*servers: Loopback, **more: Any) -> Door:  # noqa: ANN401 - any setting of a door
    return Door(allow=frozenset(each.place for each in servers), **more)


def reason_of(url: str, door: Door, **more: Any) -> FetchReason:  # noqa: ANN401 - any setting of a fetch
    with pytest.raises(FetchFailed) as caught:
        fetch(url, door=door, **more)
    return caught.value.reason


def say_hello(sock: socket.socket, _head: str) -> None:
    respond(sock, b"hello")


# Where it leads


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


# As whom


def test_the_request_names_us_and_carries_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9/")
    settings = Settings(fetch_contact="https://relay.example.org/about")

    def set_cookie(sock: socket.socket, head: str) -> None:
        if path_of(head) == "/":
            more = ("Location: /b", "Set-Cookie: a=b; Path=/")
            respond(sock, status="302 Found", headers=more)
        else:
            respond(sock, b"hello")

    with serve(set_cookie) as server:
        door = Door.of(settings.model_copy(update={"fetch_allow": (server.place,)}))
        fetch(server.url(), door=door)
        first, second = server.requests
    assert first.startswith("GET / HTTP/1.1\r\n")
    assert f"Host: {server.place}\r\n" in first
    agent = next(line for line in first.splitlines() if line.startswith("User-Agent"))
    assert agent.endswith("Bot")
    assert "+https://relay.example.org/about" in agent
    for secret in ("Cookie", "Authorization", "Proxy", "Referer"):
        assert secret not in first + second


class NotedTurns:
    """Waits for nobody, and remembers who was asked and how that went."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def take(self, url: Url) -> None:
        self.told.append(f"take {url.place}")

    def end(self, url: Url, failed: FetchFailed | None) -> None:
        reason = failed.reason.value if failed else "well"
        self.told.append(f"end {url.place} {reason}")


def test_every_request_is_a_turn_of_its_own() -> None:
    def send_on(sock: socket.socket, head: str) -> None:
        if path_of(head) == "/":
            respond(sock, status="302 Found", headers=("Location: /b",))
        else:
            respond(sock, b"hello", status="503 Sorry")

    turns = NotedTurns()
    with serve(send_on) as server:
        fetch(server.url(), door=door_to(server, turns=turns))
    take, well = f"take {server.place}", f"end {server.place} well"
    assert turns.told == [take, well, take, f"end {server.place} server_error"]


def test_a_turn_ends_whatever_happens() -> None:
    turns = NotedTurns()
    with serve(close_at_once) as server:
        reason_of(server.url(), door_to(server, turns=turns))
    assert turns.told[1:] == [f"end {server.place} bad_response"]


def test_of_a_referer_only_the_origin_is_told() -> None:
    with serve(say_hello) as server:
        fetch(server.url(), door=door_to(server), referer="http://a.example/b?secret=c")
    assert "Referer: http://a.example/\r\n" in server.requests[0]
    assert "secret" not in server.requests[0]


# Redirects


def test_redirects_are_followed_and_told() -> None:
    def send_on(sock: socket.socket, head: str) -> None:
        step = int(path_of(head)[1:])
        if step < MAX_REDIRECTS:
            place = f"Location: {step + 1}"
            respond(sock, b"x" * 99, status="302 Found", headers=(place,))
        else:
            respond(sock, b"here")

    with serve(send_on) as server:
        answer = fetch(server.url("/0"), door=door_to(server))
        assert answer.body == b"here"
        assert answer.final_url == server.url(f"/{MAX_REDIRECTS}")
        assert len(answer.redirects) == MAX_REDIRECTS
        assert [each.name for each in answer.steps].count("redirected") == MAX_REDIRECTS


def redirect_on(sock: socket.socket, head: str) -> None:
    number = int(path_of(head)[1:] or 0) + 1
    respond(sock, status="302 Found", headers=(f"Location: /{number}",))


def redirect_round(sock: socket.socket, _head: str) -> None:
    respond(sock, status="302 Found", headers=("Location: /",))


def redirect_nowhere(sock: socket.socket, _head: str) -> None:
    respond(sock, status="302 Found")


def redirect_badly(sock: socket.socket, _head: str) -> None:
    respond(sock, status="302 Found", headers=("Location: http://[::1/",))


@pytest.mark.parametrize(
    "behave", [redirect_on, redirect_round, redirect_nowhere, redirect_badly]
)
def test_a_redirect_that_leads_nowhere_ends(
    behave: Callable[[socket.socket, str], None],
) -> None:
    with serve(behave) as server:
        assert reason_of(server.url("/"), door_to(server)) in {
            FetchReason.BAD_REDIRECT,
            FetchReason.BAD_URL,
        }
        assert server.connections <= MAX_REDIRECTS + 1


def test_a_circle_is_left_at_once() -> None:
    with serve(redirect_round) as server:
        assert reason_of(server.url("/"), door_to(server)) is FetchReason.BAD_REDIRECT
        assert server.connections == 1


def test_a_location_that_is_not_quite_right_is_understood() -> None:
    def send_on(sock: socket.socket, head: str) -> None:
        if path_of(head) == "/":
            place = "Location:   ?名 画#x "
            respond(sock, status="302 Found", headers=(place,))
        else:
            respond(sock, path_of(head).encode())

    with serve(send_on) as server:
        answer = fetch(server.url(), door=door_to(server))
    assert answer.body == b"/?%E5%90%8D%20%E7%94%BB"


def test_the_body_of_a_redirect_is_not_read() -> None:
    def redirect_endlessly(sock: socket.socket, head: str) -> None:
        if path_of(head) == "/b":
            return respond(sock, b"here")
        sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n")
        while True:
            sock.sendall(b"x" * 65536)

    with serve(redirect_endlessly) as server:
        answer = fetch(server.url(), door=door_to(server), deadline=3)
    assert answer.body == b"here"


# Bodies


def test_a_long_page_is_cut_and_a_long_picture_refused() -> None:
    def tell(sock: socket.socket, head: str) -> None:
        length = int(path_of(head)[1:])
        respond(sock, b"x" * length)

    with serve(tell) as server:
        door = door_to(server)
        whole = fetch(server.url(f"/{MAX_PAGE}"), door=door)
        cut = fetch(server.url(f"/{MAX_PAGE + 1}"), door=door)
        short = fetch(server.url("/11"), door=door, max_bytes=10)
        limit = {"accept": PICTURE, "max_bytes": 10}
        reason = reason_of(server.url("/11"), door, **limit)
        fits = fetch(server.url("/10"), door=door, accept=PICTURE, max_bytes=10)
    assert (len(whole.body), whole.truncated) == (MAX_PAGE, False)
    assert (len(cut.body), cut.truncated) == (MAX_PAGE, True)
    assert (len(short.body), short.truncated) == (10, True)
    assert reason is FetchReason.TOO_LARGE
    assert len(fits.body) == 10


def deflate_raw(data: bytes) -> bytes:
    squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeezed.compress(data) + squeezed.flush()


TEXT = b"A picture of the river. " * 3000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:])),
        ("x-gzip", gzip.compress(TEXT) + b"trailing"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", deflate_raw(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("identity", TEXT),
        ("utf-8", TEXT),
        ("gzip", TEXT),
    ],
)
def test_bodies_are_decoded(coding: str, body: bytes) -> None:
    def tell(sock: socket.socket, _head: str) -> None:
        respond(sock, body, headers=(f"Content-Encoding: {coding}",))

    with serve(tell) as server:
        answer = fetch(server.url(), door=door_to(server))
    assert answer.body == TEXT
    assert not answer.truncated


def chunked(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(3):
        sock.sendall(b"4;x=y\r\nabcd\r\n")
    sock.sendall(b"0\r\nTrailer: x\r\n\r\n")


def until_closed(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"HTTP/1.0 200 OK\r\n\r\nabcdabcdabcd")


def promised_too_much(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nabcdabcdabcd")


def promised_too_little(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nabcdabcdabcdefgh")


def continued_first(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    respond(sock, b"abcdabcdabcd")


@pytest.mark.parametrize(
    "behave",
    [chunked, until_closed, promised_too_much, promised_too_little, continued_first],
)
def test_a_page_is_read_however_its_end_is_told(
    behave: Callable[[socket.socket, str], None],
) -> None:
    with serve(behave) as server:
        answer = fetch(server.url(), door=door_to(server), deadline=3)
    assert answer.body == b"abcdabcdabcd"
    assert answer.truncated is (behave is promised_too_much)


def test_a_picture_that_is_cut_off_is_refused() -> None:
    with serve(promised_too_much) as server:
        reason = reason_of(server.url(), door_to(server), accept=PICTURE)
    assert reason is FetchReason.BAD_RESPONSE


# Hostile servers: each ends with a reason, in time


OK = b"HTTP/1.1 200 OK\r\n"


def drip_head(sock: socket.socket, _head: str) -> None:
    for byte in OK * 99:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_body(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Content-Length: 9999\r\n\r\n")
    for _ in range(9999):
        sock.sendall(b"x")
        time.sleep(0.05)


def stay_silent(sock: socket.socket, _head: str) -> None:
    sock.recv(1)


def endless_headers(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK)
    while True:
        sock.sendall(b"X-More: " + b"x" * 900 + b"\r\n")


def endless_header(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"X-More: ")
    while True:
        sock.sendall(b"x" * 4096)


def endless_status(sock: socket.socket, _head: str) -> None:
    while True:
        sock.sendall(b"H" * 4096)


def continue_flood(sock: socket.socket, _head: str) -> None:
    while True:
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 99)


def reset(sock: socket.socket, _head: str) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_in_the_body(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Content-Length: 9999\r\n\r\nabc")
    time.sleep(0.2)
    reset(sock, "")


def close_at_once(sock: socket.socket, _head: str) -> None:
    sock.shutdown(socket.SHUT_RDWR)


def speak_nonsense(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\x00\x01\x02")


def endless_chunk_size(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"0" * 4096)


def endless_trailers(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n")
    while True:
        sock.sendall(b"X-More: y\r\n" * 99)


def chunk_of_minus_one(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n")
    while True:
        sock.sendall(b"x" * 4096)


def two_lengths(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde")


def swell(coding: str, body: bytes, sock: socket.socket, _head: str) -> None:
    respond(sock, body, headers=(f"Content-Encoding: {coding}",))


ZEROS = bytes(40_000_000)
GZIP_BOMB = gzip.compress(ZEROS)
EMPTY_BLOCKS = b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\0\0\0\xff\xff" * 700_000


@pytest.mark.parametrize(
    ("behave", "reasons"),
    [
        (drip_head, "timeout"),
        (drip_body, "timeout"),
        (stay_silent, "timeout"),
        (endless_headers, "too_large bad_response"),
        (endless_header, "too_large bad_response"),
        (endless_status, "too_large bad_response"),
        (continue_flood, "too_large"),
        (reset, "bad_response"),
        (reset_in_the_body, "bad_response"),
        (close_at_once, "bad_response"),
        (speak_nonsense, "bad_response"),
        (endless_chunk_size, "bad_response too_large"),
        (endless_trailers, "too_large bad_response"),
        (chunk_of_minus_one, "too_large bad_response"),
        (two_lengths, "bad_response"),
        (partial(swell, "gzip", GZIP_BOMB), "too_large"),
        (partial(swell, "deflate", zlib.compress(ZEROS)), "too_large"),
        (partial(swell, "br", brotli.compress(ZEROS, quality=5)), "too_large"),
        (partial(swell, "gzip", EMPTY_BLOCKS), "too_large timeout"),
        (partial(swell, "gzip", b"\x1f\x8b\x08broken" * 9), "bad_response"),
        (partial(swell, "br", b"broken" * 9), "bad_response"),
        (partial(swell, "gzip, gzip", gzip.compress(GZIP_BOMB)), "bad_response"),
        (partial(swell, "zstd", b"x"), "bad_response"),
        (partial(swell, "compress", b"x"), "bad_response"),
    ],
)
def test_a_hostile_server_ends_with_a_reason(
    behave: Callable[[socket.socket, str], None], reasons: str
) -> None:
    with serve(behave) as server:
        began = time.monotonic()
        reason = reason_of(server.url(), door_to(server), deadline=0.6)
        took = time.monotonic() - began
    assert reason.value in reasons.split()
    assert took < 2


def test_an_endless_page_is_cut_at_its_limit() -> None:
    def endless(sock: socket.socket, _head: str) -> None:
        sock.sendall(OK + b"Content-Type: text/html\r\n\r\n<title>On and on</title>")
        while True:
            sock.sendall(b"x" * 65536)

    with serve(endless) as server:
        answer = fetch(server.url(), door=door_to(server), deadline=5)
    assert answer.truncated
    assert len(answer.body) == MAX_PAGE


def test_a_name_server_that_stays_silent_is_not_waited_for() -> None:
    def ponder(_host: str, _port: int) -> list[str]:
        time.sleep(2)
        return ["8.8.8.8"]

    door = Door(resolver=ponder)
    began = time.monotonic()
    assert reason_of("http://example.org/", door, deadline=0.3) is FetchReason.TIMEOUT
    assert time.monotonic() - began < 1


def test_a_name_without_an_address_is_said_to_be_so() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert reason_of("http://a.example/", Door(resolver=unknown)) is FetchReason.DNS
    nothing = Door(resolver=lambda _host, _port: [])
    assert reason_of("http://a.example/", nothing) is FetchReason.DNS


def test_a_closed_port_is_unreachable() -> None:
    with serve(say_hello) as server:
        gone = server.place
    door = Door(allow=frozenset({gone}))
    assert reason_of(f"http://{gone}/", door) is FetchReason.UNREACHABLE


# What an answer means


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "forbidden"),
        (403, "forbidden"),
        (999, "forbidden"),
        (404, "gone"),
        (410, "gone"),
        (429, "rate_limited"),
        (400, "bad_response"),
        (304, "bad_response"),
        (500, "server_error"),
        (503, "server_error"),
    ],
)
def test_a_status_has_an_honest_reason(status: int, reason: str) -> None:
    def tell(sock: socket.socket, _head: str) -> None:
        respond(sock, status=f"{status} So", headers=("Retry-After: 120",))

    with serve(tell) as server:
        answer = fetch(server.url(), door=door_to(server), accept=DATA)
    with pytest.raises(FetchFailed) as caught:
        answer.require_ok()
    assert caught.value.reason.value == reason
    assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("0", 0, 0),
        ("99999999999", 604800, 604800),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 604800, 604800),
        ("Fri, 01 Jan 1999 00:00:00 GMT", 0, 0),
    ],
)
def test_a_time_to_wait_is_read_within_reason(
    header: str, least: int, most: int
) -> None:
    def tell(sock: socket.socket, _head: str) -> None:
        respond(sock, status="429 Slow", headers=(f"Retry-After: {header}",))

    with serve(tell) as server:
        answer = fetch(server.url(), door=door_to(server))
    with pytest.raises(FetchFailed) as caught:
        answer.require_ok()
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


def test_without_a_door_the_settings_describe_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve(say_hello) as server:
        monkeypatch.delenv("RELAY_FETCH_ALLOW", raising=False)
        with pytest.raises(FetchFailed):
            fetch(server.url())
        monkeypatch.setenv("RELAY_FETCH_ALLOW", server.place)
        assert fetch(server.url()).body == b"hello"


def test_a_failure_tells_the_steps_before_it() -> None:
    with serve(stay_silent) as server, pytest.raises(FetchFailed) as caught:
        fetch(server.url(), door=door_to(server), deadline=0.3)
    assert any(note.startswith("resolved") for note in caught.value.__notes__)


# The only one

REPOSITORY = Path(__file__).parent.parent.parent
HTTP_LIBRARIES = {"requests", "urllib3", "httpx", "aiohttp", "http.client"}
HTTP_LIBRARIES |= {"urllib.request", "pycurl", "ftplib", "xmlrpc.client"}


def imports_of(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{n.name}" for n in node.names)}
    return found


def goes_out(module: Path) -> bool:
    return any(
        name == library or name.startswith(f"{library}.")
        for name in imports_of(module)
        for library in HTTP_LIBRARIES
    )


def test_nobody_else_goes_out_to_strangers() -> None:
    # The command line, the demo and `own_api` only ask our own server.
    apart = {REPOSITORY / "relay" / "cli", REPOSITORY / "relay" / "demo"}
    modules = [*(REPOSITORY / "relay").rglob("*.py")]
    modules += (REPOSITORY / "workers").rglob("*.py")
    going = {
        module.name
        for module in modules
        if goes_out(module) and not apart & {*module.parents}
    }
    assert going - {"own_api.py"} == {"safe_http.py", "safe_transport.py"}
