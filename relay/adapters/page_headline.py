"""The title of the work that a page is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from relay.adapters.page_document import parts_of, text_of
from relay.domain.page_text import TITLE_CHARS, letters, plain
from relay.domain.page_title import endings, openings, without_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from relay.adapters.page_document import Page

_MOST_DECLARED = 12
_MOST_BANNERS = 4
_LOOSE_MARK = re.compile(r" [:;,.!?…”’)]")


def find_title(page: Page, *, sites: Iterable[str]) -> str | None:
    """Return the page's title: the words a reader sees, where the page confirms them.

    A headline counts when what the page declares says the same, perhaps with the
    site's name beside it; otherwise the declared title stands, without the site.
    """
    declared = [each for each in _declared(page) if each][:_MOST_DECLARED]
    sites = [*sites, *_banners(page)]
    named = {letters(each) for each in sites}
    headlines = [each for each in _headlines(page) if letters(each) not in named]
    if not declared:
        return headlines[0] if headlines else None
    seen = _seen(headlines, declared)
    if seen or _is_front(page):
        return seen or declared[0]
    return without_site(declared[0], sites)


def _declared(page: Page) -> Iterator[str | None]:
    for said in page.meta("og:title", "twitter:title"):
        yield plain(said, limit=TITLE_CHARS)
    yield plain(page.title, limit=TITLE_CHARS)
    for said in page.meta(
        *("dc.title", "dcterms.title", "citation_title", "headline", "title"),
        *("articletitle", "parsely-title", "sailthru.title"),
    ):
        yield plain(said, limit=TITLE_CHARS)


def _headlines(page: Page) -> Iterator[str]:
    """Yield the headlines, their inline parts first read without, then with gaps."""
    for element in page.headings:
        parts = parts_of(element)
        whole, apart = "".join(parts), " ".join(" ".join(parts).split())
        # Gaps part lines that only style parts, but also a word from its comma.
        both = (whole, apart) if _LOOSE_MARK.search(apart) else (apart, whole)
        for text in both:
            line = plain(text, limit=TITLE_CHARS)
            if line:
                yield line


def _banners(page: Page) -> Iterator[str]:
    """Yield the headings that lead to the front page: they name the site."""
    for element in page.headings[:_MOST_BANNERS]:
        link = element.css_first("a[href]")
        target = page.absolute(link.attributes.get("href")) if link else None
        if target and urlsplit(target).path in {"", "/"} and not urlsplit(target).query:
            yield text_of(element)


def _is_front(page: Page) -> bool:
    parts = urlsplit(page.url)
    return parts.path in {"", "/"} and not parts.query


def _seen(headlines: list[str], declared: list[str]) -> str | None:
    """Return the headline that the declared titles confirm best."""
    known = [(each, letters(each)) for each in headlines]
    for title in declared:
        for parts in (frozenset({letters(title)}), openings(title), endings(title)):
            fitting = [each for each, own in known if own and own in parts]
            if fitting:
                exact = [each for each in fitting if each in title]
                return (exact or fitting)[0]
    return None
