"""Reads any picture that we allow: upright, in sRGB, small enough, and nothing else.

Runs in the picture maker's child. Every decoder holds as little as it can beside the
result: what each needs for a pixel stands in docs/adr/0003-picture-formats.md.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import pi_heif
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageChops,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from relay.adapters import picture_avif, picture_webp
from relay.adapters.picture_source import Lacking, Refused, Source, require_size

if TYPE_CHECKING:
    from collections.abc import Callable

# How much larger than the result the box filter may leave a picture for Lanczos.
REDUCING_GAP = 1.5
STRIP_PIXELS = 500_000
ORIENTATION_TAG = 0x0112

# What Pillow's own readers may get where the library itself cannot be asked: they
# hold 16 and 10 bytes a pixel.
PILLOW_MOST_PIXELS = {"webp": 15_000_000, "avif": 25_000_000}

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PLAIN = frozenset({"L", "RGB", "CMYK"})
_OPEN: dict[str, Callable[[BinaryIO], Image.Image]] = {
    # The classes themselves: Image.open would try every format that Pillow knows.
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}
_SRGB = ImageCms.createProfile("sRGB")


def decode(kind: str, data: bytes, px: int) -> tuple[tuple[int, int], Image.Image]:
    """Return the oriented full size, and a clean sRGB picture of at most `px`."""
    try:
        return _decode(kind, data, px)
    except (Refused, MemoryError):
        raise
    # Every decoder has errors of its own kind (SyntaxError, struct.error, EOFError,
    # …): here, at the edge to foreign code, each of them means a broken picture.
    except Exception as error:
        raise Refused("broken", f"{type(error).__name__}: {error}"[:200]) from error


def _decode(kind: str, data: bytes, px: int) -> tuple[tuple[int, int], Image.Image]:
    source = _open_any(kind, data, px)
    image = _to_srgb(_shrink(source, fit(source.full, px)), source.profile)
    width, height = source.full
    for turn in source.turns:
        image = image.transpose(turn)
        if turn in _QUARTER_TURNS:
            width, height = height, width
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    return (width, height), _clean(image)


def _open_any(kind: str, data: bytes, px: int) -> Source:
    try:
        if kind == "webp":
            return _open_webp(data, px)
        if kind == "avif":
            return picture_avif.open_avif(data)
    except Lacking:
        return _open(kind, data, px)
    return _open_heic(data) if kind == "heic" else _open(kind, data, px)


def _open(kind: str, data: bytes, px: int) -> Source:
    image: Image.Image = _OPEN[kind](BytesIO(data))
    full = require_size(image.size)
    if full[0] * full[1] > PILLOW_MOST_PIXELS.get(kind, full[0] * full[1]):
        raise Refused("too_much_memory", f"{full[0]} × {full[1]} of {kind}")
    profile = image.info.get("icc_profile")
    turns = _turns(image.getexif())
    if kind == "jpeg":
        # libjpeg then decodes at 1/2, 1/4 or 1/8: less time and far less memory.
        image.draft("RGB", fit(full, px))
    image.load()
    if image.mode == "CMYK" and "adobe" not in image.info:
        # Pillow takes every CMYK JPEG for inverted, as Adobe's are; libjpeg says that
        # only those with Adobe's marker are.
        image = ImageChops.invert(image)

    def rows(top: int, bottom: int) -> Image.Image:
        if (top, bottom) == (0, image.height):
            return image
        return image.crop((0, top, image.width, bottom))

    is_plain = image.mode in _PLAIN and not image.has_transparency_data
    return Source(full, image.size, profile, turns, rows, is_plain)


def _open_webp(data: bytes, px: int) -> Source:
    """Let libwebp shrink a picture to about twice what is wanted."""
    container = picture_webp.read_container(data)
    canvas = container.canvas
    size = fit(canvas, 2 * px)
    left, top, right, bottom = _scale(container.box, canvas, size)
    image = picture_webp.decode(container.still, (right - left, bottom - top))
    if image.size != size:
        # The first frame of an animation that does not fill its canvas.
        frame, image = image, Image.new("RGBa", size)
        image.paste(frame.convert("RGBA").convert("RGBa"), (left, top))

    def rows(top: int, bottom: int) -> Image.Image:
        return image.crop((0, top, image.width, bottom))

    exif = Image.Exif()
    if container.exif:
        exif.load(container.exif)
    is_plain = image.mode in _PLAIN
    return Source(canvas, size, container.profile, _turns(exif), rows, is_plain)


def _scale(
    box: tuple[int, int, int, int], canvas: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return a box of the canvas at another size, at least one pixel large."""
    left, top, right, bottom = (
        round(value * size[each % 2] / canvas[each % 2])
        for each, value in enumerate(box)
    )
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _turns(exif: Image.Exif) -> tuple[Image.Transpose, ...]:
    turn = _TRANSPOSE.get(exif.get(ORIENTATION_TAG, 1))
    return () if turn is None else (turn,)


def _open_heic(data: bytes) -> Source:
    """Read HEIC by rows: a whole Pillow image beside libheif's would be too much.

    Its turns are properties that libheif has applied; EXIF's are not to be asked.
    """
    file = pi_heif.open_heif(BytesIO(data))
    frame = file[file.primary_index]
    require_size(frame.size)
    frame.load()
    width, height = require_size(frame.size)  # decoding may correct it

    def rows(top: int, bottom: int) -> Image.Image:
        # The frame owns the pixels: it must stay alive as long as they are read.
        stride, mode = frame.stride, frame.mode
        part = bytes(frame.data[top * stride : bottom * stride])
        return Image.frombytes(mode, (width, bottom - top), part, "raw", mode, stride)

    profile = frame.info.get("icc_profile")
    return Source((width, height), (width, height), profile, (), rows)


_QUARTER_TURNS = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
)


def fit(size: tuple[int, int], px: int) -> tuple[int, int]:
    """Return the size with its longest side at most `px`, never enlarged."""
    width, height = size
    longest = max(size)
    if longest <= px:
        return size
    return max(1, round(width * px / longest)), max(1, round(height * px / longest))


def _shrink(source: Source, size: tuple[int, int]) -> Image.Image:
    """Return the picture at `size`, in L, RGB, RGBA or CMYK."""
    width, height = source.size
    factor = max(1, int(min(width / size[0], height / size[1]) / REDUCING_GAP))
    image = _read(source, factor)
    if image.size != size:
        box = (0.0, 0.0, width / factor, height / factor)
        image = image.resize(size, Image.Resampling.LANCZOS, box=box)
    return image.convert("RGBA") if image.mode == "RGBa" else image


def _read(source: Source, factor: int) -> Image.Image:
    """Return the picture in a plain mode, with each side divided by `factor`.

    It goes through a box filter strip by strip, so that changing its mode (palette,
    16 bit, premultiplied alpha) never holds a second full copy.
    """
    width, height = source.size
    if factor == 1 and source.is_plain:
        return source.rows(0, height)
    # An even number: two rows of a picture may share one row of colours.
    rows = max(1, STRIP_PIXELS // width // (2 * factor)) * 2 * factor
    out: Image.Image | None = None
    for top in range(0, height, rows):
        strip = _to_plain(source.rows(top, min(top + rows, height)))
        if factor > 1:
            strip = strip.reduce(factor)
        if strip.height * factor >= height:
            return strip
        if out is None:
            out = Image.new(strip.mode, (strip.width, -(-height // factor)))
        out.paste(strip, (0, top // factor))
    assert out is not None  # noqa: S101 - a picture has at least one row
    return out


def _to_plain(image: Image.Image) -> Image.Image:
    """Return the picture in L, RGB, RGBa (premultiplied) or CMYK."""
    if image.mode == "RGBa":
        return image
    if image.mode.startswith("I"):
        # 16-bit grey: Pillow would clip at 255 instead of scaling.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA").convert("RGBa")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in _PLAIN:
        return image
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    out = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            if not ImageCms.getProfileDescription(source).startswith("sRGB"):
                converted = ImageCms.profileToProfile(
                    image, source, _SRGB, outputMode=out
                )
                return converted or image.convert(out)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile that is broken or for other channels: as if there is none
    return image.convert(out)


def _clean(image: Image.Image) -> Image.Image:
    """Return the same pixels without anything that came along with them.

    Pillow hands `info` from picture to picture, and its JPEG writer copies the
    source's comment from there.
    """
    fresh = Image.new(image.mode, image.size)
    fresh.paste(image)
    return fresh


def prepare() -> None:
    """Load what the decoders need while files can still be opened, and set them."""
    # Our own limits are stricter and refuse with a reason.
    Image.MAX_IMAGE_PIXELS = None
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    picture_avif.prepare()
    picture_webp.prepare()
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = False
    pi_heif.options.DEPTH_IMAGES = False
    pi_heif.options.AUX_IMAGES = False
