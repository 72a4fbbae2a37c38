"""Pens that mark a shape: on a sheet, or only in memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import ImageDraw

    from relay.demo.art.shapes import Point


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


def filling(points: Sequence[Point]) -> Callable[[Pen], None]:
    """Return what fills the shape between `points` with any pen."""
    return lambda pen: pen.polygon(points)


def tracing(points: Sequence[Point], width: float) -> Callable[[Pen], None]:
    """Return what draws the line with any pen."""
    return lambda pen: pen.stroke(points, width)
