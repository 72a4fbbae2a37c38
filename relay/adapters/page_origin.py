"""Where on a page each fact stands, for the operator who asks where it came from.

Readers weigh many places against each other; this looks afterwards where the words
that they chose are found, in the order of how much a place is meant to be read.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from relay.adapters.page_charset import decode
from relay.adapters.page_document import parse, text_of
from relay.domain.preview import PageFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.adapters.page_document import Page

ELSEWHERE = "elsewhere on the page"

# What readers may cut out of a longer text.
_CUT = frozenset({"title", "description", "date"})
_ADDRESSES = frozenset({"image", "url", "oembed"})
_IN_DATA = {
    "title": ("headline", "name", "alternativeHeadline"),
    "description": ("description", "abstract", "articleBody"),
    "image": ("image", "thumbnailUrl", "contentUrl", "url"),
    "image_alt": ("caption", "description", "name"),
    "author": ("author", "creator", "name"),
    "publisher": ("publisher", "name"),
    "date": ("datePublished", "dateCreated", "uploadDate", "dateModified"),
    "lang": ("inLanguage",),
    "url": ("url", "mainEntityOfPage"),
}
_ELEMENTS = {
    "title": ("title", "h1", "h2"),
    "publisher": ("title",),
    "author": ("[rel~=author]", "[itemprop=author]", "address"),
    "date": ("time",),
}
_ATTRIBUTES = {
    "image": (("link[rel=image_src]", "href"), ("img", "src")),
    "image_alt": (("img", "alt"),),
    "date": (("time", "datetime"),),
    "lang": (("html", "lang"),),
    "url": (("link[rel=canonical]", "href"),),
    "oembed": (("link[type*=oembed]", "href"),),
}
_DAY = len("2026-03-14")


def find_origins(
    facts: PageFacts, body: bytes, url: str, *, content_type: str | None = None
) -> dict[str, str]:
    """Return the place of each fact that the page itself states, by field."""
    page = parse(decode(body, content_type=content_type), url)
    known = {each.name: getattr(facts, each.name) for each in fields(PageFacts)}
    return {
        name: _find_place(page, name, value) for name, value in known.items() if value
    }


def _find_place(page: Page, name: str, value: str) -> str:
    wanted, partly = _folded(page, name, value), ""
    for place, text in _places(page, name):
        found = _folded(page, name, text)
        if found == wanted:
            return place
        if not partly and name in _CUT and wanted in found:
            partly = f"{place}, in part"
    return partly or (page.url == value and "the address") or ELSEWHERE


def _folded(page: Page, name: str, text: str) -> str:
    """Return what is compared: addresses whole, dates by their day, words by letter."""
    if name in _ADDRESSES:
        return page.absolute(text) or ""
    if name == "date":
        return text[:_DAY]
    words = " ".join(text.split()).casefold()
    return words.rstrip("… .") if name == "description" else words


def _places(page: Page, name: str) -> Iterator[tuple[str, str]]:
    for meta, texts in page.metas.items():
        yield from ((meta, text) for text in texts)
    for thing in page.things:
        for key in _IN_DATA.get(name, ()):
            yield from ((f"JSON-LD {key}", text) for text in thing.texts(key))
    for selector, attribute in _ATTRIBUTES.get(name, ()):
        for element in page.tree.css(selector):
            if text := element.attributes.get(attribute):
                yield f"<{element.tag} {attribute}>", text
    for selector in _ELEMENTS.get(name, ()):
        yield from (
            (f"<{element.tag}>", text_of(element))
            for element in page.tree.css(selector)
        )
