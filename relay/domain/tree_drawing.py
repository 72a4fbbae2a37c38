"""A relay as a picture: one row a generation, no lines that cross, never too wide.

Each row holds at most ROW dots, those from which most came; the others of a parent
are drawn as one bundle beside them. So a relay of ten entries and one of a million
can both be read on a telephone.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from relay.domain.relay_forest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from relay.domain.relay_columns import Columns

WIDTH = 360.0  # units of the drawing: a pixel each on a telephone
EDGE = 18.0  # from the outermost dots to the sides
ROW = 12  # dots and bundles of one row
ROWS = 14  # generations below the top
FORKS = 7  # dots of a row from which more came, where not all find room below them
HEIGHT = 62.0  # of a row
HEAD = 36.0  # over the top, for its name
SPACING = (WIDTH - 2 * EDGE) / (ROW - 1)  # at least, between two in a row
WIDEST = 96.0  # between two leaves
SMALLEST_DOT, DOT_GROWTH, LARGEST_DOT = 4.5, 0.9, 11.0
COMPARED = 2_000  # children of one entry among which those with most are looked for


@dataclass(frozen=True)
class Node:
    """A dot, or a bundle where `many` is not 0; `place` is that of the parent then.

    `room` is how wide a word under it may be. `via_hidden` tells of a hidden entry
    between it and its parent; `ended` that nobody has taken its baton.
    """

    place: int
    many: int
    x: float
    y: float
    r: float
    room: float
    via_hidden: bool
    ended: bool


@dataclass(frozen=True)
class Edge:
    """A pass, drawn as an SVG path; `dashed` where it leads past a hidden entry."""

    d: str
    dashed: bool


@dataclass(frozen=True)
class TreeDrawing:
    """A whole picture, in units; the top is the first of the nodes."""

    width: float
    height: float
    nodes: list[Node]
    edges: list[Edge]

    @property
    def dots(self) -> int:
        """How many entries have a dot of their own."""
        return sum(not each.many for each in self.nodes)


@dataclass(frozen=True)
class _Slot:
    """One in a row: an entry, or a bundle, and which slot of the row above it has."""

    above: int
    place: int
    many: int = 0


def draw_tree(columns: Columns, top: int, *, mirrored: bool = False) -> TreeDrawing:
    """Draw an entry and all that came of it; `mirrored` where one reads leftwards."""
    rows = _choose_rows(columns, top)
    xs = _spread(rows)
    if mirrored:
        xs = [[WIDTH - x for x in row] for row in xs]
    nodes: list[list[Node]] = []
    for depth, (row, places) in enumerate(zip(rows, xs, strict=True)):
        rooms = _measure_rooms(places)
        nodes.append(
            [
                replace(_node(columns, slot), x=x, y=_row_y(depth), room=room)
                for slot, x, room in zip(row, places, rooms, strict=True)
            ]
        )
    edges = [
        Edge(_curve(nodes[depth - 1][slot.above], node), dashed=node.via_hidden)
        for depth, row in enumerate(rows)
        if depth
        for slot, node in zip(row, nodes[depth], strict=True)
    ]
    return TreeDrawing(
        WIDTH,
        _row_y(len(rows) - 1) + HEIGHT / 2,
        [node for row in nodes for node in row],
        edges,
    )


def _choose_rows(columns: Columns, top: int) -> list[list[_Slot]]:
    """Return the rows of the picture, the top alone in the first one."""
    rows = [[_Slot(ROOT, top)]]
    while len(rows) <= ROWS:
        parents = {
            slot.place: above
            for above, slot in enumerate(rows[-1])
            if not slot.many and columns.sizes[slot.place] > 1
        }
        if not parents:
            break
        chosen = [] if len(rows) == ROWS else _choose(columns, list(parents))
        rows.append(_fill_row(columns, parents, chosen))
    return rows


def _choose(columns: Columns, parents: Sequence[int]) -> list[int]:
    """Return the children that get dots: those from which most came.

    Each parent takes at least one slot: for its only child, or for a bundle. A bundle
    of one is that one itself, so the last dot of a parent costs nothing.
    """
    children = {
        parent: list(islice(_children(columns, parent), COMPARED)) for parent in parents
    }
    every = [child for each in children.values() for child in each]
    if _have_room(columns, every):
        return every
    left = {parent: len(each) for parent, each in children.items()}
    chosen = [each[0] for each in children.values() if len(each) == 1]
    free = min(ROW - len(parents), FORKS - len(chosen))
    largest = heapq.nsmallest(ROW, every, key=lambda each: (-columns.sizes[each], each))
    for child in largest:
        if free <= 0:
            break
        if child in chosen:
            continue
        parent = columns.parents[child]
        chosen.append(child)
        free -= 1
        left[parent] -= 1
        if left[parent] == 1:
            chosen += set(children[parent]).difference(chosen)
    return sorted(chosen)


def _have_room(columns: Columns, row: Sequence[int]) -> bool:
    """Tell whether all of a row fit into it, and leave room for those who follow."""
    if len(row) > ROW:
        return False
    forks = [each for each in row if columns.sizes[each] > 1]
    below = (islice(_children(columns, each), ROW + 1) for each in forks)
    return len(forks) <= FORKS or sum(len(list(each)) for each in below) <= ROW


def _fill_row(
    columns: Columns, parents: dict[int, int], chosen: Iterable[int]
) -> list[_Slot]:
    """Return a row in order: each parent's dots, and then its bundle."""
    by_parent: dict[int, list[int]] = {parent: [] for parent in parents}
    for child in chosen:
        by_parent[columns.parents[child]].append(child)
    row: list[_Slot] = []
    for parent, above in parents.items():
        dots = by_parent[parent]
        row += [_Slot(above, child) for child in dots]
        rest = columns.sizes[parent] - 1 - sum(columns.sizes[each] for each in dots)
        if rest:
            row.append(_Slot(above, parent, rest))
    return row


def _children(columns: Columns, parent: int) -> Iterator[int]:
    child = parent + 1
    while child < parent + columns.sizes[parent]:
        yield child
        child += columns.sizes[child]


def _spread(rows: Sequence[Sequence[_Slot]]) -> list[list[float]]:
    """Return where each slot stands: leaves side by side, parents over their children.

    Then each row is pushed apart as little as it must be.
    """
    wanted: list[list[float]] = [[0.0] * len(row) for row in rows]
    leaves = _Leaves(rows, wanted)
    leaves.walk()
    step = min(WIDEST, (WIDTH - 2 * EDGE) / max(1, leaves.many - 1))
    begin = (WIDTH - step * (leaves.many - 1)) / 2
    return [_push_apart([begin + step * at for at in row]) for row in wanted]


class _Leaves:
    """The order of the leaves, from which all that stands over them has its place."""

    def __init__(
        self, rows: Sequence[Sequence[_Slot]], wanted: list[list[float]]
    ) -> None:
        self._wanted = wanted
        self._below: list[list[list[int]]] = [[[] for _ in row] for row in rows]
        for depth, row in enumerate(rows[1:]):
            for at, slot in enumerate(row):
                self._below[depth][slot.above].append(at)
        self.many = 0

    def walk(self, depth: int = 0, at: int = 0) -> float:
        """Place a slot over the middle of its children; return that place."""
        below = self._below[depth][at]
        if below:
            ways = [self.walk(depth + 1, each) for each in below]
            middle = (ways[0] + ways[-1]) / 2
        else:
            middle = float(self.many)
            self.many += 1
        self._wanted[depth][at] = middle
        return middle


def _push_apart(wanted: Sequence[float]) -> list[float]:
    """Return the nearest places, in the same order, SPACING apart and inside.

    The least squares under an order: pool adjacent violators (Ayer et al., 1955).
    """
    pools: list[tuple[float, int]] = []
    for at, x in enumerate(wanted):
        pool = x - at * SPACING, 1
        while pools and pools[-1][0] > pool[0]:
            mean, many = pools.pop()
            both = many + pool[1]
            pool = (mean * many + pool[0] * pool[1]) / both, both
        pools.append(pool)
    low, high = EDGE, WIDTH - EDGE - (len(wanted) - 1) * SPACING
    pooled = [min(max(mean, low), high) for mean, many in pools for _ in range(many)]
    return [x + at * SPACING for at, x in enumerate(pooled)]


def _measure_rooms(xs: Sequence[float]) -> list[float]:
    """Return how wide a word may be that is centred under each."""
    ordered = sorted(xs)
    rooms = {}
    for at, x in enumerate(ordered):
        left = x - ordered[at - 1] if at else 2 * x
        right = ordered[at + 1] - x if at + 1 < len(ordered) else 2 * (WIDTH - x)
        rooms[x] = min(left, right, WIDTH)
    return [rooms[x] for x in xs]


def _node(columns: Columns, slot: _Slot) -> Node:
    size = columns.sizes[slot.place]
    return Node(
        place=slot.place,
        many=slot.many,
        x=0.0,
        y=0.0,
        r=min(LARGEST_DOT, SMALLEST_DOT + DOT_GROWTH * math.log2(size)),
        room=0.0,
        via_hidden=not slot.many
        and slot.above != ROOT
        and slot.place in columns.via_hidden,
        ended=size == 1,
    )


def _row_y(depth: int) -> float:
    return HEAD + depth * HEIGHT


def _curve(above: Node, below: Node) -> str:
    middle = (above.y + below.y) / 2
    return (
        f"M{above.x:.1f} {above.y:.1f}"
        f"C{above.x:.1f} {middle:.1f} {below.x:.1f} {middle:.1f} "
        f"{below.x:.1f} {below.y:.1f}"
    )
