"""Which part of a page's title is the work's own, and which is the site's name."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from relay.domain.page_text import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Between a title and a site's name stands a bar, a spaced dash or the like; a
# hyphen without spaces belongs to a word, and so does a colon before a letter.
_SEPARATOR = re.compile(
    r"\s*[|ǀ｜¦║│]+\s*|(?<=[\u3001-\uffe6])_+|_+(?=[\u3001-\uffe6])|\s+(?:[-–—―•·∙◦⋆»«›‹~/\\]|--|::?|<|>|@|＠)\s+"
    r"|\s*[：—–»«]\s*|:\s+|\s+-|-\s+"
)
# What stands after a plain colon is more often a second half than a site.
_COLON = ": "
_MOST_CUTS = 20
_SITE_CHARS = 40


def without_site(title: str, sites: Iterable[str]) -> str:
    """Return `title` without a site's name before or after it.

    Sure means: what stands beyond a separator is one of the names by which the
    page or its address calls the site. Otherwise the title stays as it is.
    """
    names = {name for name in map(letters, sites) if name}
    for own, other in _splits(title):
        if own and letters(other) in names and letters(own) not in names:
            return without_site(own, sites)
    return title


def openings(title: str) -> frozenset[str]:
    """Return the letters of each part that begins `title` and ends at a clear mark."""
    return frozenset(letters(title[: cut.start()]) for cut in _clear_cuts(title))


def endings(title: str) -> frozenset[str]:
    """Return the letters of each part that ends `title` and begins at a mark.

    Here a colon is as good as any: what stands before it is a section or a site.
    """
    cuts = islice(_SEPARATOR.finditer(title), _MOST_CUTS)
    return frozenset(letters(title[cut.end() :]) for cut in cuts)


def site_beside(title: str, declared: str) -> str | None:
    """Return what `declared` says beyond `title`: the site's name, it if is one."""
    own = letters(title)
    for cut in _clear_cuts(declared):
        before, after = declared[: cut.start()], declared[cut.end() :]
        if letters(before) == own and len(after) <= _SITE_CHARS:
            return after
        if letters(after) == own and len(before) <= _SITE_CHARS:
            return before
    return None


def _clear_cuts(title: str) -> list[re.Match[str]]:
    found = (each for each in _SEPARATOR.finditer(title) if each.group() != _COLON)
    return list(islice(found, _MOST_CUTS))


def _splits(title: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to divide a title into its own part and another, ends first."""
    cuts = list(islice(_SEPARATOR.finditer(title), _MOST_CUTS))
    for cut in reversed(cuts):
        yield title[: cut.start()], title[cut.end() :]
    for cut in cuts:
        yield title[cut.end() :], title[: cut.start()]
