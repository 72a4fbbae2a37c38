"""What a moderator is for: some countries, languages or activities, or all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Scoped(Protocol):
    """What of an entry says whose work it is."""

    country: str
    lang: str
    activity: str


@dataclass(frozen=True)
class Scope:
    """The limits of one moderator; an empty one is no limit, and all must hold.

    `languages` are tags: `zh` takes in `zh-Hans`.
    """

    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether there is no limit at all."""
        return not (self.countries or self.languages or self.activities)


def read_scope(stored: Mapping[str, Any] | None) -> Scope:
    """Return the scope that an account's row holds."""
    kept = stored or {}
    return Scope(
        *(
            frozenset(str(each) for each in kept.get(name) or ())
            for name in ("countries", "languages", "activities")
        )
    )


def is_in_scope(entry: Scoped, scope: Scope) -> bool:
    """Tell whether an entry is for whoever has this scope."""
    return (
        (not scope.countries or entry.country in scope.countries)
        and (not scope.languages or _speaks(entry.lang, scope.languages))
        and (not scope.activities or entry.activity in scope.activities)
    )


def _speaks(lang: str, languages: frozenset[str]) -> bool:
    """Tell whether a tag is one of some others, or a narrower one."""
    return any(lang == each or lang.startswith(f"{each}-") for each in languages)
