"""The address under which a page wants to be known, and its oEmbed answer's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from relay.adapters.page_document import Page

_OEMBED_TYPES = frozenset({"application/json+oembed", "text/json+oembed"})


def find_address(page: Page) -> str:
    """Return the page's canonical address; the one it was read from if it has none.

    A front page as the canonical address of an inner one is a common mistake of
    templates, and is passed over.
    """
    asked = urlsplit(page.url)
    for said in [
        *(link.get("href") for link in page.link("canonical")),
        *page.meta("og:url", "twitter:url"),
    ]:
        found = page.absolute(said)
        if found and (urlsplit(found).path.strip("/") or not asked.path.strip("/")):
            return found
    return page.url


def find_oembed(page: Page) -> str | None:
    """Return where the page's oEmbed answer (JSON) is, if it names one."""
    for link in page.link("alternate"):
        if (link.get("type") or "").strip().lower() in _OEMBED_TYPES:
            return page.absolute(link.get("href"))
    return None
