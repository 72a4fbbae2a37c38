from __future__ import annotations

import io
import os
import resource
import signal
import struct
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageOps, PngImagePlugin

from relay.adapters.picture_header import MAX_BYTES, MAX_PIXELS, MAX_SIDE_PX
from relay.adapters.pictures import PAGE_FORMATS, SafePictures
from relay.domain.errors import PictureReason, PictureRefused
from relay.domain.picture import (
    PLAIN,
    SHARE_PX,
    PictureSet,
    distance,
    is_plain,
    look_alike,
    mirror,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = Path(__file__).parents[1] / "data" / "pictures"
SECRET = b"Xq-a-secret-place-Xq"

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (240, 240, 240)
QUARTERS = (RED, GREEN, BLUE, WHITE)


@pytest.fixture(scope="module")
def maker() -> Iterator[SafePictures]:
    with SafePictures() as pictures:
        yield pictures


@pytest.fixture(scope="module")
def slow() -> bytes:
    """An honest picture that takes long enough to be interrupted."""
    noise = Image.effect_noise((4000, 4000), 60).convert("RGB")
    return encode(noise, "JPEG", quality=30, progressive=True)


def quarters(width: int = 480, height: int = 320) -> Image.Image:
    """Red and green above blue and white: every turn and flip shows."""
    image = Image.new("RGB", (width, height))
    for index, colour in enumerate(QUARTERS):
        left, top = index % 2 * width // 2, index // 2 * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def encode(image: Image.Image, form: str, **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    out = io.BytesIO()
    image.save(out, format=form, **options)
    return out.getvalue()


def page(pictures: PictureSet, form: str = "webp") -> Image.Image:
    found = pictures.find("page", form)
    assert found is not None
    return Image.open(io.BytesIO(found.data))


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    image = image.convert("RGB")
    width, height = image.size
    places = [(x, y) for y in (1, 3) for x in (1, 3)]
    found = [image.getpixel((x * width // 4, y * height // 4)) for x, y in places]
    return [each for each in found if isinstance(each, tuple)]


def is_near(found: object, wanted: object, by: int = 24) -> bool:
    """Whether colours, or lists of them, are the same to the eye."""
    flat = [list(_flat(found)), list(_flat(wanted))]
    return len(flat[0]) == len(flat[1]) and all(
        abs(one - other) <= by for one, other in zip(*flat, strict=True)
    )


def _flat(value: object) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _flat(each)


# What comes out


def test_a_picture_becomes_three_sizes_and_a_share_card(maker: SafePictures) -> None:
    made = maker.make(encode(quarters(3000, 2000), "JPEG"))
    assert (made.width, made.height) == (3000, 2000)
    assert {
        (each.name, each.format, each.width, each.height) for each in made.renditions
    } == {
        ("page", "webp", 1280, 853),
        ("page", "jpeg", 1280, 853),
        ("wall", "webp", 640, 427),
        ("wall", "jpeg", 640, 427),
        ("small", "webp", 320, 213),
        ("share", "jpeg", *SHARE_PX),
    }
    for each in made.renditions:
        image = Image.open(io.BytesIO(each.data))
        assert image.size == (each.width, each.height)
        assert image.format == each.format.upper()
        if each.name != "share":
            assert is_near(corners(image), list(QUARTERS))


def test_a_small_picture_is_not_enlarged_and_shares_its_bytes(
    maker: SafePictures,
) -> None:
    made = maker.make(encode(quarters(400, 200), "PNG"))
    whole, wall, small = (made.find(name, "webp") for name in ("page", "wall", "small"))
    assert whole
    assert wall
    assert small
    assert (whole.width, whole.height) == (400, 200)
    assert wall.data == whole.data
    assert (small.width, small.height) == (320, 160)


def test_a_very_long_picture_keeps_its_shape(maker: SafePictures) -> None:
    made = maker.make(encode(quarters(12_000, 60), "PNG"))
    assert page(made).size == (1280, 6)


def test_the_placeholder_is_tiny_and_a_picture(maker: SafePictures) -> None:
    noise = Image.effect_noise((900, 900), 120).convert("RGB")
    for image in (quarters(), noise, quarters(40, 4000)):
        placeholder = maker.make(encode(image, "PNG")).placeholder
        assert placeholder.startswith("data:image/webp;base64,")
        assert len(placeholder) <= 400


@pytest.mark.parametrize("colour", [RED, GREEN, BLUE, (0, 0, 0), (255, 255, 255)])
def test_the_dominant_colour_is_the_one_that_fills_most(
    maker: SafePictures, colour: tuple[int, int, int]
) -> None:
    image = Image.new("RGB", (300, 200), colour)
    ImageDraw.Draw(image).ellipse((20, 20, 80, 80), fill=(250, 250, 120))
    found = maker.make(encode(image, "PNG")).colour
    assert is_near(tuple(bytes.fromhex(found[1:])), colour)


def test_the_share_card_shows_the_whole_work_on_its_colour(
    maker: SafePictures,
) -> None:
    image = Image.new("RGB", (600, 1800), BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, 599, 60), fill=RED)
    ImageDraw.Draw(image).rectangle((0, 1739, 599, 1799), fill=GREEN)
    share = maker.make(encode(image, "PNG")).find("share", "jpeg")
    assert share is not None
    card = Image.open(io.BytesIO(share.data))
    assert is_near(card.getpixel((10, 10)), BLUE)
    assert is_near(card.getpixel((600, 36)), RED)
    assert is_near(card.getpixel((600, 593)), GREEN)


def test_pictures_that_look_alike_have_near_fingerprints(maker: SafePictures) -> None:
    art = Image.radial_gradient("L").resize((900, 700)).convert("RGB")
    ImageDraw.Draw(art).rectangle((100, 80, 400, 600), fill=RED)
    one = maker.make(encode(art, "PNG")).fingerprint
    again = maker.make(encode(art.resize((450, 350)), "JPEG", quality=50)).fingerprint
    other = maker.make(encode(ImageOps.mirror(art), "PNG")).fingerprint
    assert look_alike(one, again)
    assert distance(one, other) > 10
    assert distance(one, mirror(other)) <= 1


@pytest.mark.parametrize("colour", [RED, (0, 0, 0), (128, 127, 129)])
def test_every_plain_picture_has_the_fingerprint_of_plain_ones(
    maker: SafePictures, colour: tuple[int, int, int]
) -> None:
    plain = Image.new("RGB", (640, 480), colour)
    assert maker.make(encode(plain, "PNG")).fingerprint == PLAIN
    grain = Image.effect_noise(plain.size, 6).convert("RGB")
    noisy = ImageChops.add(plain, grain, offset=-128)
    assert is_plain(maker.make(encode(noisy, "JPEG", quality=60)).fingerprint)


# Honest pictures of every kind


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_orientation_comes_out_upright(
    maker: SafePictures, form: str, turn: int
) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = quarters(240, 160)
    stored = upright.transpose(undo[turn]) if turn in undo else upright
    exif = Image.Exif()
    exif[0x0112] = turn
    made = maker.make(encode(stored, form, exif=exif))
    assert (made.width, made.height) == (240, 160)
    assert page(made).size == (240, 160)
    assert is_near(corners(page(made)), list(QUARTERS))


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("AVIF", {"speed": 10}),
    ],
)
def test_every_format_we_read_is_made(
    maker: SafePictures, form: str, options: dict[str, Any]
) -> None:
    made = maker.make(encode(quarters(), form, **options))
    assert (made.width, made.height) == (480, 320)
    assert is_near(corners(page(made)), list(QUARTERS))
    assert is_near(corners(page(made, "jpeg")), list(QUARTERS))


def test_heic_is_made(maker: SafePictures) -> None:
    made = maker.make((KEPT / "quarters.heic").read_bytes())
    assert (made.width, made.height) == (96, 64)
    assert is_near(corners(page(made)), list(QUARTERS))


def test_a_turned_heic_is_turned_once(maker: SafePictures) -> None:
    made = maker.make((KEPT / "quarters-turned.heic").read_bytes())
    assert (made.width, made.height) == (64, 96)
    assert is_near(corners(page(made)), [BLUE, RED, WHITE, GREEN])


def test_a_transparent_heic_keeps_its_transparency(maker: SafePictures) -> None:
    made = maker.make((KEPT / "quarters-alpha.heic").read_bytes())
    assert page(made).mode == "RGBA"


@pytest.mark.parametrize("size", [(480, 320), (4200, 2800)])
@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_every_mode_of_pixels_keeps_its_picture(
    maker: SafePictures, mode: str, size: tuple[int, int]
) -> None:
    grey = Image.linear_gradient("L").resize(size)
    if mode == "I;16":
        image = grey.convert("I").point(lambda value: value * 257.0).convert("I;16")
    else:
        image = grey.convert("RGB").convert("L" if mode == "LA" else mode)
        if mode == "LA":
            image.putalpha(255)
    made = maker.make(encode(image, "JPEG" if mode == "CMYK" else "PNG"))
    found = page(made).convert("L")
    means = [
        mean_of(found.crop((0, top, found.width, top + found.height // 8)))
        for top in (0, found.height // 2, found.height * 7 // 8)
    ]
    assert is_near(means, [15, 143, 239], by=14)


def mean_of(image: Image.Image) -> int:
    counts = image.histogram()
    return round(sum(value * n for value, n in enumerate(counts)) / sum(counts))


def test_sixteen_bit_colour_is_scaled_and_not_clipped(maker: SafePictures) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    row = b"\0" + struct.pack(">3H", 0x4040, 0x8080, 0xC0C0) * 32
    data = b"\x89PNG\r\n\x1a\n" + chunk(
        b"IHDR", struct.pack(">2I5B", 32, 32, 16, 2, 0, 0, 0)
    )
    data += chunk(b"IDAT", zlib.compress(row * 32)) + chunk(b"IEND", b"")
    assert is_near(page(maker.make(data)).getpixel((16, 16)), (0x40, 0x80, 0xC0), by=4)


@pytest.mark.parametrize("size", [(480, 320), (4200, 2800)])
def test_transparency_stays_in_webp_and_is_white_in_jpeg(
    maker: SafePictures, size: tuple[int, int]
) -> None:
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, size[0] // 2, size[1]))
    made = maker.make(encode(image, "PNG"))
    webp, jpeg = page(made), page(made, "jpeg")
    right = (webp.width * 3 // 4, webp.height // 2)
    left = (webp.width // 4, webp.height // 2)
    assert webp.getpixel(right) == (0, 0, 0, 0) or webp.getpixel(right)[3] == 0  # type: ignore[index]
    assert is_near(webp.getpixel(left), (*RED, 255))
    assert is_near(jpeg.getpixel(right), (255, 255, 255))
    assert is_near(jpeg.getpixel(left), RED)


def test_transparent_edges_take_no_colour_from_what_is_hidden(
    maker: SafePictures,
) -> None:
    # Hidden green beside visible red: averaging without alpha would turn it brown.
    image = Image.new("RGBA", (4000, 2000), (0, 255, 0, 0))
    for left in range(0, 4000, 8):
        image.paste((*RED, 255), (left, 0, left + 4, 2000))
    made = maker.encode_page(encode(image, "PNG"), "png")
    striped = Image.open(io.BytesIO(made))
    ground = Image.new("RGB", striped.size, "white")
    ground.paste(striped, mask=striped)
    found = ground.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    half = tuple((each + 255) // 2 for each in RED)
    assert is_near(found, half, by=12)


def test_a_transparent_palette_colour_is_transparent(maker: SafePictures) -> None:
    image = Image.new("P", (64, 64), 1)
    image.putpalette([0, 0, 0, *RED])
    image.paste(0, (0, 0, 32, 64))
    for form in ("PNG", "GIF"):
        made = page(maker.make(encode(image, form, transparency=0))).convert("RGBA")
        assert is_near(made.getpixel((10, 30)), (0, 0, 0, 0), by=8)
        assert is_near(made.getpixel((50, 30)), (*RED, 255))


def test_an_animation_gives_its_first_frame(maker: SafePictures) -> None:
    others = [Image.new("RGB", (480, 320), BLUE)] * 3
    for form in ("GIF", "WEBP", "PNG", "AVIF"):
        data = encode(quarters(), form, save_all=True, append_images=others)
        assert is_near(corners(page(maker.make(data))), list(QUARTERS))


def chunk_of(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


@pytest.mark.parametrize("with_alpha", [False, True])
def test_a_first_frame_that_does_not_fill_its_canvas_stays_in_its_place(
    maker: SafePictures, *, with_alpha: bool
) -> None:
    frame = Image.new("RGBA" if with_alpha else "RGB", (100, 80), RED)
    if with_alpha:
        frame.paste((*BLUE, 0), (0, 40, 100, 80))
    still = encode(frame, "WEBP")
    chunks = still[30:] if with_alpha else still[12:]
    three = [value.to_bytes(3, "little") for value in (50, 10, 99, 79, 100)]
    anmf = chunk_of(b"ANMF", b"".join(three) + b"\0" + chunks)
    size = (199).to_bytes(3, "little") + (99).to_bytes(3, "little")
    head = chunk_of(b"VP8X", b"\x12\0\0\0" + size)
    body = b"WEBP" + head + chunk_of(b"ANIM", b"\0" * 6) + anmf * 2
    made = maker.make(b"RIFF" + struct.pack("<I", len(body)) + body)
    found = page(made)
    assert found.size == (200, 100)
    assert is_near(found.getpixel((150, 40)), (*RED, 255))
    assert is_near(found.getpixel((50, 40)), (0, 0, 0, 0))
    lower = found.getpixel((150, 80))
    assert isinstance(lower, tuple)
    assert lower[3] == (0 if with_alpha else 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colours_of_a_wide_profile_are_turned_into_srgb(
    maker: SafePictures, form: str
) -> None:
    # In this profile the channels are swapped, so that an ignored profile shows.
    image = quarters()
    swapped = Image.merge("RGB", [image.getchannel(each) for each in "BGR"])
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode(swapped, form, icc_profile=_swap_red_and_blue(profile))
    assert is_near(corners(page(maker.make(data))), list(QUARTERS))


def test_a_profile_is_for_colours_and_leaves_transparency_alone(
    maker: SafePictures,
) -> None:
    image = Image.new("RGBA", (200, 100), (*BLUE, 255))
    image.paste((*BLUE, 0), (0, 0, 100, 100))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("PNG", "WEBP", "AVIF"):
        data = encode(image, form, icc_profile=_swap_red_and_blue(profile))
        found = page(maker.make(data))
        assert is_near(found.getpixel((150, 50)), (*BLUE[::-1], 255))
        left = found.getpixel((50, 50))
        assert isinstance(left, tuple)
        assert left[3] == 0


@pytest.mark.parametrize("ink", [(0, 255, 255, 0), (255, 0, 255, 0), (0, 0, 0, 200)])
def test_inks_are_inverted_only_where_adobe_says_so(
    maker: SafePictures, ink: tuple[int, int, int, int]
) -> None:
    wanted = Image.new("CMYK", (1, 1), ink).convert("RGB").getpixel((0, 0))
    adobe = encode(Image.new("CMYK", (64, 64), ink), "JPEG", quality=95)
    assert is_near(page(maker.make(adobe)).getpixel((9, 9)), wanted)
    inverted = Image.new("CMYK", (64, 64), tuple(255 - each for each in ink))
    bare = encode(inverted, "JPEG", quality=95)
    at = bare.index(b"\xff\xee")
    length = int.from_bytes(bare[at + 2 : at + 4], "big")
    assert bare[at + 4 : at + 9] == b"Adobe"
    bare = bare[:at] + bare[at + 2 + length :]
    assert is_near(page(maker.make(bare)).getpixel((9, 9)), wanted)


def _swap_red_and_blue(profile: bytes) -> bytes:
    renamed = profile.replace("sRGB".encode("utf-16-be"), "BGR!".encode("utf-16-be"))
    swap = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    out = bytearray(renamed)
    for at in range(132, 132 + 12 * int.from_bytes(renamed[128:132], "big"), 12):
        name = bytes(renamed[at : at + 4])
        out[at : at + 4] = swap.get(name, name)
    return bytes(out)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_broken_profile_does_not_cost_the_picture(
    maker: SafePictures, form: str
) -> None:
    data = encode(quarters(), form, icc_profile=b"no profile at all" * 20)
    assert is_near(corners(page(maker.make(data))), list(QUARTERS))


# Nothing but pixels goes through


def test_no_metadata_comment_profile_or_trailing_byte_survives(
    maker: SafePictures,
) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    heic = (KEPT / "quarters.heic").read_bytes() + SECRET
    for each in maker.make(heic).renditions:
        assert SECRET not in each.data
    given_: dict[str, dict[str, Any]] = {
        "JPEG": {"exif": exif, "comment": SECRET, "xmp": SECRET},
        "PNG": {"exif": exif, "pnginfo": text},
        "WEBP": {"exif": exif, "xmp": SECRET},
        "AVIF": {"exif": exif, "xmp": SECRET},
        "GIF": {"comment": SECRET},
    }
    for form, options in given_.items():
        if form != "GIF":
            options["icc_profile"] = profile
        data = encode(quarters(), form, **options) + SECRET
        assert data.count(SECRET) > 1, form
        made = maker.make(data)
        outs = [each.data for each in made.renditions]
        outs += [maker.encode_page(data, "png"), maker.encode_page(data, "avif")]
        for out in outs:
            assert SECRET not in out
            image = Image.open(io.BytesIO(out))
            image.load()
            assert not image.getexif()
            assert not {"comment", "icc_profile", "xmp", "exif"} & set(image.info)


@pytest.mark.parametrize("suffix", [".webp", ".jpg", ".jpeg", ".png", ".avif"])
def test_the_page_rendition_comes_in_the_format_of_a_name(
    maker: SafePictures, suffix: str
) -> None:
    form = PAGE_FORMATS[suffix]
    data = maker.encode_page(encode(quarters(2000, 1000), "PNG"), form)
    image = Image.open(io.BytesIO(data))
    assert image.size == (1280, 640)
    assert image.format == form.upper()


# Hostile bytes


def refusal(maker: SafePictures, data: bytes) -> PictureReason:
    with pytest.raises(PictureRefused) as refused:
        maker.make(data)
    return refused.value.reason


def png(
    width: int, height: int, pixels: bytes = b"", *more: tuple[bytes, bytes]
) -> bytes:
    chunks = [
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
        *more,
        (b"IDAT", pixels),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"GIF",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7 ",
        b"PK\x03\x04" + b"\0" * 50,
        b"MZ" + b"\0" * 100,
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    ],
)
def test_what_is_no_picture_we_read_is_refused(
    maker: SafePictures, data: bytes
) -> None:
    assert refusal(maker, data) is PictureReason.UNKNOWN_FORMAT


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PPM", "TGA", "JPEG2000"])
def test_formats_that_we_do_not_read_are_refused(
    maker: SafePictures, form: str
) -> None:
    data = encode(quarters(64, 64), form)
    assert refusal(maker, data) is PictureReason.UNKNOWN_FORMAT


def test_a_picture_may_have_ten_mebibytes_and_no_byte_more(
    maker: SafePictures,
) -> None:
    data = encode(quarters(), "PNG")
    maker.make(data.ljust(MAX_BYTES, b"\0"))
    long = data.ljust(MAX_BYTES + 1, b"\0")
    assert refusal(maker, long) is PictureReason.TOO_LARGE


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (MAX_SIDE_PX + 1, 10),
        (10, MAX_SIDE_PX + 1),
        (7072, 7072),
        (65535, 65535),
        (2**31 - 1, 2**31 - 1),
    ],
)
def test_a_header_that_claims_too_much_is_refused_before_decoding(
    maker: SafePictures, width: int, height: int
) -> None:
    began = time.monotonic()
    assert refusal(maker, png(width, height)) is PictureReason.TOO_MANY_PIXELS
    gif = b"GIF89a" + struct.pack("<2H", min(width, 65535), min(height, 65535))
    assert refusal(maker, gif + b"\0" * 20) is PictureReason.TOO_MANY_PIXELS
    if width < 2**16:
        frame = struct.pack(">BHH", 8, height, width) + b"\x03" + b"\1\x22\0" * 3
        jpeg = b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
        assert refusal(maker, jpeg) is PictureReason.TOO_MANY_PIXELS
    heif = b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">2I", width, height)
    avif = b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + heif
    assert refusal(maker, avif) is PictureReason.TOO_MANY_PIXELS
    assert time.monotonic() - began < 1


def test_a_webp_that_claims_too_much_is_refused_before_decoding(
    maker: SafePictures,
) -> None:
    size = (16384 - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size
    data = b"RIFF" + struct.pack("<I", len(body)) + body
    assert refusal(maker, data) is PictureReason.TOO_MANY_PIXELS


@pytest.mark.parametrize(("width", "height"), [(7, 400), (400, 1), (1, 1)])
def test_a_spacer_is_no_picture(maker: SafePictures, width: int, height: int) -> None:
    data = encode(Image.new("RGB", (width, height)), "PNG")
    assert refusal(maker, data) is PictureReason.TOO_SMALL


def test_the_largest_picture_is_made_within_the_memory(maker: SafePictures) -> None:
    width, height = 8000, 6250
    assert width * height == MAX_PIXELS
    maker.close()
    made = maker.make(encode(Image.new("RGBA", (width, height), (*RED, 128)), "PNG"))
    assert (made.width, made.height) == (width, height)
    assert peak_of_child(maker) < 300_000_000


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("WEBP", {"method": 0}),
        ("WEBP", {"method": 0, "lossless": True, "quality": 0}),
        ("AVIF", {"speed": 10, "subsampling": "4:2:0"}),
        ("AVIF", {"speed": 10, "subsampling": "4:4:4"}),
        ("JPEG", {"progressive": True, "subsampling": "4:2:0"}),
        ("GIF", {}),
    ],
)
def test_fifty_megapixels_of_every_format_are_made_within_the_memory(
    maker: SafePictures, form: str, options: dict[str, Any]
) -> None:
    image = quarters(8000, 6250)
    maker.close()
    made = maker.make(encode(image, form, **options))
    assert (made.width, made.height) == (8000, 6250)
    assert is_near(corners(page(made)), list(QUARTERS))
    assert peak_of_child(maker) < 300_000_000


def test_lossy_webp_is_shrunk_while_it_is_decoded(maker: SafePictures) -> None:
    data = encode(quarters(8000, 6250), "WEBP", method=0)
    maker.close()
    maker.make(data)
    # Whole it would have 150 MB in RGB.
    assert peak_of_child(maker) < 120_000_000


def jpeg_head(frame: int, *, sampling: bytes, components: int) -> bytes:
    """Return the start of a JPEG of 50 megapixels: a frame, and its first scan."""
    sof = struct.pack(">BHHB", 8, 6250, 8000, 3)
    sof += b"".join(bytes([n + 1, sampling[n], 0]) for n in range(3))
    sos = bytes([components]) + b"".join(bytes([n + 1, 0]) for n in range(components))
    return b"\xff\xd8" + b"".join(
        bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in ((frame, sof), (0xDA, sos + b"\0\0\0"))
    )


@pytest.mark.parametrize(("frame", "components"), [(0xC2, 3), (0xC0, 1), (0xC1, 2)])
def test_scans_that_need_too_much_memory_are_refused_with_that_reason(
    maker: SafePictures, frame: int, components: int
) -> None:
    full = jpeg_head(frame, sampling=b"\x11\x11\x11", components=components)
    assert refusal(maker, full) is PictureReason.TOO_MUCH_MEMORY
    # With half the colours it fits: then only the missing rest is wrong.
    half = jpeg_head(frame, sampling=b"\x22\x11\x11", components=components)
    assert refusal(maker, half) is PictureReason.BROKEN


def test_what_finds_no_room_is_refused_with_that_reason_and_the_next_is_made(
    maker: SafePictures,
) -> None:
    image = quarters(8000, 6250)
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    data = encode(image, "AVIF", speed=10, subsampling="4:4:4")
    assert refusal(maker, data) is PictureReason.TOO_MUCH_MEMORY
    assert peak_of_child(maker) < 300_000_000
    assert is_near(corners(page(maker.make(encode(quarters(), "PNG")))), list(QUARTERS))


def peak_of_child(maker: SafePictures) -> int:
    status = Path(f"/proc/{child_of(maker)}/status").read_text(encoding="ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def child_of(maker: SafePictures) -> int:
    found = maker.child_pid
    assert found is not None
    return found


def test_bombs_in_compressed_chunks_are_refused_or_left_alone(
    maker: SafePictures,
) -> None:
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    text = png(100, 100, b"", (b"zTXt", b"Comment\0\0" + bomb))
    profile = png(100, 100, b"", (b"iCCP", b"icc\0\0" + bomb))
    pixels = png(100, 100, bomb)
    for data in (text, profile):
        assert refusal(maker, data) is PictureReason.BROKEN
    assert page(maker.make(pixels)).size == (100, 100)
    assert peak_of_child(maker) < 300_000_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_truncated_picture_is_refused(maker: SafePictures, form: str) -> None:
    noise = Image.effect_noise((300, 300), 90)
    data = encode(noise.convert("RGB"), form)
    for part in (0.3, 0.6, 0.9):
        cut = data[: int(len(data) * part)]
        assert refusal(maker, cut) is PictureReason.BROKEN


def test_a_truncated_heic_is_refused(maker: SafePictures) -> None:
    data = (KEPT / "quarters.heic").read_bytes()
    assert refusal(maker, data[: len(data) * 4 // 5]) is PictureReason.BROKEN


def test_a_polyglot_gives_only_its_pixels(maker: SafePictures) -> None:
    data = encode(quarters(), "GIF") + b"PK\x03\x04 and <script>alert(1)</script>"
    for each in maker.make(data).renditions:
        assert b"<script>" not in each.data
        assert b"PK\x03\x04" not in each.data


def test_a_jpeg_with_too_many_scans_is_refused_unread(maker: SafePictures) -> None:
    data = encode(quarters(), "JPEG", progressive=True)
    start = data.index(b"\xff\xda")
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    scan = data[start : start + 2 + length] + b"\0\0"
    heavy = data[:-2] + scan * 100 + b"\xff\xd9"
    assert refusal(maker, heavy) is PictureReason.TOO_SLOW


def test_a_picture_that_takes_too_long_is_refused_and_the_next_is_made(
    slow: bytes,
) -> None:
    with SafePictures(seconds=0.05) as hasty:
        hasty.start()
        assert refusal(hasty, slow) is PictureReason.TOO_SLOW
        assert hasty.encode_page(encode(quarters(64, 64), "GIF"), "png")


def test_a_picture_that_needs_too_much_processor_time_is_refused_as_too_slow(
    maker: SafePictures, slow: bytes
) -> None:
    maker.close()
    while cpu_seconds(maker) < 1:
        maker.make(slow)
    child, is_over = child_of(maker), threading.Event()

    def shorten() -> None:
        # The child allows itself 20 more seconds when a picture begins.
        with suppress(ProcessLookupError):
            while not is_over.wait(0.02):
                resource.prlimit(
                    child, resource.RLIMIT_CPU, (1, resource.RLIM_INFINITY)
                )

    shortener = threading.Thread(target=shorten)
    shortener.start()
    try:
        assert refusal(maker, slow) is PictureReason.TOO_SLOW
    finally:
        is_over.set()
        shortener.join()
    assert is_near(corners(page(maker.make(encode(quarters(), "PNG")))), list(QUARTERS))


def cpu_seconds(maker: SafePictures) -> float:
    maker.start()
    stat = Path(f"/proc/{child_of(maker)}/stat").read_text(encoding="ascii")
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIC"]),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12
    ),
    cut=st.floats(0, 1),
)
def test_damaged_bytes_are_made_or_refused_and_nothing_else(
    maker: SafePictures, form: str, changes: list[tuple[float, int]], cut: float
) -> None:
    data = bytearray(SEEDS[form])
    for at, value in changes:
        data[int(at * (len(data) - 1))] = value
    kept = bytes(data[: max(1, int(len(data) * (0.5 + cut)))])
    try:
        made = maker.make(kept)
    except PictureRefused:
        return
    for each in made.renditions:
        Image.open(io.BytesIO(each.data)).load()


SEEDS = {
    form: encode(quarters(96, 64), form)
    for form in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
} | {"HEIC": (KEPT / "quarters.heic").read_bytes()}


# The child


def test_one_child_makes_many_pictures(maker: SafePictures) -> None:
    data = encode(quarters(64, 64), "PNG")
    maker.make(data)
    first = child_of(maker)
    refusal(maker, data[:60])
    maker.make(data)
    assert child_of(maker) == first


def test_after_a_killed_child_the_next_picture_is_made(maker: SafePictures) -> None:
    data = encode(quarters(64, 64), "PNG")
    maker.make(data)
    os.kill(child_of(maker), signal.SIGKILL)
    assert is_near(corners(page(maker.make(data))), list(QUARTERS))


def test_a_child_killed_in_the_middle_costs_only_time(
    maker: SafePictures, slow: bytes
) -> None:
    maker.start()
    victim = child_of(maker)
    threading.Timer(0.1, os.kill, (victim, signal.SIGKILL)).start()
    assert page(maker.make(slow)).size == (1280, 1280)
    assert child_of(maker) != victim


def test_a_decoder_that_crashes_refuses_its_picture_and_no_other(
    maker: SafePictures, slow: bytes
) -> None:
    maker.start()
    threading.Timer(0.1, os.kill, (child_of(maker), signal.SIGSEGV)).start()
    assert refusal(maker, slow) is PictureReason.BROKEN
    assert page(maker.make(encode(quarters(), "PNG"))).size == (480, 320)


def test_a_forked_process_starts_a_child_of_its_own(maker: SafePictures) -> None:
    data = encode(quarters(64, 64), "PNG")
    maker.make(data)
    mine = child_of(maker)
    forked = os.fork()
    if forked == 0:
        maker.make(data)
        is_own = child_of(maker) != mine
        maker.close()
        os._exit(0 if is_own else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    maker.make(data)
    assert child_of(maker) == mine


def test_a_forked_process_does_not_wait_for_a_lock_that_nobody_frees(
    maker: SafePictures, slow: bytes
) -> None:
    busy = threading.Thread(target=maker.make, args=(slow,))
    busy.start()
    time.sleep(0.05)
    forked = os.fork()
    if forked == 0:
        signal.alarm(20)
        maker.make(encode(quarters(64, 64), "PNG"))
        maker.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    busy.join()


def test_threads_take_turns(maker: SafePictures) -> None:
    wanted = [Image.new("RGB", (64, 64), colour) for colour in QUARTERS] * 3
    found: dict[int, Image.Image] = {}

    def work(index: int, image: Image.Image) -> None:
        found[index] = page(maker.make(encode(image, "PNG")))

    threads = [threading.Thread(target=work, args=each) for each in enumerate(wanted)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for index, image in enumerate(wanted):
        assert is_near(found[index].getpixel((9, 9)), image.getpixel((9, 9)))


def test_the_child_holds_no_secret_and_can_open_nothing(maker: SafePictures) -> None:
    maker.make(encode(quarters(64, 64), "PNG"))
    child = Path(f"/proc/{child_of(maker)}")
    names = {
        each.split(b"=")[0] for each in (child / "environ").read_bytes().split(b"\0")
    }
    assert names <= {b"MALLOC_ARENA_MAX", b"LC_ALL", b"LC_CTYPE", b""}
    limits = (child / "limits").read_text(encoding="ascii")
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert rows["Max open files"][:2] == ["0", "0"]
    assert rows["Max file size"][:2] == ["0", "0"]
    assert int(rows["Max address space"][1]) < 400_000_000
    assert len(list((child / "fd").iterdir())) == 3


def test_closing_ends_the_child() -> None:
    maker = SafePictures()
    maker.make(encode(quarters(64, 64), "PNG"))
    child = child_of(maker)
    maker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
