"""The relay as ripples: no dot on another, each tree in its own sector."""

from __future__ import annotations

import json
import math
import random
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest

from relay.domain.relay_columns import Columns, Labels, lay_out
from relay.domain.relay_figures import measure
from relay.domain.relay_forest import grow_forest
from relay.domain.ripple_rings import (
    MOST_DOTS,
    MOST_RINGS,
    SMALLEST_DOT,
    draw_rings,
    gather_rings,
    strength_floors,
)
from relay.domain.ripple_sectors import (
    ARCS,
    BESIDE_GAP,
    MIDDLE,
    RADIUS,
)
from tests.growing import entries_of, microseconds, one_a_day, random_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.growing import Record

SEEDS = range(60)


def columns_of(records: Sequence[Record]) -> Columns:
    entries = entries_of(records)
    forest = grow_forest(entries)
    now = max(map(microseconds, (each.submitted for each in records)), default=0)
    rows = len(entries.ids)
    return lay_out(
        measure(forest, now=now),
        Labels(
            nos=[at + 100 for at in range(rows)],
            kinds=bytes(rows),
            known=bytes(rows),
            city_ids=list(range(1, len(entries.points) + 1)),
            city_countries=["CN"] * len(entries.points),
        ),
    )


def relay_of(entries: int, seed: int, *, reach: int = 40) -> Columns:
    """Return a relay that grew at random, each from one of the `reach` before it."""
    dice = random.Random(seed)  # noqa: S311 - an invented relay, no secret
    parents = [
        None if not at or dice.random() < 0.05 else max(0, at - dice.randint(1, reach))
        for at in range(entries)
    ]
    return columns_of(one_a_day(parents))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_dot_touches_another_and_all_lie_in_the_picture(seed: int) -> None:
    drawing = draw_rings(gather_rings(columns_of(random_records(seed))))
    # A tenth of a unit is what rounding may bring them nearer.
    least = 2 * drawing.dot_radius - 0.2
    for one, other in combinations(drawing.dots, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= least
    for dot in drawing.dots:
        assert math.dist((dot.x, dot.y), (MIDDLE, MIDDLE)) <= RADIUS + 0.1


def test_six_hundred_entries_side_by_side_are_dots_that_do_not_touch() -> None:
    hands = [None, *[0] * 20, *(1 + at % 20 for at in range(MOST_DOTS - 21))]
    drawing = draw_rings(gather_rings(columns_of(one_a_day(hands))))
    assert len(drawing.dots) == MOST_DOTS
    assert drawing.dot_radius >= SMALLEST_DOT
    least = 2 * drawing.dot_radius - 0.2
    for one, other in combinations(drawing.dots, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= least


def test_where_dots_would_be_too_small_arcs_are_drawn() -> None:
    deep = gather_rings(relay_of(MOST_DOTS, 1, reach=15))
    many = gather_rings(columns_of(one_a_day([None, *[0] * MOST_DOTS])))
    assert "rings" in deep
    assert "rings" in many


def test_each_dot_lies_on_the_ring_of_its_generation() -> None:
    drawing = draw_rings(gather_rings(columns_of(one_a_day([None, 0, 0, 1, 1, 3, 2]))))
    assert [ring.entries for ring in drawing.rings] == [1, 2, 3, 1]
    for dot in drawing.dots:
        from_middle = math.dist((dot.x, dot.y), (MIDDLE, MIDDLE))
        assert from_middle == pytest.approx(drawing.rings[dot.depth].r, abs=0.1)
    assert drawing.edges.count("M") == 6
    assert drawing.longest.count("M") == 3


def test_one_entry_stands_in_the_middle_without_a_line() -> None:
    drawing = draw_rings(gather_rings(columns_of(one_a_day([None]))))
    (dot,) = drawing.dots
    assert (dot.x, dot.y) == (MIDDLE, MIDDLE)
    assert (drawing.edges, drawing.longest) == ("", "")


def test_no_entry_is_an_empty_picture() -> None:
    drawing = draw_rings(gather_rings(columns_of([])))
    assert (drawing.rings, drawing.dots, drawing.arcs) == ((), (), ())


def test_an_entry_without_a_city_is_drawn_without_one() -> None:
    records = random_records(7)
    columns = columns_of(records)
    told = [each.city_id for each in draw_rings(gather_rings(columns)).dots]
    ids = [columns.city_ids[at] if at >= 0 else None for at in columns.cities]
    assert told == ids


def test_a_large_relay_is_drawn_in_arcs_that_hold_every_entry() -> None:
    columns = relay_of(5_000, 2)
    data = gather_rings(columns)
    assert sum(many for ring in data["rings"] for _, many in ring) == 5_000
    drawing = draw_rings(data)
    assert not drawing.dots
    assert sum(ring.entries for ring in drawing.rings) == 5_000
    assert len(drawing.rings) == len(data["rings"]) <= MOST_RINGS
    assert drawing.rings[-1].entries == sum(data["breadths"][len(data["rings"]) - 1 :])


def test_a_relay_of_many_generations_ends_in_one_ring_for_the_rest() -> None:
    chain = columns_of(one_a_day([None, *range(199)]))
    drawing = draw_rings(gather_rings(chain))
    assert len(drawing.rings) == MOST_RINGS
    assert drawing.beyond
    assert drawing.rings[-1].entries == 200 - (MOST_RINGS - 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_dashes_of_a_ring_fill_one_turn_and_never_the_same_part_twice(
    seed: int,
) -> None:
    drawing = draw_rings(gather_rings(relay_of(3_000, seed)))
    rings: dict[float, list[int]] = {}
    for arcs in drawing.arcs:
        assert sum(arcs.dashes) == ARCS
        assert len(arcs.dashes) % 2 == 0
        marks = rings.setdefault(arcs.r, [0] * ARCS)
        at = 0
        for number, dash in enumerate(arcs.dashes):
            for part in range(at, at + dash):
                marks[part] += number % 2 == 0
            at += dash
    for marks in rings.values():
        assert max(marks) == 1
        assert not any(marks[:BESIDE_GAP] + marks[-BESIDE_GAP:])


def test_arcs_grow_stronger_with_more_entries() -> None:
    assert strength_floors(1) == (1,)
    assert strength_floors(3) == (1,)
    assert strength_floors(64) == (1, 2, 5, 17)
    drawing = draw_rings(gather_rings(relay_of(5_000, 3)))
    assert {each.strength for each in drawing.arcs} == set(
        range(1, len(drawing.densities) + 1)
    )


def test_what_is_kept_stays_small() -> None:
    few = json.dumps(gather_rings(relay_of(300, 4)))
    many = json.dumps(gather_rings(relay_of(20_000, 5)))
    assert len(few) < 15_000
    assert len(many) < 80_000


def test_numbers_stand_apart_from_each_other() -> None:
    drawing = draw_rings(gather_rings(relay_of(3_000, 6, reach=300)))
    for attribute, room in (("numbered", 24), ("on_phone", 60)):
        radii = [ring.r for ring in drawing.rings if getattr(ring, attribute)]
        assert radii[-1] == RADIUS
        assert all(b - a >= room - 0.2 for a, b in pairwise([0.0, *radii]))
