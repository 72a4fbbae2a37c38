"""Lantern Street, a small platform of our own on loopback that shows every artwork."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from relay.demo import art
from relay.demo.makers import Page, plan
from relay.demo.site_pages import (
    SIZES,
    front_page,
    login_page,
    notice_page,
    oembed,
    post_page,
    suffix,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from relay.demo.makers import Submission

SLOW_SECONDS = 2.5
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_CHARSETS = {Page.GBK: "gbk", Page.SHIFT_JIS: "shift_jis"}
_POST = re.compile(r"/(?P<place>post|p)/(?P<n>\d{1,4})")
_ART = re.compile(r"/art/(?P<n>\d{1,4})\.(?P<suffix>jpg|png|webp)")


class SisterSite(ThreadingHTTPServer):
    """The platform; `url` is where it is, without a slash at its end."""

    daemon_threads = True
    # Many workers may knock in the same moment.
    request_queue_size = 64

    def __init__(
        self,
        *,
        port: int = 0,
        slow_seconds: float = SLOW_SECONDS,
        cache: Path | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), Visit)
        self.day = datetime.now(UTC).date().isoformat()
        self.slow_seconds = slow_seconds
        self.gallery = Gallery(cache)
        self._visits: Counter[int] = Counter()
        self._counting = threading.Lock()

    @property
    def host_port(self) -> str:
        """The address as `RELAY_FETCH_ALLOW` wants it."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """Where the site is."""
        return f"http://{self.host_port}"

    def count_visit(self, n: int) -> int:
        """Return how often the post has been asked for, this time included."""
        with self._counting:
            self._visits[n] += 1
            return self._visits[n]


@contextmanager
def open_site(
    *,
    port: int = 0,
    slow_seconds: float = SLOW_SECONDS,
    cache: Path | None = None,
) -> Iterator[SisterSite]:
    """Serve the site from a thread; on another port when `port` is taken.

    Drawn pictures are kept in the folder `cache`, when one is given.
    """
    try:
        site = SisterSite(port=port, slow_seconds=slow_seconds, cache=cache)
    except OSError:
        site = SisterSite(slow_seconds=slow_seconds, cache=cache)
    thread = threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


class Gallery:
    """Draws each picture when somebody first asks for it, and keeps it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[int, bytes] = {}
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def picture(self, entry: Submission) -> bytes:
        """Return the file of one post's picture."""
        with self._locks[entry.n]:
            if entry.n not in self._kept:
                self._kept[entry.n] = self._read(entry) or self._draw(entry)
            return self._kept[entry.n]

    def _read(self, entry: Submission) -> bytes | None:
        path = self._path(entry)
        return path.read_bytes() if path and path.exists() else None

    def _draw(self, entry: Submission) -> bytes:
        picture = art.draw(entry.art, longest=longest_side(entry))
        file = BytesIO()
        kind = suffix(entry)
        if kind == "png":
            picture.save(file, "PNG", compress_level=3)
        else:
            picture.save(file, "JPEG" if kind == "jpg" else "WEBP", quality=88)
        if path := self._path(entry):
            # Whole or not at all: the demo may be ended in the middle.
            part = path.with_suffix(".part")
            part.write_bytes(file.getvalue())
            part.replace(path)
        return file.getvalue()

    def _path(self, entry: Submission) -> Path | None:
        if self._folder is None:
            return None
        name = f"{art.key(entry.art)}-{longest_side(entry)}.{suffix(entry)}"
        return self._folder / name


def longest_side(entry: Submission) -> int:
    """Return the longer side of the post's picture in pixels."""
    return SIZES[entry.n % len(SIZES)]


class Visit(BaseHTTPRequestHandler):
    """One request to the site."""

    server: SisterSite
    server_version = "LanternStreet"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with a page, a picture or an oEmbed document."""
        asked = urlsplit(self.path)
        if asked.path == "/":
            self._page(front_page(plan()))
        elif asked.path == "/login":
            self._page(login_page())
        elif asked.path == "/oembed":
            self._oembed(parse_qs(asked.query).get("url", [""])[0])
        elif found := _POST.fullmatch(asked.path):
            self._post(int(found["n"]), moved=found["place"] == "p")
        elif found := _ART.fullmatch(asked.path):
            self._art(int(found["n"]), found["suffix"])
        else:
            self._missing()

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self.do_GET()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the terminal belongs to the relay."""

    def _post(self, n: int, *, moved: bool) -> None:
        entry = _find(n)
        if entry is None:
            self._missing()
            return
        visits = self.server.count_visit(n)
        if entry.page is Page.SLOW:
            time.sleep(self.server.slow_seconds)
        if entry.page is Page.MOVED and not moved:
            self._redirect(f"/p/{n}", HTTPStatus.MOVED_PERMANENTLY)
        elif entry.page is Page.LOGIN:
            self._redirect(f"/login?next=/post/{n}", HTTPStatus.FOUND)
        elif entry.page is Page.FLAKY and visits == 1:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "Please try again.")
        elif entry.page is Page.FORBIDDEN:
            self._refuse(HTTPStatus.FORBIDDEN, "Its maker shows it to friends only.")
        elif entry.page is Page.GONE:
            self._refuse(HTTPStatus.GONE, "Its maker took it down.")
        else:
            page = post_page(entry, site=self.server.url, day=self.server.day)
            self._page(page, charset=_CHARSETS.get(entry.page, "utf-8"))

    def _art(self, n: int, kind: str) -> None:
        entry = _find(n)
        if entry is None or kind != suffix(entry):
            self._missing()
            return
        self._send(HTTPStatus.OK, self.server.gallery.picture(entry), _TYPES[kind])

    def _oembed(self, about: str) -> None:
        found = _POST.fullmatch(urlsplit(about).path)
        entry = _find(int(found["n"])) if found else None
        if entry is None:
            self._missing()
            return
        ratio = art.SKETCHES[entry.art].ratio
        side = longest_side(entry)
        size = (
            (side, round(side / ratio)) if ratio >= 1 else (round(side * ratio), side)
        )
        answer = oembed(entry, site=self.server.url, size=size)
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._send(HTTPStatus.OK, body, "application/json+oembed; charset=utf-8")

    def _page(
        self, text: str, *, status: HTTPStatus = HTTPStatus.OK, charset: str = "utf-8"
    ) -> None:
        body = text.replace("CHARSET", charset, 1).encode(charset, "xmlcharrefreplace")
        # Old sites name their charset in the page only.
        kind = "text/html" if charset != "utf-8" else "text/html; charset=utf-8"
        self._send(status, body, kind)

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        self._page(notice_page(status.phrase, words), status=status)

    def _missing(self) -> None:
        self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _redirect(self, place: str, status: HTTPStatus) -> None:
        self._send(status, b"", "text/plain", place=place)

    def _send(
        self, status: HTTPStatus, body: bytes, kind: str, *, place: str | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if place is not None:
            self.send_header("Location", place)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _find(n: int) -> Submission | None:
    return plan()[n] if n < len(plan()) else None
