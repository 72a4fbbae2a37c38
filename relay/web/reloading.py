"""Reloading what a form has answered: its address leads to the page it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from werkzeug.routing import MapAdapter
    from werkzeug.wrappers import Response


def go_to_page() -> Response | None:
    """Answer a reader at an address that takes forms only; None where no page is near.

    A form that was not right is drawn anew under the address that it was sent to, and
    that is what a reader reloads, or comes back to in the browser's history. The page
    that it belongs to is the nearest one above it.
    """
    adapter, path = current_app.create_url_adapter(request), request.path
    if request.method not in {"GET", "HEAD"} or path.startswith("/api/"):
        return None
    while adapter and (path := path.rpartition("/")[0]):
        page = _find_page(adapter, path)
        if page:
            return redirect(page, code=303)
    return None


def _find_page(adapter: MapAdapter, path: str) -> str | None:
    """Return the address of the page at a path, with the query of this request."""
    query = request.query_string.decode("ascii", "replace")
    try:
        adapter.match(path, method="GET", query_args=query)
    except RequestRedirect as written_otherwise:
        return written_otherwise.new_url
    except (MethodNotAllowed, NotFound):
        return None
    return f"{path}?{query}" if query else path
