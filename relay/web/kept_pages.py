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
from relay.queries.season import find_next_turn
from relay.web.context import SHOWN
from relay.web.encodings import choose_encoding
from relay.web.frame import READING_COOKIE, read_choices

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from sqlalchemy import Engine

    from relay.ports import Clock

KEPT_SECONDS = 60.0  # pages say how long ago something was
KEPT_BYTES = 32 * 1024 * 1024
HEADERS_BYTES = 2 * 1024  # what a page costs beside its body, roughly
LONGEST = 300  # characters of a query: no link of ours has more

_MAY_BE_KEPT = "relay.may_be_kept"
_DRAWN = (".png", ".jpg")  # shared pictures: kept in the media store instead
_OF_ONE_ANSWER = frozenset({"x-request-id"})
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})

Key = tuple[object, ...]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """What pages show: an edition, and the seasons as they are until `turn`.

    A season opens and closes by the clock, without a commit that turns the edition.
    """

    edition: int
    turn: datetime | None


@dataclass(frozen=True)
class Kept:
    """One page as it was sent, what it shows, and until when it may be."""

    shown: Shown
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
    encoding that its reader takes. It is never shown in another edition than its own,
    and the edition grows in the commit that publishes or takes away; nor when a
    season has opened or closed since.
    """

    def __init__(self, app: WSGIApplication, engine: Engine, *, clock: Clock) -> None:
        self._app = app
        self._engine = engine
        self._clock = clock
        self._shown = (Shown(-1, None), 0.0)
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request, in the one encoding that is best for its reader."""
        # Flask-Compress would take a quality of 0 for a wish.
        encoding = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        environ["HTTP_ACCEPT_ENCODING"] = encoding
        key = _key(environ)
        # Read before the page is: what changes meanwhile only makes it newer.
        shown = self._read_shown() if key else None
        if key is None or shown is None:
            return self._app(environ, start_response)
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        kept = self._find(key, shown)
        if kept is None:
            environ[SHOWN] = shown
            # Whole, whatever the reader knows: it is kept for others, too.
            environ.pop("HTTP_IF_NONE_MATCH", None)
            status, headers, body = _run(self._app, environ)
            # A reader's own conditions may have made another answer of the page.
            is_whole = status.startswith("200")
            if not is_whole or _MAY_BE_KEPT not in environ or _sets_cookie(headers):
                start_response(status, headers)
                return [body]
            kept = _page(shown, headers, body)
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

    def _read_shown(self) -> Shown | None:
        """Return what a page of now shows; None when the database does not say."""
        try:
            edition, now = read_edition(self._engine), self._clock.now()
            last, until = self._shown
            is_over = last.turn is not None and now >= last.turn
            if last.edition == edition and not is_over and time.monotonic() <= until:
                return last
            with self._engine.connect() as connection:
                shown = Shown(edition, find_next_turn(connection, now=now))
        except SQLAlchemyError:
            return None
        self._shown = shown, time.monotonic() + KEPT_SECONDS
        return shown

    def _find(self, key: Key, shown: Shown) -> Kept | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.shown != shown or time.monotonic() > kept.until:
                return None
            self._pages.move_to_end(key)
            return kept


def _key(environ: WSGIEnvironment) -> Key | None:
    """Return what a page depends on; None for what is no page in a language."""
    path: str = environ.get("PATH_INFO", "")
    query: str = environ.get("QUERY_STRING", "")
    encoding: str = environ["HTTP_ACCEPT_ENCODING"]
    if (
        environ["REQUEST_METHOD"] != "GET"
        or path[1:].partition("/")[0] not in LANGUAGES
        or path.endswith(_DRAWN)
        or len(query) > LONGEST
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
    return (*address, encoding, reading)


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


def _page(shown: Shown, headers: Headers, body: bytes) -> Kept:
    etag = next(value for name, value in headers if name.lower() == "etag")
    shared = [each for each in headers if each[0].lower() not in _OF_ONE_ANSWER]
    return Kept(shown, time.monotonic() + KEPT_SECONDS, etag, shared, body)


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
