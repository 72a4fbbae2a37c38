"""Reads WebP with libwebp's own scaler, so that no full copy of a picture is held.

Pillow's reader holds 16 bytes a pixel (two canvases of an animation decoder and two
copies). libwebp's advanced decoding interface shrinks while it decodes, as libjpeg
does: 0 bytes a pixel for lossy pictures, 4 for lossless ones, 2 for transparency.
The library is the very one that Pillow has loaded; its interface is checked by its
version number (src/webp/decode.h, unchanged since 2012).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, _webp

from relay.adapters.picture_source import Lacking, Refused, require_size

if TYPE_CHECKING:
    from collections.abc import Iterator

ABI_VERSION = 0x0209
_RGB, _PREMULTIPLIED_RGBA = 0, 7
_OK, _OUT_OF_MEMORY = 0, 1
_HEAD_BYTES = 12  # RIFF, length, WEBP
_ANIMATED_BIT, _ALPHA_BIT = 0x02, 0x10
_FRAME_HEAD_BYTES = 16


class _Features(ctypes.Structure):
    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("has_alpha", ctypes.c_int),
        ("rest", ctypes.c_int * 7),
    )


class _Pixels(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("stride", ctypes.c_int),
        ("size", ctypes.c_size_t),
        # The union's other branch, planes of YUV, is longer.
        ("rest", ctypes.c_uint8 * 56),
    )


class _Output(ctypes.Structure):
    _fields_ = (
        ("colorspace", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("is_external", ctypes.c_int),
        ("pixels", _Pixels),
        ("rest", ctypes.c_uint32 * 4),
        ("private", ctypes.c_void_p),
    )


class _Options(ctypes.Structure):
    _fields_ = (
        ("before", ctypes.c_int * 7),
        ("use_scaling", ctypes.c_int),
        ("scaled_width", ctypes.c_int),
        ("scaled_height", ctypes.c_int),
        ("rest", ctypes.c_int * 9),
    )


class _Config(ctypes.Structure):
    _fields_ = (("input", _Features), ("output", _Output), ("options", _Options))


@dataclass(frozen=True)
class Container:
    """What a WebP file holds: its canvas, and one still picture for libwebp.

    `box` is where that picture stands on the canvas: left, top, right, bottom.
    """

    canvas: tuple[int, int]
    box: tuple[int, int, int, int]
    still: bytes
    profile: bytes | None
    exif: bytes | None


@cache
def find_library() -> ctypes.CDLL:
    """Return libwebp; raises Lacking.

    The symbols of what an extension is linked to are found through the extension.
    """
    try:
        library = ctypes.CDLL(_webp.__file__)
        library.WebPDecode.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.POINTER(_Config),
        )
        library.WebPGetFeaturesInternal.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.POINTER(_Features),
            ctypes.c_int,
        )
        config = _Config()
        # Zero says that the structures are of another major version.
        if not library.WebPInitDecoderConfigInternal(ctypes.byref(config), ABI_VERSION):
            raise Lacking
    except (OSError, AttributeError, TypeError) as error:
        raise Lacking from error
    return library


def prepare() -> bool:
    """Find the library while files can still be opened; whether it is there."""
    try:
        find_library()
    except Lacking:
        return False
    return True


def read_container(data: bytes) -> Container:
    """Return what stands in a WebP file, of an animation its first frame."""
    chunks = dict(_chunks(data, _HEAD_BYTES))
    head = chunks.get(b"VP8X")
    profile, exif = chunks.get(b"ICCP"), chunks.get(b"EXIF")
    if head is None or not head[0] & _ANIMATED_BIT:
        size = _measure(data)
        return Container(size, (0, 0, *size), data, profile, exif)
    canvas = require_size((_three_bytes(head, 4) + 1, _three_bytes(head, 7) + 1))
    frame = chunks[b"ANMF"]
    left, top = 2 * _three_bytes(frame, 0), 2 * _three_bytes(frame, 3)
    width, height = _three_bytes(frame, 6) + 1, _three_bytes(frame, 9) + 1
    if left + width > canvas[0] or top + height > canvas[1]:
        raise Refused("broken", "a frame outside its canvas")
    still = _wrap(frame[_FRAME_HEAD_BYTES:], width, height)
    if _measure(still) != (width, height):
        raise Refused("broken", "a frame of another size")
    return Container(
        canvas, (left, top, left + width, top + height), still, profile, exif
    )


def decode(still: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a still picture at `size`, in RGB or RGBa (premultiplied)."""
    library = find_library()
    config = _Config()
    library.WebPInitDecoderConfigInternal(ctypes.byref(config), ABI_VERSION)
    features = _features(still)
    mode = "RGBa" if features.has_alpha else "RGB"
    config.output.colorspace = _PREMULTIPLIED_RGBA if features.has_alpha else _RGB
    if size != (features.width, features.height):
        config.options.use_scaling = 1
        config.options.scaled_width, config.options.scaled_height = size
    status = library.WebPDecode(still, len(still), ctypes.byref(config))
    try:
        if status == _OUT_OF_MEMORY:
            raise MemoryError
        if status != _OK:
            raise Refused("broken", f"libwebp's status {status}")
        pixels = config.output.pixels
        whole = (ctypes.c_uint8 * pixels.size).from_address(pixels.data)
        return Image.frombytes(mode, size, whole, "raw", mode, pixels.stride)
    finally:
        library.WebPFreeDecBuffer(ctypes.byref(config.output))


def _measure(still: bytes) -> tuple[int, int]:
    features = _features(still)
    return require_size((features.width, features.height))


def _features(still: bytes) -> _Features:
    features = _Features()
    status = find_library().WebPGetFeaturesInternal(
        still, len(still), ctypes.byref(features), ABI_VERSION
    )
    if status != _OK:
        raise Refused("broken", f"libwebp's status {status}")
    return features


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and contents backwards, so that in a dict the first one stays."""
    found = []
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append((data[at : at + 4], at + 8, at + 8 + length))
        at += 8 + length + length % 2
    for name, start, end in reversed(found):
        if name in _WANTED:
            yield name, data[start:end]


_WANTED = frozenset({b"VP8X", b"ICCP", b"EXIF", b"ANMF"})


def _wrap(chunks: bytes, width: int, height: int) -> bytes:
    """Return a frame's chunks as a file of their own."""
    head = b""
    if chunks[:4] == b"ALPH":
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        head = b"VP8X\x0a\0\0\0" + bytes([_ALPHA_BIT, 0, 0, 0]) + size
    body = b"WEBP" + head + chunks
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _three_bytes(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")
