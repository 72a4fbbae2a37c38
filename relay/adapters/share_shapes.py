"""The shapes of shared pictures: mist, mountains, ripples, lanterns, the plum blossom.

Edges are smooth because every shape is drawn twice as large as a mask and halved. Masks
are no larger than their shapes, so that a drawing needs little memory.
"""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from relay.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

WHITE = (255, 255, 255)
PAPER = (244, 244, 248)
INK = (29, 23, 48)
SOFT = (77, 69, 99)
PLUM = (143, 23, 64)
BLOSSOM = (255, 163, 191)
MOUNTAIN = (52, 38, 94)
NIGHT = (17, 15, 27)
LANTERN = (255, 196, 107)
MIST = (226, 223, 238)

# A rendition has at most this many pixels on its longer side (domain/picture.py).
PICTURE_PX = 1280
LARGER_AT_MOST = 2.0  # small pictures are enlarged a little, never to a blur

_TWICE = 2
_QUIET = 4  # cells around a QR code that belong to it
_PETALS = ((0, -4.4), (4.2, -1.4), (2.6, 3.6), (-2.6, 3.6), (-4.2, -1.4))
_PETAL = 3.3
_MARK_RINGS = ((11.5, 0.75), (18.0, 0.4))
_MARK_STROKE = 2.2
_RIDGE_STEP = 8


class Sheet:
    """A picture in the making. `rtl` turns it over: x is measured from the right."""

    def __init__(
        self, size: tuple[int, int], top: Colour, bottom: Colour, *, rtl: bool
    ) -> None:
        self.width, self.height = size
        self.rtl = rtl
        # From black at the top to white at the bottom.
        falling = Image.linear_gradient("L").resize(size)
        self.image = Image.composite(
            Image.new("RGB", size, bottom), Image.new("RGB", size, top), falling
        )

    def x(self, at: float) -> float:
        """Return where a distance from the side that reading starts at lies."""
        return self.width - at if self.rtl else at

    def pen(self) -> ImageDraw.ImageDraw:
        """Return what words are drawn with."""
        return ImageDraw.Draw(self.image)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a box that is measured from the side that reading starts at."""
        self.image.paste(colour, self.turn(box))

    def turn(self, box: Box) -> Box:
        """Return a box as the picture has it: from the left."""
        left, top, right, bottom = box
        if self.rtl:
            left, right = self.width - right, self.width - left
        return left, top, right, bottom

    def stamp(
        self, box: Box, colour: Colour, opacity: float, draw: Callable[[Stencil], None]
    ) -> None:
        """Colour what `draw` draws on a stencil of a box; it is not turned over."""
        left, top = max(box[0], 0), max(box[1], 0)
        right, bottom = min(box[2], self.width), min(box[3], self.height)
        if left >= right or top >= bottom:
            return
        size = ((right - left) * _TWICE, (bottom - top) * _TWICE)
        mask = Image.new("L", size)
        draw(Stencil(ImageDraw.Draw(mask), left, top, round(255 * opacity)))
        self.image.paste(colour, (left, top), mask.reduce(_TWICE))

    def ring(
        self,
        at: tuple[float, float],
        radius: float,
        stroke: float,
        colour: Colour,
        opacity: float = 1.0,
    ) -> None:
        """Draw a circle's line."""
        outer = radius + stroke / 2
        self.stamp(
            _around(at, outer),
            colour,
            opacity,
            lambda stencil: stencil.circle(at, outer, stroke),
        )

    def disc(
        self,
        at: tuple[float, float],
        radius: float,
        colour: Colour,
        opacity: float = 1.0,
    ) -> None:
        """Draw a filled circle."""
        self.stamp(
            _around(at, radius),
            colour,
            opacity,
            lambda stencil: stencil.circle(at, radius),
        )

    def glow(
        self, at: tuple[float, float], radius: float, colour: Colour, opacity: float
    ) -> None:
        """Draw light that fades away from its middle."""
        corner = (round(at[0] - radius), round(at[1] - radius))
        self.image.paste(colour, corner, _light(round(radius), opacity))

    def ridge(
        self, seed: int, top: float, height: float, colour: Colour, opacity: float = 1.0
    ) -> None:
        """Draw a mountain ridge from its line to the bottom edge.

        The same seed draws the same mountain.
        """
        line = [
            (x, top + height * (1 - _skyline(seed, x / self.width)))
            for x in range(0, self.width + _RIDGE_STEP, _RIDGE_STEP)
        ]
        corners = [*line, (self.width, self.height), (0, self.height)]
        box = (0, int(top), self.width, self.height)
        self.stamp(box, colour, opacity, lambda stencil: stencil.shape(corners))

    def blossom(self, at: tuple[float, float], size: float, petals: Colour) -> None:
        """Draw the plum blossom; `size` is what the whole mark would have."""
        unit = size / 40
        for x, y in _PETALS:
            self.disc((at[0] + x * unit, at[1] + y * unit), _PETAL * unit, petals)

    def mark(
        self, at: tuple[float, float], size: float, rings: Colour, petals: Colour
    ) -> None:
        """Draw the mark: a plum blossom in two ripples."""
        unit = size / 40
        for radius, opacity in _MARK_RINGS:
            self.ring(at, radius * unit, _MARK_STROKE * unit, rings, opacity)
        self.blossom(at, size, petals)

    def qr(self, rows: Sequence[bytes], at: tuple[float, float], side: int) -> None:
        """Draw a QR code, with its quiet zone, about as large as `side`.

        `at` is its middle. Each cell has the same number of whole pixels.
        """
        px = max(2, round(side / (len(rows) + 2 * _QUIET)))
        code = Image.new("L", (len(rows), len(rows)))
        code.putdata([0 if cell else 255 for row in rows for cell in row])
        drawn = code.resize((len(rows) * px,) * 2, Image.Resampling.NEAREST)
        whole = drawn.width + 2 * _QUIET * px
        left, top = round(at[0] - whole / 2), round(at[1] - whole / 2)
        self.image.paste(WHITE, (left, top, left + whole, top + whole))
        inside = (left + _QUIET * px, top + _QUIET * px)
        self.image.paste(Image.merge("RGB", [drawn] * 3), inside)

    def hang(self, picture: Image.Image, colour: Colour, box: Box) -> None:
        """Show a whole picture in a box, on its own colour where it does not reach."""
        left, top, right, bottom = self.turn(box)
        self.image.paste(colour, (left, top, right, bottom))
        width, height = right - left, bottom - top
        scale = min(width / picture.width, height / picture.height, LARGER_AT_MOST)
        size = (
            _nearly(picture.width * scale, width),
            _nearly(picture.height * scale, height),
        )
        shown = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        at = (left + (width - size[0]) // 2, top + (height - size[1]) // 2)
        self.image.paste(shown, at)

    def encode(self, form: str) -> bytes:
        """Return the picture as PNG, or as JPEG for `jpg`."""
        out = BytesIO()
        if form == "jpg":
            # At 4:4:4 the edges of coloured letters stay sharp.
            self.image.save(out, "JPEG", quality=86, subsampling=0, optimize=True)
        else:
            self.image.save(out, "PNG", compress_level=3)
        return out.getvalue()


class Stencil:
    """A mask, twice as large as what it colours, in the picture's coordinates."""

    def __init__(
        self, draw: ImageDraw.ImageDraw, left: float, top: float, level: int
    ) -> None:
        self._draw, self._left, self._top, self._level = draw, left, top, level

    def circle(self, at: tuple[float, float], radius: float, stroke: float = 0) -> None:
        """Draw a circle: its line, inwards from the radius, or all of it."""
        x, y = self._place(at)
        reach = radius * _TWICE
        box = (x - reach, y - reach, x + reach, y + reach)
        if stroke:
            self._draw.ellipse(
                box, outline=self._level, width=max(1, round(stroke * _TWICE))
            )
        else:
            self._draw.ellipse(box, fill=self._level)

    def shape(self, corners: Sequence[tuple[float, float]]) -> None:
        """Draw a filled shape."""
        self._draw.polygon([self._place(each) for each in corners], fill=self._level)

    def _place(self, at: tuple[float, float]) -> tuple[float, float]:
        return (at[0] - self._left) * _TWICE, (at[1] - self._top) * _TWICE


def open_rendition(data: bytes) -> Image.Image:
    """Return one of our own JPEG renditions; raises Unavailable for anything else."""
    try:
        picture = Image.open(BytesIO(data), formats=("JPEG",))
        if max(picture.size) > PICTURE_PX:
            message = "a rendition is larger than renditions are"
            raise Unavailable(message)
        return picture.convert("RGB")
    except OSError as error:
        message = f"a rendition cannot be read: {error}"
        raise Unavailable(message) from error


def colour_of(text: str) -> Colour:
    """Return the colour that #rrggbb means."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def between(one: Colour, other: Colour, share: float) -> Colour:
    """Return the mixture of two colours with a share of the other one."""
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def _skyline(seed: int, x: float) -> float:
    """Return how high a mountain is at a place from 0 to 1: from 0 to 1."""
    phase = (seed * 2.399963) % math.tau  # the golden angle: neighbours differ
    waves = (
        (1.3, 0.5, 1.0),
        (2.9, 0.28, 1.7),
        (6.1, 0.14, 2.3),
        (13.0, 0.05, 3.1),
    )
    height = sum(
        size * math.sin(math.tau * speed * x / 2 + phase * turn)
        for speed, size, turn in waves
    )
    return min(1.0, max(0.0, 0.5 + height / 1.94))


@lru_cache(maxsize=16)
def _light(radius: int, opacity: float) -> Image.Image:
    fading = Image.radial_gradient("L").resize((radius * 2, radius * 2))
    return fading.point([_fade(level, opacity) for level in range(256)])


def _fade(level: int, opacity: float) -> int:
    """Return the strength of light at a distance from 0 to 255."""
    near = max(0.0, 1 - level / 180)  # 180: where the gradient meets the box's edge
    return round(255 * opacity * near * near)


def _nearly(length: float, whole: int) -> int:
    """Return a length in pixels; one that nearly fills its box fills it."""
    rounded = max(1, round(length))
    return whole if abs(whole - rounded) <= 2 else rounded  # noqa: PLR2004 - pixels


def _around(at: tuple[float, float], radius: float) -> Box:
    return (
        math.floor(at[0] - radius) - 1,
        math.floor(at[1] - radius) - 1,
        math.ceil(at[0] + radius) + 1,
        math.ceil(at[1] + radius) + 1,
    )
