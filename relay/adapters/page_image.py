"""The picture that stands for a page's work, and the words that describe it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from relay.adapters.page_places import is_beside
from relay.domain.page_text import DESCRIPTION_CHARS, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from relay.adapters.page_document import Page

_METAS = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "twitter:image0",
)
_LATER_METAS = (
    "thumbnailurl",
    "sailthru.image.full",
    "thumbnail",
    "image",
)
_SMALLEST_SIDE = 200
_MOST_IMAGES = 60
# Some templates put a whole srcset where one address belongs.
_IN_SRCSET = re.compile(r"\s*(\S{1,2000}?)(?:\s|%20)+[0-9.]{1,6}[wx]\s*(?:,|$)")
_OFFER = re.compile(r"([^\s,]\S{0,2000})\s+(\d{1,5}(?:\.\d{1,3})?)([wx])(?=\s*(?:,|$))")
_SRCSET_CHARS = 20_000
_WIDEST = 2_600
_PIXELS = re.compile(r"\s{0,9}([0-9]{1,5})(?:px)?\s{0,9}")
# Pictures that belong to the site, by what their address calls them.
_FURNITURE = re.compile(
    r"(?:^|[/_.-])(?:logo|icons?|sprite|spacer|blank|pixel|avatar|gravatar|button|badge|"
    r"load(?:er|ing)?|placeholder|1x1|tracking|emoji|favicon)(?:$|[/_.\d-])|\.svg(?:$|\?)|^data:",
    re.IGNORECASE,
)


def find_image(page: Page) -> str | None:
    """Return the absolute address of the page's picture, or None."""
    for said in _said(page):
        listed = _IN_SRCSET.match(said) if said and "," in said else None
        found = page.absolute(listed[1] if listed else said)
        if found:
            return found
    return None


def find_image_alt(page: Page) -> str | None:
    """Return what the page says its picture shows."""
    said = next(page.meta("og:image:alt", "twitter:image:alt"), None)
    return plain(said, limit=DESCRIPTION_CHARS)


def _said(page: Page) -> Iterator[str | None]:
    yield from page.meta(*_METAS)
    for work in page.works:
        for name in ("image", "thumbnailUrl", "thumbnail", "primaryImageOfPage"):
            for value in work.values(name):
                yield _address(value)
    for link in page.link("image_src"):
        yield link.get("href")
    yield from page.meta(*_LATER_METAS)
    for element in page.tree.css(
        "[itemprop~=image], [itemprop~=thumbnailUrl], video[poster]"
    )[:5]:
        yield _source(element)
    for element in page.tree.css("article img, main img, figure img, img")[
        :_MOST_IMAGES
    ]:
        source = _source(element)
        if source and _is_of_the_work(element, source):
            yield source
    for link in page.link("apple-touch-icon"):
        yield link.get("href")
    yield from page.meta("msapplication-tileimage")


def _address(value: Any) -> str | None:  # noqa: ANN401 -- JSON holds anything
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else None


def _source(element: LexborNode) -> str | None:
    attributes = element.attributes
    for name in (
        "content",
        "data-src",
        "data-original",
        "data-lazy-src",
        "src",
        "poster",
        "href",
    ):
        value = attributes.get(name)
        if value and not value.startswith("data:"):
            return value
    return _largest(attributes.get("srcset") or attributes.get("data-srcset") or "")


def _largest(srcset: str) -> str | None:
    """Return the address of the largest picture that a srcset offers for a page."""
    offers = [
        (float(size), address)
        for address, size, _ in _OFFER.findall(srcset[:_SRCSET_CHARS])
        if not address.startswith("data:") and float(size) <= _WIDEST
    ]
    return max(offers)[1] if offers else None


def _is_of_the_work(element: LexborNode, source: str) -> bool:
    if _FURNITURE.search(source):
        return False
    for name in ("width", "height"):
        side = _PIXELS.fullmatch(element.attributes.get(name) or "")
        if side and int(side[1]) < _SMALLEST_SIDE:
            return False
    return not is_beside(element)
