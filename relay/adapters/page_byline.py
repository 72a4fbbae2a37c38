"""Who made the work that a page is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from relay.adapters.page_document import text_of
from relay.adapters.page_lines import lines_after, lines_before
from relay.adapters.page_places import is_beside
from relay.domain.page_names import (
    byline_in,
    clean_byline,
    given_name_first,
    is_account,
    is_byline_label,
    join_names,
    poster_in,
)
from relay.domain.page_signature import labelled_name, lone_name
from relay.domain.page_text import TITLE_CHARS, letters, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from relay.adapters.page_document import Page
    from relay.adapters.page_json_ld import Thing

_METAS = (
    "citation_author",
    "article:author",
    "og:article:author",
    "author",
    "dcterms.creator",
    "dc.creator",
    "dc.author",
    "creator",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "byl",
    "article:author_name",
    "og:author",
    "book:author",
    "music:musician",
    "author_name",
    "article_author",
    "byline",
    "by",
    "og.article.author",
    "dc.creator.personalname",
    "eprints.creators_name",
    "bepress_citation_author",
    "shareaholic:article_author_name",
    "mediator_author",
)
_STATED = (
    "[itemprop~=author], [itemprop~=creator], [rel~=author],"
    "[property$=author], [property$=creator],"
    "[typeof$=':Person'], [typeof$=UserAccount]"
)
_CLASSED = (
    ".p-author, .author.vcard, .vcard.author, [class~=byline], [class*=author-name i],"
    "[class*=author_name i], [class*=authorname i], [class*=byline i], [class~=author],"
    "[class*=author i], [id*=byline i], [id~=author], [class*=writer i],"
    "[class*=posted-by i]"
)
# Where sites keep the pages of those who write for them.
_LINKED = (
    "a[href*='/aut'], a[href*='/edit'], a[href*='/contrib'], a[href*='/write'],"
    "a[href*='/report'], a[href*='/staff/'], a[href*='/artist'], a[href*='/people/']"
)
_LINKED_PLACE = re.compile(
    r"/(?:auth?ors?|auteurs?|autor(?:en|es|i)?|autore|editors?|contributors?|writers?|"
    r"reporters?|staff|artists?|people)/",
    re.IGNORECASE,
)
_MOST_ELEMENTS = 40
_NAME_PARTS = (
    "[itemprop~=name], [property~='schema:name'], [property~='foaf:name']",
    "[rel~=author]",
    "[class*=author-name i], [class*=author_name i], [class*=byline-name i], .fn",
    "a[href*=author i]",
)


def find_author(page: Page, *, title: str | None, sites: Sequence[str]) -> str | None:
    """Return the makers' names; a site's or an account's only for want of others."""
    site = {letters(each) for each in sites}
    posted = _poster(page, sites)
    if posted:
        return posted
    fallback: str | None = None
    for names in _candidates(page, title):
        cleaned = (given_name_first(each) for each in map(clean_byline, names) if each)
        found = join_names(cleaned)
        if found and letters(found) not in site and not is_account(found):
            return found
        fallback = fallback or found
    return fallback


def _candidates(page: Page, title: str | None) -> Iterator[list[str]]:
    for work in page.works:
        yield list(_people(work))
    for name in _METAS:
        yield list(page.meta(name))
    stated = page.tree.css(_STATED)[:_MOST_ELEMENTS]
    own = [each for each in stated if not is_beside(each)]
    yield from _by_place(own)
    for element in page.tree.css(_CLASSED)[:_MOST_ELEMENTS]:
        if not is_beside(element):
            yield [_name_in(element)]
    yield from _linked_near(page, title)
    yield from _labelled(page)
    for _, after in page.around(title):
        yield [byline_in(after) or ""]
    yield [_signed(page, title) or ""]
    yield list(page.meta("twitter:creator"))


def _signed(page: Page, title: str | None) -> str | None:
    """Return the name in a line beside the headline that is there to give it."""
    after = lines_after(page, title)
    for line in (*after, *lines_before(page, title)):
        name = labelled_name(line)
        if name:
            return name
    return lone_name(after[0]) if after else None


def _labelled(page: Page) -> Iterator[list[str]]:
    """Yield what Twitter's cards say in pairs of a label and its data."""
    for number in ("1", "2"):
        label = next(page.meta(f"twitter:label{number}"), "")
        if is_byline_label(label):
            yield list(page.meta(f"twitter:data{number}"))


def _linked_near(page: Page, title: str | None) -> Iterator[list[str]]:
    """Yield names that lead to their own pages, if they stand near the headline.

    Elsewhere such links lead to the writers of other works.
    """
    elements = page.tree.css(_LINKED)[:_MOST_ELEMENTS]
    linked = [each for each in elements if _leads_to_a_writer(each)]
    if not linked:
        return
    near = " ".join(text for pair in page.around(title) for text in pair)
    for element in linked:
        name = text_of(element)
        if name and name in near and not is_beside(element):
            yield [name]


def _leads_to_a_writer(link: LexborNode) -> bool:
    return bool(_LINKED_PLACE.search(link.attributes.get("href") or ""))


def _by_place(elements: list[LexborNode]) -> Iterator[list[str]]:
    """Yield the names that stand side by side: they made it together."""
    places: dict[int, list[str]] = {}
    for element in elements:
        place = element.parent.mem_id if element.parent else 0
        places.setdefault(place, []).append(_name_in(element))
    yield from places.values()


def _poster(page: Page, sites: Sequence[str]) -> str | None:
    for said in page.meta("og:title", "twitter:title"):
        found = poster_in(plain(said, limit=TITLE_CHARS) or "", sites)
        if found:
            return found
    return None


def _people(work: Thing) -> Iterator[str]:
    for name in ("author", "creator"):
        found = [each for value in work.values(name) for each in _names_of(value)]
        if found:
            yield from found
            return


def _names_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        name = value.get("name")
        for each in name if isinstance(name, list) else [name]:
            if isinstance(each, str):
                yield each


def _name_in(element: LexborNode) -> str:
    stated = element.attributes.get("content")
    if stated:
        return stated
    for part in _NAME_PARTS:
        inner = element.css_first(part)
        if inner is not None:
            text = inner.attributes.get("content") or text_of(inner)
            if text:
                return text
    return text_of(element)
