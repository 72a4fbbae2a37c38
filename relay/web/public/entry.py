"""One artwork: its picture, its words, and its place in the relay."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import segno
from flask import render_template
from markupsafe import Markup

from relay.domain.baton import show_code
from relay.domain.platform_table_art import WEB
from relay.domain.platforms import handle_of
from relay.queries.entry import Stone
from relay.web.answer import send_page
from relay.web.context import the_relay
from relay.web.public import pages
from relay.web.public.relay_tree import count_after
from relay.web.public.shown import require_entry, send_stone
from relay.web.words import platform_name

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from relay.queries.entry import EntryView


@pages.get("/w/<int(max=2147483647):no>")
def entry(no: int) -> Response:
    """Show an entry; where one was taken away, a stone."""
    found = require_entry(no)
    if isinstance(found, Stone):
        return send_stone(found)
    return send_page(
        render_template(
            "public/entry.html",
            entry=found,
            link=safe_link(found.link),
            source=_source(found),
            handle=handle_of(found.link),
            after=count_after(found),
            baton=_baton(found),
        )
    )


def safe_link(link: str) -> str:
    """Return a link that may stand on our page: http or https, or none."""
    return link if link.startswith(("https://", "http://")) else ""


def _source(found: EntryView) -> str:
    """Return where the post is: its platform, or the site where that is the web."""
    if found.platform == WEB.key:
        return urlsplit(found.link).hostname or ""
    return platform_name(found.platform)


@lru_cache(maxsize=1024)
def draw_qr(url: str) -> Markup:
    """Return the QR code of an address as an SVG element without styles."""
    svg = segno.make(url, error="m", micro=False).svg_inline(
        omitsize=True, border=2, dark="#1d1730", light="#fff", svgclass="qr"
    )
    return Markup(svg)  # noqa: S704 - drawn by segno from squares alone


def _baton(found: EntryView) -> dict[str, object] | None:
    """Return the baton's link, its typed form, its QR code and its share links."""
    if found.baton is None:
        return None
    url = f"{the_relay().settings.base_url}/b/{found.baton}"
    return {
        "url": url,
        "code": show_code(found.baton),
        "qr": draw_qr(url),
        "quoted": quote(url, safe=""),
    }
