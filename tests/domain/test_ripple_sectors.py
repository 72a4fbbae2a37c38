"""Sectors of ripples: children within their parent's, and none on another."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from relay.domain.relay_forest import ROOT
from relay.domain.ripple_sectors import (
    GAP,
    MIDDLE,
    RADIUS,
    draw_pass,
    lay_out_rings,
    place_at,
    spread_rings,
)
from tests.domain.test_ripple_rings import SEEDS, columns_of
from tests.growing import random_records


@pytest.mark.parametrize("seed", SEEDS)
def test_children_stand_in_their_parents_sector_and_no_sectors_overlap(
    seed: int,
) -> None:
    parents = list(columns_of(random_records(seed)).parents)
    layout = lay_out_rings(parents)
    slack = 1e-9
    for sector, parent in zip(layout.sectors, parents, strict=True):
        if parent == ROOT:
            assert sector.start >= GAP / 2 - slack
            assert sector.start + sector.width <= math.tau - GAP / 2 + slack
        else:
            above = layout.sectors[parent]
            assert sector.start >= above.start - slack
            assert sector.start + sector.width <= above.start + above.width + slack
    for depth in set(layout.depths):
        ring = sorted(
            (sector.start, sector.width)
            for sector, at in zip(layout.sectors, layout.depths, strict=True)
            if at == depth
        )
        for (start, width), (following, _) in pairwise(ring):
            assert start + width <= following + slack


def test_rings_grow_to_the_edge_and_full_ones_have_more_room() -> None:
    radii = spread_rings(0, [1, 100, 1, 100])
    steps = [b - a for a, b in pairwise(radii)]
    assert radii[-1] == pytest.approx(RADIUS)
    assert steps[0] == pytest.approx(steps[2])
    assert steps[0] > steps[1] > 0
    assert spread_rings(50, [3]) == (50,)


def test_the_top_of_a_ring_is_the_top_of_the_picture() -> None:
    assert place_at(RADIUS, 0) == (MIDDLE, MIDDLE - RADIUS)
    assert place_at(RADIUS, math.pi / 2) == (MIDDLE + RADIUS, MIDDLE)


def test_a_pass_ends_at_its_dots_whichever_way_it_takes() -> None:
    for to in (0.1, 1.0, 4.0, -2.0):
        path = draw_pass((100, 0.0), (200, to))
        x, y = place_at(200, to)
        assert path.startswith("M500 400")
        assert path.endswith(f"{x:g} {y:g}")
        # A way far aside goes along the ring between the two.
        assert ("A150 150" in path) == (abs(to) > 0.3)
    assert draw_pass((0, 0.0), (480, math.pi)) == "M500 500L500 980"
