"""What is logged of a request that went wrong: never its path, it may be secret."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

from flask import g, request

from relay.adapters.logs import begin_context

if TYPE_CHECKING:
    from types import TracebackType

    from flask import Flask, Response

    Raised = tuple[type, BaseException, TracebackType] | tuple[None, None, None]

HEADER = "X-Request-Id"
ID_BYTES = 8

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def prepare(app: Flask, *, proxies: int) -> None:
    """Give each request an id, which stands in its log lines and in its answer.

    Behind a proxy of our own the id is the proxy's, when it sends one.
    """

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "") if proxies else ""
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(ID_BYTES)
        g.begun = time.perf_counter()
        begin_context(
            request=g.request_id, method=request.method, route=str(request.url_rule)
        )

    @app.after_request
    def tell_id(response: Response) -> Response:
        # A strange host is refused before a request has begun.
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response

    def log_exception(raised: Raised) -> None:
        app.logger.error(
            "the request failed",
            exc_info=raised,
            extra={"status": 500, "ms": milliseconds()},
        )

    # Flask's own would log the path.
    app.log_exception = log_exception  # type: ignore[method-assign, assignment]


def milliseconds() -> int:
    """Return how long the request at hand has taken so far."""
    now = time.perf_counter()
    begun: float = g.get("begun", now)
    return round(1000 * (now - begun))
