from __future__ import annotations

import random

import pytest

from relay.domain.word_finder import WordFinder, fold_word


def written(words: list[str], text: str) -> list[str]:
    return [found.written for found in WordFinder(words).find(text)]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "a classic glass, passed on with assurance"),
        ("кот", "который час, скоты"),
        ("רע", "רעיון ישראלי, ערב"),
        ("사기", "흑사기"),
        ("art", "Kunstart artig"),
        ("12", "1234 and 012"),
    ],
)
def test_a_part_of_another_word_is_no_find(word: str, text: str) -> None:
    assert written([word], text) == []


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("idiot", "You IDIOT!", "IDIOT"),
        ("idiot", "(idiot)", "idiot"),
        ("idiot", "ídíőt", "ídíőt"),
        ("idiot", "ｉｄｉｏｔ", "ｉｄｉｏｔ"),
        ("idiot", "id\u200biot", "id\u200biot"),
        ("idiot", "i\u0336d\u0336iot", "i\u0336d\u0336iot"),
        ("STRASSE", "Straße", "Straße"),
        ("賭博", "線上賭博網站", "賭博"),
        ("カジノ", "オンラインカジノで", "カジノ"),
        ("사기", "이것은 사기입니다", "사기"),
        ("כסף", "הרבה כֶּסֶף כאן", "כֶּסֶף"),
        ("buy now", "Buy\n\n  now, please", "Buy\n\n  now"),
        ("buy now", "buy-now", "buy-now"),
        ("ass", "中ass中", "ass"),
    ],
)
def test_a_word_is_found_however_it_is_written(
    word: str, text: str, found: str
) -> None:
    assert written([word], text) == [found]


def test_words_within_words_are_all_found() -> None:
    assert written(["賭", "賭博", "博網"], "賭博網") == ["賭", "賭博", "博網"]


def test_what_is_found_says_which_word_and_where() -> None:
    (found,) = WordFinder(["none", "boat"]).find("A paper boat.")
    assert (found.at, found.start, found.end) == (1, 8, 12)


def test_a_word_without_letters_is_never_found() -> None:
    assert fold_word(" ?! \u200b") == ""
    assert written(["", "?!"], "What?! ") == []


def slow(words: list[str], text: str) -> list[tuple[int, int]]:
    """Look at every place of a text of letters and spaces for every word."""
    found = []
    for end in range(1, len(text) + 1):
        for at, word in enumerate(words):
            start = end - len(word)
            edges = (
                (start == 0 or text[start - 1] == " ")
                and (end == len(text) or text[end] == " ")
                and start >= 0
            )
            if edges and text[start:end] == word:
                found.append((at, start))
    return sorted(found)


def test_all_that_a_slow_search_finds_is_found_and_nothing_else() -> None:
    dice = random.Random(5)  # noqa: S311 - no secret
    for _ in range(300):
        words = sorted(
            {"".join(dice.choices("ab", k=dice.randint(1, 4))) for _ in "1234"}
        )
        text = " ".join(
            "".join(dice.choices("ab", k=dice.randint(1, 5))) for _ in range(12)
        )
        found = [(each.at, each.start) for each in WordFinder(words).find(text)]
        assert sorted(found) == slow(words, text)
