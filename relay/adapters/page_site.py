"""The site a page belongs to: the names it goes by, and the one to show."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from relay.domain.page_text import NAME_CHARS, TITLE_CHARS, plain
from relay.domain.page_title import site_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.adapters.page_document import Page

_METAS = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "al:ios:app_name",
    "al:android:app_name",
    "twitter:site",
    "publisher",
    "dc.publisher",
    "dcterms.publisher",
    "article:publisher",
    "copyright",
)

_SHOWN = (
    "og:site_name",
    "application-name",
    "al:ios:app_name",
    "al:android:app_name",
    "apple-mobile-web-app-title",
)
# "www", "co", "blog" as parts of a host are too common to be names by themselves.
_SHORT_LABEL = 3
_SITES = frozenset({"WebSite", "Organization", "NewsMediaOrganization", "Blog"})


def site_names(page: Page) -> tuple[str, ...]:
    """Return every name by which the page or its address calls the site."""
    return tuple(dict.fromkeys(each for each in _names(page) if each))


def find_publisher(page: Page, *, title: str | None) -> str | None:
    """Return the name of the site as it shows itself, or None."""
    found = next((each for each in _shown(page) if each), None)
    if found:
        return _spoken(found, page)
    declared = plain(page.title, limit=TITLE_CHARS)
    return site_beside(title, declared) if title and declared else None


def _spoken(name: str, page: Page) -> str:
    """Return the shorter name of the site's own app, where the long one begins so.

    What an organisation calls itself counts where only a motto stands behind it.
    """
    for said in page.meta(*_SHOWN[1:]):
        short = plain(said, limit=NAME_CHARS)
        if short and name.startswith(f"{short} "):
            return short
    for said in _organisations(page):
        short = plain(said, limit=NAME_CHARS)
        if short and site_beside(short, name):
            return short
    return name


def _organisations(page: Page) -> Iterator[str]:
    for thing in page.things:
        if thing.types & _SITES:
            yield from thing.texts("name")


def _shown(page: Page) -> Iterator[str | None]:
    for said in page.meta(*_SHOWN):
        yield plain(said, limit=NAME_CHARS)
    for thing in page.works:
        for said in thing.texts("publisher"):
            yield plain(said, limit=NAME_CHARS)
    for thing in page.things:
        if thing.types & _SITES:
            for said in thing.texts("name"):
                yield plain(said, limit=NAME_CHARS)
    for said in page.meta(
        "dc.publisher",
        "dcterms.publisher",
        "publisher",
        "citation_publisher",
        "copyright",
    ):
        yield plain(said, limit=NAME_CHARS)


def _names(page: Page) -> Iterator[str | None]:
    for said in page.meta(*_METAS):
        yield plain(said, limit=NAME_CHARS)
    for thing in page.things:
        for said in thing.texts("publisher", "isPartOf"):
            yield plain(said, limit=NAME_CHARS)
        if thing.types & _SITES:
            for said in thing.texts("name", "alternateName"):
                yield plain(said, limit=NAME_CHARS)
    yield from host_names(urlsplit(page.url).hostname or "")


@lru_cache(maxsize=256)
def host_names(host: str) -> tuple[str, ...]:
    """Return what a host may be called: `www.a.co.uk` is a.co.uk and a."""
    labels = host.removeprefix("www.").split(".")
    whole = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return (*whole, *(each for each in labels[:-1] if len(each) > _SHORT_LABEL))
