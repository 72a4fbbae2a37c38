"""What a page says its work is about, in a sentence or a few."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from relay.adapters.page_document import text_of
from relay.adapters.page_places import is_beside
from relay.domain.page_text import DESCRIPTION_CHARS, letters, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.adapters.page_document import Page

_DECLARED = ("og:description", "description", "twitter:description")
_ALSO = (
    "dcterms.abstract",
    "dcterms.description",
    "dc.description",
    "abstract",
    "sailthru.description",
    "summary",
)
# What publishing software writes when nobody wrote anything, and a template's
# marks that were never filled in.
_EMPTY = re.compile(
    r"visit the post for more\.?|description|null|undefined|none|\W*|"
    r"\[object object\]|%%[\w-]+%%|%[\w-]+%|\$\{[^{}]*\}",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[.!?…。！？।؟\"”’»)\]]$")
# Any end but that of a cut: the sign that something else is the same text whole.
_UNCUT = re.compile(r"[.!?。！？।؟\"”’»)\]]$")
_MARK_OF_A_CUT = "…"
_DOTS = re.compile(r"\s?\.{3,}$")
_BARS = frozenset("|–—")
_SHORTEST_PARAGRAPH = 60
_MOST_PARAGRAPHS = 60


def find_description(page: Page, *, title: str | None) -> str | None:
    """Return what the page declares; where it declares nothing, its first paragraph.

    Open Graph goes first unless the page's other two declarations agree with each
    other against it; what was cut in mid-sentence gives way to the same text whole.
    """
    declared = [text for name in _DECLARED for text in _filled(page.meta(name))]
    if declared:
        text, count = Counter(declared).most_common(1)[0]
        chosen = text if count > 1 else _completed(declared)
        return _without_title(chosen, title)
    return next(_otherwise(page), None)


def _without_title(text: str, title: str | None) -> str:
    rest = text.removeprefix(title or "").lstrip()
    return rest[1:].lstrip() if rest[:1] in _BARS and len(rest) < len(text) else text


def _completed(declared: list[str]) -> str:
    """Return the first of them, or the longer one that goes on where it was cut."""
    first = declared[0]
    start = first.removesuffix(_MARK_OF_A_CUT).rstrip()
    longer = [each for each in declared if each.startswith(start)]
    if first.endswith(_MARK_OF_A_CUT):
        whole = [each for each in longer if _UNCUT.search(each)]
        return max(whole, key=len, default=first)
    return first if _WHOLE.search(first) else max(longer, key=len)


def _otherwise(page: Page) -> Iterator[str]:
    yield from _filled(page.meta(*_ALSO))
    yield from _of_works(page)
    for element in page.tree.css("[itemprop~=description]")[:5]:
        yield from _filled([element.attributes.get("content") or text_of(element)])
    for element in page.tree.css("article p, main p, [role=main] p, p")[
        :_MOST_PARAGRAPHS
    ]:
        text = text_of(element)
        if len(letters(text)) >= _SHORTEST_PARAGRAPH and not is_beside(element):
            yield from _filled([text])


def _of_works(page: Page) -> Iterator[str]:
    for work in page.works:
        yield from _filled(work.texts("description", "abstract", "caption"))


def _filled(values: Iterator[str] | list[str]) -> Iterator[str]:
    for value in values:
        text = _DOTS.sub("…", plain(value, limit=DESCRIPTION_CHARS) or "")
        template = "{{" in text and "}}" in text
        if text and not template and not _EMPTY.fullmatch(text):
            yield text
