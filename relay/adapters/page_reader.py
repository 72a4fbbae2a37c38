"""From a stranger's page, as bytes, to the facts that the page states."""

from __future__ import annotations

from relay.adapters.page_charset import decode
from relay.adapters.page_document import parse
from relay.adapters.page_headline import find_title
from relay.domain.page_text import DESCRIPTION_CHARS, NAME_CHARS, plain
from relay.domain.preview import PageFacts


def read_page(body: bytes, url: str, *, content_type: str | None = None) -> PageFacts:
    """Return what the page says of itself; never raises, whatever the bytes are.

    `url` is the address the page was read from, `content_type` its HTTP header.
    """
    page = parse(decode(body, content_type=content_type), url)
    description = next(page.meta("og:description", "twitter:description", "description"), None)
    image = next(page.meta("og:image", "og:image:url", "twitter:image"), None)
    return PageFacts(
        title=find_title(page),
        description=plain(description, limit=DESCRIPTION_CHARS),
        image=page.absolute(image),
        image_alt=plain(next(page.meta("og:image:alt", "twitter:image:alt"), None), limit=DESCRIPTION_CHARS),
        author=plain(next(page.meta("author", "article:author"), None), limit=NAME_CHARS),
        publisher=plain(next(page.meta("og:site_name"), None), limit=NAME_CHARS),
        date=next(page.meta("article:published_time", "date"), None),
        lang=page.tree.root.attributes.get("lang") if page.tree.root else None,
        url=page.absolute(next(page.meta("og:url"), None)) or url,
        oembed=None,
    )
