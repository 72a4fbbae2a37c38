"""Kept pages: public pages as they were sent, until anything public changes."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from flask import request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from relay.domain.language import LANGUAGES
from relay.queries.edition import read_edition
from relay.web.frame import READING_COOKIE, read_choices

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from sqlalchemy import Engine

KEPT_SECONDS = 60.0  # pages say how long ago something was
KEPT_BYTES = 32 * 1024 * 1024
HEADERS_BYTES = 2 * 1024  # what a page costs beside its body, roughly
LONGEST = 300  # characters of a query, or of the encodings: no link of ours has more

_MAY_BE_KEPT = "relay.may_be_kept"
_OF_ONE_ANSWER = frozenset({"x-request-id"})
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})

Key = tuple[object, ...]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """One page as it was sent, the edition that it shows, and until when it may be."""

    edition: int
    until: float
    etag: str
    headers: Headers
    body: bytes

    @property
    def size(self) -> int:
        """Its bytes in memory, roughly."""
        return len(self.body) + HEADERS_BYTES


def keep_page() -> None:
    """Say that this request's page is the same for everyone who asks like this."""
    request.environ[_MAY_BE_KEPT] = True


class KeptPages:
    """Answers with pages that were made before, and has the others made.

    A page is kept under all that it depends on: address, reading settings, and the
    encodings that its reader takes. It is never shown in another edition than
    its own, and the edition grows in the commit that publishes or takes away.
    """

    def __init__(self, app: WSGIApplication, engine: Engine) -> None:
        self._app = app
        self._engine = engine
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        key = _key(environ)
        # Read before the page is: what is published meanwhile only makes it newer.
        edition = self._edition() if key else None
        if key is None or edition is None:
            return self._app(environ, start_response)
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        kept = self._find(key, edition)
        if kept is None:
            # Whole, whatever the reader knows: it is kept for others, too.
            environ.pop("HTTP_IF_NONE_MATCH", None)
            status, headers, body = _run(self._app, environ)
            # A reader's own conditions may have made another answer of the page.
            is_whole = status.startswith("200")
            if not is_whole or _MAY_BE_KEPT not in environ or _sets_cookie(headers):
                start_response(status, headers)
                return [body]
            kept = _page(edition, headers, body)
            self.keep(key, kept)
        return _send(kept, known, start_response)

    def keep(self, key: Key, kept: Kept) -> None:
        """Keep a page; those that nobody asked for lately make room."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._size += kept.size - (before.size if before else 0)
            self._pages[key] = kept
            while self._size > KEPT_BYTES:
                self._size -= self._pages.popitem(last=False)[1].size

    def __len__(self) -> int:
        """Return how many pages are kept."""
        return len(self._pages)

    def _edition(self) -> int | None:
        """Return the edition; None when the database does not say, as the app will."""
        try:
            return read_edition(self._engine)
        except SQLAlchemyError:
            return None

    def _find(self, key: Key, edition: int) -> Kept | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.edition != edition or time.monotonic() > kept.until:
                return None
            self._pages.move_to_end(key)
            return kept


def _key(environ: WSGIEnvironment) -> Key | None:
    """Return what a page depends on; None for what is no page in a language."""
    path: str = environ.get("PATH_INFO", "")
    query: str = environ.get("QUERY_STRING", "")
    encodings: str = environ.get("HTTP_ACCEPT_ENCODING", "")
    if (
        environ["REQUEST_METHOD"] != "GET"
        or path[1:].partition("/")[0] not in LANGUAGES
        or len(query) + len(encodings) > LONGEST
    ):
        return None
    cookies: str = environ.get("HTTP_COOKIE", "")
    # Most readers have no settings, and reading cookies takes its time.
    reading = (
        read_choices(parse_cookie(cookies).get(READING_COOKIE, ""))
        if READING_COOKIE in cookies
        else frozenset[str]()
    )
    address = (environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), path, query)
    return (*address, encodings, reading)


def _run(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, Headers, bytes]:
    """Return the application's whole answer."""
    begun: list[tuple[str, Headers]] = []
    parts: list[bytes] = []

    def begin(status: str, headers: Headers, _error: object = None, /) -> object:
        begun[:] = [(status, headers)]
        return parts.append

    answer = app(environ, begin)  # type: ignore[arg-type]  # `write` may return anything
    try:
        parts.extend(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers = begun[0]
    return status, headers, b"".join(parts)


def _sets_cookie(headers: Headers) -> bool:
    """Tell whether an answer is one reader's own after all, whatever its view said."""
    return any(name.lower() == "set-cookie" for name, _ in headers)


def _page(edition: int, headers: Headers, body: bytes) -> Kept:
    etag = next(value for name, value in headers if name.lower() == "etag")
    shared = [each for each in headers if each[0].lower() not in _OF_ONE_ANSWER]
    return Kept(edition, time.monotonic() + KEPT_SECONDS, etag, shared, body)


def _send(kept: Kept, known: str, start_response: StartResponse) -> list[bytes]:
    """Send a page, or say that it is the one which the reader has already."""
    if kept.etag in known:
        start_response(
            "304 NOT MODIFIED",
            [each for each in kept.headers if each[0].lower() not in _OF_THE_BODY],
        )
        return []
    start_response("200 OK", list(kept.headers))
    return [kept.body]
