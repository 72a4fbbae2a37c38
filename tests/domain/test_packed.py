from __future__ import annotations

from array import array

from relay.domain.packed import gather, scatter


def test_a_column_is_gathered_from_places_in_any_order() -> None:
    column = array("q", [10, 11, 12, 13])
    gathered = gather(column, [3, 0, 0, -1])
    assert gathered == array("q", [13, 10, 10, 13])
    assert gathered.typecode == "q"


def test_scattered_places_know_how_many_came_before_them() -> None:
    column = array("i", [-1] * 4)
    scatter(column, [2, 0, 3])
    assert list(column) == [1, -1, 0, 2]
