from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from relay.domain.tree_drawing import (
    EDGE,
    FORKS,
    HEIGHT,
    ROW,
    ROWS,
    SPACING,
    WIDTH,
    Node,
    TreeDrawing,
    draw_tree,
)
from tests.growing import Record, columns_of, random_records

if TYPE_CHECKING:
    from relay.domain.relay_columns import Columns


def rows_of(drawing: TreeDrawing) -> list[list[Node]]:
    rows: dict[float, list[Node]] = {}
    for each in drawing.nodes:
        rows.setdefault(each.y, []).append(each)
    return [rows[y] for y in sorted(rows)]


def star(width: int) -> Columns:
    return columns_of(
        [Record(0, None, 0)] + [Record(at, 0, at) for at in range(1, width + 1)]
    )


@pytest.mark.parametrize("seed", range(80))
def test_every_entry_has_a_dot_or_is_counted_in_a_bundle(seed: int) -> None:
    columns = columns_of(random_records(seed))
    for top in columns.roots():
        drawing = draw_tree(columns, top)
        bundled = sum(each.many for each in drawing.nodes)
        assert drawing.dots + bundled == columns.sizes[top]
        dots = [each.place for each in drawing.nodes if not each.many]
        assert len(set(dots)) == len(dots)
        assert len(drawing.edges) == len(drawing.nodes) - 1


@pytest.mark.parametrize("seed", range(80))
def test_rows_are_in_order_apart_and_inside(seed: int) -> None:
    columns = columns_of(random_records(seed))
    for top in columns.roots():
        rows = rows_of(draw_tree(columns, top))
        assert len(rows) <= ROWS + 1
        for row in rows:
            assert len(row) <= ROW
            xs = [each.x for each in row]
            assert all(b - a >= SPACING - 1e-6 for a, b in pairwise(xs))
            assert xs[0] >= EDGE - 1e-6
            assert xs[-1] <= WIDTH - EDGE + 1e-6
            # In the order of the branch, so that no two lines cross.
            places = [each.place for each in row if not each.many]
            assert places == sorted(places)


def test_a_row_that_is_full_shows_those_from_whom_most_came() -> None:
    records = [Record(0, None, 0)]
    records += [Record(at, 0, at) for at in range(1, 41)]
    records += [Record(100 + at, 40, 100 + at) for at in range(3)]
    columns = columns_of(records)
    row = rows_of(draw_tree(columns, 0))[1]
    assert len(row) == FORKS + 1
    assert (row[-1].many, row[-1].place) == (40 - FORKS, 0)
    assert columns.find(140) in [each.place for each in row]


def test_a_bundle_of_one_is_that_one() -> None:
    assert not any(each.many for each in draw_tree(star(ROW), 0).nodes)
    more = draw_tree(star(ROW + 1), 0)
    assert [each.many for each in more.nodes if each.many] == [ROW + 1 - FORKS]


def test_very_many_children_are_one_bundle_beside_a_few_dots() -> None:
    drawing = draw_tree(star(5_000), 0)
    assert drawing.dots == 1 + FORKS
    assert drawing.nodes[-1].many == 5_000 - FORKS


def test_a_row_leaves_room_for_those_who_follow() -> None:
    # Ten took the baton, and from each of them ten.
    records = [Record(0, None, 0)]
    records += [Record(at, 0, at) for at in range(1, 11)]
    records += [Record(at, 1 + at % 10, at) for at in range(11, 111)]
    rows = rows_of(draw_tree(columns_of(records), 0))
    assert [sum(not each.many for each in row) for row in rows] == [
        1,
        FORKS,
        ROW - FORKS,
    ]
    # Where all find room below, all of them are shown.
    few = rows_of(draw_tree(columns_of(records[:21]), 0))
    assert [len(row) for row in few] == [1, 10, 10]


def test_a_chain_ends_in_a_bundle() -> None:
    columns = columns_of([Record(at, at - 1 if at else None, at) for at in range(100)])
    drawing = draw_tree(columns, 0)
    assert drawing.nodes[-1].many == 100 - ROWS
    assert {each.x for each in drawing.nodes} == {WIDTH / 2}
    assert drawing.height == pytest.approx(drawing.nodes[-1].y + HEIGHT / 2)


def test_passes_past_hidden_entries_are_dashed() -> None:
    columns = columns_of(
        [
            Record(0, None, 0),
            Record(1, 0, 1, public=False),
            Record(2, 1, 2),
            Record(3, 0, 3),
        ]
    )
    drawing = draw_tree(columns, 0)
    assert [each.dashed for each in drawing.edges] == [True, False]
    # What is hidden between the top and its own parent is not part of the picture.
    assert not draw_tree(columns, 1).nodes[0].via_hidden


def test_one_who_was_taken_up_is_told_from_one_who_was_not() -> None:
    nodes = draw_tree(star(2), 0).nodes
    assert [each.ended for each in nodes] == [False, True, True]
    assert nodes[0].r > nodes[1].r


def test_a_mirrored_picture_is_the_same_the_other_way_round() -> None:
    columns = columns_of(random_records(7))
    plain, mirrored = (draw_tree(columns, 0, mirrored=each) for each in (False, True))
    assert [WIDTH - each.x for each in plain.nodes] == pytest.approx(
        [each.x for each in mirrored.nodes]
    )
    assert [each.place for each in plain.nodes] == [
        each.place for each in mirrored.nodes
    ]


def test_words_under_two_neighbours_do_not_meet() -> None:
    for seed in range(20):
        columns = columns_of(random_records(seed))
        for top in columns.roots():
            for row in rows_of(draw_tree(columns, top)):
                for a, b in pairwise(row):
                    assert (a.room + b.room) / 2 <= b.x - a.x + 1e-6
