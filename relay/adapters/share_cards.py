"""The cards that other sites show beside a link: 1200 × 630, an entry or its relay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.adapters.share_easel import BOLD, REGULAR, Easel
from relay.adapters.share_shapes import (
    BLOSSOM,
    LANTERN,
    MIST,
    MOUNTAIN,
    NIGHT,
    PAPER,
    PLUM,
    WHITE,
    Sheet,
    between,
    colour_of,
)
from relay.domain.share import MOST_RINGS

if TYPE_CHECKING:
    from PIL.Image import Image

    from relay.adapters.fonts import FontBook
    from relay.domain.share import EntryCard, RelayCard, SeasonCard

SIZE = (1200, 630)

_MARGIN = 60
_NARROWEST, _WIDEST = 420, 640  # pixels of the card that a picture takes
_FOOT = 92  # height of the mountain that the number stands on
_ROWS = 4  # figures on a relay's card
_WORDS = 500  # pixels beside its ripples
_INNER, _OUTER = 62.0, 284.0  # radius of the first and of the last ripple
_FEWEST_RINGS = 4
_GOLDEN = 0.381966  # of a turn, so that no two generations stand in one row
_LIGHTS = 240  # lanterns at most: as many as can be told apart


def paint_entry_card(card: EntryCard, picture: Image | None, fonts: FontBook) -> Sheet:
    """Paint an entry's card: its words in the mist, its picture beside them."""
    sheet = Sheet(SIZE, PAPER, MIST, rtl=card.page.rtl)
    easel = Easel(sheet, card.page, fonts)
    wide = _picture_width(picture)
    if picture is None:
        paint_ripples(sheet, (sheet.x(SIZE[0] - wide / 2 - 20), 270), 300)
    paint_mountains(sheet, card.work.no, _FOOT, 84)
    if picture is not None and card.work.picture is not None:
        box = (SIZE[0] - wide, 0, SIZE[0], SIZE[1])
        sheet.hang(picture, colour_of(card.work.picture.colour), box)
    room = SIZE[0] - wide - _MARGIN - 48
    easel.sign((_MARGIN, 82), 56, dark=False)
    words = easel.words_of(card.work, 66, 36)
    easel.stack(words, (_MARGIN, 124, room, 326), gap=10)
    easel.number(card.work, (_MARGIN, SIZE[1] - 34), 32, room)
    return sheet


def paint_relay_card(card: RelayCard, fonts: FontBook) -> Sheet:
    """Paint the card of all that came of one entry, with its title and its maker."""
    easel = _paint_water(card, fonts)
    title = easel.line(card.work.title, (50, 28), BOLD, WHITE) or easel.line(
        card.work.number, (50, 28), BOLD, WHITE
    )
    name = easel.line(card.work.name, (28, 20), REGULAR, WHITE)
    easel.stack([(title, 130), (name, 40)], (_MARGIN, 128, _WORDS, 178), gap=8)
    return easel.sheet


def paint_season_card(card: SeasonCard, fonts: FontBook) -> Sheet:
    """Paint the card of a season's whole relay."""
    easel = _paint_water(card, fonts)
    heading = easel.line(card.heading, (58, 32), BOLD, WHITE)
    easel.stack([(heading, 178)], (_MARGIN, 128, _WORDS, 178), gap=8)
    return easel.sheet


def _paint_water(card: RelayCard | SeasonCard, fonts: FontBook) -> Easel:
    """Paint generations as ripples on the water at night, and the figures below."""
    sheet = Sheet(SIZE, NIGHT, between(NIGHT, MOUNTAIN, 0.75), rtl=card.page.rtl)
    easel = Easel(sheet, card.page, fonts)
    _paint_generations(sheet, card.generations, (sheet.x(890), 315))
    easel.sign((_MARGIN, 82), 56, dark=True)
    rows = card.figures[:_ROWS]
    for row, (value, label) in enumerate(rows):
        y = SIZE[1] - 66 - 64 * (len(rows) - 1 - row)
        number = easel.line(value, (44, 30), BOLD, LANTERN)
        said = easel.line(label, (28, 20), REGULAR, WHITE)
        beside = easel.width(number) + 18
        easel.write(number, (_MARGIN, y), _WORDS * 0.6)
        easel.write(said, (_MARGIN + beside, y), _WORDS - beside)
    return easel


def paint_mountains(sheet: Sheet, seed: int, foot: int, height: int) -> None:
    """Paint ridges that fade into the mist, the nearest one solid at the bottom."""
    ground = sheet.height - foot
    for behind, (share, lift) in enumerate(((0.22, 1.0), (0.45, 0.62), (1.0, 0.26))):
        sheet.ridge(
            seed + 7 * behind,
            ground - height * lift,
            height * (0.62 if behind < 2 else 0.22),  # noqa: PLR2004 - the third is near
            between(MIST, MOUNTAIN, share),
        )


def paint_ripples(sheet: Sheet, at: tuple[float, float], reach: float) -> None:
    """Paint the plum blossom on the water, in ripples that fade as they widen."""
    rings = 7
    for ring in range(1, rings + 1):
        near = 1 - ring / (rings + 1)
        sheet.ring(
            at, reach * (ring / rings) ** 0.9, 1.6 + 3.4 * near, MOUNTAIN, 0.5 * near
        )
    sheet.blossom(at, reach * 0.62, PLUM)


def _picture_width(picture: Image | None) -> int:
    """Return how much of the card a picture takes: as much as its shape asks for."""
    if picture is None:
        return _NARROWEST
    wanted = round(SIZE[1] * picture.width / picture.height)
    return min(_WIDEST, max(_NARROWEST, wanted))


def _paint_generations(
    sheet: Sheet, generations: tuple[int, ...], at: tuple[float, float]
) -> None:
    """Paint a ring for each generation, with a lantern for each artwork while it fits.

    What came after the last ring that is told apart glows on that one.
    """
    shown = [*generations[:MOST_RINGS]]
    if len(generations) > MOST_RINGS:
        shown[-1] += sum(generations[MOST_RINGS:])
    rings = max(_FEWEST_RINGS, len(shown) - 1)
    radii = [0.0, *(_INNER + (_OUTER - _INNER) * n / (rings - 1) for n in range(rings))]
    sheet.glow(at, 330, (120, 96, 190), 0.35)
    for ring, radius in enumerate(radii[1:]):
        sheet.ring(at, radius, 2.2, (150, 138, 200), 0.7 - 0.45 * ring / rings)
    total = sum(shown[1:])
    share = min(1.0, _LIGHTS / total) if total else 1.0
    size = 9.0 if total < 40 else 6.5 if total < 120 else 4.5  # noqa: PLR2004 - px
    for ring, count in enumerate(shown[1:], start=1):
        lights = max(1, round(count * share))
        for light in range(lights):
            angle = math.tau * (light / lights + ring * _GOLDEN)
            x, y = math.cos(angle) * radii[ring], math.sin(angle) * radii[ring]
            lamp = (at[0] + x, at[1] + y)
            sheet.glow(lamp, size * 3.2, LANTERN, 0.5)
            sheet.disc(lamp, size, LANTERN)
    sheet.disc(at, 34, between(NIGHT, MOUNTAIN, 0.6))
    sheet.blossom(at, 110, BLOSSOM)
