from __future__ import annotations

import pytest

from relay.domain.differences import WORDS_MAX, mark_differences


def marked(one: str, other: str) -> tuple[list[str], list[str]]:
    pieces = mark_differences(one, other)
    assert "".join(each.text for each in pieces[0]) == one
    assert "".join(each.text for each in pieces[1]) == other
    left, right = ([each.text for each in side if each.is_own] for side in pieces)
    return left, right


@pytest.mark.parametrize(
    ("one", "other", "left", "right"),
    [
        ("Paper boats", "Paper boats", [], []),
        ("Paper boats", "paper, boats!", [], []),
        ("Paper boats", "Paper kites", ["boats"], ["kites"]),
        ("纸船过河", "纸船过江", ["河"], ["江"]),
        ("Boats", "", ["Boats"], []),
        ("", "", [], []),
        ("סירות נייר", "סירות עץ", ["נייר"], ["עץ"]),
    ],
)
def test_only_words_that_the_other_lacks_are_marked(
    one: str, other: str, left: list[str], right: list[str]
) -> None:
    assert marked(one, other) == (left, right)


def test_neighbours_are_one_piece() -> None:
    assert marked("one two three four", "one four")[0] == ["two three "]


def test_what_comes_after_the_limit_is_kept() -> None:
    words = " ".join(f"word{at}" for at in range(WORDS_MAX + 50))
    assert marked(words, "word0")[1] == []
