"""Describing: why a volunteer could not put a picture into words."""

from __future__ import annotations

from enum import StrEnum


class Hindrance(StrEnum):
    """What kept a describer from it. Values are stored: never rename one."""

    UNCLEAR = "unclear"
    UNSURE = "unsure"
    FOREIGN_WORDS = "foreign_words"
    DISTURBING = "disturbing"
    OTHER = "other"
