"""A sheet to draw on: a thousand units on its longer side, drawn large, kept small."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Protocol

from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Point = tuple[float, float]
Colour = tuple[int, int, int]

LONGEST = 1000.0
OPAQUE = 255
# Everything is drawn this many times larger and then reduced: smooth edges.
OVERSAMPLING = 3
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
        self._scale = OVERSAMPLING * longest / LONGEST
        self._final = (
            max(1, round(self.width * longest / LONGEST)),
            max(1, round(self.height * longest / LONGEST)),
        )
        size = (self._final[0] * OVERSAMPLING, self._final[1] * OVERSAMPLING)
        self.image = Image.new("RGB", size, "white")
        self._pen = ImageDraw.Draw(self.image, "RGBA")

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

    def polygon(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
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

    def round_rect(  # noqa: PLR0913, PLR0917 - a rectangle has these
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
        self._pen.ellipse(
            box, outline=(*colour, alpha), width=max(1, round(width * s))
        )

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
        small = self.image.reduce(OVERSAMPLING)
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

    def _box(self, x: float, y: float, x2: float, y2: float) -> tuple[int, int, int, int]:
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


class Pen(Protocol):
    """What can mark a shape."""

    def polygon(self, points: Sequence[Point]) -> None:
        """Fill the shape between `points`."""

    def disc(self, x: float, y: float, r: float, ry: float | None = None) -> None:
        """Fill a circle or an ellipse."""

    def round_rect(self, x: float, y: float, w: float, h: float, radius: float) -> None:
        """Fill a rectangle with rounded corners."""

    def stroke(self, points: Sequence[Point], width: float) -> None:
        """Draw a line with round ends and joints."""


class Extent:
    """A pen that only remembers how far it went."""

    def __init__(self) -> None:
        self.left = self.top = math.inf
        self.right = self.bottom = -math.inf

    def polygon(self, points: Sequence[Point]) -> None:
        """Remember the corners."""
        for x, y in points:
            self._add(x, y, 0, 0)

    def disc(self, x: float, y: float, r: float, ry: float | None = None) -> None:
        """Remember the sides."""
        self._add(x, y, r, r if ry is None else ry)

    def round_rect(self, x: float, y: float, w: float, h: float, radius: float) -> None:
        """Remember the corners."""
        del radius
        self.polygon([(x, y), (x + w, y + h)])

    def stroke(self, points: Sequence[Point], width: float) -> None:
        """Remember the line and its thickness."""
        for x, y in points:
            self._add(x, y, width, width)

    def _add(self, x: float, y: float, dx: float, dy: float) -> None:
        self.left, self.right = min(self.left, x - dx), max(self.right, x + dx)
        self.top, self.bottom = min(self.top, y - dy), max(self.bottom, y + dy)


class Mask:
    """A pen that knows the scale and has one ink."""

    def __init__(
        self,
        pen: ImageDraw.ImageDraw,
        scale: float,
        ink: int | tuple[int, int, int, int],
        *,
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        self._pen, self._scale, self._ink = pen, scale, ink
        self._x, self._y = origin  # pixels that lie left of and above this sheet

    def polygon(self, points: Sequence[Point]) -> None:
        """Fill the shape between `points`."""
        self._pen.polygon(self._px(points), fill=self._ink)

    def disc(self, x: float, y: float, r: float, ry: float | None = None) -> None:
        """Fill a circle or an ellipse."""
        v = r if ry is None else ry
        box = self._px([(x - r, y - v), (x + r, y + v)])
        self._pen.ellipse(box, fill=self._ink)

    def round_rect(self, x: float, y: float, w: float, h: float, radius: float) -> None:
        """Fill a rectangle with rounded corners."""
        box = self._px([(x, y), (x + w, y + h)])
        self._pen.rounded_rectangle(box, radius * self._scale, fill=self._ink)

    def stroke(self, points: Sequence[Point], width: float) -> None:
        """Draw a line with round ends and joints."""
        px = max(1, round(width * self._scale))
        self._pen.line(self._px(points), fill=self._ink, width=px)
        if px > 3:  # noqa: PLR2004 - thinner lines show no joints
            for x, y in points:
                self.disc(x, y, width / 2)

    def taper(self, points: Sequence[Point], start: float, end: float) -> None:
        """Draw a line that goes from one width to another."""
        last = max(1, len(points) - 1)
        widths = [start + (end - start) * i / last for i in range(len(points))]
        self.band(points, widths)
        self.disc(*points[0], start / 2)
        self.disc(*points[-1], end / 2)

    def band(self, points: Sequence[Point], widths: Sequence[float]) -> None:
        """Draw a line that is as wide at each point as `widths` says."""
        last = len(points) - 1
        left, right = [], []
        for i, (x, y) in enumerate(points):
            (ax, ay), (bx, by) = points[max(0, i - 1)], points[min(last, i + 1)]
            length = math.hypot(bx - ax, by - ay) or 1
            half = widths[i] / 2 / length
            nx, ny = (ay - by) * half, (bx - ax) * half
            left.append((x + nx, y + ny))
            right.append((x - nx, y - ny))
        self.polygon([*left, *reversed(right)])

    def _px(self, points: Sequence[Point]) -> list[Point]:
        s = self._scale
        return [(x * s - self._x, y * s - self._y) for x, y in points]


def blend(colours: Sequence[Colour], t: float) -> Colour:
    """Return the colour at `t` (0 to 1) of the run through `colours`."""
    if len(colours) == 1:
        return colours[0]
    place = min(max(t, 0.0), 1.0) * (len(colours) - 1)
    i = min(int(place), len(colours) - 2)
    part = place - i
    a, b = colours[i], colours[i + 1]
    return (
        round(a[0] + (b[0] - a[0]) * part),
        round(a[1] + (b[1] - a[1]) * part),
        round(a[2] + (b[2] - a[2]) * part),
    )


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Return `a` with a share `t` (0 to 1) of `b` in it."""
    return blend((a, b), t)


def smooth(points: Sequence[Point], *, steps: int = 10) -> list[Point]:
    """Return a Catmull-Rom curve through `points`."""
    out: list[Point] = []
    for i in range(len(points) - 1):
        p0, p1 = points[max(0, i - 1)], points[i]
        p2, p3 = points[i + 1], points[min(len(points) - 1, i + 2)]
        for k in range(steps):
            t = k / steps
            out.append(
                (
                    _catmull(p0[0], p1[0], p2[0], p3[0], t),
                    _catmull(p0[1], p1[1], p2[1], p3[1], t),
                )
            )
    out.append(points[-1])
    return out


def closed(points: Sequence[Point], *, steps: int = 10) -> list[Point]:
    """Return a smooth closed curve through `points`."""
    count = len(points)
    run = [points[(i - 1) % count] for i in range(count + 3)]
    return smooth(run, steps=steps)[steps : -steps - 1]


def arc(
    x: float, y: float, r: float, start: float, end: float, *, ry: float | None = None
) -> list[Point]:
    """Return the points of an arc; angles in degrees, clockwise from the right."""
    v = r if ry is None else ry
    steps = max(6, int(abs(end - start) / 4))
    return [
        (x + r * math.cos(a), y + v * math.sin(a))
        for a in (
            math.radians(start + (end - start) * i / steps) for i in range(steps + 1)
        )
    ]


def placed(
    points: Sequence[Point],
    x: float,
    y: float,
    *,
    scale: float = 1,
    turn: float = 0,
    flip: bool = False,
) -> list[Point]:
    """Return `points` scaled, mirrored, turned by `turn` degrees and moved."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    side = -scale if flip else scale
    return [
        (x + a * side * cos - b * scale * sin, y + a * side * sin + b * scale * cos)
        for a, b in points
    ]


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - a - 3 * c + d) * t * t * t
    )


def _falloff(alpha: int) -> Image.Image:
    # Pillow's radial gradient is 0 in the middle and 255 in the corners.
    reach = 255 / math.sqrt(2)
    return Image.radial_gradient("L").point(
        [round(alpha * max(0.0, 1 - value / (reach - 1)) ** 2) for value in range(256)]
    )
