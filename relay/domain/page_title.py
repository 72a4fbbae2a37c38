"""Which part of a page's title is the work's own, and which is the site's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from relay.domain.page_text import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Between a title and a site's name stands a bar, a spaced dash or the like; a
# hyphen without spaces belongs to a word, and so does a colon before a letter.
_SEPARATOR = re.compile(
    r"\s*[|ǀ｜¦║│]+\s*|\s+(?:[-–—―•·∙◦⋆»«›‹~/\\]|--|::?|<|>|@|＠)\s+"
    r"|\s*[：—–»«]\s*|:\s+|\s+-|-\s+"
)
# What stands after a plain colon is more often a second half than a site.
_COLON = ": "


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


def starts(title: str, headline: str) -> bool:
    """Whether `headline` is the first part of `title`, cut off by a clear mark."""
    return _is_part(headline, [title[: cut.start()] for cut in _clear_cuts(title)])


def ends(title: str, headline: str) -> bool:
    """Whether `headline` is the last part of `title`, cut off by a clear mark."""
    return _is_part(headline, [title[cut.end() :] for cut in _clear_cuts(title)])


def _is_part(headline: str, parts: Iterable[str]) -> bool:
    own = letters(headline)
    return bool(own) and any(letters(part) == own for part in parts)


def _clear_cuts(title: str) -> list[re.Match[str]]:
    return [each for each in _SEPARATOR.finditer(title) if each.group() != _COLON][:20]


def _splits(title: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to divide a title into its own part and another, ends first."""
    cuts = list(_SEPARATOR.finditer(title))[:20]
    for cut in reversed(cuts):
        yield title[: cut.start()], title[cut.end() :]
    for cut in cuts:
        yield title[cut.end() :], title[: cut.start()]
