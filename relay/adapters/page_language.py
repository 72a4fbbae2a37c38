"""The language a page is written in, as the page says it or its letters show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.adapters.page_document import Page

_TAG = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8}){0,3})")
# A script that is almost only written in one language; kana comes before Han
# because Japanese uses both.
_SCRIPTS = (
    (re.compile(r"[\u3041-\u30fe]{2}"), "ja"),
    (re.compile(r"[\uac00-\ud7a3]{2}"), "ko"),
    (re.compile(r"[\u4e00-\u9fff]{2}"), "zh"),
    (re.compile(r"[\u0e01-\u0e5b]{2}"), "th"),
    (re.compile(r"[\u05d0-\u05ea]{2}"), "he"),
    (re.compile(r"[\u03b1-\u03c9]{3}"), "el"),
    (re.compile(r"[\u10d0-\u10fa]{2}"), "ka"),
    (re.compile(r"[\u0561-\u0587]{2}"), "hy"),
)
_NOT_LANGUAGES = frozenset({"und", "mul", "zxx", "all", "global", "no-lang", "xx"})


def find_language(page: Page) -> str | None:
    """Return a BCP 47 tag, or None when neither markup nor letters tell."""
    for said in _said(page):
        match = _TAG.fullmatch(said.strip().split(",")[0].strip())
        if match and match[1].lower() not in _NOT_LANGUAGES:
            return match[1].lower() + match[2].replace("_", "-")
    return _seen(page)


def _said(page: Page) -> Iterator[str]:
    root = page.tree.root
    attributes = root.attributes if root else {}
    for name in ("lang", "xml:lang"):
        yield attributes.get(name) or ""
    yield from page.meta("og:locale", "content-language", "language", "dc.language")
    yield from page.meta("dcterms.language", "inlanguage", "lang")
    for thing in page.things:
        yield from thing.texts("inLanguage")
    body = page.tree.body
    yield (body.attributes.get("lang") or "") if body else ""


def _seen(page: Page) -> str | None:
    words = " ".join([page.title, *page.meta("og:title", "description")])
    for letters, tag in _SCRIPTS:
        if letters.search(words[:2_000]):
            return tag
    return None
