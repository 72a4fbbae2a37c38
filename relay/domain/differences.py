"""Where two wordings differ: what the maker said, and what the platform said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Words that are compared; what follows them counts as the same. 200 take 2 ms.
WORDS_MAX = 200

# A word, or one letter of a script that writes without spaces; then what is between.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|\W+"
)


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and whether the other text lacks it."""

    text: str
    is_own: bool


def mark_differences(
    one: str, other: str
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces; capitals and marks between words are no difference.

    The pieces joined are the text, to the letter.
    """
    left, right = _split(one), _split(other)
    matcher = SequenceMatcher(
        None,
        [_key(each) for each in left],
        [_key(each) for each in right],
        autojunk=False,
    )
    same_left, same_right = set[int](), set[int]()
    for block in matcher.get_matching_blocks():
        same_left.update(range(block.a, block.a + block.size))
        same_right.update(range(block.b, block.b + block.size))
    return _join(left, same_left), _join(right, same_right)


def _split(text: str) -> list[str]:
    """Return words and what stands between, each ending with what follows it."""
    found: list[str] = []
    for each in _WORD.findall(text):
        if found and not any(letter.isalnum() for letter in each):
            found[-1] += each
        elif len(found) < WORDS_MAX:
            found.append(each)
        else:
            found[-1] += each
    return found


def _key(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _join(words: list[str], same: set[int]) -> tuple[Piece, ...]:
    return tuple(_runs(words, same))


def _runs(words: list[str], same: set[int]) -> Iterator[Piece]:
    """Yield neighbours of the same kind as one piece."""
    text, is_own = "", False
    for at, word in enumerate(words):
        if (at not in same) != is_own and text:
            yield Piece(text, is_own)
            text = ""
        is_own = at not in same
        text += word
    if text:
        yield Piece(text, is_own)
