"""Servers on loopback that answer as told, byte by byte, and doors that lead there."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from relay.adapters.safe_http import Door, fetch
from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator


@dataclass
class Loopback:
    """A listening server: where it is, and what it was sent."""

    host: str
    port: int
    requests: list[str] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def place(self) -> str:
        """Its place as `RELAY_FETCH_ALLOW` writes it."""
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        """The address of one of its pages."""
        return f"http://{self.place}{path}"


@contextmanager
def serve(
    behave: Callable[[socket.socket, str], None],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Loopback]:
    """Run a server; `behave` gets each connection after the head of its request."""
    listener = socket.create_server((host, port))
    server = Loopback(host, listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def answer(raw: socket.socket) -> None:
        with raw, suppress(OSError):
            raw.settimeout(10)
            sock = tls.wrap_socket(raw, server_side=True) if tls else raw
            with sock:
                head = b""
                while b"\r\n\r\n" not in head and (more := sock.recv(4096)):
                    head += more
                server.requests.append(head.decode("latin-1"))
                behave(sock, head.decode("latin-1"))

    def accept() -> None:
        while not server.stopped.is_set():
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            thread = threading.Thread(target=answer, args=(sock,), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        server.stopped.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def path_of(head: str) -> str:
    """The path that a request asks for."""
    return head.split(" ", 2)[1]


def respond(
    sock: socket.socket,
    body: bytes = b"",
    *,
    status: str = "200 OK",
    headers: tuple[str, ...] = (),
    content_type: str = "text/html; charset=utf-8",
) -> None:
    """Send one whole, honest answer."""
    lines = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        *headers,
    )
    sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def say_hello(sock: socket.socket, _head: str) -> None:
    """Answer every request in the same way."""
    respond(sock, b"hello")


def stay_silent(sock: socket.socket, _head: str) -> None:
    """Take the request and say nothing."""
    sock.recv(1)


def close_at_once(sock: socket.socket, _head: str) -> None:
    """Take the request and hang up."""
    sock.shutdown(socket.SHUT_RDWR)


def door_to(*servers: Loopback, **more: Any) -> Door:  # noqa: ANN401 - any setting of a door
    """Return a door that leads to these servers beside the public internet."""
    return Door(allow=frozenset(each.place for each in servers), **more)


def reason_of(url: str, door: Door, **more: Any) -> FetchReason:  # noqa: ANN401 - any setting of a fetch
    """Fetch what cannot be fetched, and return why."""
    with pytest.raises(FetchFailed) as caught:
        fetch(url, door=door, **more)
    return caught.value.reason
