"""Bodies of strangers, decoded in small steps and never beyond their limits."""

from __future__ import annotations

import http.client
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import brotli  # type: ignore[import-untyped]  # it has no stubs
from urllib3.exceptions import ProtocolError

from relay.adapters.safe_answer import Over, Wanted
from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relay.adapters.safe_deadline import Deadline

ACCEPT_ENCODING = "gzip, deflate, br"

STEP = 64 * 1024
"""Most bytes that a decoder gives at once."""

MAX_RATIO = 200
"""Decoded bytes per byte on the wire; honest pages stay under 100."""

RATIO_COUNTS_FROM = 256 * 1024
"""Decoded bytes below which the ratio says nothing."""

_READ = 64 * 1024
_READ_CODED = 4 * 1024
"""Bytes read at once; small where they may swell, so that the ratio is seen early."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_METHOD = 0x08


@dataclass
class Body:
    """A body as far as it has come."""

    wanted: Wanted
    coding: str
    data: bytearray = field(default_factory=bytearray)
    wire: int = 0
    truncated: bool = False

    @property
    def may_stay_cut(self) -> bool:
        """Whether what has come is of use although more should have come."""
        return bool(self.data) and self.wanted.over is Over.CUT

    def read(self, read: Callable[[int], bytes], deadline: Deadline) -> None:
        """Read to the end, or as far as is taken; raises FetchFailed."""
        decoder = open_decoder(self.coding)
        for chunk in self._chunks(read):
            self.wire += len(chunk)
            for piece in decoder.feed(chunk):
                deadline.left("reading")
                self.data += piece
                check_ratio(len(self.data), self.wire)
                if len(self.data) > self.wanted.max_bytes:
                    return self._overflow()
        if not decoder.is_whole:
            self.end_early("the body is cut off")
        return None

    def end_early(self, why: str) -> None:
        """Make do with what has come; raises FetchFailed when that is of no use."""
        if not self.may_stay_cut:
            raise FetchFailed(FetchReason.BAD_RESPONSE, why)
        self.truncated = True

    def _chunks(self, read: Callable[[int], bytes]) -> Iterator[bytes]:
        """Give what comes, and of a read that failed halfway what had come of it."""
        at_once = _READ_CODED if self.coding else _READ
        try:
            while chunk := read(at_once):
                yield chunk
        except ProtocolError as error:
            rest = _rest_of(error)
            if rest is None:
                raise
            if rest:
                yield rest
            if not self.may_stay_cut:
                raise
            self.truncated = True

    def _overflow(self) -> None:
        limit = self.wanted.max_bytes
        if self.wanted.over is Over.REFUSE:
            raise FetchFailed(FetchReason.TOO_LARGE, f"more than {limit} bytes")
        del self.data[limit:]
        self.truncated = True


def _rest_of(error: ProtocolError) -> bytes | None:
    """Return what came of a read that ended too early; None when it failed otherwise.

    Of a body in chunks the last read is thrown with its bytes, the whole chunks in one
    error and the half one in that error's cause; of a body whose length was promised
    all was given before, and the error only counts.
    """
    rest = None
    causes = (each for each in error.args if isinstance(each, BaseException))
    cause = next(causes, None)
    while isinstance(cause, http.client.IncompleteRead):
        rest = (rest or b"") + (cause.partial if _holds_bytes(cause) else b"")
        cause = cause.__cause__
    return rest


def _holds_bytes(error: http.client.IncompleteRead) -> bool:
    """Whether it is the library's own: the error that only counts has a number."""
    return isinstance(error.partial, bytes)


class Decoder(Protocol):
    """One content coding, undone piece by piece."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what `data` adds, in pieces of at most STEP; raises FetchFailed."""

    @property
    def is_whole(self) -> bool:
        """Whether the stream came to its own end."""


def open_decoder(coding: str) -> Decoder:
    """Return the decoder for a Content-Encoding header; raises FetchFailed."""
    maker = _DECODERS.get(coding.strip().lower())
    if maker is None:
        detail = f"content encoding {coding[:40]!r}"
        raise FetchFailed(FetchReason.BAD_RESPONSE, detail)
    return maker()


def check_ratio(decoded: int, wire: int) -> None:
    """Refuse what swells beyond belief; raises FetchFailed(TOO_LARGE)."""
    if decoded > RATIO_COUNTS_FROM and decoded > MAX_RATIO * wire:
        detail = f"{wire} bytes swelled to more than {decoded}"
        raise FetchFailed(FetchReason.TOO_LARGE, detail)


class _Plain:
    is_whole = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


@dataclass
class _Zlib:
    """gzip and deflate, told apart by their first bytes as browsers do.

    Servers that name a coding and send plain text are read as they are.
    """

    named: str
    _stream: zlib._Decompress | None = None
    _head: bytes = b""
    _plain: bool = False

    @property
    def is_whole(self) -> bool:
        return self._plain or self._stream is None or self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._plain:
            yield data
            return
        if self._stream is None:
            self._head += data
            if len(self._head) < len(_GZIP_MAGIC):
                return
            data, self._head = self._head, b""
            if self._open(data):
                yield data
                return
        yield from self._inflate(data)

    def _open(self, data: bytes) -> bool:
        """Choose how to inflate; True when there is nothing to inflate."""
        if data.startswith(_GZIP_MAGIC):
            self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        elif self.named == "gzip":
            self._plain = True
        elif data[0] & 0x0F == _ZLIB_METHOD and (data[0] << 8 | data[1]) % 31 == 0:
            self._stream = zlib.decompressobj()
        else:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._plain

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        while data and self._stream is not None:
            try:
                piece = self._stream.decompress(data, STEP)
            except zlib.error as error:
                raise FetchFailed(FetchReason.BAD_RESPONSE, str(error)) from error
            yield piece
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                if not data.startswith(_GZIP_MAGIC):
                    return
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)


@dataclass
class _Brotli:
    _stream: brotli.Decompressor = field(default_factory=brotli.Decompressor)

    @property
    def is_whole(self) -> bool:
        return bool(self._stream.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream.is_finished():
            return
        try:
            yield self._stream.process(data, output_buffer_limit=STEP)
            while not self._stream.can_accept_more_data():
                yield self._stream.process(b"", output_buffer_limit=STEP)
        except brotli.error as error:
            raise FetchFailed(FetchReason.BAD_RESPONSE, f"brotli: {error}") from error


# What servers write; the odd ones are charsets and words put there by mistake.
_DECODERS: dict[str, Callable[[], Decoder]] = {
    "": _Plain,
    "identity": _Plain,
    "none": _Plain,
    "utf-8": _Plain,
    "utf8": _Plain,
    "gzip": lambda: _Zlib("gzip"),
    "x-gzip": lambda: _Zlib("gzip"),
    "deflate": lambda: _Zlib("deflate"),
    "br": _Brotli,
}
