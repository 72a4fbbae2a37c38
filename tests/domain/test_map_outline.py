from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from relay.domain.geo import Point, Ripple
from relay.domain.map_outline import MOST_BYTES, Land, draw_outline, simplify

BUILT = Path(__file__).parents[2] / "relay" / "data" / "land.json"
# A square island of ten degrees, land on the right-hand side of its shore.
ISLAND = ((-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0))
POND = ((-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0))
COMMANDS = re.compile(r"[Mlaz]|-?\d+(?:\.\d+)?")


def around(lat: float, lon: float, swell: float = 0.72) -> Ripple:
    return Ripple(lat, lon, radius=500, middle=500, swell=swell)


def read_path(path: str) -> tuple[bool, list[list[Point]]]:
    """Return whether the rim is part of a path, and its rings as points."""
    has_rim = "a500" in path
    rings = []
    for part in path.split("M")[1:]:
        if "a" in part:
            continue
        numbers = [float(each) for each in COMMANDS.findall(part) if each not in "lz"]
        x, y = numbers[0], numbers[1]
        ring = [(x, y)]
        for across, down in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + across, y + down
            ring.append((x, y))
        rings.append(ring)
    return has_rim, rings


def is_land(path: str, at: Point) -> bool:
    """Whether a browser fills this point, by the even-odd rule."""
    inside, rings = read_path(path)
    for ring in rings:
        for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y > at[1]) != (to_y > at[1]):
                crossing = x + (at[1] - y) * (to_x - x) / (to_y - y)
                inside ^= at[0] < crossing
    return inside


def test_land_is_filled_and_sea_is_not() -> None:
    ripple = around(0, 0)
    path = draw_outline(Land((ISLAND,), ()), ripple)
    assert is_land(path, ripple.place(3, -3))
    assert not is_land(path, ripple.place(20, 20))


def test_land_around_the_point_opposite_fills_only_itself() -> None:
    ripple = around(0, 180)
    path = draw_outline(Land((ISLAND,), ()), ripple)
    assert read_path(path)[0]
    assert is_land(path, ripple.place(3, -3))
    assert not is_land(path, ripple.place(0, 90))
    assert not is_land(path, ripple.place(0, 179))


def test_a_lake_around_the_point_opposite_stays_water() -> None:
    ripple = around(0, 180)
    path = draw_outline(Land((ISLAND,), (POND,)), ripple)
    assert not read_path(path)[0]
    assert not is_land(path, ripple.place(0.2, 0.2))
    assert is_land(path, ripple.place(3, -3))


@pytest.fixture(scope="module")
def land() -> Land:
    found = json.loads(BUILT.read_text(encoding="utf-8"))
    return Land(
        *(
            tuple(tuple((lat, lon) for lon, lat in ring) for ring in found[kind])
            for kind in ("shores", "lakes")
        )
    )


PLACES = {
    "inland China": (34.0, 108.0, True),
    "Caspian Sea": (42.0, 51.0, False),
    "Sahara": (23.0, 10.0, True),
    "Australia": (-25.0, 134.0, True),
    "Pampas": (-34.0, -62.0, True),
    "South Pole": (-89.0, 0.0, True),
    "Greenland": (72.0, -40.0, True),
    "Pacific": (0.0, -140.0, False),
    "Yellow Sea": (35.5, 123.0, False),
    "North Pole": (89.0, 0.0, False),
}


@pytest.mark.parametrize(
    "centre",
    [
        (32.06, 118.78),
        (-34.6, -58.4),
        (-33.9, 151.2),
        (48.9, 2.3),
        (90, 0),
        (-42, -129),
    ],
)
def test_the_whole_world_is_right_around_any_centre(
    land: Land, centre: tuple[float, float]
) -> None:
    ripple = around(*centre)
    path = draw_outline(land, ripple)
    seen = {
        name: is_land(path, ripple.place(lat, lon))
        for name, (lat, lon, _) in PLACES.items()
    }
    assert seen == {name: dry for name, (*_, dry) in PLACES.items()}
    assert len(path) <= MOST_BYTES


def test_no_point_of_the_land_leaves_the_disc(land: Land) -> None:
    _, rings = read_path(draw_outline(land, around(-34.6, -58.4)))
    reach = max(math.dist(point, (500, 500)) for ring in rings for point in ring)
    assert reach <= 501


def test_a_simpler_line_keeps_its_corners_and_ends() -> None:
    line = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0)]
    assert simplify(line, 0.5) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert simplify(line, 0.05) == line
