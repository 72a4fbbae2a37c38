"""What a picture's first bytes say: its format and size, read before any decoding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import PictureReason, PictureRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 20_000
# Below this it is a spacer or a tracking dot, not a picture of anything.
MIN_SIDE_PX = 8
# Real progressive JPEGs have about ten scans; each one walks every pixel again.
MAX_JPEG_SCANS = 64
# A decoder that needs several scans keeps every coefficient (2 bytes) until the last.
MAX_COEFFICIENT_BYTES = 220_000_000

_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


class Kind(StrEnum):
    """The formats that we read; everything else is refused."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    AVIF = "avif"
    HEIC = "heic"


@dataclass(frozen=True)
class Header:
    """A picture's format and its size in pixels as its header claims them."""

    kind: Kind
    width: int
    height: int


def read_header(data: bytes) -> Header:
    """Return the format and size of a picture we may decode; raises PictureRefused.

    The name and the declared type of a file are never asked: content decides.
    """
    if len(data) > MAX_BYTES:
        raise PictureRefused(PictureReason.TOO_LARGE, f"{len(data)} bytes")
    kind = find_kind(data)
    if kind is None:
        raise PictureRefused(PictureReason.UNKNOWN_FORMAT)
    sizes: list[tuple[int, int]] = []
    try:
        for width, height in _SIZES[kind](data):
            check_size(width, height)
            sizes.append((width, height))
    except (IndexError, ValueError) as error:
        raise PictureRefused(PictureReason.BROKEN, "header") from error
    if not sizes:
        raise PictureRefused(PictureReason.BROKEN, "no size in its header")
    return Header(kind, *max(sizes, key=lambda size: size[0] * size[1]))


def find_kind(data: bytes) -> Kind | None:
    """Return the format that the content itself shows, when it is one we read."""
    if data[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return Kind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return Kind.GIF
    if data[4:8] == b"ftyp":
        return _find_heif_kind(data)
    return None


def check_size(width: int, height: int) -> None:
    """Refuse a picture that is larger or smaller than we take."""
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise PictureRefused(PictureReason.TOO_MANY_PIXELS, f"{width} × {height}")
    if min(width, height) < MIN_SIDE_PX:
        raise PictureRefused(PictureReason.TOO_SMALL, f"{width} × {height}")


def _find_heif_kind(data: bytes) -> Kind | None:
    length = min(int.from_bytes(data[:4], "big"), 256)
    # The major brand, then (after the minor version) the compatible ones.
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, length, 4))}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    if brands & _HEIC_BRANDS:
        return Kind.HEIC
    return None


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    at, frame = 2, 0
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004 - every JPEG marker starts with FF
            message = "no marker"
            raise ValueError(message)
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - a fill byte before the marker
            at += 1
            continue
        if marker in _JPEG_FRAMES:
            frame = at
            yield (
                int.from_bytes(data[at + 7 : at + 9], "big"),
                int.from_bytes(data[at + 5 : at + 7], "big"),
            )
        elif marker in {_JPEG_SCAN, _JPEG_END}:
            if frame and _is_in_scans(data, frame, at):
                _check_scans(data, frame)
            return
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)


_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_JPEG_SCAN = 0xDA
_JPEG_END = 0xD9


def _is_in_scans(data: bytes, frame: int, scan: int) -> bool:
    """Whether a decoder must keep all coefficients until the last scan is read.

    Progressive pictures, and plain ones whose first scan lacks some components.
    """
    return data[frame + 1] in _JPEG_PROGRESSIVE or data[scan + 4] < data[frame + 9]


def _check_scans(data: bytes, at: int) -> None:
    # Inside a scan FF is always stuffed, so FF DA after the frame is a scan; one
    # that stands in a later table only makes the count stricter.
    scans = data.count(b"\xff\xda", at)
    if scans > MAX_JPEG_SCANS:
        raise PictureRefused(PictureReason.TOO_SLOW, f"{scans} scans")
    pixels = int.from_bytes(data[at + 5 : at + 7], "big")
    pixels *= int.from_bytes(data[at + 7 : at + 9], "big")
    samplings = [data[at + 11 + 3 * each] for each in range(data[at + 9])]
    blocks = [(each >> 4) * (each & 15) for each in samplings]
    widest = max((each >> 4 for each in samplings), default=1)
    highest = max((each & 15 for each in samplings), default=1)
    needed = 2 * pixels * sum(blocks) // max(widest * highest, 1)
    if needed > MAX_COEFFICIENT_BYTES:
        detail = f"{needed} bytes of coefficients"
        raise PictureRefused(PictureReason.TOO_MUCH_MEMORY, detail)


def _png_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    if data[12:16] != b"IHDR":
        message = "no IHDR"
        raise ValueError(message)
    yield int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _webp_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    # The canvas and the frame may differ: both are allocated, so both are checked.
    chunk, start = data[12:16], 20
    if chunk == b"VP8X":
        yield (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
        return
    if chunk == b"VP8L" and data[start] == 0x2F:  # noqa: PLR2004 - VP8L's signature
        bits = int.from_bytes(data[21:25], "little")
        yield (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    elif chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        yield (
            int.from_bytes(data[26:28], "little") & 0x3FFF,
            int.from_bytes(data[28:30], "little") & 0x3FFF,
        )


def _gif_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    if len(data) < 13:  # noqa: PLR2004 - the logical screen descriptor ends there
        message = "cut"
        raise ValueError(message)
    yield int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


_ISPE = re.compile(rb"\x00\x00\x00\x14ispe\x00\x00\x00\x00(.{4})(.{4})", re.DOTALL)
# Every size property of AVIF and HEIC stands in the meta box, near the start.
_META_BYTES = 256 * 1024


def _heif_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    for found in _ISPE.finditer(data[:_META_BYTES]):
        width, height = (int.from_bytes(side, "big") for side in found.groups())
        # Alpha planes, tiles and thumbnails have sizes of their own, small ones too.
        yield max(width, MIN_SIDE_PX), max(height, MIN_SIDE_PX)


_SIZES = {
    Kind.JPEG: _jpeg_sizes,
    Kind.PNG: _png_sizes,
    Kind.WEBP: _webp_sizes,
    Kind.GIF: _gif_sizes,
    Kind.AVIF: _heif_sizes,
    Kind.HEIC: _heif_sizes,
}
