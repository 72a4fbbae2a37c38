"""A connection to one of the checked addresses, and to nothing else."""

from __future__ import annotations

import os
import selectors
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.adapters.safe_deadline import Deadline

STAGGER = 0.25
"""Seconds before the next address is tried beside the ones before (RFC 8305)."""

MAX_ADDRESSES = 8
"""How many of a host's addresses are tried."""


def connect(
    addresses: Sequence[str], port: int, *, deadline: Deadline
) -> tuple[socket.socket, str]:
    """Return the first connection that stands, and its address.

    The addresses are raced as RFC 8305 says, so that one dead family costs a quarter
    of a second. Raises FetchFailed(UNREACHABLE), TIMEOUT, or BLOCKED_ADDRESS when the
    peer is not the one we asked for.
    """
    race = _Race(list(addresses[:MAX_ADDRESSES]), port)
    try:
        sock, address = race.run(deadline)
    finally:
        race.close()
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _check_peer(sock, address)
        sock.settimeout(deadline.left("connecting"))
    except BaseException:
        sock.close()
        raise
    return sock, address


@dataclass
class _Race:
    """Connections that are being tried at once."""

    waiting: list[str]
    port: int
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    error: str = "no address could be tried"

    def run(self, deadline: Deadline) -> tuple[socket.socket, str]:
        while self.waiting or self.selector.get_map():
            left = deadline.left("connecting")
            if self.waiting:
                self._start(self.waiting.pop(0))
                if not self.selector.get_map():
                    continue  # it failed at once: there is nothing to wait for
                left = min(left, STAGGER) if self.waiting else left
            for key, _ in self.selector.select(left):
                winner = self._finish(key)
                if winner is not None:
                    return winner, key.data
        raise FetchFailed(FetchReason.UNREACHABLE, self.error)

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            _socket_of(key).close()
        self.selector.close()

    def _start(self, address: str) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            self.error = f"{address}: {error.strerror}"
            return
        sock.settimeout(0)
        try:
            sock.connect((address, self.port))
        except BlockingIOError:
            pass
        except OSError as error:
            self.error = f"{address}: {error.strerror}"
            sock.close()
            return
        self.selector.register(sock, selectors.EVENT_WRITE, address)

    def _finish(self, key: selectors.SelectorKey) -> socket.socket | None:
        sock = _socket_of(key)
        self.selector.unregister(sock)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == 0:
            return sock
        self.error = f"{key.data}: {os.strerror(code)}"
        sock.close()
        return None


def _socket_of(key: selectors.SelectorKey) -> socket.socket:
    if not isinstance(key.fileobj, socket.socket):
        raise TypeError(key.fileobj)
    return key.fileobj


def _check_peer(sock: socket.socket, address: str) -> None:
    """Believe nothing: whoever answers must be the address that was checked."""
    try:
        peer = sock.getpeername()[0]
    except OSError as error:
        detail = f"{address}: {error.strerror}"
        raise FetchFailed(FetchReason.UNREACHABLE, detail) from error
    if ip_address(peer) != ip_address(address):
        raise FetchFailed(FetchReason.BLOCKED_ADDRESS, f"{peer} answered")
