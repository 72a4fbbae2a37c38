"""The published entry that a page is about, or the stone in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from relay.domain.errors import NotFound
from relay.queries.entry import find_entry
from relay.web.answer import send_page
from relay.web.context import reading

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from relay.queries.entry import EntryView, Stone


def require_entry(no: int) -> EntryView | Stone:
    """Return the entry of a public number, or its stone; raises NotFound."""
    with reading() as connection:
        found = find_entry(connection, no)
    if found is None:
        message = f"There is no artwork number {no}."
        raise NotFound(message)
    return found


def send_stone(stone: Stone) -> Response:
    """Return the page that stands where an entry was taken away."""
    return send_page(render_template("public/stone.html", stone=stone), 410)
