"""Cleaning, cutting and folding strangers' words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relay.domain.text import clean_lines, clean_text, fold, shorten


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_shortened_text_keeps_within_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= max(limit, 0)


def test_text_is_cut_at_a_word_and_says_so() -> None:
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("南京城墙上的铭文砖", 5) == "南京城墙…"


def test_joiners_that_scripts_need_stay() -> None:
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"


def test_folding_forgets_case_and_accents_but_no_letters() -> None:
    assert fold("São  PAULO") == "sao paulo"
    assert fold("南京") == "南京"
    assert fold("Ёлка") == fold("елка")
