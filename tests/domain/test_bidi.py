"""The order of letters on lines that hold both directions of writing."""

from __future__ import annotations

import pytest
from bidi import get_display  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from relay.domain.bidi import is_rtl, mirror, order_lines

# Of every kind that people type: letters, numbers and signs of both directions.
LETTERS = "abéЖ中「」שלםاب٣12 .,%()[]-+/$:;\"'–«»"


def seen(line: str, *, rtl: bool) -> str:
    """Return a line as its letters are seen from left to right, nothing mirrored."""
    (runs,) = order_lines([line], rtl=rtl)
    return "".join(each.text[::-1] if each.rtl else each.text for each in runs)


@given(line=st.text(LETTERS, max_size=24), rtl=st.booleans())
@example(line="ש ל[ב)[$%٣2ל[", rtl=True)
@example(line="a (ש) b [1] ל", rtl=False)
def test_the_order_is_that_of_the_standard(line: str, *, rtl: bool) -> None:
    assert seen(line, rtl=rtl) == get_display(line, base_dir="R" if rtl else "L")


def test_brackets_that_open_on_one_line_and_close_on_the_next_stay_a_pair() -> None:
    first, second = order_lines(["יד (Five ", "Hands) – 2026"], rtl=True)
    assert [each.text for each in first] == [" ", "Five", "יד ("]
    assert [each.text for each in second] == ["2026", ") – ", "Hands"]
    assert [each.rtl for each in second] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "expected"), [("שלום", True), ("(שלום) a", True), ("1 a ש", False)]
)
def test_the_first_letter_says_how_a_text_is_read(text: str, *, expected: bool) -> None:
    assert is_rtl(text, otherwise=not expected) is expected


def test_without_a_letter_the_page_says_how_a_text_is_read() -> None:
    assert is_rtl("2026!", otherwise=True)
    assert not is_rtl("2026!", otherwise=False)


def test_marks_stay_behind_their_letters_and_brackets_turn_round() -> None:
    assert mirror("(שָׁל)") == "(לשָׁ)"
