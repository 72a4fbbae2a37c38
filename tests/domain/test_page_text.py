"""Strangers' words, cleaned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.page_text import letters, plain, shorten


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a\n\tb\xa0c ", "a b c"),
        ("Tom &amp;amp;amp; Aki", "Tom & Aki"),
        ("<b>bold</b> &lt;i&gt;move&lt;/i&gt;", "bold move"),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("\u202eexe.gpj\u202c", "exe.gpj"),
        ("\u2066a\u2069\u200f\ufeff", "a"),
        ("so\u00adft", "soft"),
        ("می\u200cخواهم 👩\u200d🎨", "می\u200cخواهم 👩\u200d🎨"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("e\u0301", "é"),
        ("\u200b \n", None),
        (None, None),
    ],
)
def test_words_become_one_harmless_line(raw: str | None, clean: str | None) -> None:
    assert plain(raw, limit=50) == clean


@given(st.text(max_size=300))
def test_any_text_ends_within_its_limit(text: str) -> None:
    found = plain(text, limit=40)
    assert found is None or (0 < len(found) <= 40 and found == found.strip())


def test_a_cut_falls_between_words_where_one_is_near() -> None:
    assert shorten("one two three four", limit=16) == "one two three…"
    assert shorten("x" * 20, limit=10) == "x" * 9 + "…"
    assert shorten("just fits", limit=9) == "just fits"


def test_letters_are_what_two_spellings_share() -> None:
    assert letters("Harbour–News (№１)!") == letters("harbour news no1")
