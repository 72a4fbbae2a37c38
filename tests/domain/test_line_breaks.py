"""Where a line may end, in the scripts that our makers write."""

from __future__ import annotations

import pytest

from relay.domain.line_breaks import split_clusters, split_words


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a first frost", ["a ", "first ", "frost"]),
        ("砖，都有名字。", ["砖，", "都", "有", "名", "字。"]),
        ("「光」のこと", ["「光」", "の", "こ", "と"]),
        ("キャッチボール", ["キャッ", "チ", "ボー", "ル"]),
        ("손에서 손으로", ["손에서 ", "손으로"]),
        ("שלום עולם", ["שלום ", "עולם"]),
        ("2024年（春）", ["2024", "年", "（春）"]),
        ("well-known “words”", ["well-", "known ", "“words”"]),
    ],
)
def test_lines_end_where_a_typesetter_would_end_them(
    text: str, pieces: list[str]
) -> None:
    assert split_words(text) == pieces


@pytest.mark.parametrize("mark", "，。！？：；」』】》）、…ー")
def test_no_line_begins_with_a_closing_mark(mark: str) -> None:
    assert split_words(f"城{mark}墙") == [f"城{mark}", "墙"]


@pytest.mark.parametrize("mark", "（「『【《“")
def test_no_line_ends_with_an_opening_mark(mark: str) -> None:
    assert split_words(f"城{mark}墙") == ["城", f"{mark}墙"]


def test_marks_stay_with_their_letter() -> None:
    assert split_clusters("e\u0301שָ") == ["e\u0301", "שָ"]


def test_a_flag_is_two_letters_of_a_country_and_no_more() -> None:
    assert split_clusters("🇫🇷🇮🇹") == ["🇫🇷", "🇮🇹"]


def test_nothing_is_lost() -> None:
    text = " a 「b」 c—d\u200de "
    assert "".join(split_words(text)) == text
    assert split_words("") == []
