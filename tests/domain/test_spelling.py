from __future__ import annotations

import pytest

from relay.domain.spelling import drop_letters, edit_distance, fold, weigh


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("São Paulo", "sao paulo"),
        ("'s-Hertogenbosch", "s Hertogenbosch"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("Орёл", "Орел"),
        ("Αθήνα", "αθηνα"),
        ("תֵּל־אָבִיב", "תל אביב"),
        ("נאנג'ינג", "נאנג׳ינג"),
        ("بَغْدَاد", "بغداد"),
        ("パリ", "ぱり"),
        ("ﾊﾟﾘ", "パリ"),
        ("南 京", "南京"),
    ],
)
def test_spellings_of_one_name_fold_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("ハリ", "パリ"), ("南京", "北京"), ("दल", "दिल")]
)
def test_letters_that_make_another_name_are_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", " ", "--", "'", "\0", "\u200b", "🏮"])
def test_what_has_no_letters_folds_to_nothing(text: str) -> None:
    assert fold(text) == ""


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("nanjing", "nanjing", 0),
        ("nanjing", "nanjng", 1),
        ("nanjing", "nnajing", 1),
        ("pari", "bary", 2),
        ("nanjing", "beijing", 3),
        ("lyon", "marseille", 3),
        ("", "ab", 2),
    ],
)
def test_edit_distance_counts_slips_up_to_a_limit(
    one: str, other: str, distance: int
) -> None:
    assert edit_distance(one, other, most=2) == distance
    assert edit_distance(other, one, most=2) == distance


def test_dropping_letters_gives_each_form_once() -> None:
    forms = list(drop_letters("aab", most=2))
    assert sorted(forms) == ["a", "aa", "aab", "ab", "b"]


def test_a_name_that_we_show_weighs_more_but_not_more_than_a_metropolis() -> None:
    assert weigh(300_000, shown=1) > weigh(7_000_000, shown=0)
    assert weigh(33_000, shown=1) < weigh(18_000_000, shown=0)
