"""Hashtags of a season in the words of a post, as people type them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def find_hashtags(words: str, hashtags: Iterable[str]) -> tuple[str, ...]:
    """Return those of `hashtags` (with or without #) that stand in `words`.

    Weibo closes a hashtag with a second #, and may have spaces in it; elsewhere one
    ends where its letters do: #care is not in #careful. Full-width marks and letters
    count as their plain forms, capitals as small letters.
    """
    folded = _fold(words)
    return tuple(each for each in hashtags if _stands_in(_fold(each), folded))


def _fold(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _stands_in(hashtag: str, words: str) -> bool:
    name = hashtag.strip().strip("#")
    if not name:
        return False
    wanted, at = f"#{name}", -1
    while (at := words.find(wanted, at + 1)) >= 0:
        after = words[at + len(wanted) : at + len(wanted) + 1]
        if not after or not (after.isalnum() or after == "_"):
            return True
    return False
