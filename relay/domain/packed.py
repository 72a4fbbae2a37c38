"""Packed columns: numbers that lie close together, and are found by their places.

In a list each number lies somewhere else in memory: to find a million of them in any
order takes twice as long there.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def gather(column: array[Any], places: Iterable[int]) -> array[Any]:
    """Return what a column holds at these places, packed as the column is."""
    return array(column.typecode, [column[place] for place in places])


def scatter(column: array[int], places: Iterable[int]) -> None:
    """Note at each of these places how many of them came before it."""
    for at, place in enumerate(places):
        column[place] = at
