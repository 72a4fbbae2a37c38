"""Reasons: our own and those that organisers add, each with a key for good."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TYPE_CHECKING

from relay.domain.errors import FieldError, Invalid
from relay.domain.language import LANGUAGES
from relay.domain.moderation import Reason
from relay.domain.text import clean_text, is_visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

KEY_MAX = 32
TEXT_MAX = 120
# More than anybody would look through.
MOST_REASONS = 60

_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class ReasonItem:
    """One reason as it is chosen: its words by language, where they were written.

    A reason of our own without a text in a language keeps our translation.
    """

    key: str
    texts: Mapping[str, str] = field(default_factory=dict)
    place: int = 0
    active: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether the catalogues translate it."""
        return self.key in set(Reason)

    def text(self, lang: str) -> str | None:
        """Return what organisers wrote for a language, or None where we have it.

        A reason that they added is said in English, or in whatever language there is,
        rather than not at all.
        """
        said = self.texts.get(lang)
        if said or self.is_ours:
            return said or None
        return self.texts.get("en") or next(iter(self.texts.values()), self.key)


def list_reasons(kept: Iterable[ReasonItem]) -> tuple[ReasonItem, ...]:
    """Return all reasons in their order: those kept, and ours that nobody touched.

    Ours stand at their place in our list, by tens, so that others go between.
    """
    rows = {each.key: each for each in kept}
    ours = (
        rows.pop(each.value, ReasonItem(each.value, place=10 * at))
        for at, each in enumerate(Reason, start=1)
    )
    return tuple(sorted([*ours, *rows.values()], key=lambda each: each.place))


def make_key(text: str, *, taken: Collection[str]) -> str:
    """Return a key for a new reason, made of its English words, that none has yet."""
    plain = _NOT_IN_KEYS.sub("_", text.lower()).strip("_") or "reason"
    if plain[0].isdigit():
        plain = f"reason_{plain}"
    numbered = (f"_{at}" for at in count(2))
    for ending in chain([""], numbered):
        key = plain[: KEY_MAX - len(ending)].rstrip("_") + ending
        if key not in taken:
            return key
    raise AssertionError  # the numbers never end


def check_texts(texts: Mapping[str, str], *, is_ours: bool) -> dict[str, str]:
    """Return a reason's words by language, cleaned; raises Invalid (`text-…`).

    One that organisers add needs words in English at least, which every language
    falls back to.
    """
    clean = {lang: clean_text(said) for lang, said in texts.items()}
    faults = [
        FieldError(f"text-{lang}", "too_long" if lang in LANGUAGES else "unknown")
        for lang, said in clean.items()
        if lang not in LANGUAGES or len(said) > TEXT_MAX
    ]
    kept = {lang: said for lang, said in clean.items() if is_visible(said)}
    if not is_ours and "en" not in kept:
        faults.append(FieldError("text-en", "missing"))
    if faults:
        raise Invalid(faults)
    return kept
