"""A sheet with words on it: what every shared picture is composed of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.adapters.share_shapes import INK, LANTERN, MOUNTAIN, PLUM, SOFT, WHITE
from relay.adapters.typesetting import Align, Block, Ink, Typesetter
from relay.domain.bidi import is_rtl
from relay.domain.share import LONGEST, Said
from relay.domain.text import clean_text

if TYPE_CHECKING:
    from relay.adapters.fonts import FontBook
    from relay.adapters.share_shapes import Colour, Sheet
    from relay.domain.share import Page, Work

REGULAR, STRONG, BOLD = 400, 600, 700
_GAP = 0.45  # between the mark and the name beside it, of the mark's size
_DOT = " · "
_STEP = 0.94  # from one size of all paragraphs to the next smaller one
_SMALLEST = 0.6
_FAINT = (226, 220, 243)


@dataclass(frozen=True)
class Line:
    """Words that were found to be settable, and how they are set."""

    text: str
    ink: Ink
    px: tuple[float, float]  # from the size that is wanted down to the least


class Easel:
    """Puts words on a sheet for readers of one language."""

    def __init__(self, sheet: Sheet, page: Page, fonts: FontBook) -> None:
        self.sheet = sheet
        self.page = page
        self._fonts = fonts
        self._type = Typesetter(fonts)

    def line(
        self, said: Said | str, px: tuple[float, float], weight: int, colour: Colour
    ) -> Line | None:
        """Return words that can be set; None when a font for them is missing."""
        if isinstance(said, str):
            said = Said(said, self.page.lang)
        text = self._fonts.keep_settable(clean_text(said.text)[:LONGEST], said.lang)
        if text is None:
            return None
        rtl = is_rtl(text, otherwise=self.page.rtl)
        return Line(text, Ink(said.lang, rtl, weight, colour), px)

    def write(self, line: Line | None, at: tuple[float, float], width: float) -> None:
        """Write one line from where reading starts; `at` is its baseline."""
        if line is None:
            return
        block = self._type.fit(line.text, line.ink, (width, 1), line.px)
        self._type.draw_line(
            self.sheet.pen(),
            (self.sheet.x(at[0]), at[1]),
            block,
            line.ink,
            align=self._start,
        )

    def width(self, line: Line | None) -> float:
        """Return how wide a line would like to be."""
        return self._type.width(line.text, line.ink, line.px[0]) if line else 0

    def fit(self, line: Line, box: tuple[float, float]) -> Block:
        """Return words as they stand in a box."""
        return self._type.fit(line.text, line.ink, box, line.px)

    def place(self, block: Block, line: Line, at: tuple[float, float]) -> None:
        """Draw fitted words below a point on the side where reading starts."""
        self._draw(block, line, at, self._start)

    def centre(self, block: Block, line: Line, at: tuple[float, float]) -> None:
        """Draw fitted words below a point that is their middle."""
        self._draw(block, line, at, "middle")

    def stack(
        self,
        lines: list[tuple[Line | None, float]],
        box: tuple[float, float, float, float],
        *,
        gap: float,
        align: Align | None = None,
    ) -> None:
        """Write paragraphs below each other, in the middle of a box's height.

        Each has the most height that it may take; all are set smaller when together
        they would be too high. The box is x, y, width, height.
        """
        x, top, width, height = box
        share = 1.0
        while True:
            blocks = [
                (
                    line,
                    self._type.fit(
                        line.text,
                        line.ink,
                        (width, most * share),
                        (line.px[0] * share, line.px[1] * share),
                    ),
                )
                for line, most in lines
                if line
            ]
            needed = sum(block.height for _, block in blocks) + gap * (len(blocks) - 1)
            if needed <= height or share < _SMALLEST:
                break
            share *= _STEP
        y = top + max(0, (height - needed) / 2)
        for line, block in blocks:
            self._draw(block, line, (x, y), align or self._start)
            y += block.height + gap

    def sign(self, at: tuple[float, float], size: float, *, dark: bool) -> None:
        """Draw the mark with the season's name beside it; `at` is the mark's middle."""
        rings, ink = (_FAINT, WHITE) if dark else (MOUNTAIN, INK)
        petals = (255, 163, 191) if dark else PLUM
        x = at[0] + size / 2
        self.sheet.mark((self.sheet.x(x), at[1]), size, rings, petals)
        px = size * 0.56
        name = self.line(self.page.brand, (px, px * 0.6), STRONG, ink)
        beside = x + size * (0.5 + _GAP / 2)
        self.write(name, (beside, at[1] + px * 0.34), self.sheet.width * 0.5)

    def number(
        self, work: Work, at: tuple[float, float], px: float, room: float
    ) -> None:
        """Write the number and the way so far behind a lantern, on dark ground."""
        lamp = (self.sheet.x(at[0] + px * 0.35), at[1] - px * 0.35)
        self.sheet.glow(lamp, px * 1.5, LANTERN, 0.55)
        self.sheet.disc(lamp, px * 0.3, LANTERN)
        number = self.line(work.number, (px, px * 0.7), BOLD, WHITE)
        self.write(number, (at[0] + px * 1.25, at[1]), room)
        travel = self.line(
            _DOT.join(work.travel), (px * 0.85, px * 0.6), REGULAR, _FAINT
        )
        start = px * 1.25 + self.width(number) + px * 0.9
        self.write(travel, (at[0] + start, at[1]), room - start)

    def words_of(
        self, work: Work, px: float, least: float
    ) -> list[tuple[Line | None, float]]:
        """Return title, maker and place as paragraphs.

        The number stands for a title that cannot be set.
        """
        title = self.line(work.title, (px, least), BOLD, INK) or self.line(
            work.number, (px, least), BOLD, INK
        )
        return [
            (title, px * 3.9),
            (self.line(work.name, (px * 0.52, least * 0.7), STRONG, INK), px * 1.3),
            (self.line(work.place, (px * 0.45, least * 0.65), REGULAR, SOFT), px * 0.7),
        ]

    @property
    def _start(self) -> Align:
        return "right" if self.page.rtl else "left"

    def _draw(
        self, block: Block, line: Line, at: tuple[float, float], align: Align
    ) -> None:
        self._type.draw_block(
            self.sheet.pen(), (self.sheet.x(at[0]), at[1]), block, line.ink, align=align
        )
