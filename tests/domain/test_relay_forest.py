from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.errors import Conflict
from relay.domain.relay_forest import ROOT, Fault, Forest, grow_forest
from tests.growing import Record, entries_of, random_records


def grow(*records: Record) -> Forest:
    return grow_forest(entries_of(records))


def edges(forest: Forest) -> dict[int | str, int | str]:
    """Return whose parent is who, by their ids; a root has none."""
    return {
        child: forest.ids[parent]
        for child, parent in zip(forest.ids, forest.parents, strict=True)
        if parent != ROOT
    }


def test_hidden_entries_are_contracted_and_the_edge_says_past_how_many() -> None:
    forest = grow(
        Record(1, None, 0),
        Record(2, 1, 1, public=False),
        Record(3, 2, 2, public=False),
        Record(4, 3, 3),
        Record(5, 2, 4),
        Record(6, 4, 5),
    )
    assert edges(forest) == {4: 1, 5: 1, 6: 4}
    assert {forest.ids[at]: k for at, k in forest.via_hidden.items()} == {4: 2, 5: 1}
    assert not forest.dropped


def test_a_child_of_hidden_entries_alone_is_a_root_without_a_fault() -> None:
    forest = grow(Record(1, None, 0, public=False), Record(2, 1, 1))
    assert (edges(forest), forest.via_hidden, forest.dropped) == ({}, {}, [])


def test_a_parent_that_is_approved_after_its_child_falls_into_place() -> None:
    waiting = [Record(1, None, 0), Record(2, 1, 1, public=False), Record(3, 2, 2)]
    approved = [*waiting[:1], Record(2, 1, 1), waiting[2]]
    assert edges(grow(*waiting)) == {3: 1}
    assert edges(grow(*approved)) == {2: 1, 3: 2}


@pytest.mark.parametrize(
    ("parent", "at", "fault"),
    [(9, 3, Fault.UNKNOWN), (3, 3, Fault.NOT_LATER), (2, 1, Fault.NOT_LATER)],
)
def test_an_edge_that_breaks_the_rules_is_dropped_and_named(
    parent: int, at: float, fault: Fault
) -> None:
    forest = grow(Record(1, None, 0), Record(2, 1, 1), Record(3, parent, at))
    assert edges(forest) == {2: 1}
    assert [(each.child, each.parent, each.fault) for each in forest.dropped] == [
        (3, parent, fault)
    ]


def test_of_a_circle_only_the_edge_against_time_is_dropped() -> None:
    forest = grow(Record(1, 3, 0), Record(2, 1, 1), Record(3, 2, 2))
    assert edges(forest) == {2: 1, 3: 2}
    assert [each.child for each in forest.dropped] == [1]


def test_a_circle_of_hidden_entries_ends_and_makes_roots() -> None:
    hidden = [Record(at, at % 3, at, public=False) for at in (1, 2)]
    circle = [*hidden, Record(0, 1, 0, public=False)]
    forest = grow(*circle, Record(4, 2, 4), Record(5, 1, 5), Record(6, 4, 6))
    assert edges(forest) == {6: 4}
    assert {each.fault for each in forest.dropped} == {Fault.CYCLE}
    assert len(forest.dropped) == 2


def test_only_the_times_of_published_entries_count() -> None:
    late = Record(2, 1, 9, public=False)
    assert edges(grow(Record(1, None, 0), late, Record(3, 2, 1))) == {3: 1}


@pytest.mark.parametrize("spread", [1, 1_000], ids=["close together", "far apart"])
@given(seed=st.integers(0, 100_000))
def test_packed_entries_make_the_same_forest(spread: int, seed: int) -> None:
    listed = entries_of(random_records(seed))
    numbers: list[int] = [int(each) + 1 for each in listed.ids]
    parents = [0 if each is None else int(each) + 1 for each in listed.parents]
    packed = replace(
        listed,
        ids=array("q", [spread * each for each in numbers]),
        parents=array("q", [spread * each for each in parents]),
        times=array("q", listed.times),
        public=bytes(listed.public),
    )
    one, other = grow_forest(listed), grow_forest(packed)
    assert (list(one.rows), list(one.parents)) == (
        list(other.rows),
        list(other.parents),
    )
    assert one.via_hidden == other.via_hidden
    assert [each.fault for each in one.dropped] == [
        each.fault for each in other.dropped
    ]


def test_two_packed_entries_with_one_id_are_refused() -> None:
    twice = entries_of([Record(7, None, 0), Record(8, None, 1)])
    packed = replace(twice, ids=array("q", [7, 7]), parents=array("q", [0, 0]))
    with pytest.raises(Conflict, match="7"):
        grow_forest(packed)


def test_two_entries_with_one_id_are_refused() -> None:
    with pytest.raises(Conflict, match="7"):
        grow(Record(7, None, 0), Record(7, None, 1))


def test_ids_may_be_texts() -> None:
    assert edges(grow(Record("a", None, 0), Record("b", "a", 1))) == {"b": "a"}


def test_a_hidden_chain_of_100_000_is_walked_once_for_all_its_children() -> None:
    long = 100_000
    hidden = [Record(at, at - 1, at, public=False) for at in range(1, long)]
    below = [Record(long + at, long - 1 - at, long + at) for at in range(3)]
    forest = grow(Record(0, None, 0), *hidden, *below)
    assert edges(forest) == dict.fromkeys(range(long, long + 3), 0)
    assert list(forest.via_hidden.values()) == [long - 1, long - 2, long - 3]


@given(st.integers(0, 100_000))
def test_parents_stand_before_their_children_in_time_and_place(seed: int) -> None:
    forest = grow(*random_records(seed))
    for place, parent in enumerate(forest.parents):
        assert parent < place
        assert parent == ROOT or forest.times[parent] < forest.times[place]
