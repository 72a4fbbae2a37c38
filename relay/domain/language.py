"""The languages of the interface and how a reader's language is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Language:
    """One language: its path prefix and BCP 47 tag, Babel's name, its own name."""

    tag: str
    locale: str
    name: str
    direction: str = "ltr"


# The order of the language menu.
LANGUAGES: dict[str, Language] = {
    each.tag: each
    for each in (
        Language("zh-Hans", "zh_Hans_CN", "简体中文"),
        Language("en", "en", "English"),
        Language("he", "he", "עברית", "rtl"),
    )
}

FALLBACK = "en"

_TRADITIONAL = frozenset({"tw", "hk", "mo", "hant"})


def match_language(tag: str) -> str | None:
    """Return the interface language that serves a BCP 47 tag, or None.

    zh-CN and zh-SG mean Simplified, zh-TW, zh-HK and zh-MO mean Traditional
    Chinese; a region or script that we do not have falls back to the language.
    """
    parts = tag.replace("_", "-").lower().split("-")
    if parts[0] in {"zh", "yue", "cmn"}:
        wanted = "zh-Hant" if _TRADITIONAL.intersection(parts[1:]) else "zh-Hans"
        return wanted if wanted in LANGUAGES else "zh-Hans"
    old_names = {"iw": "he", "in": "id"}
    primary = old_names.get(parts[0], parts[0])
    return primary if primary in LANGUAGES else None


def choose_language(cookie: str | None, accepted: Sequence[str]) -> str:
    """Return the reader's language: the cookie first, then Accept-Language in order."""
    if cookie in LANGUAGES:
        return cookie
    for tag in accepted:
        found = match_language(tag)
        if found:
            return found
    return FALLBACK
