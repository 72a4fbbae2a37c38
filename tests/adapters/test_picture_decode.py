from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops, ImageStat

from relay.adapters import picture_avif, picture_webp
from relay.adapters.picture_decode import PILLOW_MOST_PIXELS, decode
from relay.adapters.picture_source import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator


def painted(mode: str, size: tuple[int, int] = (801, 603)) -> Image.Image:
    """Return a picture with colours everywhere, odd sides, and soft transparency."""
    slope = Image.linear_gradient("L").resize(size)
    parts = [slope, slope.transpose(Image.Transpose.ROTATE_180)]
    parts.append(Image.radial_gradient("L").resize(size))
    image = Image.merge("RGB", parts)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").rotate(90).resize(size))
    return image


def encode(image: Image.Image, form: str, **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def on_grey(image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, "grey")
    ground.paste(image, mask=image if image.mode == "RGBA" else None)
    return ground


@pytest.fixture
def other_libraries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if Pillow came with libraries that are not the ones we know."""
    monkeypatch.setattr(picture_webp, "ABI_VERSION", 0x0909)
    monkeypatch.setattr(picture_avif, "NEEDED", ("avifNobodyMadeThis",))
    for module in (picture_webp, picture_avif):
        module.find_library.cache_clear()
        assert not module.prepare()
    yield
    monkeypatch.undo()
    for module in (picture_webp, picture_avif):
        module.find_library.cache_clear()
        assert module.prepare()


CASES = [
    ("webp", "RGB", {"quality": 95}),
    ("webp", "RGBA", {"quality": 95}),
    ("webp", "RGBA", {"lossless": True}),
    ("avif", "RGB", {"quality": 95, "subsampling": "4:2:0"}),
    ("avif", "RGB", {"quality": 95, "subsampling": "4:4:4"}),
    ("avif", "RGBA", {"quality": 95, "subsampling": "4:2:2"}),
]


@pytest.mark.parametrize("px", [1280, 500, 200])
@pytest.mark.parametrize(("kind", "mode", "options"), CASES)
def test_the_libraries_give_the_pixels_that_pillow_gives(
    kind: str, mode: str, options: dict[str, Any], px: int
) -> None:
    data = encode(painted(mode), kind.upper(), **options)
    full, image = decode(kind, data, px)
    assert full == (801, 603)
    assert image.mode == mode
    with Image.open(io.BytesIO(data)) as opened:
        wanted = opened.convert(mode).resize(image.size, Image.Resampling.LANCZOS)
    difference = ImageChops.difference(on_grey(image), on_grey(wanted))
    assert max(ImageStat.Stat(difference).mean) < 1.5


@pytest.mark.usefixtures("other_libraries")
@pytest.mark.parametrize(("kind", "mode", "options"), CASES)
def test_without_libraries_that_we_know_pillow_reads(
    kind: str, mode: str, options: dict[str, Any]
) -> None:
    data = encode(painted(mode), kind.upper(), **options)
    full, image = decode(kind, data, 400)
    assert (full, image.size, image.mode) == ((801, 603), (400, 301), mode)


@pytest.mark.usefixtures("other_libraries")
def test_what_pillow_would_need_too_much_memory_for_is_refused_before_it_is_read() -> (
    None
):
    most = PILLOW_MOST_PIXELS["webp"]
    large = Image.new("RGB", (5000, most // 5000 + 1))
    with pytest.raises(Refused, match="too_much_memory"):
        decode("webp", encode(large, "WEBP", method=0), 1280)


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_what_is_cut_is_refused_as_broken(kind: str) -> None:
    data = encode(painted("RGB"), kind.upper())
    for part in (0.2, 0.5, 0.95):
        with pytest.raises(Refused, match="broken"):
            decode(kind, data[: int(len(data) * part)], 400)
