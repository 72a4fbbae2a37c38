"""Hostile servers: whatever they do, a fetch ends in time and says why."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import zlib
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]  # it has no stubs
import pytest

from relay.adapters.page_reader import read_page
from relay.adapters.previewer import WHOLE_DEADLINE, SafePreviewer
from relay.adapters.safe_http import DEADLINE, MAX_PAGE, PICTURE, Door, fetch
from relay.domain.errors import FetchFailed, FetchReason
from tests.adapters.loopback import (
    Loopback,
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
    from collections.abc import Callable, Iterator

    Behaviour = Callable[[socket.socket, str], None]

OK = b"HTTP/1.1 200 OK\r\n"


def drip_head(sock: socket.socket, _head: str) -> None:
    for byte in OK * 999:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_body(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Content-Length: 9999\r\n\r\n")
    for _ in range(60):
        sock.sendall(b"x")
        time.sleep(0.05)


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


def drip_chunks(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"1\r\nx\r\n")
        time.sleep(0.05)


def drip_interim_answers(sock: socket.socket, _head: str) -> None:
    while True:
        sock.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        time.sleep(0.05)


def hint_flood(sock: socket.socket, _head: str) -> None:
    while True:
        sock.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 99)


def one_large_hint(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"HTTP/1.1 103 Early Hints\r\n")
    while True:
        sock.sendall(b"Link: </a>; rel=preload\r\n" * 99)


def cookie_flood(size: int, sock: socket.socket, _head: str) -> None:
    cookies = (f"Set-Cookie: c{n}={'x' * size}" for n in range(100_000 // size))
    respond(sock, b"hello", headers=tuple(cookies))


def speak_http_0_9(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"<html><title>From 1991</title></html>")


def speak_http_2(sock: socket.socket, _head: str) -> None:
    sock.sendall(b"\0\0\x12\4\0\0\0\0\0" + bytes(18))


def answer(head: bytes, sock: socket.socket, _head: str) -> None:
    """Send a whole answer of any form, and hang up."""
    sock.sendall(OK + head)


def huge_chunk(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def reset_after_the_status(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK)
    time.sleep(0.1)
    reset(sock, "")


def reset_in_a_chunk(sock: socket.socket, _head: str) -> None:
    sock.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nFF\r\nabc")
    time.sleep(0.1)
    reset(sock, "")


def redirect_slowly(sock: socket.socket, head: str) -> None:
    time.sleep(0.25)
    number = int(path_of(head)[1:] or 0) + 1
    respond(sock, status="302 Found", headers=(f"Location: /{number}",))


CHUNKED = b"Transfer-Encoding: chunked\r\n"
ZEROS = bytes(40_000_000)
GZIP_BOMB = gzip.compress(ZEROS)
RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW_BOMB = RAW.compress(ZEROS) + RAW.flush()
MANY_MEMBERS = gzip.compress(bytes(3_000_000)) * 20
EMPTY_BLOCKS = b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\0\0\0\xff\xff" * 700_000
ZSTD_BOMB = bytes.fromhex("28b52ffda400e40001540000100000010000fbff39c00200") * 9


@pytest.mark.parametrize(
    ("behave", "reasons"),
    [
        (drip_head, "timeout"),
        (drip_body, "timeout"),
        (drip_chunks, "timeout"),
        (drip_interim_answers, "timeout"),
        (stay_silent, "timeout"),
        (redirect_slowly, "timeout"),
        (endless_headers, "too_large bad_response"),
        (endless_header, "too_large bad_response"),
        (endless_status, "too_large bad_response"),
        (continue_flood, "too_large"),
        (hint_flood, "too_large"),
        (one_large_hint, "too_large bad_response"),
        (partial(cookie_flood, 900), "too_large bad_response"),
        (partial(cookie_flood, 10), "too_large bad_response"),
        (speak_http_0_9, "bad_response"),
        (speak_http_2, "bad_response timeout"),
        (reset, "bad_response"),
        (reset_after_the_status, "bad_response"),
        (close_at_once, "bad_response"),
        (speak_nonsense, "bad_response"),
        (endless_chunk_size, "bad_response too_large"),
        (endless_trailers, "too_large bad_response"),
        (chunk_of_minus_one, "too_large bad_response"),
        (partial(answer, CHUNKED + b"\r\nzz\r\nhello"), "bad_response"),
        (partial(answer, CHUNKED + b"\r\n\r\n\r\n"), "bad_response"),
        (two_lengths, "bad_response"),
        (partial(swell, "gzip", GZIP_BOMB), "too_large"),
        (partial(swell, "gzip", MANY_MEMBERS), "too_large"),
        (partial(swell, "deflate", zlib.compress(ZEROS)), "too_large"),
        (partial(swell, "deflate", RAW_BOMB), "too_large"),
        (partial(swell, "br", brotli.compress(ZEROS, quality=5)), "too_large"),
        (partial(swell, "gzip", EMPTY_BLOCKS), "too_large timeout"),
        (partial(swell, "gzip", b"\x1f\x8b\x08broken" * 9), "bad_response"),
        (partial(swell, "br", b"broken" * 9), "bad_response"),
        (partial(swell, "gzip, gzip", gzip.compress(GZIP_BOMB)), "bad_response"),
        (partial(swell, "gzip, br", GZIP_BOMB), "bad_response"),
        (partial(swell, "br," * 9999, GZIP_BOMB), "bad_response"),
        (partial(swell, "zstd", ZSTD_BOMB), "bad_response"),
        (partial(swell, "compress", b"x"), "bad_response"),
    ],
)
def test_a_hostile_server_ends_with_a_reason(behave: Behaviour, reasons: str) -> None:
    with serve(behave) as server:
        began = time.monotonic()
        reason = reason_of(server.url(), door_to(server), deadline=0.6)
        took = time.monotonic() - began
    assert reason.value in reasons.split()
    assert took < 2


# What lies but can be read


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 5\r\n\r\nhello and more", b"hello"),
        (b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
        (b"Content-Length: -1\r\n\r\nhello", b"hello"),
        (b"Content-Length: many\r\n\r\nhello", b"hello"),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello", b"hello"),
        (b"Content-Length: 99999999999\r\n\r\nhello", b"hello"),
        (CHUNKED + b"Content-Length: 2\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (CHUNKED + b"\r\n5;" + b"x" * 9999 + b"\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"Content-Encoding: gzip\r\n\r\nhello", b"hello"),
        (b"X: \xff\xfe\0\r\n\r\nhello", b"hello"),
        (b"X" * 9000 + b": y\r\n\r\nhello", b"hello"),
    ],
)
def test_a_lie_about_the_body_is_not_believed(head: bytes, body: bytes) -> None:
    with serve(partial(answer, head)) as server:
        fetched = fetch(server.url(), door=door_to(server), deadline=2)
    assert fetched.body == body


@pytest.mark.parametrize(
    "behave",
    [
        reset_in_the_body,
        reset_in_a_chunk,
        partial(answer, CHUNKED + b"\r\nFFFFFF\r\nabc"),
    ],
)
def test_what_is_cut_off_is_half_a_page_and_no_picture(behave: Behaviour) -> None:
    with serve(behave) as server:
        door = door_to(server)
        page = fetch(server.url(), door=door, deadline=2)
        reason = reason_of(server.url(), door, accept=PICTURE, deadline=2)
    assert (page.body, page.truncated) == (b"abc", True)
    assert reason is FetchReason.BAD_RESPONSE


@pytest.mark.parametrize("behave", [huge_chunk, partial(answer, b"\r\n" + ZEROS)])
def test_what_is_too_long_is_cut_as_a_page_and_refused_as_a_picture(
    behave: Behaviour,
) -> None:
    with serve(behave) as server:
        door = door_to(server)
        page = fetch(server.url(), door=door, deadline=5)
        reason = reason_of(server.url(), door, accept=PICTURE, deadline=5)
    assert (len(page.body), page.truncated) == (MAX_PAGE, True)
    assert reason is FetchReason.TOO_LARGE


PAGE = "<title>Boats on the river – 河上的纸船</title>".encode()


CHARSETS = """
utf-16 utf-7 gb18030 shift_jis hz iso-2022-kr idna zlib unicode_escape " \xff \0
utf-8;charset=ebcdic
"""


@pytest.mark.parametrize("charset", ["", "x" * 9999, *CHARSETS.split()])
def test_a_lie_about_the_charset_ends_with_words(charset: str) -> None:
    def tell(sock: socket.socket, _head: str) -> None:
        kind = f"Content-Type: text/html; charset={charset}\r\n".encode("latin-1")
        sock.sendall(OK + kind + f"Content-Length: {len(PAGE)}\r\n\r\n".encode() + PAGE)

    with serve(tell) as server:
        page = fetch(server.url(), door=door_to(server), deadline=2)
    assert page.body == PAGE
    header = page.headers["content-type"]
    assert read_page(page.body, page.final_url, content_type=header).title


def test_hints_before_the_answer_are_passed_over() -> None:
    def tell(sock: socket.socket, _head: str) -> None:
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
        sock.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        respond(sock, b"hello")

    with serve(tell) as server:
        fetched = fetch(server.url(), door=door_to(server), deadline=2)
    assert (fetched.status, fetched.body) == (200, b"hello")
    assert "link" not in fetched.headers


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


def test_the_systems_own_resolver_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asleep = threading.Event()

    def hang(*_asked: object, **_more: object) -> list[object]:
        asleep.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    assert reason_of("http://example.org/", Door(), deadline=0.3) is FetchReason.TIMEOUT
    assert time.monotonic() - began < 1
    asleep.set()


# Connections that do not come about


@pytest.fixture
def full_house() -> Iterator[str]:
    """A place that takes no more connections: whoever knocks hears nothing."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as listener:
        guests = []
        for _ in range(4):
            guest = socket.socket()
            guest.settimeout(0)
            with suppress(BlockingIOError):
                guest.connect(listener.getsockname())
            guests.append(guest)
        time.sleep(0.1)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        for guest in guests:
            guest.close()


def test_a_house_that_does_not_open_is_not_waited_for(full_house: str) -> None:
    door = Door(allow=frozenset({full_house}))
    began = time.monotonic()
    reason = reason_of(f"http://{full_house}/", door, deadline=0.5)
    assert reason is FetchReason.TIMEOUT
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("greeting", [b"", b"\x16\x03\x03\x40\x00\x02"])
def test_a_slow_handshake_is_not_waited_for(greeting: bytes) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def drip() -> None:
            with suppress(OSError), listener.accept()[0] as sock:
                sock.sendall(greeting)
                for _ in range(99):
                    time.sleep(0.05)
                    sock.sendall(b"\0" if greeting else b"")

        threading.Thread(target=drip, daemon=True).start()
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        began = time.monotonic()
        door = Door(allow=frozenset({place}))
        reason = reason_of(f"https://{place}/", door, deadline=0.6)
        assert reason is FetchReason.TIMEOUT
        assert time.monotonic() - began < 1.2


# Pages that send us elsewhere by other means than a redirect

ELSEWHERE = """<!doctype html><title>Lanterns</title>
<meta http-equiv=refresh content="0; url=http://{place}/refresh">
<meta property=og:image content="http://{place}/image">
<link rel="alternate" type="application/json+oembed" href="http://{place}/oembed">
<link rel=canonical href="http://{place}/canonical"><base href="http://{place}/base/">
<script>location = "http://{place}/script"</script><img src="http://{place}/img">
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]"])
def test_a_page_cannot_send_us_to_an_address_that_is_not_public(host: str) -> None:
    with serve(say_hello) as canary:

        def tell(sock: socket.socket, _head: str) -> None:
            place = f"{host}:{canary.port}"
            respond(sock, ELSEWHERE.format(place=place).encode())

        with serve(tell) as server:
            preview = SafePreviewer(door_to(server)).preview(server.url())
        assert canary.connections == 0
    assert preview.facts.title == "Lanterns"
    assert preview.image is None


def test_a_header_cannot_send_us_on() -> None:
    with serve(say_hello) as canary:

        def tell(sock: socket.socket, _head: str) -> None:
            refresh = f"Refresh: 0; url={canary.url()}"
            respond(sock, b"hello", headers=(refresh, f"Location: {canary.url()}"))

        with serve(tell) as server:
            assert fetch(server.url(), door=door_to(server)).body == b"hello"
        assert canary.connections == 0


# With the limits that hold when nobody sets others


def preview_everything_slow(server: Loopback) -> float:
    began = time.monotonic()
    with suppress(FetchFailed):
        SafePreviewer(door_to(server)).preview(server.url())
    return time.monotonic() - began


@pytest.mark.slow
def test_by_itself_a_fetch_ends_after_15_seconds_and_a_preview_within_20(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    took: list[float] = []

    def linger(sock: socket.socket, head: str) -> None:
        if path_of(head) != "/":
            return drip_head(sock, head)
        time.sleep(8)
        return respond(sock, b"<title>A</title><meta property=og:image content=/p.png>")

    with serve(drip_head) as dripping, serve(linger) as lingering:
        monkeypatch.setenv("RELAY_FETCH_ALLOW", dripping.place)
        previewing = threading.Thread(
            target=lambda: took.append(preview_everything_slow(lingering))
        )
        previewing.start()
        began = time.monotonic()
        with pytest.raises(FetchFailed) as caught:
            fetch(dripping.url())
        alone = time.monotonic() - began
        previewing.join()
    assert caught.value.reason is FetchReason.TIMEOUT
    assert DEADLINE - 0.1 <= alone < DEADLINE + 1
    assert took[0] < WHOLE_DEADLINE + 1 < 20
