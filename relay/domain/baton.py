"""Batons: short codes that can be typed but not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# No look-alikes (0/O, 1/I/L, 2/Z), no U. 29 characters: a prime, so that the
# check character notices every single change and every swap of neighbours.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
BODY_LENGTH = 11  # 29^11 ≈ 2^53 codes; tries are rate-limited
GROUP = 4
NAME_MAX = 80  # characters of the name that its maker gives it


def baton_code(picks: Sequence[int]) -> str:
    """Return the code for `BODY_LENGTH` picks of 0..28, with its check character."""
    body = "".join(ALPHABET[pick] for pick in picks)
    return body + _check(body)


def _check(body: str) -> str:
    """Return the weighted sum modulo 29 (weights 2..12, all different) as a letter."""
    total = sum((at + 2) * ALPHABET.index(each) for at, each in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def read_code(typed: str) -> str | None:
    """Return the code that a person meant, or None when it cannot be one.

    Spaces, hyphens and case do not count, and a whole baton link may be given.
    """
    last = typed.strip().split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]
    code = "".join(each for each in last.upper() if each not in " -–—\u00a0")
    if len(code) != BODY_LENGTH + 1 or any(each not in ALPHABET for each in code):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def show_code(code: str) -> str:
    """Return the code in groups of four, as people read it out."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
