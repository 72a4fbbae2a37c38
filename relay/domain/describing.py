"""Describing: what a volunteer has put into words, or why they could not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Hindrance(StrEnum):
    """What kept a describer from it. Values are stored: never rename one."""

    UNCLEAR = "unclear"
    UNSURE = "unsure"
    FOREIGN_WORDS = "foreign_words"
    DISTURBING = "disturbing"
    OTHER = "other"


_PARTS = frozenset({"alt", "alt_by", "alt_lang"})


def find_description(details: Mapping[str, Any] | None) -> str:
    """Return the alt text that an edit gave a picture without one, and nothing else.

    `details` are those of the edit's row in the audit log; withdrawing blanks them.
    """
    alt = (details or {}).get("alt") or {}
    if alt.get("before") or not _PARTS.issuperset(details or ()):
        return ""
    return str(alt.get("after") or "")
