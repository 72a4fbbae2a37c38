from __future__ import annotations

import pytest

from relay.domain.moderation import Choice, Moderation
from relay.domain.undoing import (
    Line,
    find_live,
    list_in_the_way,
    list_undoable,
    parts_touched,
)

STATE = frozenset({"moderation"})
TITLE = frozenset({"title"})


def line(
    at: int, *, touches: frozenset[str] = STATE, undoes: int | None = None
) -> Line:
    choice = Choice.UNDO if undoes else Choice.APPROVE
    return Line(at, choice, touches, undoes)


def test_a_decision_touches_what_it_changed() -> None:
    pending, approved = Moderation.PENDING, Moderation.APPROVED
    assert parts_touched(pending, approved, None) == STATE
    assert parts_touched(approved, approved, {"title": {}}) == TITLE
    assert parts_touched(pending, approved, {"stash": {}}) == STATE | {"stash"}


def test_what_was_taken_back_is_not_in_force_and_comes_back_with_the_undo_undone() -> (
    None
):
    assert find_live([line(1), line(2, undoes=1)]) == {2}
    assert find_live([line(1), line(2, undoes=1), line(3, undoes=2)]) == {1, 3}


def test_a_later_decision_on_the_same_part_stands_in_the_way() -> None:
    log = [line(1), line(2), line(3, touches=TITLE)]
    assert list_in_the_way(log, 1) == (2,)
    assert list_in_the_way(log, 2) == ()
    assert list_undoable(log) == {2, 3}


def test_what_was_taken_back_itself_stands_in_nobodys_way() -> None:
    log = [line(1), line(2), line(3, undoes=2)]
    assert list_in_the_way(log, 1) == ()
    assert list_undoable(log) == {1, 3}


def test_nothing_is_taken_back_twice() -> None:
    log = [line(1), line(2, undoes=1)]
    assert list_in_the_way(log, 1) == (2,)
    again = [*log, line(3, undoes=2)]
    assert list_in_the_way(again, 1) == ()
    assert list_in_the_way(again, 2) == (3,)
    assert list_undoable(again) == {1, 3}


@pytest.mark.parametrize("choice", [Choice.APPEAL])
def test_a_makers_appeal_stays(choice: Choice) -> None:
    assert list_undoable([Line(1, choice, STATE)]) == frozenset()


def test_what_changed_nothing_cannot_be_taken_back() -> None:
    assert list_undoable([line(1, touches=frozenset())]) == frozenset()
