"""Sets words into a picture: measured, broken into lines, in the right order.

Words of any script and both directions. What is set here was asked of the fonts first
(FontBook.keep_settable), so every letter has a glyph.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from relay.domain.bidi import mirror, order_lines
from relay.domain.line_breaks import is_wide, split_clusters, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    from relay.adapters.fonts import FontBook, FontFile
    from relay.domain.bidi import Run

Align = Literal["left", "middle", "right"]
Colour = tuple[int, int, int]

ELLIPSIS = "…"

_MEASURE_PX = 100
_STEP = 0.95  # from one size that is tried to the next smaller one
_SAFETY = 1.01  # a hinted line may be a little wider than its measure
_HALVINGS = 8  # of the width, until the lines of a block are equally long
_KEPT_WIDTHS = 4096
_LEADING = 1.22
_WIDE_LEADING = 1.36  # squares need more air between the lines
_BASELINE = 0.34  # of the size, below the middle of a line
_DANGLING = " ,.;:-–—，。、；：・"


@dataclass(frozen=True)
class Ink:
    """How words are set: their language, the line's direction, weight and colour."""

    lang: str
    rtl: bool
    weight: int
    colour: Colour


@dataclass(frozen=True)
class Block:
    """Lines that fit into a box, at a size in pixels; spaces stay at their ends."""

    lines: tuple[str, ...]
    px: float
    leading: float

    @property
    def height(self) -> float:
        """Pixels from the top of the first line to the bottom of the last."""
        return len(self.lines) * self.px * self.leading


@dataclass(frozen=True)
class _Word:
    """A piece that stays on one line; `visible` is its width without end spaces."""

    text: str
    width: float
    visible: float


@dataclass(frozen=True)
class _Piece:
    """What one font draws in one go, in one direction."""

    file: FontFile
    text: str
    rtl: bool


class Typesetter:
    """Sets lines and blocks with the fonts of a book."""

    def __init__(self, fonts: FontBook) -> None:
        self._fonts = fonts
        self._width = lru_cache(maxsize=_KEPT_WIDTHS)(self._measure)

    def width(self, text: str, ink: Ink, px: float) -> float:
        """Return how wide a line is at a size."""
        return self._width(text, ink.lang, ink.weight) * px / _MEASURE_PX

    def fit(
        self, text: str, ink: Ink, box: tuple[float, float], px: tuple[float, float]
    ) -> Block:
        """Return a text in a box, as large as fits, from `px[0]` down to `px[1]`.

        What is too long even then is cut, and shows that it was.
        """
        leading = _WIDE_LEADING if any(map(is_wide, text)) else _LEADING
        words = [self._word(each, ink) for each in split_words(text)]
        size, least = px
        while True:
            room = box[0] / size * _MEASURE_PX / _SAFETY
            most = max(1, int(box[1] / (size * leading)))
            lines = _wrap(words, room)
            whole = all(each.visible <= room for each in words)
            if whole and len(lines) <= most:
                return Block(_balance(words, room, len(lines)), size, leading)
            if size <= least:
                return Block(self._cut(words, ink, room, most), size, leading)
            size = max(least, size * _STEP)

    def draw_block(
        self,
        draw: ImageDraw,
        at: tuple[float, float],
        block: Block,
        ink: Ink,
        *,
        align: Align = "left",
    ) -> None:
        """Draw a block whose first line has its top at `at`; see `draw_line`."""
        height = block.px * block.leading
        for number, line in enumerate(order_lines(block.lines, rtl=ink.rtl)):
            baseline = at[1] + (number + 0.5) * height + block.px * _BASELINE
            self._draw_runs(draw, (at[0], baseline), line, ink, block.px, align)

    def draw_line(
        self,
        draw: ImageDraw,
        at: tuple[float, float],
        block: Block,
        ink: Ink,
        *,
        align: Align = "left",
    ) -> None:
        """Draw a block's first line on its baseline.

        `at` is its left end, its middle, or its right. Words of another language
        stand on the side where the page's own stand: the side is not the ink's to say.
        """
        line = order_lines(block.lines[:1], rtl=ink.rtl)[0]
        self._draw_runs(draw, at, line, ink, block.px, align)

    def _draw_runs(
        self,
        draw: ImageDraw,
        at: tuple[float, float],
        line: list[Run],
        ink: Ink,
        px: float,
        align: Align,
    ) -> None:
        pieces = [
            (each, self._fonts.open(each.file, px, ink.weight))
            for each in self._pieces(_strip(line, rtl=ink.rtl), ink.lang)
        ]
        advances = [self._advance(piece, face, ink) for piece, face in pieces]
        parts = {"left": 0.0, "middle": 0.5, "right": 1.0}
        left = at[0] - sum(advances) * parts[align]
        for (piece, face), advance in zip(pieces, advances, strict=True):
            draw.text(
                (left, at[1]),
                self._glyphs(piece),
                fill=ink.colour,
                font=face,
                anchor="ls",
                direction=self._direction(piece),
                language=ink.lang if self._fonts.shapes else None,
            )
            left += advance

    def _word(self, text: str, ink: Ink) -> _Word:
        return _Word(
            text,
            self._width(text, ink.lang, ink.weight),
            self._width(text.rstrip(), ink.lang, ink.weight),
        )

    def _measure(self, text: str, lang: str, weight: int) -> float:
        ink = Ink(lang, rtl=False, weight=weight, colour=(0, 0, 0))
        return sum(
            self._advance(each, self._fonts.open(each.file, _MEASURE_PX, weight), ink)
            for each in self._pieces(order_lines([text], rtl=False)[0], lang)
        )

    def _advance(self, piece: _Piece, face: FreeTypeFont, ink: Ink) -> float:
        return face.getlength(
            self._glyphs(piece),
            direction=self._direction(piece),
            language=ink.lang if self._fonts.shapes else None,
        )

    def _glyphs(self, piece: _Piece) -> str:
        """Return the letters in the order in which the layout wants to have them."""
        turned = piece.rtl and not self._fonts.shapes
        return mirror(piece.text) if turned else piece.text

    def _direction(self, piece: _Piece) -> Literal["rtl", "ltr"] | None:
        if not self._fonts.shapes:
            return None
        return "rtl" if piece.rtl else "ltr"

    def _pieces(self, line: list[Run], lang: str) -> Iterator[_Piece]:
        """Yield the pieces of an ordered line as they stand from left to right."""
        for run in line:
            parts = list(self._split_by_font(run.text, lang))
            for file, text in reversed(parts) if run.rtl else parts:
                yield _Piece(file, text, run.rtl)

    def _split_by_font(self, text: str, lang: str) -> Iterator[tuple[FontFile, str]]:
        """Yield the parts of a text that one font sets, in reading order."""
        file, part = None, ""
        for cluster in split_clusters(text):
            stays = cluster.isspace() and file is not None
            found = file if stays else self._fonts.find(cluster, lang)
            if found is None:
                continue
            if file is not None and found != file:
                yield file, part
                part = ""
            file, part = found, part + cluster
        if file is not None:
            yield file, part

    def _cut(
        self, words: Sequence[_Word], ink: Ink, room: float, most: int
    ) -> tuple[str, ...]:
        """Return as many lines as there may be, the last one with an ellipsis."""
        smaller = [
            part
            for word in words
            for part in (
                [word] if word.visible <= room else self._take_apart(word, ink)
            )
        ]
        lines = _wrap(smaller, room)
        if len(lines) <= most:
            return tuple(lines)
        last = split_words(lines[most - 1])
        if len(last) == 1:
            last = split_clusters(lines[most - 1])
        while last:
            shown = "".join(last).rstrip(_DANGLING) + ELLIPSIS
            if self._width(shown, ink.lang, ink.weight) <= room:
                break
            last.pop()
        return (*lines[: most - 1], "".join(last).rstrip(_DANGLING) + ELLIPSIS)

    def _take_apart(self, word: _Word, ink: Ink) -> list[_Word]:
        return [self._word(each, ink) for each in split_clusters(word.text)]


def _strip(line: list[Run], *, rtl: bool) -> list[Run]:
    """Return an ordered line without the spaces at its end."""
    if not line:
        return line
    if rtl:
        end = replace(line[0], text=line[0].text.rstrip())
        return [end, *line[1:]]
    return [*line[:-1], replace(line[-1], text=line[-1].text.rstrip())]


def _wrap(words: Sequence[_Word], room: float) -> list[str]:
    """Return lines, each with as many words as there is room for."""
    lines: list[str] = []
    line, filled = "", 0.0
    for word in words:
        if line and filled + word.visible > room:
            lines.append(line)
            line, filled = "", 0.0
        line, filled = line + word.text, filled + word.width
    return [*lines, line]


def _balance(words: Sequence[_Word], room: float, many: int) -> tuple[str, ...]:
    """Return the same number of lines, about equally long."""
    narrow, wide = max(each.visible for each in words), room
    for _ in range(_HALVINGS):
        middle = (narrow + wide) / 2
        if len(_wrap(words, middle)) > many:
            narrow = middle
        else:
            wide = middle
    return tuple(_wrap(words, wide))
