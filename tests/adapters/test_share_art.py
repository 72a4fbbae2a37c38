"""Shared pictures: whole in every script, within bounds, and readable by a camera."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import segno
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from relay.adapters.fonts import FontBook
from relay.adapters.share_art import PATIENCE_SECONDS, PillowShareArtist
from relay.bootstrap import BUILT
from relay.domain.errors import Unavailable
from relay.domain.share import (
    Certificate,
    Code,
    EntryCard,
    Page,
    Poster,
    RelayCard,
    Said,
    SeasonCard,
    SharePicture,
    Work,
)

if TYPE_CHECKING:
    from relay.domain.share import ShareFacts

URL = "https://relay.example/b/7KQ2-M4XH"
CODE = Code(tuple(bytes(row) for row in segno.make(URL, error="m").matrix), URL[8:])
BRAND = Said("Leave No One Behind", "en")
EN = Page("en", rtl=False, brand=BRAND)
HE = Page("he", rtl=True, brand=Said("לא משאירים אף אחד מאחור", "he"))
FACTS = (("Leg", "4"), ("Kilometres so far", "13,093 km"))
FIGURES = (("24", "artworks"), ("14", "cities"), ("13,093 km", "from hand to hand"))
TITLES = {
    "en": "Through the Moon Gate",
    "ru": "Мы все вышли гулять",
    "he": "חמש ידיים, צורה אחת",
    "zh-Hans": "城墙上的每一块砖，都有名字",
    "zh-Hant": "城牆上的每一塊磚，都有名字",
    "ja": "「光」のしずく",
    "ko": "손에서 손으로 이어지는 빛",
}
WORK = Work(
    128,
    "No. 128",
    Said(TITLES["en"], "en"),
    Said("Noa Levi", "en"),
    "Haifa, Israel",
    ("Leg 4", "13,093 km so far"),
)
SIZES = {
    EntryCard: (1200, 630),
    RelayCard: (1200, 630),
    SeasonCard: (1200, 630),
    Poster: (1080, 1920),
    Certificate: (1240, 1754),
}
# Compared more than once.
_DRAWN: dict[object, bytes] = {}
# Strong or nothing: what is left of a colour's level.
_CLEAR = [255 if level > 150 else 0 for level in range(256)]


@pytest.fixture(scope="module")
def artist() -> PillowShareArtist:
    return PillowShareArtist(FontBook(BUILT / "fonts", system=()))


def drawings(work: Work = WORK, page: Page = EN) -> list[ShareFacts]:
    return [
        EntryCard(page, work),
        Poster(page, work, "Scan it, and take the baton on", CODE),
        Certificate(page, work, "It has been taken into the relay.", FACTS, CODE),
        RelayCard(page, work, FIGURES, (1, 3, 5, 8)),
    ]


def draw(
    artist: PillowShareArtist, facts: ShareFacts, picture: bytes | None = None
) -> Image.Image:
    key = (artist, facts, picture)
    if key not in _DRAWN:
        _DRAWN[key] = artist.draw(facts, form="png", picture=picture)
    return Image.open(BytesIO(_DRAWN[key]))


@cache
def jpeg(width: int, height: int, colour: str = "#1c7c54") -> bytes:
    out = BytesIO()
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, 9, 9), fill="#ff0000")
    ImageDraw.Draw(image).rectangle((width - 10, height - 10, width, height), "#0000ff")
    image.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


@pytest.mark.parametrize(
    "facts",
    [*drawings(), SeasonCard(HE, "יד אחת מגיעה אל הבאה", FIGURES, (1, 86, 56, 43))],
    ids=lambda each: type(each).__name__,
)
def test_each_drawing_has_its_size_in_both_forms(
    artist: PillowShareArtist, facts: ShareFacts
) -> None:
    assert draw(artist, facts).size == SIZES[type(facts)]
    kept = Image.open(BytesIO(artist.draw(facts, form="jpg", picture=None)))
    assert (kept.format, kept.size) == ("JPEG", SIZES[type(facts)])


@pytest.mark.parametrize("lang", TITLES)
def test_a_title_of_any_script_is_on_every_drawing(
    artist: PillowShareArtist, lang: str
) -> None:
    titled = replace(WORK, title=Said(TITLES[lang], lang))
    other = replace(WORK, title=Said("—", "en"))
    for with_title, without in zip(drawings(titled), drawings(other), strict=True):
        changed = ImageChops.difference(
            draw(artist, with_title), draw(artist, without)
        ).getbbox()
        assert changed is not None
        assert changed[2] - changed[0] > 200


@pytest.mark.parametrize("lang", TITLES)
def test_200_characters_leave_number_and_margins_free(
    artist: PillowShareArtist, lang: str
) -> None:
    text = (TITLES[lang] + " ") * 20
    endless = replace(WORK, title=Said(text[:200], lang), name=Said(text[:120], lang))
    card, plain = (draw(artist, EntryCard(EN, each)) for each in (endless, WORK))
    # The number at the bottom, the season at the top, and the margin at the side.
    for box in ((0, 540, 1200, 630), (0, 0, 1200, 112), (0, 0, 50, 630)):
        assert ImageChops.difference(card.crop(box), plain.crop(box)).getbbox() is None


def test_a_title_that_no_font_can_set_gives_way_to_the_number(
    artist: PillowShareArtist,
) -> None:
    unknown = replace(WORK, title=Said("𓀀𓀁𓀂 name", "en"))
    numbered = replace(WORK, title=Said("No. 128", "en"))
    for one, other in zip(drawings(unknown)[:2], drawings(numbered)[:2], strict=True):
        assert draw(artist, one) == draw(artist, other)


def test_strangers_controls_and_turners_change_nothing(
    artist: PillowShareArtist,
) -> None:
    hostile = "\u202eThrough\u200b the \u2066Moon\x07\n Gate\ufeff \U0001f9ff"
    turned = replace(WORK, title=Said(hostile, "en"))
    assert draw(artist, EntryCard(EN, turned)) == draw(artist, EntryCard(EN, WORK))


def test_a_machine_without_fonts_draws_no_letter_and_no_box(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bare = PillowShareArtist(FontBook(tmp_path_factory.mktemp("none"), system=()))
    one, other = (
        draw(bare, EntryCard(EN, replace(WORK, title=Said(title, "zh-Hans"))))
        for title in ("城墙", "Wall")
    )
    assert one == other


def test_a_page_read_from_right_to_left_is_turned_over(
    artist: PillowShareArtist,
) -> None:
    work = replace(WORK, picture=SharePicture("k", "#1c7c54"))
    picture = jpeg(640, 640)
    here = draw(artist, EntryCard(EN, work), picture)
    there = draw(artist, EntryCard(HE, work), picture)
    assert here.getpixel((1100, 315)) == there.getpixel((100, 315))
    assert here.getpixel((100, 20)) == there.getpixel((1100, 20))


@pytest.mark.parametrize("size", [(1280, 300), (300, 1280), (1280, 960), (40, 30)])
def test_no_picture_is_ever_cropped(
    artist: PillowShareArtist, size: tuple[int, int]
) -> None:
    work = replace(WORK, picture=SharePicture("k", "#1c7c54"))
    for facts in drawings(work)[:2]:
        image = draw(artist, facts, jpeg(*size)).convert("RGB")
        red, green, blue = (each.point(_CLEAR) for each in image.split())
        pure = ImageChops.subtract(ImageChops.subtract(red, green), blue)
        assert pure.getbbox(), "the first corner is not shown"
        pure = ImageChops.subtract(ImageChops.subtract(blue, green), red)
        assert pure.getbbox(), "the last corner is not shown"


@pytest.mark.parametrize("page", [EN, HE], ids=["en", "he"])
def test_the_codes_of_poster_and_certificate_can_be_read(
    artist: PillowShareArtist, page: Page
) -> None:
    for facts in drawings(page=page)[1:3]:
        (found,) = zxingcpp.read_barcodes(draw(artist, facts))
        assert found.text == URL
        # And from a photo of a screen: smaller, and packed by an app.
        small = draw(artist, facts).reduce(2).convert("RGB")
        packed = BytesIO()
        small.save(packed, "JPEG", quality=40)
        (found,) = zxingcpp.read_barcodes(Image.open(packed))
        assert found.text == URL


def test_the_same_facts_are_drawn_to_the_same_bytes(artist: PillowShareArtist) -> None:
    again = PillowShareArtist(FontBook(BUILT / "fonts", system=()))
    for facts in drawings():
        first = artist.draw(facts, form="png", picture=None)
        assert first == again.draw(facts, form="png", picture=None)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", jpeg(1281, 10)], ids=["empty", "no JPEG", "too large"]
)
def test_what_is_no_rendition_of_ours_is_refused(
    artist: PillowShareArtist, data: bytes
) -> None:
    work = replace(WORK, picture=SharePicture("k", "#1c7c54"))
    with pytest.raises(Unavailable):
        artist.draw(EntryCard(EN, work), form="png", picture=data)


def test_a_huge_relay_is_drawn_as_quickly_as_a_small_one(
    artist: PillowShareArtist,
) -> None:
    huge = RelayCard(EN, WORK, FIGURES, (1, *(10_000 for _ in range(5_000))))
    draw(artist, huge)
    begun = time.process_time()
    draw(artist, huge)
    assert time.process_time() - begun < 1.0


def test_drawing_costs_little(artist: PillowShareArtist) -> None:
    work = replace(WORK, picture=SharePicture("k", "#1c7c54"))
    for facts in drawings(work):
        artist.draw(facts, form="png", picture=jpeg(1280, 960))
        begun = time.process_time()
        artist.draw(facts, form="png", picture=jpeg(1280, 960))
        assert time.process_time() - begun < 0.6, type(facts)


def test_who_waits_too_long_for_a_drawing_is_told_to_come_back(
    artist: PillowShareArtist, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PATIENCE_SECONDS < 10
    monkeypatch.setattr("relay.adapters.share_art.PATIENCE_SECONDS", 0.01)
    with artist._turn, pytest.raises(Unavailable):  # noqa: SLF001 - somebody draws
        artist.draw(EntryCard(EN, WORK), form="png", picture=None)


@pytest.mark.parametrize(
    "change",
    [
        {"heading": "Von Hand zu Hand"},
        {"figures": FIGURES[:1]},
        {"generations": (1, 86)},
    ],
)
def test_a_seasons_card_shows_its_heading_its_figures_and_its_rings(
    artist: PillowShareArtist, change: dict[str, object]
) -> None:
    card = SeasonCard(EN, "One hand reaches the next", FIGURES, (1, 3, 5, 8))
    other = replace(card, **change)  # type: ignore[arg-type]  # each is of its field's type
    assert draw(artist, card) != draw(artist, other)
