from __future__ import annotations

from random import Random

import pytest

from relay.domain.entry import ParentKnown
from relay.domain.relay_columns import (
    KINDS,
    KNOWN,
    Columns,
    Labels,
    lay_out,
    pack,
    unpack,
)
from relay.domain.relay_figures import measure
from relay.domain.relay_forest import NOWHERE, ROOT, Entries, grow_forest

POINTS = [(32.06, 118.78), (48.85, 2.35), (1.29, 103.85)]


def grow(
    parents: list[int | None],
    *,
    hidden: set[int] = frozenset(),  # type: ignore[assignment]
    cities: list[int] | None = None,
) -> Columns:
    """Return the columns of entries 0, 1, 2…, sent in one after the other."""
    many = len(parents)
    entries = Entries(
        ids=list(range(many)),
        parents=parents,
        times=[1_000_000 * at for at in range(many)],
        cities=cities or [0] * many,
        public=[at not in hidden for at in range(many)],
        points=POINTS,
    )
    figures = measure(grow_forest(entries), now=10**12)
    labels = Labels(
        nos=[0 if at in hidden else 100 + at for at in range(many)],
        kinds=bytes(at % 4 for at in range(many)),
        known=bytes([KNOWN.index(ParentKnown.DECLARED)]) * many,
        city_ids=[1, 2, 3],
        city_countries=["CN", "FR", "SG"],
    )
    return lay_out(figures, labels)


def random_parents(dice: Random, many: int) -> list[int | None]:
    return [
        dice.randrange(at) if at and dice.random() < 0.8 else None for at in range(many)
    ]


def test_all_that_came_of_an_entry_follows_it() -> None:
    columns = grow([None, 0, 0, 1, None, 4, 2])

    assert list(columns.nos) == [100, 101, 103, 102, 106, 104, 105]
    assert list(columns.sizes) == [5, 2, 1, 2, 1, 2, 1]
    assert list(columns.parents) == [ROOT, 0, 1, 0, 3, ROOT, 5]
    assert list(columns.nos[columns.branch(1)]) == [101, 103]
    assert columns.children(0) == [1, 3]
    assert columns.roots() == [0, 5]
    assert columns.chain(4) == [0, 3, 4]


@pytest.mark.parametrize("seed", range(40))
def test_each_branch_is_what_a_walk_down_finds(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a test's forest
    parents = random_parents(dice, dice.randrange(1, 60))
    columns = grow(parents)
    below: dict[int, set[int]] = {at: {at} for at in range(len(parents))}
    for at in range(len(parents) - 1, -1, -1):
        above = parents[at]
        if above is not None:
            below[above] |= below[at]

    for at in range(len(parents)):
        place = columns.find(100 + at)
        assert place is not None
        found = {no - 100 for no in columns.nos[columns.branch(place)]}
        assert found == below[at]
        above = parents[at]
        parent = columns.parents[place]
        assert (None if parent == ROOT else columns.nos[parent] - 100) == above
        assert columns.depths[place] == len(columns.chain(place)) - 1


def test_hidden_entries_are_not_there_and_leave_their_count() -> None:
    columns = grow([None, 0, 1, 2], hidden={1, 2})

    assert list(columns.nos) == [100, 103]
    assert list(columns.parents) == [ROOT, 0]
    assert columns.via_hidden == {1: 2}
    assert columns.find(101) is None


def test_a_root_has_no_way_of_knowing_its_parent() -> None:
    columns = grow([None, 0])

    assert [KNOWN[each] for each in columns.known] == ["none", "declared"]
    assert [KINDS[each] for each in columns.kinds] == ["individual", "institution"]


def test_the_way_from_the_first_hand_is_in_kilometres() -> None:
    columns = grow([None, 0, 1], cities=[0, 1, NOWHERE])

    assert columns.km[0] == 0
    assert columns.km[1] == pytest.approx(9038.8, abs=0.1)
    assert columns.km[2] == columns.km[1]
    assert list(columns.cities) == [0, 1, NOWHERE]


@pytest.mark.parametrize("many", [0, 1, 500])
def test_what_is_packed_comes_back_the_same(many: int) -> None:
    parents = random_parents(Random(7), many)  # noqa: S311 - a test's forest
    hidden = set(range(3, many, 50))
    columns = grow(parents, hidden=hidden, cities=[at % 3 for at in range(many)])

    assert unpack(pack(columns)) == columns
