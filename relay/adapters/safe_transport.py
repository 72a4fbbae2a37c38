"""One request on the wire: to checked addresses, metered, without retries."""

from __future__ import annotations

import io
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.client import HTTPResponse, parse_headers
from typing import TYPE_CHECKING, Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import SSLError as WireSslError
from urllib3.util.ssl_ import create_urllib3_context

from relay.adapters.safe_connect import connect
from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

    from relay.adapters.safe_deadline import Deadline
    from relay.domain.urls import Url

MAX_HEAD = 64 * 1024
"""Bytes of status line and headers, interim answers with them."""


@dataclass
class Trip:
    """One request: the addresses that were checked, the clock and the meter.

    `limit` is the number of bytes that may still come, checked at every read;
    `address` is where the connection went. Once the head is read it `may_break`: a
    connection that is reset then ends the body, and `broken` says how.
    """

    url: Url
    addresses: tuple[str, ...]
    deadline: Deadline
    limit: int = MAX_HEAD
    received: int = 0
    address: str = ""
    may_break: bool = False
    broken: str = ""

    def dial(self, host: str, port: int) -> socket.socket:
        """Connect to what was checked for this host and port, never resolving."""
        if (host, port) != (self.url.host, self.url.port):
            raise FetchFailed(FetchReason.BLOCKED_ADDRESS, f"{host}:{port}")
        sock, self.address = connect(self.addresses, port, deadline=self.deadline)
        return sock

    def count(self, received: int) -> None:
        """Take note of bytes that came; raises FetchFailed(TOO_LARGE)."""
        self.received += received
        self.limit -= received
        if self.limit < 0:
            raise FetchFailed(FetchReason.TOO_LARGE, f"{self.received} bytes received")


def send(
    trip: Trip,
    adapter: PinnedAdapter,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes | None = None,
) -> requests.Response:
    """Send one request and read the head of its answer; raises FetchFailed."""
    prepared = requests.PreparedRequest()
    # No session: so no proxies, netrc, cookies or redirects, whatever is around.
    with honest_errors(trip):
        prepared.prepare(
            method=method, url=trip.url.wire, headers=dict(headers), data=body
        )
        # What goes out is what was checked, not what another parser makes of it.
        prepared.url = trip.url.wire
        left = trip.deadline.left("connecting")
        return adapter.send(prepared, stream=True, timeout=left)


@contextmanager
def honest_errors(trip: Trip) -> Iterator[None]:
    """Turn what the libraries raise into our reasons."""
    try:
        yield
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        if trip.deadline.is_over or isinstance(error, requests.Timeout):
            detail = f"reading, {trip.deadline.seconds:g} s"
            raise FetchFailed(FetchReason.TIMEOUT, detail) from error
        if isinstance(
            error, requests.exceptions.SSLError | WireSslError | ssl.SSLError
        ):
            raise FetchFailed(FetchReason.TLS, _inmost(error)) from error
        raise FetchFailed(FetchReason.BAD_RESPONSE, _inmost(error)) from error


class PinnedAdapter(HTTPAdapter):
    """Requests' transport for one trip, with connections that only go its way."""

    def __init__(self, trip: Trip, *, ca_bundle: str = "") -> None:
        self._pool = _open_pool(trip, ca_bundle)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    @override
    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> HTTPConnectionPool:
        """Return the trip's own pool, whatever else is asked for."""
        return self._pool

    @override
    def cert_verify(self, conn: object, *_asked: object) -> None:
        """Leave the pool as it was opened: certificates are always required."""

    @override
    def close(self) -> None:
        """Close the connection."""
        self._pool.close()
        super().close()


def _open_pool(trip: Trip, ca_bundle: str) -> HTTPConnectionPool:
    url = trip.url
    if url.scheme == "http":
        return _PinnedPool(url.bracketed, url.port, trip=trip)
    context = _open_tls(ca_bundle)
    return _PinnedTlsPool(
        url.bracketed,
        url.port,
        trip=trip,
        ssl_context=context,
        cert_reqs="CERT_REQUIRED",
    )


class _PinnedConnection(HTTPConnection):
    def __init__(self, host: str, *, trip: Trip, **given: Any) -> None:  # noqa: ANN401 - handed on as it came
        super().__init__(host, **given)
        self._trip = trip
        self.response_class = _metered(trip)

    @override
    def _new_conn(self) -> socket.socket:
        return self._trip.dial(self.host, self.port)


class _PinnedTlsConnection(HTTPSConnection):
    def __init__(self, host: str, *, trip: Trip, **given: Any) -> None:  # noqa: ANN401 - handed on as it came
        super().__init__(host, **given)
        self._trip = trip
        self.response_class = _metered(trip)

    @override
    def _new_conn(self) -> socket.socket:
        return self._trip.dial(self.host, self.port)


class _PinnedPool(HTTPConnectionPool):
    ConnectionCls = _PinnedConnection


class _PinnedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedTlsConnection


def _metered(trip: Trip) -> type[HTTPResponse]:
    """Return a class of answers whose every byte goes by the trip's clock and meter."""

    class MeteredResponse(HTTPResponse):
        def __init__(
            self,
            sock: socket.socket,
            debuglevel: int = 0,
            method: str | None = None,
            url: str | None = None,
        ) -> None:
            super().__init__(sock, debuglevel, method, url)
            self.fp.close()
            self.fp = io.BufferedReader(_MeteredStream(sock, trip))

        def _read_status(self) -> tuple[str, int, str]:
            """Pass over interim answers; the library knows of 100 alone."""
            read = super()._read_status  # type: ignore[misc]  # not in its stubs
            version, status, reason = read()
            while HTTPStatus.PROCESSING <= status < HTTPStatus.OK:
                parse_headers(self.fp)
                version, status, reason = read()
            return version, status, reason

    return MeteredResponse


class _MeteredStream(io.RawIOBase):
    def __init__(self, sock: socket.socket, trip: Trip) -> None:
        self._sock = sock
        self._stream = sock.makefile("rb", buffering=0)
        self._trip = trip

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._trip.deadline.left("reading"))
        try:
            received = self._stream.readinto(buffer)
        except ConnectionError as error:
            if not self._trip.may_break:
                raise
            # Raised through the buffers it would take with it what they hold.
            self._trip.broken = _inmost(error)
            return 0
        self._trip.count(received or 0)
        return received

    @override
    def close(self) -> None:
        self._stream.close()
        super().close()


@cache
def _open_tls(ca_bundle: str) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(ca_bundle or certifi.where())
    return context


def _inmost(error: BaseException) -> str:
    """Return the first cause in one short line: the wrappers say nothing more."""
    reason = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    if isinstance(reason, BaseException):
        return _inmost(reason)
    return " ".join(f"{type(error).__name__}: {reason or error}".split())[:200]
