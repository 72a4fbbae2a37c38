from __future__ import annotations

import json
from array import array
from datetime import UTC, datetime
from typing import Any

import pytest

from relay.cli.stats_file import AT_ONCE, WrongFileError, read_entries
from relay.domain.relay_forest import NOWHERE, Fault, grow_forest
from tests.growing import microseconds

TIME = "2026-09-01T12:00:00Z"


def entry(number: int, submitted: str = TIME, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any of an entry's fields
    return {
        "id": number,
        "parent": None,
        "submitted": submitted,
        "lat": 1.5,
        "lon": number % 7,
        "published": submitted,
    } | changed


def many(*last: dict[str, Any]) -> str:
    """Return a file of more entries than are sorted at once, with some at its end."""
    return json.dumps([*(entry(at) for at in range(1, 2 * AT_ONCE)), *last])


@pytest.mark.parametrize(
    "times",
    [
        ["2026-09-01T12:00:01Z", "1969-12-31T23:59:59Z"],
        ["2026-09-01T12:00:01+00:00", "9999-12-31T23:59:59+00:00"],
        ["2026-09-01T12:00:01", "0001-01-01T00:00:00"],
        ["2026-09-01T12:00:01.250Z", "2024-02-29T00:00:00.001Z"],
        ["2026-09-01T12:00:01.000001", "2026-09-01T12:00:01.999999"],
        ["2026-09-01T12:00:01+02:00", "2026-09-01T12:00:01-11:30"],
        ["2026-09-01", "20260902"],
        ["2026-09-01T12:00", "2026-09-01 12:00:00.5"[:19]],
        ["2026-09-01T12:00:01Z", "2026-09-01T12:00:01"],
    ],
)
def test_times_are_read_as_python_reads_them(times: list[str]) -> None:
    found = read_entries(
        json.dumps([entry(at, each) for at, each in enumerate(times, 1)])
    )
    expected = [datetime.fromisoformat(each) for each in times]
    assert list(found.times) == [
        microseconds(each if each.tzinfo else each.replace(tzinfo=UTC))
        for each in expected
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "0000-01-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-09-01T24:00:00Z",
        "2026-09-01T12:00:60Z",
        "2026-09-01T12:00: 0Z",
        "2026-09-01T12:0a:00Z",
        "2026/09/01T12:00:00Z",
        "+026-09-01T12:00:00Z",
        "2026-09-01T12:00:0²Z",
        "",
    ],
)
def test_a_wrong_time_is_refused_among_very_many_right_ones(wrong: str) -> None:
    for name in ("submitted", "published"):
        with pytest.raises(WrongFileError, match=f'entry 123456: "{name}" is '):
            read_entries(many(entry(123456) | {name: wrong}))


def test_two_times_that_are_right_only_when_joined_are_refused() -> None:
    halves = [
        entry(1, TIME[:-1], published=None),
        entry(2, f"Z{TIME}", published=None),
    ]
    with pytest.raises(WrongFileError, match='entry 2: "submitted"'):
        read_entries(json.dumps(halves))


def test_entries_that_do_not_look_alike_are_read_as_well() -> None:
    lean = {"id": "last", "submitted": "2026-09-02", "published": None, "parent": 5}
    found = read_entries(many(lean))
    assert (found.ids[-1], found.parents[-1], found.public[-1]) == ("last", 5, 0)
    assert (found.cities[-1], len(found.points)) == (NOWHERE, 7)
    assert list(found.cities[:9]) == [0, 1, 2, 3, 4, 5, 6, 0, 1]
    assert len(found.ids) == 2 * AT_ONCE


def test_a_place_is_refused_among_very_many_right_ones() -> None:
    with pytest.raises(WrongFileError, match='entry 123456: "lat" is 91'):
        read_entries(many(entry(123456, lat=91)))


@pytest.mark.parametrize(
    ("ids", "parents", "is_packed"),
    [
        ([1, 2, 3], [None, 1, -7], True),
        ([1, 2, 3], [None, 1, 0], False),
        ([0, 2, 3], [None, 0, 9], False),
        ([-1, 2, 3], [None, -1, 9], False),
        ([1, 2, 10**30], [None, 1, 9], False),
        ([1, 2, 3], [None, 1, 10**30], False),
        ([1, 2, 3], [None, 1, "3"], False),
        (["1", 2, 3], [None, "1", 1], False),
    ],
)
def test_ids_of_every_kind_lead_to_their_parents(
    ids: list[Any], parents: list[Any], *, is_packed: bool
) -> None:
    rows = [
        entry(0, f"2026-09-0{at}T00:00:00Z", id=each, parent=parent)
        for at, (each, parent) in enumerate(zip(ids, parents, strict=True), 1)
    ]
    found = read_entries(json.dumps(rows))
    assert isinstance(found.ids, array) == is_packed
    forest = grow_forest(found)
    assert forest.ids == ids
    assert forest.parents.tolist() == [-1, 0, -1]
    (dropped,) = forest.dropped
    assert (dropped.child, dropped.parent) == (ids[2], parents[2])
    assert dropped.fault is Fault.UNKNOWN
