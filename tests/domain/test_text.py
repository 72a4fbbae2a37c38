"""Cleaning, cutting and folding strangers' words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.text import clean_lines, clean_text, fold, is_visible, shorten


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


@pytest.mark.parametrize("between", ["", "\u200d", "\u1160", "\ufe0f"])
def test_marks_do_not_pile_up_over_the_lines_around_them(between: str) -> None:
    pile = "z" + f"{between}\u0351" * 99 + "x\u0351"
    for clean in (clean_text, clean_lines):
        cleaned = clean(pile)
        assert (cleaned[0], cleaned[-2:]) == ("z", "x\u0351")
        assert 3 <= cleaned.count("\u0351") <= 5


@pytest.mark.parametrize(
    "words",
    [
        "\u05e9\u05c1\u05bc\u05b8\u0591\u05dc\u05d5\u05b9\u05dd",
        "ที่นี่ น้ำ ปู่",
        "क्षत्रियाँ ज्ञानं र्‍य",
        "བསྒྲུབས་ཧཱུྃ",
        "လျှော့ ရွှေ့ ကြွ",
        "Việt Nam ngữ",
        "اللّٰهُمَّ",
        "ស្ត្រី ខ្ញុំ",
        "\u2764\ufe0f\u200d\U0001f525 1\ufe0f\u20e3",
    ],
)
def test_every_mark_that_a_script_needs_stays(words: str) -> None:
    assert clean_text(words) == unicodedata.normalize("NFC", words)
    assert clean_text(unicodedata.normalize("NFD", words)) == clean_text(words)


def test_characters_that_turn_text_or_hide_in_it_are_taken_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(each)) for each in "ignore me")
    assert clean_text(f"A\u061cB{hidden}") == "AB"
    assert clean_lines(f"A\u061c\nB{hidden}\U000e007f") == "A\nB"
    wales = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
    assert clean_text(f"Cymru {wales}") == f"Cymru {wales}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \u3000\n",
        "\u200d",
        "\u3164\uffa0",
        "\u115f\u1160",
        "\u2800",
        "\ufe0f",
        "\ue000",
    ],
)
def test_what_is_drawn_as_nothing_is_not_visible(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "\u3164a",
        "砖",
        "!",
        "❤\ufe0f",
        "👩\u200d👩\u200d👧",
        "🇺🇳",
        "\U0001fa77",
        "ᄀ",
    ],
)
def test_letters_signs_and_emoji_are_visible(text: str) -> None:
    assert is_visible(text)


def test_folding_forgets_case_and_accents_but_no_letters() -> None:
    assert fold("São  PAULO") == "sao paulo"
    assert fold("南京") == "南京"
    assert fold("Ёлка") == fold("елка")
