from __future__ import annotations

import pytest

from relay.domain.geo import City
from relay.domain.map_drawing import MapDrawing, draw_map
from relay.domain.map_groups import Dot, dot_radius, gather
from relay.domain.map_key import draw_key
from relay.domain.map_legs import Leg

NANJING = City(1, "Nanjing", "CN", 32.06, 118.78, 9_000_000)
LYON = City(2, "Lyon", "FR", 45.75, 4.85, 500_000)


def drawing_of(entries: int, passes: int) -> MapDrawing:
    return draw_map(
        gather(NANJING, [Dot(NANJING, entries), Dot(LYON, 1)]),
        [Leg(NANJING, LYON, passes)] if passes else [],
        outline="",
        ring_labels={},
        name=lambda city: city.name,
    )


@pytest.mark.parametrize(
    ("entries", "samples"),
    [(1, [1]), (3, [1, 2]), (31, [1, 5, 20]), (9_999, [1, 1_000, 5_000])],
)
def test_the_key_has_round_numbers_up_to_the_largest(
    entries: int, samples: list[int]
) -> None:
    key = draw_key(drawing_of(entries, 1))
    assert [dot.count for dot in key.dots] == samples


def test_the_keys_dots_are_as_large_as_the_maps() -> None:
    drawing = drawing_of(100, 1)
    largest = draw_key(drawing).dots[-1]
    assert largest.r == round(dot_radius(largest.count, drawing.growth), 1)
    assert largest.r == drawing.dots[0].r


def test_the_key_tells_nothing_of_what_the_map_does_not_have() -> None:
    assert draw_key(drawing_of(5, 0)).legs == ()
    assert [leg.count for leg in draw_key(drawing_of(5, 12)).legs] == [1, 2, 10]
