"""A sheet to draw on: a thousand units on its longer side, drawn large, kept small."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from relay.demo.art.pens import Extent, Mask
from relay.demo.art.shapes import blend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relay.demo.art.pens import Pen
    from relay.demo.art.shapes import Colour, Point


LONGEST = 1000.0


OPAQUE = 255


# Everything is drawn this many times larger and then reduced: smooth edges. Large
# sheets are shown smaller than they are, so that less will do for them.
OVERSAMPLING = 3
OVERSAMPLING_LARGE = 2
LARGE_PX = 900


_SOFT = 12  # very soft things are made this many times smaller than they are drawn


_SOFTISH = 4


_GRAIN_PX = 512


class Canvas:
    """One artwork in the making; `width` and `height` are in units, not pixels."""

    def __init__(self, ratio: float, *, seed: int, longest: int) -> None:
        self.width = LONGEST if ratio >= 1 else LONGEST * ratio
        self.height = LONGEST / ratio if ratio >= 1 else LONGEST
        self.rng = random.Random(seed)  # noqa: S311 - art, not secrets
        self.grain = 0.04  # the tooth of the paper, 0 to 1
        self._times = OVERSAMPLING if longest < LARGE_PX else OVERSAMPLING_LARGE
        self._scale = self._times * longest / LONGEST
        self._final = (
            max(1, round(self.width * longest / LONGEST)),
            max(1, round(self.height * longest / LONGEST)),
        )
        size = (self._final[0] * self._times, self._final[1] * self._times)
        self.image = Image.new("RGB", size, "white")
        self._pen = ImageDraw.Draw(self.image, "RGBA")

    def chance(self, share: float) -> bool:
        """Say yes in a share (0 to 1) of the times that it is asked."""
        return self.rng.random() < share

    # The ground

    def fill(self, colour: Colour) -> None:
        """Cover the whole sheet."""
        self.image.paste(colour, (0, 0, *self.image.size))

    def gradient(
        self, *colours: Colour, top: float = 0, bottom: float | None = None
    ) -> None:
        """Run through `colours` from `top` to `bottom`, over the whole width."""
        end = self.height if bottom is None else bottom
        box = self._box(0, top, self.width, end)
        steps = 256
        column = Image.new("RGB", (1, steps))
        for y in range(steps):
            column.putpixel((0, y), blend(colours, y / (steps - 1)))
        size = (box[2] - box[0], box[3] - box[1])
        if min(size) > 0:
            self.image.paste(column.resize(size, Image.Resampling.BILINEAR), box)

    # Marks

    def polygon(
        self, points: Sequence[Point], colour: Colour, alpha: int = 255
    ) -> None:
        """Fill the shape between `points`."""
        self._pen.polygon(self._px(points), fill=(*colour, alpha))

    def rect(
        self, x: float, y: float, w: float, h: float, colour: Colour, alpha: int = 255
    ) -> None:
        """Fill a rectangle whose corner is (x, y)."""
        s = self._scale
        if w > 0 and h > 0:
            box = (x * s, y * s, (x + w) * s - 1, (y + h) * s - 1)
            if box[2] > box[0] and box[3] > box[1]:
                self._pen.rectangle(box, fill=(*colour, alpha))

    def round_rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        radius: float,
        colour: Colour,
        alpha: int = 255,
    ) -> None:
        """Fill a rectangle with rounded corners."""
        s = self._scale
        self._pen.rounded_rectangle(
            (x * s, y * s, (x + w) * s, (y + h) * s),
            radius * s,
            fill=(*colour, alpha),
        )

    def disc(
        self,
        x: float,
        y: float,
        r: float,
        colour: Colour,
        alpha: int = 255,
        *,
        ry: float | None = None,
    ) -> None:
        """Fill a circle, or an upright ellipse when `ry` is given."""
        s, v = self._scale, r if ry is None else ry
        box = ((x - r) * s, (y - v) * s, (x + r) * s, (y + v) * s)
        self._pen.ellipse(box, fill=(*colour, alpha))

    def ring(
        self,
        x: float,
        y: float,
        r: float,
        width: float,
        colour: Colour,
        alpha: int = 255,
        *,
        ry: float | None = None,
    ) -> None:
        """Draw a circle's or an ellipse's line."""
        s, v = self._scale, r if ry is None else ry
        box = ((x - r) * s, (y - v) * s, (x + r) * s, (y + v) * s)
        self._pen.ellipse(box, outline=(*colour, alpha), width=max(1, round(width * s)))

    def stroke(
        self, points: Sequence[Point], width: float, colour: Colour, alpha: int = 255
    ) -> None:
        """Draw a line with round ends; a translucent one does not darken itself."""
        if alpha < OPAQUE and len(points) == 2:  # noqa: PLR2004 - no joints
            width_px = max(1, round(width * self._scale))
            self._pen.line(self._px(points), fill=(*colour, alpha), width=width_px)
        elif alpha < OPAQUE:
            self.through(lambda pen: pen.stroke(points, width), colour, alpha)
        else:
            Mask(self._pen, self._scale, (*colour, OPAQUE)).stroke(points, width)

    def taper(
        self, points: Sequence[Point], start: float, end: float, colour: Colour
    ) -> None:
        """Draw a brush line that goes from one width to another."""
        Mask(self._pen, self._scale, (*colour, 255)).taper(points, start, end)

    def band(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draw a line with square ends."""
        mask = Mask(self._pen, self._scale, (*colour, OPAQUE))
        mask.band(points, [width] * len(points))

    def through(
        self,
        draw: Callable[[Pen], None],
        colour: Colour,
        alpha: int = 255,
        *,
        blur: float = 0,
        shift: Point = (0, 0),
    ) -> None:
        """Lay `colour` through the shape that `draw` cuts; `blur` softens its edge."""
        stencil, (x, y) = self._stencil(draw, alpha, blur)
        dx, dy = round(shift[0] * self._scale), round(shift[1] * self._scale)
        self.image.paste(colour, (x + dx, y + dy), stencil)

    def shadow(
        self,
        draw: Callable[[Pen], None],
        *,
        shift: Point = (6, 9),
        blur: float = 9,
        alpha: int = 90,
        colour: Colour = (20, 14, 34),
    ) -> None:
        """Let the shape that `draw` cuts throw a soft shadow."""
        self.through(draw, colour, alpha, blur=blur, shift=shift)

    def glow(
        self, x: float, y: float, r: float, colour: Colour, alpha: int = 160
    ) -> None:
        """Light up the surroundings of one point."""
        side = max(2, round(2 * r * self._scale))
        light = _falloff(alpha).resize((side, side), Image.Resampling.BILINEAR)
        at = (round((x - r) * self._scale), round((y - r) * self._scale))
        self.image.paste(colour, at, light)

    def mirror_below(
        self, y: float, *, fade: Colour, amount: float, squeeze: float = 1
    ) -> None:
        """Reflect what is above `y` in still water that is tinted with `fade`."""
        line = round(y * self._scale)
        width, depth = self.image.size[0], self.image.size[1] - line
        above = self.image.crop((0, max(0, line - round(depth * squeeze)), width, line))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, depth))
        tint = Image.new("RGB", below.size, fade)
        self.image.paste(Image.blend(below, tint, amount), (0, line))

    def within(self, draw: Callable[[Pen], None], paint: Callable[[], None]) -> None:
        """Let `paint` draw only inside the shape that `draw` cuts."""
        before = self.image.copy()
        paint()
        stencil, (x, y) = self._stencil(draw, 255, 0)
        size = stencil.size
        inside = self.image.crop((x, y, x + size[0], y + size[1]))
        self.image.paste(before, (0, 0))
        self.image.paste(inside, (x, y), stencil)

    def finish(self) -> Image.Image:
        """Return the artwork in its final size."""
        small = self.image.reduce(self._times)
        if self.grain <= 0:
            return small
        tooth = Image.frombytes(
            "L", (_GRAIN_PX, _GRAIN_PX), self.rng.randbytes(_GRAIN_PX * _GRAIN_PX)
        )
        # Half of the strength above the middle grey, half below: no shift in tone.
        low, span = 128 - 128 * self.grain, 2 * self.grain
        tooth = tooth.filter(ImageFilter.GaussianBlur(0.6)).point(
            [round(low + value * span) for value in range(256)]
        )
        sheet = Image.new("L", small.size)
        for x in range(0, small.size[0], _GRAIN_PX):
            for y in range(0, small.size[1], _GRAIN_PX):
                sheet.paste(tooth, (x, y))
        return ImageChops.overlay(small, sheet.convert("RGB"))

    # Below: how it is done

    def _box(
        self, x: float, y: float, x2: float, y2: float
    ) -> tuple[int, int, int, int]:
        s = self._scale
        return round(x * s), round(y * s), round(x2 * s) + 1, round(y2 * s) + 1

    def _px(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def _stencil(
        self, draw: Callable[[Pen], None], alpha: int, blur: float
    ) -> tuple[Image.Image, tuple[int, int]]:
        """Return the cut shape, as small as it can be, and where its corner is."""
        extent = Extent()
        draw(extent)
        part = 1 if blur <= 0 else _SOFT if blur >= _SOFT / 2 else _SOFTISH
        scale = self._scale / part
        margin = 3 * blur * scale + 2
        left = math.floor(max(extent.left, -blur * 4) * scale - margin)
        top = math.floor(max(extent.top, -blur * 4) * scale - margin)
        right = min(extent.right, self.width + blur * 4) * scale + margin
        bottom = min(extent.bottom, self.height + blur * 4) * scale + margin
        size = (max(1, math.ceil(right - left)), max(1, math.ceil(bottom - top)))
        stencil = Image.new("L", size)
        draw(Mask(ImageDraw.Draw(stencil), scale, alpha, origin=(left, top)))
        if blur > 0:
            stencil = stencil.filter(ImageFilter.GaussianBlur(blur * scale)).resize(
                (size[0] * part, size[1] * part), Image.Resampling.BICUBIC
            )
        return stencil, (left * part, top * part)


def _falloff(alpha: int) -> Image.Image:
    # Pillow's radial gradient is 0 in the middle and 255 in the corners.
    reach = 255 / math.sqrt(2)
    return Image.radial_gradient("L").point(
        [round(alpha * max(0.0, 1 - value / (reach - 1)) ** 2) for value in range(256)]
    )
