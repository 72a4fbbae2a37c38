"""The title of the work that a page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.page_text import TITLE_CHARS, plain

if TYPE_CHECKING:
    from relay.adapters.page_document import Page


def find_title(page: Page) -> str | None:
    """Return the page's title."""
    said = next(page.meta("og:title", "twitter:title"), None)
    element = page.tree.css_first("title")
    return plain(said or (element.text() if element else None), limit=TITLE_CHARS)
