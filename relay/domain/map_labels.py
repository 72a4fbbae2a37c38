"""Where the map's words go: no label lies on another, or on a dot."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.forest_sums import Floats
    from relay.domain.geo import Point

MOST_LABELS = 16
MOST_PHONE_LABELS = 6
MOST_TRIED = 60
SIZE = 24.0  # map units of a letter where the map is narrow, the largest but phones'
PHONE_SIZE = 36.0
EDGE_LOW, EDGE_HIGH = -4.0, 1004.0  # the view box, less a hair
GAP = 5.0  # between a dot and its label
AIR = 2.0  # around each label
# Widths in letters' heights, measured on the sans faces of style.css, half bold.
WIDE, CAPITAL, SMALL, NARROW = 1.02, 0.70, 0.58, 0.33
_NARROW = frozenset("iljtfrI.,'’-|: ")


@dataclass(frozen=True)
class Box:
    """A rectangle of the map, in map units."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any point."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Discs:
    """Discs of the map in columns: hundreds are asked after for each word."""

    x: Floats
    y: Floats
    reach: Floats

    @classmethod
    def of(cls, dots: Sequence[tuple[Point, float]]) -> Discs:
        """Return discs of (centre, radius)."""
        rows = np.array([(*at, reach) for at, reach in dots], np.float64)
        return cls(*rows.reshape(-1, 3).T)

    def other_than(self, at: Point) -> Discs:
        """Return those with other centres."""
        others = (self.x != at[0]) | (self.y != at[1])
        return Discs(self.x[others], self.y[others], self.reach[others])

    def under(self, box: Box) -> int:
        """Return how many of them touch a rectangle."""
        across = self.x - np.minimum(np.maximum(self.x, box.left), box.right)
        down = self.y - np.minimum(np.maximum(self.y, box.top), box.bottom)
        return int(np.count_nonzero(np.hypot(across, down) < self.reach))


@dataclass(frozen=True)
class Label:
    """A word at a place: `anchor` and `baseline` are SVG's, `phone` if kept there."""

    text: str
    x: float
    y: float
    anchor: str
    baseline: str
    phone: bool


@dataclass(frozen=True)
class Wanted:
    """A label to be placed beside a dot of radius `reach`."""

    text: str
    at: Point
    reach: float


def place_labels(
    wanted: Sequence[Wanted],
    *,
    dots: Discs,
    taken: Sequence[Box],
    phone_taken: Sequence[Box],
) -> list[Label | None]:
    """Place the labels in the order given, each once or not at all.

    The first ones are kept on phones, where letters are larger on the map, as long as
    they find room there too. The answer may be shorter than the question.
    """
    boxes, phone_boxes = list(taken), list(phone_taken)
    labels: list[Label | None] = []
    for wish in wanted[:MOST_TRIED]:
        others = dots.other_than(wish.at)
        free = [
            label
            for label in _sides(wish)
            if _is_free(box_of(label, SIZE), boxes, others)
        ]
        roomy = [
            label
            for label in free
            if len(phone_boxes) - len(phone_taken) < MOST_PHONE_LABELS
            and _is_free(box_of(label, PHONE_SIZE), phone_boxes)
        ]
        if roomy:
            phone_boxes.append(box_of(roomy[0], PHONE_SIZE))
        label = replace(roomy[0], phone=True) if roomy else next(iter(free), None)
        labels.append(label)
        boxes += [box_of(label, SIZE)] if label else []
        if len(boxes) - len(taken) == MOST_LABELS:
            break
    return labels


def box_of(label: Label, size: float) -> Box:
    """Return the rectangle that a label fills at a size of letters."""
    width, height = width_of(label.text) * size, size
    left = label.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    top = (
        label.y - height * {"hanging": 0.0, "central": 0.5, "auto": 0.9}[label.baseline]
    )
    return Box(left - AIR, top - AIR, left + width + AIR, top + height + AIR)


def width_of(text: str) -> float:
    """Return about how wide a text is, in heights of its letters."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE
    if letter in _NARROW:
        return NARROW
    return CAPITAL if letter.isupper() or letter in "mwшщюжмыф" else SMALL


def _is_free(box: Box, boxes: Sequence[Box], dots: Discs | None = None) -> bool:
    return (
        box.left >= EDGE_LOW
        and box.right <= EDGE_HIGH
        and box.top >= EDGE_LOW
        and box.bottom <= EDGE_HIGH
        and not any(box.meets(other) for other in boxes)
        and not (dots and dots.under(box))
    )


# Each side of a dot: where the label starts, in dot radii and gaps, best side first.
_SIDES: tuple[tuple[float, float, str, str], ...] = (
    (1.0, 0.0, "start", "central"),
    (-1.0, 0.0, "end", "central"),
    (0.0, -1.0, "middle", "auto"),
    (0.0, 1.0, "middle", "hanging"),
    (0.75, -0.75, "start", "auto"),
    (0.75, 0.75, "start", "hanging"),
    (-0.75, -0.75, "end", "auto"),
    (-0.75, 0.75, "end", "hanging"),
)


def _sides(wish: Wanted) -> list[Label]:
    (x, y), step = wish.at, wish.reach + GAP
    return [
        Label(
            text=wish.text,
            x=round(x + across * step, 1),
            y=round(y + down * step, 1),
            anchor=anchor,
            baseline=baseline,
            phone=False,
        )
        for across, down, anchor, baseline in _SIDES
    ]
