"""The one door out: as whom it asks, what it follows, how much comes through."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]  # it has no stubs
import pytest

from relay.adapters.safe_http import (
    DATA,
    MAX_PAGE,
    MAX_REDIRECTS,
    PICTURE,
    Door,
    fetch,
    post,
)
from relay.domain.errors import FetchFailed, FetchReason
from relay.settings import Settings
from tests.adapters.loopback import (
    close_at_once,
    door_to,
    path_of,
    reason_of,
    respond,
    say_hello,
    serve,
    stay_silent,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from relay.domain.urls import Url

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


# Telling instead of asking


def test_what_is_posted_arrives_once_and_the_answer_is_kept_in_part() -> None:
    def take(sock: socket.socket, _head: str) -> None:
        respond(sock, b"x" * 99_999, status="202 Taken")

    with serve(take) as server:
        headers = {"Content-Type": "application/json", "X-Signature": "abc"}
        answer = post(
            server.url("/hook"), body=b"{}", headers=headers, door=door_to(server)
        )
        (head,) = server.requests
    assert head.startswith("POST /hook HTTP/1.1\r\n")
    assert "X-Signature: abc\r\n" in head
    assert "Content-Length: 2\r\n" in head
    assert "Bot\r\n" in head
    assert (answer.status, len(answer.body), answer.truncated) == (202, 16384, True)


@pytest.mark.parametrize("status", ["301 Moved", "307 Again", "308 Moved"])
def test_what_is_posted_is_told_to_nobody_else(status: str) -> None:
    def send_on(sock: socket.socket, _head: str) -> None:
        respond(sock, status=status, headers=("Location: /other",))

    with serve(send_on) as server, pytest.raises(FetchFailed) as caught:
        post(server.url(), body=b"{}", headers={}, door=door_to(server))
    assert caught.value.reason is FetchReason.BAD_REDIRECT
    assert server.connections == 1


def test_nothing_is_posted_to_an_address_that_is_not_public() -> None:
    with serve(say_hello) as canary:
        for host in ("127.0.0.1", "localhost", "[::1]", "rebind.example.org"):
            door = Door(resolver=lambda _host, _port: ["127.0.0.1"])
            with pytest.raises(FetchFailed):
                post(f"http://{host}:{canary.port}/", body=b"", headers={}, door=door)
            with pytest.raises(FetchFailed):
                post(f"http://{host}/", body=b"", headers={}, door=door)
        assert canary.connections == 0


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
    ("location", "told", "reason"),
    [
        ("http://169.254.169.254/latest", "", FetchReason.BLOCKED_ADDRESS),
        ("http://localhost:22/", "", FetchReason.BLOCKED_ADDRESS),
        ("ftp://example.org/", "", FetchReason.BAD_URL),
        ("http://[::1/", "", FetchReason.BAD_URL),
        ("//[::1/", "", FetchReason.BAD_URL),
        ("http://a\x1b[2J.b/", "http://a%u001B[2J.b/", FetchReason.BAD_URL),
        ("ftp:" + "x" * 999, "ftp:" + "x" * 196 + "...", FetchReason.BAD_URL),
        ("http://nowhere.example/", "", FetchReason.DNS),
    ],
)
def test_a_redirect_that_is_refused_says_where_it_led(
    location: str, told: str, reason: FetchReason
) -> None:
    def send_on(sock: socket.socket, _head: str) -> None:
        respond(sock, status="302 Found", headers=(f"Location: {location}",))

    def know_nobody(_host: str, _port: int) -> list[str]:
        raise OSError

    with serve(send_on) as server, pytest.raises(FetchFailed) as caught:
        fetch(server.url(), door=door_to(server, resolver=know_nobody))
    told = told or location
    assert caught.value.reason is reason
    assert f"the link led on to {told}: " in caught.value.detail
    notes = [note.rpartition(" (")[0] for note in caught.value.__notes__]
    assert notes[2] == f"redirected: to {told}"


NO_NAME = "no such name"


def test_a_name_that_is_not_found_has_a_step_with_its_time() -> None:
    def know_nobody(_host: str, _port: int) -> list[str]:
        time.sleep(0.02)
        raise OSError(NO_NAME)

    with pytest.raises(FetchFailed) as caught:
        fetch("http://nowhere.example/", door=Door(resolver=know_nobody))
    (note,) = caught.value.__notes__
    assert note.startswith("resolved: failed, dns: nowhere.example: no such name (")
    assert float(note.rpartition("(")[2].removesuffix(" ms)")) >= 20
    assert "led on" not in caught.value.detail


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


def in_one_chunk(size: int) -> bytes:
    """A body in chunks that never comes to the chunk that says the end."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    chunk = b"%x\r\n" % size + b"x" * size + b"\r\n"
    return head + b"\r\n" + (chunk if size else b"")


def in_half_a_chunk(size: int) -> bytes:
    whole = size // 3
    return in_one_chunk(whole) + b"%x\r\n" % size + b"x" * (size - whole)


def of_promised_length(size: int) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (size + 9)
    return head + b"x" * size


def until_the_end(size: int) -> bytes:
    return b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * size


FRAMINGS = pytest.mark.parametrize(
    "frame", [in_one_chunk, in_half_a_chunk, of_promised_length, until_the_end]
)


def and_close(answer: bytes) -> Callable[[socket.socket, str], None]:
    return lambda sock, _head: sock.sendall(answer)


def and_reset(answer: bytes) -> Callable[[socket.socket, str], None]:
    def behave(sock: socket.socket, _head: str) -> None:
        sock.sendall(answer)
        time.sleep(0.05)  # what was sent arrives first
        at_once = struct.pack("ii", 1, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)

    return behave


@pytest.mark.parametrize("size", [9, 22_000, 200_000])
@pytest.mark.parametrize("end", [and_close, and_reset])
@FRAMINGS
def test_a_page_whose_tail_is_cut_is_kept_to_the_last_byte(
    frame: Callable[[int], bytes],
    end: Callable[[bytes], Callable[[socket.socket, str], None]],
    size: int,
) -> None:
    with serve(end(frame(size))) as server:
        answer = fetch(server.url(), door=door_to(server), deadline=3)
    assert len(answer.body) == size
    assert answer.truncated is (end is and_reset or frame is not until_the_end)


@FRAMINGS
def test_a_picture_or_nothing_at_all_that_is_reset_is_refused(
    frame: Callable[[int], bytes],
) -> None:
    with serve(and_reset(frame(99))) as server:
        reason = reason_of(server.url(), door_to(server), accept=PICTURE)
    assert reason is FetchReason.BAD_RESPONSE
    with serve(and_reset(frame(0))) as server:
        assert reason_of(server.url(), door_to(server)) is FetchReason.BAD_RESPONSE


def test_a_cut_tail_counts_towards_the_limits() -> None:
    with serve(and_close(in_one_chunk(22_000))) as server:
        cut = fetch(server.url(), door=door_to(server), max_bytes=10_000)
    assert (len(cut.body), cut.truncated) == (10_000, True)
    bomb = gzip.compress(bytes(4_000_000))[:-20]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"
    tail = b"\r\n\r\n%x\r\n" % (len(bomb) + 9) + bomb
    with serve(and_close(head + tail)) as server:
        assert reason_of(server.url(), door_to(server)) is FetchReason.TOO_LARGE


def test_a_head_that_is_reset_is_no_answer() -> None:
    with serve(and_reset(b"HTTP/1.1 200 OK\r\nContent-Ty")) as server:
        assert reason_of(server.url(), door_to(server)) is FetchReason.BAD_RESPONSE


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
        (101, "bad_response"),
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


@pytest.mark.parametrize(
    "header",
    [
        "soon",
        "-5",
        "1 Jan 99999999999999999999 0:0:0 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 2024 009999999990:00 +0100",
    ],
)
def test_a_time_to_wait_that_no_calendar_holds_is_none(header: str) -> None:
    def tell(sock: socket.socket, _head: str) -> None:
        respond(sock, status="429 Slow", headers=(f"Retry-After: {header}",))

    with serve(tell) as server:
        answer = fetch(server.url(), door=door_to(server))
    with pytest.raises(FetchFailed) as caught:
        answer.require_ok()
    assert caught.value.reason is FetchReason.RATE_LIMITED
    assert caught.value.retry_after is None


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
