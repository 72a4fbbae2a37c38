from __future__ import annotations

import random
from array import array
from collections import Counter
from itertools import pairwise

import pytest

from relay.domain.entry import Kind
from relay.domain.map_choice import (
    Choice,
    count_cities,
    count_group_passes,
    mark,
    rank_passes,
)
from relay.domain.relay_columns import KINDS, Columns
from relay.domain.relay_forest import NOWHERE, ROOT

NANJING, LYON, HAIFA = 1799962, 2996944, 294801
CITIES = [NANJING, LYON, HAIFA]
# Two trees: 0 with 1, 2 and 3 below 2; and 4 with 5 below. Entry 2 has no city.
PARENTS = [ROOT, 0, 0, 2, ROOT, 4]
SIZES = [4, 1, 2, 1, 2, 1]
HELD = [0, 1, NOWHERE, 2, 1, 1]
TIMES = [10, 20, 30, 40, 15, 50]


def columns_of(
    parents: list[int], sizes: list[int], cities: list[int], times: list[int]
) -> Columns:
    many = len(parents)
    kinds = bytes(
        KINDS.index(Kind.INSTITUTION if at % 2 else Kind.INDIVIDUAL)
        for at in range(many)
    )
    return Columns(
        nos=array("i", range(101, 101 + many)),
        parents=array("i", parents),
        sizes=array("i", sizes),
        depths=array("i", [0] * many),
        cities=array("i", cities),
        km=array("f", [0.0] * many),
        times=array("q", times),
        kinds=kinds,
        known=bytes(many),
        city_ids=CITIES,
        city_countries=["CN", "FR", "IL"],
        via_hidden={},
    )


COLUMNS = columns_of(PARENTS, SIZES, HELD, TIMES)


def passes_of(columns: Columns, marks: bytes) -> dict[tuple[int, int], int]:
    """Return all passes between two cities."""
    found = rank_passes(columns, marks, most=len(columns))
    return {(start, end): many for start, end, many in found}


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(), [0, 1, 2, 3, 4, 5]),
        (Choice(kind=Kind.INSTITUTION), [1, 3, 5]),
        (Choice(kind=Kind.CITY), []),
        (Choice(since=20), [1, 2, 3, 5]),
        (Choice(until=20), [0, 4]),
        (Choice(since=15, until=30), [1, 4]),
        (Choice(relay=104), [0, 1, 2, 3]),
        (Choice(relay=105), [4, 5]),
        (Choice(relay=999), []),
        (Choice(relay=106, kind=Kind.INDIVIDUAL), [4]),
    ],
)
def test_what_is_chosen_is_marked(choice: Choice, chosen: list[int]) -> None:
    marks = mark(COLUMNS, choice)
    assert [at for at, each in enumerate(marks) if each] == chosen
    assert len(marks) == len(COLUMNS)


def test_a_choice_of_nothing_is_no_choice() -> None:
    assert not Choice()
    assert Choice(relay=1)
    assert Choice(since=0)


def test_cities_are_counted_with_their_country_and_those_without_are_left_out() -> None:
    assert count_cities(COLUMNS, mark(COLUMNS, Choice())) == {
        NANJING: ("CN", 1),
        LYON: ("FR", 3),
        HAIFA: ("IL", 1),
    }


def test_a_pass_begins_at_the_nearest_city_and_never_ends_where_it_began() -> None:
    assert passes_of(COLUMNS, mark(COLUMNS, Choice())) == {
        (NANJING, LYON): 1,
        (NANJING, HAIFA): 1,
    }


def test_a_pass_counts_where_the_entry_that_took_the_baton_is_chosen() -> None:
    marks = mark(COLUMNS, Choice(since=40))
    assert passes_of(COLUMNS, marks) == {(NANJING, HAIFA): 1}


def test_the_strongest_passes_come_first_and_of_as_many_those_of_lower_ids() -> None:
    parents = [ROOT, 0, 0, 0, 0]
    columns = columns_of(parents, [5, 1, 1, 1, 1], [0, 2, 1, 2, 1], [0] * 5)
    marks = mark(columns, Choice())
    ranked = [(NANJING, HAIFA, 2), (NANJING, LYON, 2)]
    assert rank_passes(columns, marks, most=9) == ranked
    assert rank_passes(columns, marks, most=1) == ranked[:1]
    fewer = b"\1\1\1\0\1"
    assert rank_passes(columns, fewer, most=9)[0] == (NANJING, LYON, 2)


def random_columns(seed: int) -> Columns:
    """Return a forest at random, in preorder."""
    dice = random.Random(seed)  # noqa: S311 - an invented relay, no secret
    parents: list[int] = []
    open_below: list[int] = []
    for at in range(dice.choice([0, 1, 5, 60])):
        del open_below[dice.randrange(len(open_below) + 1) :]
        parents.append(open_below[-1] if open_below else ROOT)
        open_below.append(at)
    sizes = [1] * len(parents)
    for at in range(len(parents) - 1, -1, -1):
        if parents[at] != ROOT:
            sizes[parents[at]] += sizes[at]
    places = [NOWHERE, 0, 1, 2]
    cities = [dice.choice(places) for _ in parents]
    return columns_of(parents, sizes, cities, [dice.randrange(50) for _ in parents])


def brute_passes(columns: Columns, marks: bytes) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for at in range(len(columns)):
        if not marks[at]:
            continue
        way = [p for p in columns.chain(at) if columns.cities[p] != NOWHERE]
        for start, end in list(pairwise(way))[-1:]:
            one, other = columns.cities[start], columns.cities[end]
            if end == at and one != other:
                found[CITIES[one], CITIES[other]] += 1
    return found


@pytest.mark.parametrize("seed", range(60))
def test_passes_are_those_that_a_walk_along_every_chain_finds(seed: int) -> None:
    columns = random_columns(seed)
    for choice in (Choice(), Choice(since=10, until=40), Choice(kind=Kind.INDIVIDUAL)):
        marks = mark(columns, choice)
        passes = passes_of(columns, marks)
        assert passes == brute_passes(columns, marks)
        each_alone = {NANJING: 0, LYON: 1, HAIFA: 2}
        groups = count_group_passes(columns, marks, each_alone)
        assert groups == {
            (each_alone[one], each_alone[other]): many
            for (one, other), many in passes.items()
        }
        joined = count_group_passes(columns, marks, {NANJING: 0, LYON: 0, HAIFA: 7})
        assert sum(joined.values()) == sum(
            many for ends, many in passes.items() if HAIFA in ends
        )


def test_groups_leave_out_cities_that_the_map_does_not_show() -> None:
    marks = mark(COLUMNS, Choice())
    assert count_group_passes(COLUMNS, marks, {NANJING: 3, HAIFA: 4}) == {(3, 4): 1}
