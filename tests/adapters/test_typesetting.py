"""Words in boxes: nothing leaves its box, and letters stand in the right order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageDraw

from relay.adapters.fonts import FontBook
from relay.adapters.typesetting import ELLIPSIS, Ink, Typesetter
from relay.bootstrap import BUILT

if TYPE_CHECKING:
    from relay.adapters.typesetting import Align, Block

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
LONG = {
    "en": "A long and winding title about lanterns, grandmothers and the sea. " * 3,
    "zh-Hans": "秦淮河上的灯火，照着每一块砖上的名字；" * 10,
    "ja": "「光」のしずくがひとつぶ、キャッチボールのように。" * 8,
    "ko": "손에서 손으로 이어지는 빛의 물결 " * 10,
    "ru": "Большая прогулка по городу, где мы все живём. " * 4,
    "he": "חמש ידיים וצורה אחת, (Five Hands) בשנת 2026. " * 4,
    "xx": "W" * 200,
}


@pytest.fixture(scope="module")
def fonts() -> FontBook:
    return FontBook(BUILT / "fonts", system=())


@pytest.fixture(scope="module")
def setter(fonts: FontBook) -> Typesetter:
    return Typesetter(fonts)


def ink_of(lang: str) -> Ink:
    return Ink(lang, rtl=lang == "he", weight=600, colour=BLACK)


def draw(setter: Typesetter, block: Block, ink: Ink) -> Image.Image:
    """Return a drawing with a margin of 100 pixels around its box."""
    image = Image.new("RGB", (800, 600), WHITE)
    at = (700.0 if ink.rtl else 100.0, 100.0)
    side: Align = "right" if ink.rtl else "left"
    setter.draw_block(ImageDraw.Draw(image), at, block, ink, align=side)
    return image


def bounds(image: Image.Image) -> tuple[int, int, int, int]:
    found = ImageChops.invert(image).getbbox()
    assert found is not None, "nothing was drawn"
    return found


@pytest.mark.parametrize("lang", LONG)
def test_200_characters_of_any_script_stay_in_their_box(
    setter: Typesetter, lang: str
) -> None:
    ink = ink_of(lang)
    block = setter.fit(LONG[lang][:200], ink, (600, 300), (64, 30))
    assert block.height <= 300
    left, top, right, bottom = bounds(draw(setter, block, ink))
    assert left >= 98
    assert right <= 702
    assert top >= 98
    assert bottom <= 402


@pytest.mark.parametrize("lang", LONG)
def test_what_does_not_fit_is_cut_and_shows_it(setter: Typesetter, lang: str) -> None:
    block = setter.fit(LONG[lang][:200], ink_of(lang), (300, 80), (40, 30))
    assert block.lines[-1].endswith(ELLIPSIS)
    assert len(block.lines) <= 2


def test_what_fits_is_whole_and_as_large_as_it_may_be(setter: Typesetter) -> None:
    block = setter.fit("Signed", ink_of("en"), (600, 300), (64, 30))
    assert block.lines == ("Signed",)
    assert block.px == 64


def test_lines_are_about_equally_long(setter: Typesetter) -> None:
    ink = ink_of("en")
    block = setter.fit("We all went out into the snow", ink, (600, 200), (64, 64))
    assert len(block.lines) == 2
    short, long = sorted(setter.width(each.strip(), ink, 64) for each in block.lines)
    assert short > 0.7 * long


def test_hebrew_is_drawn_from_right_to_left(setter: Typesetter) -> None:
    # The first letter of each is wide or narrow, so the picture tells where it is.
    ink = ink_of("he")
    word = draw(setter, setter.fit("שי", ink, (600, 100), (64, 64)), ink)
    other = draw(setter, setter.fit("יש", ink, (600, 100), (64, 64)), ink)
    left, _, right, _ = bounds(word)
    middle = (left + right) // 2
    dark = [_ink_in(image, middle, right) for image in (word, other)]
    assert dark[0] > dark[1]


def test_without_shaping_hebrew_and_latin_stand_in_the_same_order(
    fonts: FontBook, setter: Typesetter
) -> None:
    ink, text = ink_of("he"), "יד (Five) 2026"
    shaped = draw(setter, setter.fit(text, ink, (600, 100), (48, 48)), ink)
    plain = Typesetter(FontBook(BUILT / "fonts", system=(), shapes=False))
    drawn = draw(plain, plain.fit(text, ink, (600, 100), (48, 48)), ink)
    assert fonts.shapes, "this machine cannot shape, so nothing is compared"
    # Advances are rounded otherwise, so single pixels differ, but not where words are.
    assert _far_apart(shaped, drawn) < 0.3
    turned = Typesetter(FontBook(BUILT / "fonts", system=(), shapes=False))
    wrong = draw(turned, turned.fit(text[::-1], ink, (600, 100), (48, 48)), ink)
    assert _far_apart(shaped, wrong) > 0.5


def test_words_of_two_fonts_stand_beside_each_other_on_one_line(
    setter: Typesetter,
) -> None:
    ink = ink_of("zh-Hans")
    both = setter.width("砖 Brick 名", ink, 50)
    parts = sum(setter.width(each, ink, 50) for each in ("砖 ", "Brick ", "名"))
    assert both == pytest.approx(parts, rel=0.03)


def _far_apart(one: Image.Image, other: Image.Image) -> float:
    """Return how much of the ink of a coarse drawing lies elsewhere on another one."""
    coarse = [
        ImageChops.invert(each.convert("L")).resize((80, 60), Image.Resampling.BOX)
        for each in (one, other)
    ]
    difference = ImageChops.difference(*coarse)
    return sum(_levels(difference)) / sum(_levels(coarse[0]))


def _levels(image: Image.Image) -> list[int]:
    return [count * level for level, count in enumerate(image.histogram())]


def _ink_in(image: Image.Image, left: int, right: int) -> int:
    part = image.crop((left, 0, right, image.height)).convert("L")
    return sum(count * (255 - level) for level, count in enumerate(part.histogram()))
