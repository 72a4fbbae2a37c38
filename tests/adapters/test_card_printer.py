"""Printed cards: whole, escaped once, and steady in their shape."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from relay.adapters.card_printer import (
    HUES,
    RATIO_MAX,
    RATIO_MIN,
    ratio_class,
    tone_class,
)
from relay.domain.card import CardFacts, CardPicture, Source
from relay.domain.language import LANGUAGES

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.ports import CardPrinter

CSS = Path(__file__).parents[2] / "relay" / "front" / "css"
PICTURE = CardPicture(
    url="/media/p.jpeg",
    width=640,
    height=480,
    colour="#336699",
    placeholder="",
    sources=(
        Source("/media/b.webp", 640, "webp"),
        Source("/media/a.webp", 320, "webp"),
        Source("/media/a.avif", 320, "avif"),
        Source("/media/p.jpeg", 640, "jpeg"),
    ),
)
FACTS = CardFacts(
    no=7,
    title="A & B",
    alt='Says "hello"',
    description="",
    name="<Noa>",
    lang="en",
    city_id=1799962,
    country="CN",
    platform="weibo",
    picture=PICTURE,
)


@pytest.fixture
def printer(relay: Relay) -> CardPrinter:
    return relay.printer


def test_words_are_escaped_exactly_once(printer: CardPrinter) -> None:
    html = printer.print_card(FACTS, "en").pictures
    assert "A &amp; B" in html
    assert "&lt;Noa&gt;" in html
    assert "hello&#34;" in html
    assert "&amp;amp;" not in html
    assert "&amp;lt;" not in html


def test_smaller_formats_are_offered_first_each_by_width(printer: CardPrinter) -> None:
    html = printer.print_card(FACTS, "en").pictures
    assert html.index("image/avif") < html.index("image/webp") < html.index("<img")
    assert "/media/a.webp 320w, /media/b.webp 640w" in html
    assert 'width="640" height="480"' in " ".join(html.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_links_and_speaks_its_own(
    printer: CardPrinter, lang: str
) -> None:
    card = printer.print_card(replace(FACTS, from_no=3, from_city_id=294801), lang)
    assert f'href="/{lang}/w/7"' in card.pictures
    assert f'href="/{lang}/w/7"' in card.words
    city = {"en": "From Haifa", "zh-Hans": "来自海法", "he": "מהעיר חיפה"}
    assert city[lang] in card.pictures


def test_no_card_needs_a_style_attribute(printer: CardPrinter) -> None:
    for facts in (FACTS, replace(FACTS, picture=None)):
        card = printer.print_card(facts, "en")
        assert "style=" not in card.pictures + card.words


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (4, 3, "r133"),
        (RATIO_MIN, 100, f"r{RATIO_MIN}"),
        (RATIO_MIN - 1, 100, f"r{RATIO_MIN} whole"),
        (RATIO_MAX, 100, f"r{RATIO_MAX}"),
        (RATIO_MAX + 1, 100, f"r{RATIO_MAX} whole"),
        (1, 10_000, f"r{RATIO_MIN} whole"),
    ],
)
def test_shapes_are_classes_and_extremes_stand_whole(
    width: int, height: int, shape: str
) -> None:
    assert ratio_class(replace(PICTURE, width=width, height=height)) == shape


@pytest.mark.parametrize(
    ("colour", "tone"), [("#000000", "w000"), ("#ffffff", "wfff"), ("#336699", "w369")]
)
def test_colours_are_the_nearest_of_216(colour: str, tone: str) -> None:
    assert tone_class(replace(PICTURE, colour=colour)) == tone


def test_the_sheet_holds_every_class_that_can_be_printed() -> None:
    sheet = (CSS / "tones.css").read_text(encoding="utf-8")
    for ratio in range(RATIO_MIN, RATIO_MAX + 1):
        assert f".r{ratio}{{--r:{ratio / 100:g}}}" in sheet
    assert len(re.findall(r"\.w[0369cf]{3}\{--tone:#[0369cf]{3}\}", sheet)) == 216
    assert HUES == 3
    cards = (CSS / "card.css").read_text(encoding="utf-8")
    assert ".hue1" in cards
    assert ".hue2" in cards


def test_the_edition_is_the_same_for_the_same_words(relay: Relay) -> None:
    again = type(relay.printer)(relay.gazetteer)  # type: ignore[call-arg]  # the port has no constructor
    assert again.edition == relay.printer.edition
    assert len(again.edition) == 16
