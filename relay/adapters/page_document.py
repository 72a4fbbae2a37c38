"""One parsed page and the quick questions that every reader of it asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from relay.adapters.page_bounds import bounded
from relay.adapters.page_json_ld import Thing, rank, things_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborNode

_URL_CHARS = 2_000
_HEADINGS = (
    "h1, h2[class*=title i], h2[class*=headline i], [itemprop~=headline],"
    "[class~=entry-title], [class~=post-title], [class~=p-name]"
)
_LESSER_HEADINGS = "h2, h3"
_MOST_HEADINGS = 20
_MOST_TITLES = 3
_AFTER_TITLE_CHARS = 400
_BEFORE_TITLE_CHARS = 60
_MOST_NODES = 8_000
_UNSEEN = frozenset({"script", "style", "noscript", "template", "textarea"})
_MOST_VALUES = 20
_CONTENT_CHARS = 20_000


@dataclass(frozen=True)
class Page:
    """A page as its readers see it; `metas` holds each name's values in page order."""

    url: str
    tree: LexborHTMLParser
    metas: Mapping[str, tuple[str, ...]]

    def meta(self, *names: str) -> Iterator[str]:
        """Yield what the page's `meta` elements say under these names, best first."""
        for name in names:
            yield from self.metas.get(name, ())

    @cached_property
    def title(self) -> str:
        """The words of the page's `title` element, or nothing."""
        element = self.tree.css_first("title")
        return element.text() if element else ""

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """What the page's JSON-LD describes, in page order."""
        scripts = self.tree.css('script[type*="ld+json" i]')
        return things_in(script.text() for script in scripts[:50])

    @cached_property
    def works(self) -> tuple[Thing, ...]:
        """The things among them that are works, the likeliest subject first."""
        return tuple(sorted((each for each in self.things if rank(each)), key=rank))

    @cached_property
    def headings(self) -> tuple[LexborNode, ...]:
        """The elements that may hold the headline of the page's work."""
        found = self.tree.css(_HEADINGS) or self.tree.css(_LESSER_HEADINGS)
        return tuple(found[:_MOST_HEADINGS])

    @cached_property
    def words(self) -> str:
        """The page's visible words in one line."""
        body = self.tree.body
        return text_of(body, most=_MOST_NODES) if body else ""

    def around(self, title: str | None) -> tuple[tuple[str, str], ...]:
        """Return the words just before and after each place where the title stands."""
        if not title:
            return ()
        found: list[tuple[str, str]] = []
        at = self.words.find(title)
        while at >= 0 and len(found) < _MOST_TITLES:
            end = at + len(title)
            before = self.words[max(0, at - _BEFORE_TITLE_CHARS) : at]
            found.append((before, self.words[end : end + _AFTER_TITLE_CHARS]))
            at = self.words.find(title, end)
        return tuple(found)

    @cached_property
    def base(self) -> str:
        """The address that relative links are read against."""
        element = self.tree.css_first("base[href]")
        href = (element.attributes.get("href") or "") if element else ""
        return _join(self.url, href) or self.url

    @cached_property
    def links(self) -> tuple[Mapping[str, str | None], ...]:
        """The attributes of the page's `link` elements."""
        return tuple(each.attributes for each in self.tree.css("link[rel]")[:300])

    def link(self, rel: str) -> Iterator[Mapping[str, str | None]]:
        """Yield the links with this relation."""
        for each in self.links:
            if rel in (each.get("rel") or "").lower().split():
                yield each

    def absolute(self, href: str | None) -> str | None:
        """Return `href` as an absolute http(s) address, or None."""
        return _join(self.base, href.strip()) if href and href.strip() else None


def parse(markup: str, url: str) -> Page:
    """Parse decoded markup."""
    tree = LexborHTMLParser(bounded(markup))
    return Page(url=url, tree=tree, metas=_metas(tree.css("meta[content]")))


def text_of(node: LexborNode, *, most: int = 400) -> str:
    """Return an element's visible words in one line, gaps between its parts."""
    return " ".join(" ".join(parts_of(node, most=most)).split())


def parts_of(node: LexborNode, *, most: int = 400) -> list[str]:
    """Return an element's visible pieces of text, from at most `most` nodes."""
    found: list[str] = []
    hidden = False
    for each in islice(node.traverse(include_text=True), most):
        text = each.text_content if each.is_text_node else None
        if text and not hidden:
            found.append(text)
        # The words of a script are its only child, and so come next.
        hidden = each.tag in _UNSEEN
    return found


def _metas(elements: Iterable[LexborNode]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in elements:
        attributes = element.attributes
        content = (attributes.get("content") or "")[:_CONTENT_CHARS]
        if not content.strip():
            continue
        for kind in ("property", "name", "itemprop", "http-equiv"):
            for name in (attributes.get(kind) or "").lower().split()[:4]:
                if len(found[name]) < _MOST_VALUES:
                    found[name].append(content)
    return {name: tuple(values) for name, values in found.items()}


def _join(base: str, href: str) -> str | None:
    if len(href) > _URL_CHARS:
        return None
    try:
        joined = urljoin(base, href)
        parts = urlsplit(joined)
    except ValueError:
        return None
    fit = parts.scheme in {"http", "https"} and parts.hostname
    return joined if fit and joined.isprintable() else None
