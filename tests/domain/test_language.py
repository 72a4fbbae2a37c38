"""How a reader's language is chosen."""

from __future__ import annotations

import pytest

from relay.domain.language import LANGUAGES, choose_language, match_language


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hans-TW", "zh-Hans"),
        ("en-GB", "en"),
        ("iw", "he"),
        ("he-IL", "he"),
        ("xx", None),
        ("", None),
        ("*", None),
    ],
)
def test_a_tag_means_the_language_that_serves_it(
    tag: str, expected: str | None
) -> None:
    assert match_language(tag) == expected


@pytest.mark.parametrize("tag", ["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-HK"])
def test_traditional_readers_get_traditional_where_there_is_one(tag: str) -> None:
    expected = "zh-Hant" if "zh-Hant" in LANGUAGES else "zh-Hans"
    assert match_language(tag) == expected


def test_the_kept_choice_comes_first_then_the_browser_then_english() -> None:
    assert choose_language("he", ["zh-CN"]) == "he"
    assert choose_language("tlh", ["xx", "zh-CN", "en"]) == "zh-Hans"
    assert choose_language(None, []) == "en"
