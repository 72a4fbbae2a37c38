"""From a stranger's page, as bytes, to the facts that the page states."""

from __future__ import annotations

from relay.adapters.page_address import find_address, find_oembed
from relay.adapters.page_byline import find_author
from relay.adapters.page_charset import decode
from relay.adapters.page_dateline import find_date
from relay.adapters.page_description import find_description
from relay.adapters.page_document import parse
from relay.adapters.page_headline import find_title
from relay.adapters.page_image import find_image, find_image_alt
from relay.adapters.page_language import find_language
from relay.adapters.page_site import find_publisher, site_names
from relay.domain.preview import PageFacts


def read_page(body: bytes, url: str, *, content_type: str | None = None) -> PageFacts:
    """Return what the page says of itself; never raises, whatever the bytes are.

    `url` is the address the page was read from, `content_type` its HTTP header.
    A page cut off in the middle is read as far as it goes.
    """
    page = parse(decode(body, content_type=content_type), url)
    sites = site_names(page)
    language = find_language(page)
    title = find_title(page, sites=sites)
    return PageFacts(
        title=title,
        description=find_description(page, title=title),
        image=find_image(page),
        image_alt=find_image_alt(page),
        author=find_author(page, title=title, sites=sites),
        publisher=find_publisher(page, title=title),
        date=find_date(page, language=language, title=title),
        lang=language,
        url=find_address(page),
        oembed=find_oembed(page),
    )
