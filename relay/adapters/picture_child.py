"""What runs in the picture maker's child: bytes in, fresh pixels encoded, bytes out.

Run by path in a fresh interpreter, so it imports nothing of ours: it knows no
setting, no secret and no database. It reads one request after another from its
standard input and answers on its standard output; pictures.py is the other side.

A message is a 4-byte length with a JSON object, then the bytes that it announces
in "sizes". The child refuses by answering {"refused": reason, "detail": …}.
"""

from __future__ import annotations

import base64
import json
import resource
import struct
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

if __name__ == "__main__":
    # The parent names the folders of Pillow and pi-heif; nothing else is on the path.
    sys.path.extend(sys.argv[1:])

import pi_heif
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageColor,
    ImagePalette,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Room beside what the interpreter and the libraries hold themselves.
MEMORY_ROOM = 250 * 1024 * 1024
CPU_SECONDS = 20
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 20_000

SHARE_SIZE = (1200, 630)
SHARE_MARGIN_PX = 30
PLACEHOLDER_BYTES = 280  # 400 characters as a data: URI in base64

# How much larger than the result the box filter may leave a picture for Lanczos.
REDUCING_GAP = 1.5
STRIP_PIXELS = 500_000
ORIENTATION_TAG = 0x0112

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
_SAVE: dict[str, dict[str, Any]] = {
    # Method 2 costs two thirds of method 4 for 6 % more bytes.
    "webp": {"format": "WEBP", "quality": 80, "method": 2},
    "jpeg": {"format": "JPEG", "quality": 82, "optimize": True},
    "avif": {"format": "AVIF", "quality": 60, "speed": 9, "max_threads": 1},
    "png": {"format": "PNG", "compress_level": 6},
}
_OPEN: dict[str, Callable[[BinaryIO], Image.Image]] = {
    # The classes themselves: Image.open would try every format that Pillow knows.
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}


class Refused(Exception):
    """This picture cannot be used: a stable reason, and a detail for the log."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    _prepare_libraries()
    _limit_process()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _send(sink, {"ready": True}, [])
    while (message := _receive(source)) is not None:
        request, data = message
        _limit_cpu()
        try:
            answer, blobs = make(request, data)
        except Refused as refused:
            answer, blobs = {"refused": refused.reason, "detail": refused.detail}, []
        except MemoryError:
            answer, blobs = {"refused": "too_many_pixels", "detail": "memory"}, []
        _send(sink, answer, blobs)


def make(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return what the parent asked for; raises Refused.

    "renditions" is a list of [name, longest side in px, formats], largest first;
    "portrait" asks for colour, placeholder, fingerprint and the share picture too.
    """
    renditions = request["renditions"]
    full, image = decode(request["kind"], data, renditions[0][1])
    encoded = list(_encode_renditions(image, full, renditions))
    answer: dict[str, Any] = {"width": full[0], "height": full[1]}
    if request["portrait"]:
        opaque = _flatten(image)
        answer["colour"] = dominant_colour(opaque)
        answer["fingerprint"] = fingerprint(opaque)
        answer["placeholder"] = placeholder(opaque)
        share = _share(opaque, answer["colour"])
        encoded.append(("share", "jpeg", share.size, _save(share, "jpeg")))
    answer["renditions"] = [[*each[:2], *each[2]] for each in encoded]
    return answer, [each[3] for each in encoded]


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
    source = _open_heic(data) if kind == "heic" else _open(kind, data, px)
    image = _to_srgb(_shrink(source, _fit(source.full, px)), source.profile)
    width, height = source.full
    if source.turn is not None:
        image = image.transpose(source.turn)
        if source.turn in _QUARTER_TURNS:
            width, height = height, width
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    return (width, height), _clean(image)


@dataclass(frozen=True)
class Source:
    """A decoded picture: `full` is the size before libjpeg shrank it to `size`.

    `rows` gives a part of it, from a row to before another; `is_plain` says that
    the whole may be taken as it is.
    """

    full: tuple[int, int]
    size: tuple[int, int]
    profile: bytes | None
    turn: Image.Transpose | None
    rows: Callable[[int, int], Image.Image]
    is_plain: bool = False


def _open(kind: str, data: bytes, px: int) -> Source:
    image = _OPEN[kind](BytesIO(data))
    full = _require_size(image.size)
    profile = image.info.get("icc_profile")
    turn = _TRANSPOSE.get(image.getexif().get(ORIENTATION_TAG, 1))
    if kind == "jpeg":
        # libjpeg then decodes at 1/2, 1/4 or 1/8: less time and far less memory.
        image.draft("RGB", _fit(full, px))
    image.load()

    def rows(top: int, bottom: int) -> Image.Image:
        if (top, bottom) == (0, image.height):
            return image
        return image.crop((0, top, image.width, bottom))

    is_plain = image.mode in _PLAIN and not image.has_transparency_data
    return Source(full, image.size, profile, turn, rows, is_plain)


def _open_heic(data: bytes) -> Source:
    """Read HEIC by rows: a whole Pillow image beside libheif's would be too much.

    Its turns are properties that libheif has applied; EXIF's are not to be asked.
    """
    file = pi_heif.open_heif(BytesIO(data))
    frame = file[file.primary_index]
    _require_size(frame.size)
    frame.load()
    width, height = _require_size(frame.size)  # decoding may correct it

    def rows(top: int, bottom: int) -> Image.Image:
        # The frame owns the pixels: it must stay alive as long as they are read.
        stride, mode = frame.stride, frame.mode
        part = bytes(frame.data[top * stride : bottom * stride])
        return Image.frombytes(mode, (width, bottom - top), part, "raw", mode, stride)

    profile = frame.info.get("icc_profile")
    return Source((width, height), (width, height), profile, None, rows)


def _require_size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if max(size) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise Refused("too_many_pixels", f"{width} × {height}")
    return size


_QUARTER_TURNS = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
)


def _fit(size: tuple[int, int], px: int) -> tuple[int, int]:
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
    rows = max(1, STRIP_PIXELS // width // factor) * factor
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


def _encode_renditions(
    image: Image.Image,
    full: tuple[int, int],
    renditions: list[tuple[str, int, list[str]]],
) -> Iterator[tuple[str, str, tuple[int, int], bytes]]:
    """Yield each rendition; one of a size already made keeps the same bytes."""
    made: dict[tuple[str, tuple[int, int]], bytes] = {}
    for name, px, formats in renditions:
        size = _fit(full, px)
        if size != image.size:
            # From rendition to rendition: each step has fewer pixels to read.
            image = image.resize(
                size, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP
            )
        for form in formats:
            if (form, size) not in made:
                made[form, size] = _save(image, form)
            yield name, form, size, made[form, size]


def _save(image: Image.Image, form: str) -> bytes:
    if form == "jpeg":
        image = _flatten(image)
    out = BytesIO()
    image.save(out, **_SAVE[form])
    return out.getvalue()


def _flatten(image: Image.Image) -> Image.Image:
    """Return the picture on white where it is transparent."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def dominant_colour(image: Image.Image) -> str:
    """Return the commonest of a picture's eight main colours as #rrggbb."""
    small = image.resize((48, 48), Image.Resampling.BOX, reducing_gap=REDUCING_GAP)
    few = small.quantize(8, method=Image.Quantize.MEDIANCUT)
    palette = few.getpalette() or [0, 0, 0]
    index = max(range(8), key=few.histogram().__getitem__)
    red, green, blue = palette[3 * index : 3 * index + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def fingerprint(image: Image.Image) -> str:
    """Return a difference hash: 64 bits in hex, near for pictures that look alike.

    Each bit says whether a cell of a 9 × 8 grid is darker than its right neighbour
    (Neal Krawetz, "Kind of Like That", 2013).
    """
    grey = image.convert("L").resize(
        (9, 8), Image.Resampling.BOX, reducing_gap=REDUCING_GAP
    )
    cells = grey.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = 9 * row + column
            bits = bits << 1 | (cells[at] < cells[at + 1])
    return f"{bits:016x}"


def placeholder(image: Image.Image) -> str:
    """Return a picture of a few pixels as a data: URI of at most 400 characters."""
    tiny = b""
    for px, quality in _PLACEHOLDERS:
        small = image.resize(
            _fit(image.size, px), Image.Resampling.BOX, reducing_gap=REDUCING_GAP
        )
        out = BytesIO()
        small.save(out, format="WEBP", quality=quality, method=4)
        tiny = out.getvalue()
        if len(tiny) <= PLACEHOLDER_BYTES:
            break
    return "data:image/webp;base64," + base64.b64encode(tiny).decode()


# Longest side and quality: the next is tried when the last one is too long.
_PLACEHOLDERS = ((16, 30), (16, 1), (4, 1))


def _share(image: Image.Image, colour: str) -> Image.Image:
    """Return the card for social platforms: the whole work, framed, not cropped."""
    inner = (SHARE_SIZE[0] - 2 * SHARE_MARGIN_PX, SHARE_SIZE[1] - 2 * SHARE_MARGIN_PX)
    scale = min(inner[0] / image.width, inner[1] / image.height, 1.0)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    card = Image.new("RGB", SHARE_SIZE, colour)
    card.paste(image, ((card.width - size[0]) // 2, (card.height - size[1]) // 2))
    return card


# Pillow imports these when it first needs them (EXIF, colours, palettes); by then
# this process can open no file any more.
_NEEDED_LATER = (ImageColor, ImagePalette, TiffImagePlugin)
_SRGB = ImageCms.createProfile("sRGB")


def _prepare_libraries() -> None:
    Image.preinit()
    # Our own limits are stricter and refuse with a reason.
    Image.MAX_IMAGE_PIXELS = None
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = False
    pi_heif.options.DEPTH_IMAGES = False
    pi_heif.options.AUX_IMAGES = False


def _limit_process() -> None:
    """Take from this process what it does not need: memory, files, core dumps."""
    _set_limit(resource.RLIMIT_AS, _own_memory() + MEMORY_ROOM)
    # No new file or socket can be opened, no file written, no core dumped.
    _set_limit(resource.RLIMIT_NOFILE, 0)
    _set_limit(resource.RLIMIT_FSIZE, 0)
    _set_limit(resource.RLIMIT_CORE, 0)


def _set_limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (limit, limit))


def _own_memory() -> int:
    """Return the address space in use: Linux says, elsewhere a generous guess."""
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - import-free
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 2 * 1024**3


def _limit_cpu() -> None:
    """Allow this picture its share of seconds beside what was used before."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(usage.ru_utime + usage.ru_stime) + 1 + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _receive(source: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    prefix = source.read(4)
    if len(prefix) < 4:  # noqa: PLR2004 - the length is four bytes
        return None
    request = json.loads(source.read(struct.unpack(">I", prefix)[0]))
    return request, source.read(request["size"])


def _send(sink: BinaryIO, answer: dict[str, Any], blobs: list[bytes]) -> None:
    text = json.dumps(answer | {"sizes": [len(blob) for blob in blobs]}).encode()
    sink.write(struct.pack(">I", len(text)) + text)
    sink.writelines(blobs)
    sink.flush()


if __name__ == "__main__":
    main()
