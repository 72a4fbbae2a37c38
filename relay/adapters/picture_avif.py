"""Reads AVIF strip by strip, so that only its decoder's own planes are held.

Pillow's reader holds 10 bytes a pixel (planes, and three copies in RGB). libavif
turns any part of the planes into RGB when asked: 1.5 bytes a pixel for 4:2:0, 3 for
4:4:4, twice that above 8 bits. The library is the very one that Pillow has loaded;
only the parts of its structures that version 1.0 froze are used (include/avif/avif.h).
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

from PIL import Image, _avif

from relay.adapters.picture_source import (
    MAX_PIXELS,
    MAX_SIDE_PX,
    Lacking,
    Refused,
    Source,
    require_size,
)

_OK, _OUT_OF_MEMORY = 0, 26
# Files without `pixi` and with an odd `clap` are read, as browsers and Pillow do.
_STRICT_ALPHA_ISPE = 4
_IROT_BIT, _IMIR_BIT = 4, 8
_RGB, _RGBA = 0, 1
# What the planes may need, beside the input and the renditions.
MAX_PLANE_BYTES = 215_000_000
# Samples in chroma for each in luma: none, 4:4:4, 4:2:2, 4:2:0, 4:0:0.
_CHROMA = (2.0, 2.0, 1.0, 0.5, 0.0)

_TURNS = (
    (),
    (Image.Transpose.ROTATE_90,),
    (Image.Transpose.ROTATE_180,),
    (Image.Transpose.ROTATE_270,),
)
_MIRRORS = (Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT)


class _Bytes(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Image(ctypes.Structure):
    _fields_ = (
        ("width", ctypes.c_uint32),
        ("height", ctypes.c_uint32),
        ("depth", ctypes.c_uint32),
        ("format", ctypes.c_int),
        ("range", ctypes.c_int),
        ("sample_position", ctypes.c_int),
        ("planes", ctypes.c_void_p * 3),
        ("row_bytes", ctypes.c_uint32 * 3),
        ("owns_planes", ctypes.c_int),
        ("alpha", ctypes.c_void_p),
        ("alpha_row_bytes", ctypes.c_uint32),
        ("owns_alpha", ctypes.c_int),
        ("is_premultiplied", ctypes.c_int),
        ("icc", _Bytes),
        ("cicp", ctypes.c_uint16 * 3),
        ("light", ctypes.c_uint16 * 2),
        ("transforms", ctypes.c_uint32),
        ("pasp", ctypes.c_uint32 * 2),
        ("clap", ctypes.c_uint32 * 8),
        ("angle", ctypes.c_uint8),
        ("axis", ctypes.c_uint8),
    )


class _Decoder(ctypes.Structure):
    _fields_ = (
        ("codec", ctypes.c_int),
        ("max_threads", ctypes.c_int),
        ("source", ctypes.c_int),
        ("progressive", ctypes.c_int),
        ("incremental", ctypes.c_int),
        ("ignore_exif", ctypes.c_int),
        ("ignore_xmp", ctypes.c_int),
        ("size_limit", ctypes.c_uint32),
        ("side_limit", ctypes.c_uint32),
        ("count_limit", ctypes.c_uint32),
        ("strict", ctypes.c_uint32),
        ("image", ctypes.POINTER(_Image)),
    )


class _Rgb(ctypes.Structure):
    _fields_ = (
        ("width", ctypes.c_uint32),
        ("height", ctypes.c_uint32),
        ("depth", ctypes.c_uint32),
        ("format", ctypes.c_int),
        ("upsampling", ctypes.c_int),
        ("downsampling", ctypes.c_int),
        ("avoid_libyuv", ctypes.c_int),
        ("ignore_alpha", ctypes.c_int),
        ("premultiplied", ctypes.c_int),
        ("is_float", ctypes.c_int),
        ("max_threads", ctypes.c_int),
        ("pixels", ctypes.c_void_p),
        ("row_bytes", ctypes.c_uint32),
        # Room for what later versions may append.
        ("rest", ctypes.c_uint8 * 128),
    )


class _Rectangle(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("x", "y", "width", "height"))


@cache
def find_library() -> ctypes.CDLL:
    """Return libavif; raises Lacking.

    The symbols of what an extension is linked to are found through the extension.
    """
    try:
        library = ctypes.CDLL(_avif.__file__)
        library.avifVersion.restype = ctypes.c_char_p
        if not library.avifVersion().startswith(b"1."):
            raise Lacking
        library.avifDecoderCreate.restype = ctypes.POINTER(_Decoder)
        library.avifImageCreateEmpty.restype = ctypes.POINTER(_Image)
        library.avifDecoderSetIOMemory.argtypes = (
            ctypes.POINTER(_Decoder),
            ctypes.c_char_p,
            ctypes.c_size_t,
        )
        for name in NEEDED:
            getattr(library, name)
    except (OSError, AttributeError, TypeError) as error:
        raise Lacking from error
    return library


NEEDED = (
    "avifDecoderParse",
    "avifDecoderNextImage",
    "avifDecoderDestroy",
    "avifImageDestroy",
    "avifImageSetViewRect",
    "avifImageYUVToRGB",
    "avifRGBImageSetDefaults",
)


def prepare() -> bool:
    """Find the library while files can still be opened; whether it is there."""
    try:
        find_library()
    except Lacking:
        return False
    return True


def open_avif(data: bytes) -> Source:
    """Return the picture in an AVIF file, of a sequence its first frame."""
    planes = _Planes(data)
    image = planes.image
    size = (image.width, image.height)
    profile = (
        ctypes.string_at(image.icc.data, image.icc.size) if image.icc.size else None
    )
    return Source(size, size, profile, _turns(image), planes.rows)


class _Planes:
    """A decoded picture inside libavif, freed when nothing holds this any more."""

    def __init__(self, data: bytes) -> None:
        self._library = find_library()
        self._data = data  # libavif reads from it, and does not copy it
        self._view = self._library.avifImageCreateEmpty()
        self._decoder = self._library.avifDecoderCreate()
        if not (self._view and self._decoder):
            raise MemoryError
        decoder = self._decoder.contents
        decoder.max_threads = 1
        decoder.ignore_exif = decoder.ignore_xmp = 1
        decoder.size_limit, decoder.side_limit = MAX_PIXELS, MAX_SIDE_PX
        decoder.strict = _STRICT_ALPHA_ISPE
        self._do("avifDecoderSetIOMemory", self._decoder, data, len(data))
        self._do("avifDecoderParse", self._decoder)
        self._require_memory()
        self._do("avifDecoderNextImage", self._decoder)
        self._require_memory()  # the payload may say otherwise than the container
        self.image: _Image = decoder.image.contents

    def __del__(self) -> None:
        """Give the memory back."""
        if getattr(self, "_decoder", None):
            self._library.avifDecoderDestroy(self._decoder)
        if getattr(self, "_view", None):
            self._library.avifImageDestroy(self._view)

    def rows(self, top: int, bottom: int) -> Image.Image:
        """Return rows in RGB or RGBa; `top` is even, or the picture is taken whole."""
        image = self.image
        rectangle = _Rectangle(0, top, image.width, bottom - top)
        self._do(
            "avifImageSetViewRect",
            self._view,
            ctypes.byref(image),
            ctypes.byref(rectangle),
        )
        mode = "RGBa" if image.alpha else "RGB"
        rgb = _Rgb()
        self._library.avifRGBImageSetDefaults(ctypes.byref(rgb), self._view)
        rgb.depth, rgb.max_threads = 8, 1
        rgb.format, rgb.premultiplied = (_RGBA, 1) if image.alpha else (_RGB, 0)
        rgb.row_bytes = len(mode) * image.width
        pixels = ctypes.create_string_buffer(rgb.row_bytes * (bottom - top))
        rgb.pixels = ctypes.addressof(pixels)
        self._do("avifImageYUVToRGB", self._view, ctypes.byref(rgb))
        return Image.frombytes(mode, (image.width, bottom - top), memoryview(pixels))

    def _require_memory(self) -> None:
        image = self._decoder.contents.image.contents
        width, height = require_size((image.width, image.height))
        samples = 1 + _CHROMA[image.format] + bool(image.alpha)
        needed = int(width * height * samples * (2 if image.depth > 8 else 1))  # noqa: PLR2004 - bits in a byte
        if needed > MAX_PLANE_BYTES:
            raise Refused("too_much_memory", f"{needed} bytes of planes")

    def _do(self, name: str, *arguments: Any) -> None:  # noqa: ANN401 - ctypes' own
        code = getattr(self._library, name)(*arguments)
        if code == _OUT_OF_MEMORY:
            raise MemoryError
        if code != _OK:
            raise Refused("broken", f"{name}: {code}")


def _turns(image: _Image) -> tuple[Image.Transpose, ...]:
    """Return the turn and the mirror of the container, which EXIF does not outrank."""
    turns: tuple[Image.Transpose, ...] = ()
    if image.transforms & _IROT_BIT:
        turns = _TURNS[image.angle & 3]
    if image.transforms & _IMIR_BIT:
        turns = (*turns, _MIRRORS[image.axis & 1])
    return turns
