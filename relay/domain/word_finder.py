"""Finding any of very many words in a text at once, in any script, as whole words.

One pass over the text finds all of them (Aho and Corasick, Communications of the ACM
18, 1975), so a list of thousands costs as much as a list of ten.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Scripts that write without spaces: a word of theirs may stand anywhere.
_UNSPACED = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "BOPOMOFO",
    "IDEOGRAPHIC",
    "YI SYLLABLE",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "TIBETAN",
)
# Korean puts particles behind a word without a space: only its beginning is an edge.
_SUFFIXED = ("HANGUL",)
_PART_OF_WORDS = frozenset("LN")


@dataclass(frozen=True)
class FoundWord:
    """One of the words, by its place in their list, and how the text writes it."""

    at: int
    start: int
    end: int
    written: str


class WordFinder:
    """Finds words and phrases; case, accents, width and points do not count."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words; those that have no letter or number are never found."""
        self._words = [fold_word(word) for word in words]
        self._steps: list[dict[str, int]] = [{}]
        self._fails = [0]
        self._ends: list[list[int]] = [[]]
        for at, word in enumerate(self._words):
            if word:
                self._grow(word, at)
        self._link_fails()

    def find(self, text: str) -> list[FoundWord]:
        """Return every word that stands in the text as a word, by where it ends."""
        folded, places = _fold(text)
        found, state = [], 0
        for end, letter in enumerate(folded, start=1):
            while state and letter not in self._steps[state]:
                state = self._fails[state]
            state = self._steps[state].get(letter, 0)
            for at in self._ends[state]:
                start = end - len(self._words[at])
                if _stands_alone(folded, start, end):
                    first, last = places[start], places[end - 1] + 1
                    found.append(FoundWord(at, first, last, text[first:last]))
        return found

    def _grow(self, word: str, at: int) -> None:
        state = 0
        for letter in word:
            following = self._steps[state].get(letter)
            if following is None:
                following = len(self._steps)
                self._steps[state][letter] = following
                self._steps.append({})
                self._fails.append(0)
                self._ends.append([])
            state = following
        self._ends[state].append(at)

    def _link_fails(self) -> None:
        """Let each state know the longest other one that its text ends with."""
        waiting = deque(self._steps[0].values())
        while waiting:
            state = waiting.popleft()
            for letter, following in self._steps[state].items():
                waiting.append(following)
                fail = self._fails[state]
                while fail and letter not in self._steps[fail]:
                    fail = self._fails[fail]
                self._fails[following] = self._steps[fail].get(letter, 0)
                # What ends there ends here, too.
                self._ends[following] += self._ends[self._fails[following]]


def fold_word(word: str) -> str:
    """Return the form in which a word is looked for; empty when nothing is left."""
    return "".join(_fold(word)[0]).strip()


def _fold(text: str) -> tuple[list[str], list[int]]:
    """Return the letters that count, with one space between, and where they stood."""
    letters: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        for letter in _fold_sign(sign):
            if letter != " " or (letters and letters[-1] != " "):
                letters.append(letter)
                places.append(at)
    return letters, places


@lru_cache(maxsize=8192)
def _fold_sign(sign: str) -> str:
    """Return what counts of one sign: letters without marks, a space, or nothing."""
    folded = ""
    for letter in unicodedata.normalize("NFKD", sign.casefold()).casefold():
        category = unicodedata.category(letter)
        if category[0] in _PART_OF_WORDS or (category == "Mc"):
            folded += letter
        elif category[0] in "ZPS" or letter in "\t\n\r":
            folded += " "
    # Marks and signs that nobody sees are left out; so a word cannot hide behind them.
    return folded


def _stands_alone(folded: Sequence[str], start: int, end: int) -> bool:
    """Tell whether both edges of a match are edges of a word in its own script."""
    return (start == 0 or not _joins(folded[start - 1], folded[start])) and (
        end == len(folded) or not _joins_behind(folded[end - 1], folded[end])
    )


def _joins(one: str, other: str) -> bool:
    """Tell whether two neighbours belong to one word."""
    return _is_spaced(one) and _is_spaced(other)


def _joins_behind(last: str, following: str) -> bool:
    suffix = _is_of(last, _SUFFIXED) and _is_of(following, _SUFFIXED)
    return _joins(last, following) and not suffix


@lru_cache(maxsize=8192)
def _is_spaced(letter: str) -> bool:
    """Tell whether it belongs to a script that puts spaces between words."""
    return letter != " " and not _is_of(letter, _UNSPACED)


def _is_of(letter: str, scripts: Iterable[str]) -> bool:
    return unicodedata.name(letter, "").startswith(tuple(scripts))
