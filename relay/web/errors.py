"""Errors as pages: what happened, and what can be done now."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from babel.dates import get_timezone_name
from flask import Response, current_app, make_response, render_template, request
from flask_babel import format_date, format_time, get_locale, get_timezone, ngettext
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.http import HTTP_STATUS_CODES

from relay.domain.errors import (
    Conflict,
    FetchFailed,
    Forbidden,
    Invalid,
    NotFound,
    PictureRefused,
    RelayError,
    SeasonClosed,
    TooMany,
    Unavailable,
)
from relay.web.journal import milliseconds
from relay.web.limits import draw_waiting
from relay.web.reloading import go_to_page

if TYPE_CHECKING:
    from datetime import tzinfo

    from flask import Flask
    from flask_limiter import Limiter, RequestLimit

RETRY_SECONDS = 30

STATUS: dict[type[RelayError], int] = {
    Invalid: 422,
    NotFound: 404,
    Conflict: 409,
    SeasonClosed: 403,
    Forbidden: 403,
    TooMany: 429,
    Unavailable: 503,
    FetchFailed: 502,
    PictureRefused: 422,
}


def prepare(app: Flask) -> None:
    """Answer every error with a designed page, or a problem document for the API."""
    app.register_error_handler(RelayError, _our_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(SecurityError, _strange_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _http_error)


def status_of(error: RelayError) -> int:
    """Return the HTTP status that says the same as one of our errors."""
    for each in type(error).__mro__:
        if each in STATUS:
            return STATUS[each]
    return 400


def show_error(
    status: int,
    *,
    code: str = "",
    retry_after: int = 0,
    error: RelayError | None = None,
) -> Response:
    """Return the answer for a status: a page, or a problem document for the API.

    `code` picks a page of its own where one status has several meanings.
    """
    if request.path.startswith("/api/"):
        answer = problem(status, code, error)
    else:
        page = render_template(
            "public/error.html",
            status=status,
            code=code,
            retry_after=retry_after,
            why=why_closed(error) if isinstance(error, SeasonClosed) else "",
        )
        answer = make_response(page, status)
    answer.cache_control.no_store = True
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def why_closed(error: SeasonClosed, *, zone: tzinfo | None = None) -> str:
    """Return why a season takes nothing now, with the moment in its own time zone.

    Without a zone it is that of the current season.
    """
    sentence = {
        "closed": _("This season closed on %(date)s at %(time)s (%(zone)s)."),
        "not_yet_open": _("This season opens on %(date)s at %(time)s (%(zone)s)."),
    }.get(error.reason)
    if sentence is None or error.at is None:
        return str(_("No season has been opened yet."))
    at = error.at.astimezone(zone or get_timezone())
    moment = {
        "date": format_date(at, "long", rebase=False),
        "time": format_time(at, "short", rebase=False),
        "zone": get_timezone_name(at, locale=get_locale()),
    }
    return str(sentence % moment)


def why_wait(seconds: int) -> str:
    """Return that an address has asked too often, and when it may ask again."""
    minutes = -(-seconds // 60)
    return str(
        ngettext(
            "We had very many requests from your address."
            " You can try again in %(num)s minute.",
            "We had very many requests from your address."
            " You can try again in %(num)s minutes.",
            minutes,
        )
    )


def _our_error(error: RelayError) -> Response:
    waits = {
        TooMany: getattr(error, "retry_after", 0),
        Unavailable: RETRY_SECONDS,
    }
    status = status_of(error)
    if status >= 500:  # noqa: PLR2004 - ours, not the reader's
        current_app.logger.error(
            "the request failed",
            extra={"status": status, "reason": str(error), "ms": milliseconds()},
        )
    return show_error(
        status,
        code=error.code,
        retry_after=waits.get(type(error), 0),
        error=error,
    )


def _database_away(error: OperationalError) -> Response:
    current_app.logger.error(
        "the database does not answer",
        extra={
            "status": 503,
            "reason": str(error.orig).split("\n", 1)[0],
            "ms": milliseconds(),
        },
    )
    return show_error(503, code="unavailable", retry_after=RETRY_SECONDS)


def _stale_form(_error: CSRFError) -> Response:
    return show_error(400, code="stale_form")


def _strange_host(_error: SecurityError) -> Response:
    """Answer without a page: under a host that is not ours no address can be built."""
    return Response("This host name is not served here.", 400, mimetype="text/plain")


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if 300 <= status < 400:  # noqa: PLR2004 - redirects come as exceptions, too
        return make_response(error.get_response())
    page = go_to_page() if status == HTTPStatus.METHOD_NOT_ALLOWED else None
    if page:
        return make_response(page)
    wait = {429: _wait_of_limit(), 503: RETRY_SECONDS}.get(status, 0)
    kept = draw_waiting(wait) if status == HTTPStatus.TOO_MANY_REQUESTS else None
    answer = kept or show_error(status, retry_after=wait)
    if kept:
        kept.headers["Retry-After"] = str(wait)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            answer.headers.setdefault(name, value)
    return answer


def _wait_of_limit() -> int:
    """Return the seconds until the limit that stopped this request is over."""
    limiter: Limiter = next(iter(current_app.extensions["limiter"]))
    limit: RequestLimit | None = limiter.current_limit
    return max(1, int(limit.reset_at - time.time())) if limit else RETRY_SECONDS


def problem(
    status: int, code: str = "", error: RelayError | None = None, **more: object
) -> Response:
    """Return a problem document (RFC 9457); `errors` names the fields at fault."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
    }
    if code:
        document["code"] = code
    if error:
        document["detail"] = str(error)
    if isinstance(error, Invalid):
        document["errors"] = [
            {"field": each.field, "code": each.code} for each in error.fields
        ]
    if isinstance(error, SeasonClosed):
        document["reason"] = error.reason
        if error.at:
            name = "closed_at" if error.reason == "closed" else "opens_at"
            document[name] = error.at.isoformat()
    return Response(
        json.dumps({**document, **more}),
        status=status,
        content_type="application/problem+json",
    )
