"""What runs in the picture maker's child: bytes in, fresh pixels encoded, bytes out.

Run by path in a fresh interpreter; of ours it imports nothing but the picture_…
modules beside it: it knows no setting, no secret and no database. It reads one request
after another from its standard input and answers on its standard output;
picture_process.py is the other side.

A message is a 4-byte length with a JSON object, then the bytes that it announces
in "sizes". The child refuses by answering {"refused": reason, "detail": …}.
"""

from __future__ import annotations

import base64
import json
import resource
import struct
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if __name__ == "__main__":
    # The parent names the folders of Pillow and pi-heif; beside them only our own is
    # on the path.
    sys.path.extend([*sys.argv[1:], str(Path(__file__).parents[2])])

from PIL import Image, ImageColor, ImagePalette, TiffImagePlugin

from relay.adapters.picture_decode import REDUCING_GAP, decode, fit, prepare
from relay.adapters.picture_source import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

# Room beside what the interpreter and the libraries hold themselves.
MEMORY_ROOM = 250 * 1024 * 1024
CPU_SECONDS = 20

SHARE_SIZE = (1200, 630)
SHARE_MARGIN_PX = 30
NOISE = 0.5  # steps between cells, of 255, that recompressing a picture can make
HALF_COLUMN = 4
PLACEHOLDER_BYTES = 280  # 400 characters as a data: URI in base64

_SAVE: dict[str, dict[str, Any]] = {
    # Method 2 costs two thirds of method 4 for 6 % more bytes.
    "webp": {"format": "WEBP", "quality": 80, "method": 2},
    "jpeg": {"format": "JPEG", "quality": 82, "optimize": True},
    "avif": {"format": "AVIF", "quality": 60, "speed": 9, "max_threads": 1},
    "png": {"format": "PNG", "compress_level": 6},
}


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
            answer, blobs = {"refused": "too_much_memory", "detail": "no room"}, []
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


def _encode_renditions(
    image: Image.Image,
    full: tuple[int, int],
    renditions: list[tuple[str, int, list[str]]],
) -> Iterator[tuple[str, str, tuple[int, int], bytes]]:
    """Yield each rendition; one of a size already made keeps the same bytes."""
    made: dict[tuple[str, tuple[int, int]], bytes] = {}
    for name, px, formats in renditions:
        size = fit(full, px)
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
    (Neal Krawetz, "Kind of Like That", 2013). Where two cells are the same but for
    noise, the side of the picture decides: so a plain picture has one known
    fingerprint, and a mirrored one has its bits reversed (relay/domain/picture.py).
    """
    grey = image.convert("L").convert("F")
    cells = grey.resize((9, 8), Image.Resampling.BOX, reducing_gap=REDUCING_GAP)
    values = struct.unpack("=72f", cells.tobytes())
    bits = 0
    for row in range(8):
        for column in range(8):
            step = values[9 * row + column + 1] - values[9 * row + column]
            is_darker = step > 0 if abs(step) > NOISE else column < HALF_COLUMN
            bits = bits << 1 | is_darker
    return f"{bits:016x}"


def placeholder(image: Image.Image) -> str:
    """Return a picture of a few pixels as a data: URI of at most 400 characters."""
    tiny = b""
    for px, quality in _PLACEHOLDERS:
        small = image.resize(
            fit(image.size, px), Image.Resampling.BOX, reducing_gap=REDUCING_GAP
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


def _prepare_libraries() -> None:
    Image.preinit()
    prepare()


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
