"""How a place's name is compared: one folded form for all spellings and scripts."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN_WEIGHT = 30  # a name that we show counts like thirty times the people

# Letters that Unicode does not decompose although readers type them without the stroke,
# and Arabic letters that keyboards of neighbouring languages write differently.
_LIKENESS = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ə": "a",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
    }
)
# Katakana to hiragana, so that either finds the other.
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Marks that are dropped: Latin, Greek and Cyrillic accents, Hebrew points, Arabic
# vowels. Kana voicing marks and the vowel signs of Indian scripts are letters: kept.
_DROPPED_MARKS = (
    (0x02B0, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_KEPT_CATEGORIES = frozenset("LMN")


def fold(text: str) -> str:
    """Return the form in which two spellings of one name are equal.

    Case, accents, Hebrew and Arabic points, spaces, hyphens, apostrophes and other
    punctuation do not count; ideographs, syllables and voicing marks do.
    """
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    opened = unicodedata.normalize("NFKD", text.casefold()).translate(_LIKENESS)
    kept = "".join(filter(_counts, opened))
    return unicodedata.normalize("NFC", kept).translate(_KANA)


def weigh(population: int, *, shown: int) -> int:
    """Return how strongly a spelling means a city: its people, and whose name it is.

    `shown` is 1 for a name that the interface shows, 0 for any other spelling, so that
    "Victoria" means Victoria before Hong Kong, yet "Pekin" means Beijing.
    """
    return (population + 1) * (SHOWN_WEIGHT if shown else 1)


def edit_distance(one: str, other: str, *, most: int) -> int:
    """Return how many slips of the pen part two strings, or `most` + 1 when more.

    A slip inserts, drops or replaces a letter, or swaps two neighbours (optimal string
    alignment).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, against in enumerate(other, start=1):
            cost = min(
                last[column] + 1,
                now[column - 1] + 1,
                last[column - 1] + (letter != against),
            )
            swapped = (
                row > 1
                and column > 1
                and letter == other[column - 2]
                and one[row - 2] == against
            )
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)


def drop_letters(text: str, *, most: int) -> Iterator[str]:
    """Yield `text` and every form of it with up to `most` letters left out, once."""
    seen = {text}
    front = [text]
    yield text
    for _ in range(most):
        shorter = {
            form[:at] + form[at + 1 :] for form in front for at in range(len(form))
        }
        front = sorted(shorter - seen)
        seen.update(front)
        yield from front


@lru_cache(maxsize=8192)  # about as many characters as names of places are written in
def _counts(char: str) -> bool:
    if char.isascii():
        return char.isalnum()
    code = ord(char)
    if any(first <= code <= last for first, last in _DROPPED_MARKS):
        return False
    return unicodedata.category(char)[0] in _KEPT_CATEGORIES
