from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from relay.domain.map_columns import (
    SCALE,
    pack_days,
    pack_legs,
    pack_places,
    write_numbers,
    write_steps,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def read_numbers(text: str) -> list[int]:
    """Read what was written, letter by letter, as the browser does."""
    numbers, value, unit = [], 0, 1
    for letter in text:
        digit = LETTERS.index(letter)
        value += (digit & 31) * unit
        if digit & 32:
            unit *= 32
        else:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value, unit = 0, 1
    return numbers


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_numbers_come_back_as_they_were(numbers: list[int]) -> None:
    assert read_numbers(write_numbers(numbers)) == numbers
    assert list(accumulate(read_numbers(write_steps(numbers)))) == numbers


def test_a_small_number_is_one_letter() -> None:
    assert write_numbers([0, 1, -1, 15, -15]) == "ACDef"
    assert len(write_numbers([16])) == 2


def test_cities_are_told_in_their_order_with_their_countries_in_runs() -> None:
    packed = pack_places(
        [
            (10, "Nanjing", "CN", 32.0617, 118.7778, 7),
            (12, "Suzhou", "CN", 31.3041, 120.5954, 1),
            (30, "Lyon", "FR", 45.7485, 4.8467, 2),
        ]
    )
    assert list(accumulate(read_numbers(packed["ids"]))) == [10, 12, 30]
    lats = [each / SCALE for each in accumulate(read_numbers(packed["lats"]))]
    assert lats == [32.06, 31.3, 45.74]
    assert packed["names"].split("\n") == ["Nanjing", "Suzhou", "Lyon"]
    assert (packed["countries"], read_numbers(packed["runs"])) == (["CN", "FR"], [2, 1])
    assert read_numbers(packed["entries"]) == [7, 1, 2]


def test_legs_are_told_by_the_city_that_they_leave() -> None:
    packed = pack_legs([(2, 0, 5), (0, 2, 1), (0, 1, 4)], 3)
    assert read_numbers(packed["out"]) == [2, 0, 1]
    assert read_numbers(packed["to"]) == [1, 1, 0]
    assert read_numbers(packed["passes"]) == [4, 1, 5]


def test_days_are_told_one_after_the_other() -> None:
    packed = pack_days([(20_001, 1, 0, 2), (20_000, 0, -1, 1), (20_001, 2, -1, 1)])
    assert read_numbers(packed["after"]) == [20_000, 1, 0]
    assert read_numbers(packed["to"]) == [0, 1, 1]
    assert read_numbers(packed["origin"]) == [0, 1, 0]
    assert read_numbers(packed["entries"]) == [1, 2, 1]


def test_nothing_is_packed_as_nothing() -> None:
    assert set(pack_days([]).values()) == {""}
    assert pack_places([])["countries"] == []
