from __future__ import annotations

import math
import random
import re
import time
from itertools import combinations

import pytest

from relay.domain.geo import EARTH_RADIUS_KM, City, Ripple, great_circle_path
from relay.domain.map_drawing import (
    CLOSER_RINGS,
    PHONE_RING_SIZE,
    RING_BEARINGS,
    RING_KM,
    RING_SIZE,
    DrawnDot,
    MapDrawing,
    draw_map,
    rings_of,
)
from relay.domain.map_groups import MOST_DOTS, ZOOMS, Dot, gather, ripple_around
from relay.domain.map_labels import (
    MOST_LABELS,
    MOST_PHONE_LABELS,
    PHONE_SIZE,
    SIZE,
    Discs,
    box_of,
)
from relay.domain.map_legs import (
    MOST_LEGS,
    THINNEST,
    WIDEST,
    Leg,
    draw_great_circle,
    leg_width,
)

NANJING = City(1, "Nanjing", "CN", 32.06, 118.78, 9_000_000)
PLACES = {
    "Nanjing": (32.06, 118.78, 31),
    "Daejeon": (36.35, 127.38, 9),
    "Tokyo": (35.69, 139.69, 8),
    "Lyon": (45.75, 4.85, 8),
    "Turin": (45.07, 7.69, 5),
    "Singapore": (1.29, 103.85, 7),
    "Sydney": (-33.87, 151.21, 6),
    "Haifa": (32.82, 34.99, 5),
    "Boston": (42.36, -71.06, 2),
    "São Paulo": (-23.55, -46.64, 3),
    "Buenos Aires": (-34.61, -58.38, 1),
}
WORDS = {km: f"{km} km" for km in RING_KM}


def dot(number: int, name: str, lat: float, lon: float, count: int) -> Dot:
    return Dot(City(number, name, "XX", lat, lon, 20_000), count)


DOTS = [dot(at, name, *rest) for at, (name, rest) in enumerate(PLACES.items(), start=1)]


def draw(
    dots: list[Dot], legs: list[Leg] | None = None, *, zoom: int = 1
) -> MapDrawing:
    return draw_map(
        gather(NANJING, dots, zoom=zoom),
        legs or [],
        outline="M0 0",
        ring_labels={km: f"{km} km" for km in rings_of(zoom)},
        name=lambda city: city.name,
    )


def by_name(drawing: MapDrawing) -> dict[str, DrawnDot]:
    return {drawn.city.name: drawn for drawn in drawing.dots}


def leg(start: str, end: str, count: int = 1, *, latest: bool = False) -> Leg:
    cities = {each.city.name: each.city for each in DOTS}
    return Leg(cities[start], cities[end], count, latest)


def test_home_comes_first_and_lies_in_the_middle() -> None:
    home = draw(DOTS).dots[0]
    assert (home.x, home.y, home.home, home.city.name) == (500, 500, True, "Nanjing")


def test_more_artworks_make_a_larger_dot() -> None:
    dots = by_name(draw(DOTS))
    sizes = [dots[name].r for name in ("Nanjing", "Daejeon", "Boston", "Buenos Aires")]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4


def test_dots_that_would_overlap_become_the_larger_one_with_the_sum() -> None:
    dots = by_name(draw(DOTS))
    assert "Turin" not in dots
    assert dots["Lyon"].count == 13
    assert [other.name for other in dots["Lyon"].others] == ["Turin"]


def test_every_artwork_is_counted_once_however_many_cities() -> None:
    chance = random.Random(7)  # noqa: S311 - a repeatable sample
    dots = [
        dot(
            at, f"C{at}", chance.uniform(-60, 70), chance.uniform(-180, 180), at % 9 + 1
        )
        for at in range(1, 2001)
    ]
    drawing = draw(dots)
    shown = [c for drawn in drawing.dots for c in (drawn.city, *drawn.others)]
    assert len(drawing.dots) <= MOST_DOTS
    assert sorted(each.id for each in shown) == list(range(1, 2001))
    assert sum(d.count for d in drawing.dots) == sum(d.count for d in dots)


def test_home_is_never_hidden_under_a_larger_neighbour() -> None:
    home = dot(1, "Nanjing", 32.06, 118.78, 1)
    giant = dot(2, "Next door", 32.07, 118.79, 900)
    (only,) = draw([giant, home]).dots
    assert (only.city.name, only.home, only.count) == ("Nanjing", True, 901)


def test_rings_are_distances_with_the_words_given() -> None:
    rings = draw(DOTS).rings
    assert [ring.km for ring in rings] == list(RING_KM)
    assert [ring.label and ring.label.text for ring in rings] == list(WORDS.values())
    assert rings[0].r == pytest.approx(57.8, abs=0.05)


def test_a_rings_words_move_along_it_rather_than_hide_a_dot() -> None:
    # Every column of labels meets a dot at one of its rings, so no column is free.
    blocked = [
        dot(50 + at, "A", *destination(RING_KM[at % 3 + 1], bearing), 1)
        for at, bearing in enumerate(RING_BEARINGS)
    ]
    drawing = draw(blocked)
    words = [ring.label for ring in drawing.rings if ring.label]
    assert len(words) == len(RING_KM)
    for label in words:
        box = box_of(label, PHONE_RING_SIZE if label.phone else RING_SIZE)
        assert not Discs.of([((d.x, d.y), 1) for d in drawing.dots]).under(box)


def test_a_rings_words_are_left_out_where_dots_stand_all_around() -> None:
    ring = [dot(50 + at, "A", *destination(1_000, 15 * at), 1) for at in range(24)]
    assert [each.km for each in draw(ring).rings if not each.label] == [1_000]


def destination(km: float, bearing: float) -> tuple[float, float]:
    """Return the latitude and longitude so far from Nanjing in a direction."""
    lat, lon = math.radians(NANJING.lat), math.radians(NANJING.lon)
    turn, way = math.radians(bearing), km / EARTH_RADIUS_KM
    there = math.asin(
        math.sin(lat) * math.cos(way) + math.cos(lat) * math.sin(way) * math.cos(turn)
    )
    east = math.atan2(
        math.sin(turn) * math.sin(way) * math.cos(lat),
        math.cos(way) - math.sin(lat) * math.sin(there),
    )
    return math.degrees(there), math.degrees(lon + east)


def test_labels_cover_neither_each_other_nor_dots_nor_the_rings_words() -> None:
    drawing = draw(DOTS)
    labels = [drawn.label for drawn in drawing.dots if drawn.label]
    boxes = [box_of(each, SIZE) for each in labels]
    words = [ring.label for ring in drawing.rings if ring.label]
    boxes += [box_of(each, RING_SIZE) for each in words]
    assert len(labels) >= 9
    assert not [1 for one, other in combinations(boxes, 2) if one.meets(other)]
    for drawn in drawing.dots:
        for label in labels:
            if label is not drawn.label:
                disc = Discs.of([((drawn.x, drawn.y), drawn.r)])
                assert not disc.under(box_of(label, SIZE))


def test_labels_kept_on_phones_have_room_for_larger_letters() -> None:
    labels = [each.label for each in draw(DOTS).dots if each.label and each.label.phone]
    boxes = [box_of(label, PHONE_SIZE) for label in labels]
    assert 3 <= len(labels) <= MOST_PHONE_LABELS < MOST_LABELS
    assert not [1 for one, other in combinations(boxes, 2) if one.meets(other)]
    assert all(box.left >= -6 and box.right <= 1006 for box in boxes)


def test_home_the_largest_and_the_farthest_are_named() -> None:
    named = {name for name, drawn in by_name(draw(DOTS)).items() if drawn.label}
    assert {"Nanjing", "Daejeon", "Tokyo", "Buenos Aires"} <= named


def test_each_way_between_two_cities_is_a_leg_and_the_latest_is_drawn_last() -> None:
    drawing = draw(
        DOTS,
        [
            leg("Nanjing", "Tokyo", 3),
            leg("Tokyo", "Nanjing", 2),
            leg("Haifa", "Lyon", latest=True),
            leg("Lyon", "Turin"),  # one dot on the map: nothing to draw
        ],
    )
    assert [(each.count, each.latest) for each in drawing.legs] == [
        (2, False),
        (3, False),
        (1, True),
    ]
    assert [each.strength for each in drawing.legs] == [3, 3, 2]


def test_two_ways_keep_to_the_right_of_each_other() -> None:
    there, back = (
        {at for point in sample(each.d) for at in [point]}
        for each in draw(
            DOTS, [leg("Nanjing", "Sydney"), leg("Sydney", "Nanjing")]
        ).legs
    )
    middle = (500 + by_name(draw(DOTS))["Sydney"].x) / 2
    assert min(math.dist(one, other) for one in there for other in back) < 12
    halves = [sorted(x for x, y in points if 590 < y < 610) for points in (there, back)]
    assert halves[0]
    assert halves[1]
    assert halves[0][-1] < halves[1][0] or halves[1][-1] < halves[0][0]
    assert middle


def test_a_leg_is_wide_where_the_baton_came_from_and_ends_in_a_point() -> None:
    (only,) = draw(DOTS, [leg("Nanjing", "Boston", 40)]).legs
    outline = sample(only.d)
    boston = by_name(draw(DOTS))["Boston"]

    def width_at(x: float, y: float) -> float:
        near = [each for each in outline if math.dist(each, (x, y)) < 10]
        return max(math.dist(one, other) for one, other in combinations(near, 2))

    assert width_at(500, 500) > 8
    ends = [each for each in outline if math.dist(each, (boston.x, boston.y)) < 1]
    assert ends
    assert max(math.dist(one, other) for one in ends for other in ends) < 1


def test_more_batons_make_a_wider_leg() -> None:
    widths = [leg_width(count, 900) for count in (1, 10, 100, 900)]
    assert widths == sorted(widths)
    assert widths[0] == THINNEST
    assert widths[-1] <= WIDEST
    assert leg_width(2, 2) < 8  # a young relay is not drawn in ropes


def test_only_the_strongest_legs_are_drawn_and_the_rest_is_counted() -> None:
    spread = [
        dot(1000 + at, "", -60 + at / 2, -170 + (at * 37) % 340, 1) for at in range(240)
    ]
    home = DOTS[0].city
    legs = [Leg(home, each.city, at + 1) for at, each in enumerate(spread)]
    gathered = gather(NANJING, [DOTS[0], *spread], most=400)
    drawing = draw_map(
        gathered,
        legs,
        outline="",
        ring_labels={},
        name=lambda city: city.name,
        most_legs=60,
    )
    assert len(gathered.groups) > 100
    assert len(drawing.legs) == 60
    assert drawing.hidden_legs == len(gathered.groups) - 1 - 60


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((36.35, 127.38), (45.75, 4.85)),
        ((-12.04, -77.03), (-34.61, -58.38)),  # passes by the point opposite Nanjing
        ((-33.87, 151.21), (-23.55, -46.64)),
        ((64.1, -21.9), (-36.8, 174.8)),
    ],
)
def test_a_leg_follows_the_great_circle(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    ripple = ripple_around(NANJING)
    one, other = City(2, "", "", *start, 0), City(3, "", "", *end, 0)
    drawn = sample(draw_great_circle(one, other, ripple))
    true = [ripple.place(*point) for point in great_circle_path(start, end, steps=40)]
    off = [min(math.dist(point, each) for each in drawn) for point in true]
    assert max(off) < 4


def sample(path: str) -> list[tuple[float, float]]:
    """Return points along an outline, which is written in steps."""
    number = re.compile(r"-?\d+(?:\.\d+)?")
    parts = re.findall(r"([Mlq])([^Mlqz]+)", path)
    points: list[tuple[float, float]] = []
    x = y = 0.0
    for command, text in parts:
        steps = [float(each) for each in number.findall(text)]
        if command == "M":
            x, y = steps
            continue
        middle, last = (steps[:2], steps[2:]) if command == "q" else (steps, steps)
        if command == "l":
            middle = [last[0] / 2, last[1] / 2]
        for at in (step / 100 for step in range(101)):
            two, three = 2 * at * (1 - at), at**2
            points.append(
                (
                    x + two * middle[0] + three * last[0],
                    y + two * middle[1] + three * last[1],
                )
            )
        x, y = x + last[0], y + last[1]
    return points


def test_an_empty_season_draws_rings_alone() -> None:
    drawing = draw([])
    assert (drawing.dots, drawing.legs, len(drawing.rings)) == ((), (), len(RING_KM))


def many_dots(many: int) -> list[Dot]:
    chance = random.Random(3)  # noqa: S311 - a repeatable sample
    return [DOTS[0]] + [
        dot(
            100 + at,
            chance.choice(["Лион", "南京", "חיפה", "Saint-Germain-en-Laye"]),
            chance.uniform(-60, 70),
            chance.uniform(-180, 180),
            1 + at % 7,
        )
        for at in range(1, many)
    ]


def test_ten_thousand_cities_and_twice_the_legs_are_drawn_in_a_moment() -> None:
    chance = random.Random(3)  # noqa: S311 - a repeatable sample
    dots = many_dots(10_000)
    cities = [each.city for each in dots]
    legs = [Leg(chance.choice(cities), chance.choice(cities)) for _ in range(20_000)]
    began = time.process_time()
    drawing = draw(dots, legs)
    assert time.process_time() - began < 2  # measured 0.4 s; a slow machine may double
    assert len(drawing.legs) == MOST_LEGS


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("many", [5, 60, 300, 10_000])
def test_words_never_overlap_however_many_cities_and_however_close(
    many: int, zoom: int
) -> None:
    drawing = draw(many_dots(many), zoom=zoom)
    shown = [each.label for each in drawing.dots if each.label]
    rings = [ring.label for ring in drawing.rings if ring.label]
    assert shown or zoom > 1
    for labels, size, ring_size in (
        ([*shown], SIZE, RING_SIZE),
        ([each for each in shown if each.phone], PHONE_SIZE, PHONE_RING_SIZE),
    ):
        kept = [each for each in rings if each.phone or size == SIZE]
        boxes = [box_of(each, size) for each in labels]
        boxes += [box_of(each, ring_size) for each in kept]
        assert not [1 for one, other in combinations(boxes, 2) if one.meets(other)]
        assert all(box.left >= -6 and box.right <= 1006 for box in boxes)


@pytest.mark.parametrize("zoom", ZOOMS[1:])
def test_a_closer_map_shows_the_neighbourhood_in_smaller_groups(zoom: int) -> None:
    dots = many_dots(3_000)
    wide, close = draw(dots), draw(dots, zoom=zoom)
    near = {each.city.id: each.count for each in dots}
    assert wide.beyond == 0
    assert close.beyond + sum(1 + len(each.others) for each in close.dots) == 3_000
    assert sum(each.count for each in close.dots) < sum(near.values())
    biggest = max(len(each.others) for each in wide.dots[1:])
    assert max(len(each.others) for each in close.dots[1:]) < biggest
    for each in close.dots:
        assert math.dist((each.x, each.y), (500, 500)) <= 500
    assert [ring.km for ring in close.rings] == list(CLOSER_RINGS[zoom])
    assert all(ring.r < 500 for ring in close.rings)


def test_a_leg_that_leaves_a_closer_map_is_drawn_and_one_outside_is_not() -> None:
    legs = [leg("Nanjing", "Lyon"), leg("Boston", "Sydney")]
    drawing = draw(DOTS, legs, zoom=4)
    (only,) = drawing.legs
    assert max(math.dist(point, (500, 500)) for point in sample(only.d)) > 500
    assert len(only.d) < 200


def test_the_ripple_of_the_map_is_wider_near_its_centre() -> None:
    assert ripple_around(NANJING).reach(1000) > 2 * Ripple(0, 0, 500, 500).reach(1000)


def test_a_latest_leg_that_counts_no_passes_yet_is_drawn() -> None:
    (only,) = draw(DOTS, [leg("Nanjing", "Lyon", 0, latest=True)]).legs
    assert (only.count, only.strength, only.latest) == (0, 1, True)
