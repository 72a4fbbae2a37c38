"""The short lines that stand just before and after a page's headline."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from relay.adapters.page_document import text_of
from relay.adapters.page_places import is_beside
from relay.domain.page_text import letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from relay.adapters.page_document import Page

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "header", "li"),
        *("main", "nav", "ol", "p", "section", "table", "tbody", "td", "tr", "ul"),
    }
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "textarea", "-comment"})
_MOST_UP = 4
_MOST_DOWN = 5
_MOST_BESIDE = 12
_MOST_CHILDREN = 40
_MOST_NODES = 60
_MOST_AFTER = 6
_MOST_LOOKED_AT = 40
_MOST_BEFORE = 2
_LEAST_SHARED = 8


def lines_after(page: Page, title: str | None) -> list[str]:
    """Return the first lines below the headline, nearest first."""
    return [each for top in _tops(page, title) for each in _some(_below(top))]


def lines_before(page: Page, title: str | None) -> list[str]:
    """Return the last lines above the headline, nearest first."""
    found = []
    for top in _tops(page, title):
        nodes = islice(_siblings(top, forward=False), _MOST_BEFORE)
        found += [text_of(each, most=_MOST_NODES) for each in nodes]
    return found


def _tops(page: Page, title: str | None) -> list[LexborNode]:
    """Return the headings that hold the title, or a good part of it."""
    wanted = letters(title or "")
    return [
        each
        for each in page.headings
        if wanted and _fits(letters(text_of(each)), wanted) and not is_beside(each)
    ][:2]


def _fits(own: str, wanted: str) -> bool:
    if min(len(own), len(wanted)) < _LEAST_SHARED:
        return own == wanted
    return own in wanted or wanted in own


def _some(lines: Iterator[str]) -> list[str]:
    return [each for each in islice(lines, _MOST_LOOKED_AT) if each][:_MOST_AFTER]


def _below(top: LexborNode) -> Iterator[str]:
    place: LexborNode | None = top
    for _ in range(_MOST_UP):
        if place is None or place.tag == "body":
            return
        for each in islice(_siblings(place, forward=True), _MOST_BESIDE):
            yield from _lines_in(each, _MOST_DOWN)
        place = place.parent


def _siblings(node: LexborNode, *, forward: bool) -> Iterator[LexborNode]:
    """Yield the elements and texts on one side that have words, nearest first."""
    for _ in range(_MOST_CHILDREN):
        following = node.next if forward else node.prev
        if following is None:
            return
        node = following
        if node.tag not in _UNSEEN:
            yield node


def _lines_in(node: LexborNode, depth: int) -> Iterator[str]:
    """Yield the words of each innermost block, nothing for one that is no line."""
    children = list(islice(node.iter(include_text=False), _MOST_CHILDREN))
    if depth and any(each.tag in _BLOCKS for each in children):
        for each in children:
            if each.tag not in _UNSEEN:
                yield from _lines_in(each, depth - 1)
        return
    line = text_of(node, most=_MOST_NODES)
    yield line if line and not is_beside(node) else ""
