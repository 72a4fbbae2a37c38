"""Batons: short codes that can be typed but not guessed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# No look-alikes (0/O, 1/I/L, 2/Z), no U. 29 characters: a prime, so that the
# check character notices every single change and every swap of neighbours.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
BODY_LENGTH = 11  # 29^11 ≈ 2^53 codes; tries are rate-limited
LENGTH = BODY_LENGTH + 1
GROUP = 4
NAME_MAX = 80  # characters of the name that its maker gives it
MOST_BATONS = 50  # that work at one time, for one entry
MOST_MADE = 200  # in all, for one entry, those that were taken back included

# What a person may have read where one of our characters stands. None of these is in
# the alphabet, so each is known to be a slip, and where it is.
LOOK_ALIKES = {
    "0": "DQGC",
    "O": "DQGC",
    "1": "7JT",
    "I": "JT7",
    "L": "JT7",
    "Z": "27",
    "U": "VJ",
}
MOST_LOOK_ALIKES = 3  # in one code: 64 readings at most

# Letters of other keyboards that look like ours, and what links are pasted with.
_OTHER_SCRIPTS = str.maketrans(
    "АВСЕНКМОРТХУ" + "ΑΒΕΗΚΜΝΟΡΤΧΥ", "ABCEHKMOPTXY" + "ABEHKMNOPTXY"
)
_BETWEEN = frozenset(" -_.·‐‑‒–—−")

# The words by which letters are told apart on the radio, the same in every language.
RADIO_WORDS = {
    word[0].upper(): word
    for word in (
        *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel"),
        *("Juliett", "Kilo", "Mike", "November", "Papa", "Quebec", "Romeo", "Sierra"),
        *("Tango", "Victor", "Whiskey", "X-ray", "Yankee"),
    )
}


def baton_code(picks: Sequence[int]) -> str:
    """Return the code for `BODY_LENGTH` picks of 0..28, with its check character."""
    body = "".join(ALPHABET[pick] for pick in picks)
    return body + _check(body)


def _check(body: str) -> str:
    """Return the weighted sum modulo 29 (weights 2..12, all different) as a letter."""
    total = sum((at + 2) * ALPHABET.index(each) for at, each in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def _is_code(text: str) -> bool:
    """Tell whether a text has the length, the letters and the check of a code."""
    return (
        len(text) == LENGTH
        and all(each in ALPHABET for each in text)
        and _check(text[:-1]) == text[-1]
    )


def read_code(typed: str) -> str | None:
    """Return the code that a person meant, or None when it cannot be one.

    Spaces, hyphens and case do not count, a whole baton link may be given, and
    characters that no code has stand for those that they look like, where the check
    character leaves only one way to read them.
    """
    found = set(_read_look_alikes(_letters(typed)))
    return found.pop() if len(found) == 1 else None


def _letters(typed: str) -> str:
    """Return the characters that were typed for a code: of a link, its part."""
    parts = typed.strip().split("?", 1)[0].split("#", 1)[0].rstrip("/").split("/")
    own = parts[parts.index("b") + 1] if "b" in parts[:-1] else parts[-1]
    plain = normalize("NFKC", own).upper().translate(_OTHER_SCRIPTS)
    return "".join(
        each for each in plain if each not in _BETWEEN and not each.isspace()
    )


def _read_look_alikes(letters: str) -> Iterator[str]:
    """Give every code that the letters may be, if only look-alikes were mistaken."""
    strange = sum(1 for each in letters if each in LOOK_ALIKES)
    if len(letters) != LENGTH or strange > MOST_LOOK_ALIKES:
        return
    for each in product(*(LOOK_ALIKES.get(letter, letter) for letter in letters)):
        code = "".join(each)
        if _is_code(code):
            yield code


class Slip(StrEnum):
    """What may have gone wrong when a code was typed."""

    CHANGED = "changed"
    SWAPPED = "swapped"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True)
class Correction:
    """A code that may have been meant, and the one slip that would explain it.

    `at` counts from 1, as people do; of a swap it is the first of both. `typed` are
    the characters that stand there, `meant` those that should.
    """

    code: str
    slip: Slip
    at: int
    typed: str
    meant: str


def list_corrections(typed: str) -> tuple[Correction, ...]:
    """Return the codes that are one slip away from what was typed; none for a code.

    The check is one linear equation modulo a prime, so that at each place exactly one
    character mends it: at most 12 changes, or 12 of a missing character, and of the 11
    swaps and 13 extra characters one in 29. They are found without asking anybody.
    """
    letters = _letters(typed)
    if not LENGTH - 1 <= len(letters) <= LENGTH + 1 or _is_code(letters):
        return ()
    found: dict[str, Correction] = {}
    for each in _slips(letters):
        if _is_code(each.code):
            found.setdefault(each.code, each)
    return tuple(found.values())


def _slips(letters: str) -> Iterator[Correction]:
    if len(letters) == LENGTH:
        yield from _changes(letters)
        yield from _swaps(letters)
    elif len(letters) < LENGTH:
        for at in range(LENGTH):
            for meant in ALPHABET:
                code = letters[:at] + meant + letters[at:]
                yield Correction(code, Slip.MISSING, at + 1, "", meant)
    else:
        for at, each in enumerate(letters):
            code = letters[:at] + letters[at + 1 :]
            yield Correction(code, Slip.EXTRA, at + 1, each, "")


def _changes(letters: str) -> Iterator[Correction]:
    for at, each in enumerate(letters):
        for meant in ALPHABET:
            code = letters[:at] + meant + letters[at + 1 :]
            yield Correction(code, Slip.CHANGED, at + 1, each, meant)


def _swaps(letters: str) -> Iterator[Correction]:
    for at in range(LENGTH - 1):
        both = letters[at : at + 2]
        code = letters[:at] + both[::-1] + letters[at + 2 :]
        yield Correction(code, Slip.SWAPPED, at + 1, both, both[::-1])


def show_code(code: str) -> str:
    """Return the code in groups of four, as people read it out."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def spell_code(code: str) -> tuple[str, ...]:
    """Return the code's characters as they are said over a bad line."""
    return tuple(RADIO_WORDS.get(each, each) for each in code)
