"""Sends 251 real pages through the whole relay, and tells what became of each.

    python -m tests.bench.bench_real_input [--practice ../shared/practice/link-previews]

The pages are served on loopback; the pictures that they name are answered with drawn
ones of odd sizes and formats. They are posted through the API to a running `relay up`,
whose workers fetch them. Ends with 1 unless every page has a final state, with a
reason where it has no preview.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from PIL import Image, ImageDraw
from typing_extensions import override

from relay.domain.preview import FINAL_STATES
from relay.settings import environment_with
from tests.bench.measuring import (
    PRACTICE,
    ROOT,
    UNLIMITED,
    connect,
    free_port,
    percentile,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

READY_SECONDS = 90
CITIES = (1799962, 2950159, 1850147, 360630, 3435910, 2988507, 281184)

# Addresses in pages, also as JSON-LD escapes them, up to the end of the host.
_HOST = rb"""(?:https?:)?(?:\\?/){2}[A-Za-z0-9.-]+(?::\d+)?(?=[/\\?"'])"""
_PICTURE = re.compile(
    _HOST + rb"""(?=[^\s"'<>()]*\.(?:jpe?g|png|gif|webp|avif|svg)\b)""", re.IGNORECASE
)
# In these tags every address is one that a worker may follow.
_TAG = re.compile(
    rb"<(?:(?:base|img)\b|(?:meta|link)\b[^>]*(?:image|thumb|oembed))[^>]*>",
    re.IGNORECASE,
)
_ANY_HOST = re.compile(_HOST, re.IGNORECASE)

# Format, size in pixels, mode: what strangers' servers really send.
PICTURES = (
    ("JPEG", (1200, 630), "RGB"),
    ("JPEG", (3000, 2000), "RGB"),
    ("JPEG", (641, 479), "CMYK"),
    ("JPEG", (1080, 1350), "L"),
    ("PNG", (37, 900), "RGBA"),
    ("PNG", (1999, 333), "P"),
    ("PNG", (500, 500), "I;16"),
    ("GIF", (320, 240), "P"),
    ("WEBP", (777, 1333), "RGBA"),
    ("AVIF", (801, 601), "RGB"),
    ("GIF", (1, 1), "P"),
    ("TIFF", (640, 480), "RGB"),
)


@dataclass(frozen=True)
class Page:
    """One saved page: its name here, its own address, and its title by hand."""

    name: str
    url: str
    title: str | None
    also: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one page; `seconds` from sending to ready."""

    page: Page
    state: str
    title: str | None
    reason: str | None
    image_url: str | None
    image_reason: str | None
    pictures: int
    seconds: float | None


@click.command()
@click.option(
    "--practice", type=click.Path(file_okay=False, path_type=Path), default=PRACTICE
)
@click.option("--seconds", type=click.IntRange(1, 3600), default=600)
def main(*, practice: Path, seconds: int) -> None:
    """Print what became of the pages."""
    if not (practice / "manifest.json").is_file():
        click.echo(f"No practice pages in {practice}: nothing to measure.")
        return
    pages = read_pages(practice)
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        serving(practice) as place,
        running_up(Path(folder), place) as base_url,
    ):
        begun = time.perf_counter()
        refs = send_all(base_url, place, pages)
        sent = time.perf_counter() - begun
        outcomes = wait_for_all(Path(folder), refs, until=begun + seconds)
        took = time.perf_counter() - begun
    report(outcomes, load_score(practice), sent=sent, took=took)
    sys.exit(0 if len(refs) == len(pages) and all(map(is_told, outcomes)) else 1)


def read_pages(practice: Path) -> list[Page]:
    """Return the pages of the manifest."""
    listed = json.loads((practice / "manifest.json").read_text(encoding="utf-8"))
    return [
        Page(
            name=Path(each["file"]).stem,
            url=each["url"],
            title=each["expected"].get("title"),
            also=tuple(each["also"].get("title", ())),
        )
        for each in listed
    ]


@contextmanager
def serving(practice: Path) -> Iterator[str]:
    """Serve /page/NAME as it was saved, and a picture for every other path."""
    pictures = [draw(*each) for each in PICTURES]
    pages = {each.stem: each for each in (practice / "pages").glob("*.html")}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            folder, _, name = self.path.removeprefix("/").partition("/")
            if folder == "page" and name in pages:
                host = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
                self._send(200, "text/html", rewrite(pages[name].read_bytes(), host))
            elif "oembed" in self.path:
                self._send(404, "application/json", b"{}")
            else:
                form, data = pictures[zlib.crc32(self.path.encode()) % len(pictures)]
                self._send(200, f"image/{form.lower()}", data)

        def _send(self, status: int, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        @override
        def log_message(self, *_args: object) -> None:
            """Say nothing: the table tells."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def rewrite(page: bytes, host: str) -> bytes:
    """Move the pictures that a page names, and all that is fetched, to one host."""
    there = host.encode()
    page = _TAG.sub(lambda tag: _ANY_HOST.sub(there, tag[0]), page)
    return _PICTURE.sub(lambda _: there, page)


def draw(form: str, size: tuple[int, int], mode: str) -> tuple[str, bytes]:
    """Draw one picture; a GIF moves."""
    plain = Image.effect_noise(size, 60).convert("RGB")
    pen = ImageDraw.Draw(plain)
    pen.ellipse((0, 0, size[0] // 2, size[1] // 2), fill="#b8453a")
    picture = plain.convert("L").convert("I;16") if mode == "I;16" else plain
    picture = picture if mode == "I;16" else plain.convert(mode)
    file = BytesIO()
    frames: dict[str, Any] = {}
    if form == "GIF":
        frames = {"save_all": True, "append_images": [plain.rotate(90).convert(mode)]}
    picture.save(file, form, **frames)
    return form, file.getvalue()


@contextmanager
def running_up(data: Path, place: str) -> Iterator[str]:
    """Run `relay up`, whose fetcher may reach the pages' server."""
    port = free_port()
    environment = environment_with(
        fetch_allow=place, limit_submit=UNLIMITED, limit_token=UNLIMITED
    )
    command = [sys.executable, "-m", "relay.cli", "up"]
    command += ["--port", str(port), "--data", str(data)]
    log = data / "up.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=output, stderr=output
        ) as process,
    ):
        base_url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(base_url, process, log)
            yield base_url
        finally:
            process.terminate()


def _wait_until_ready(
    base_url: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    until = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        connection = connect(base_url)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            if json.load(answer).get("status") == "ok":
                return
        except (OSError, ValueError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    message = f"`relay up` did not become ready:\n{log.read_text()[-2000:]}"
    raise RuntimeError(message)


def send_all(base_url: str, place: str, pages: list[Page]) -> dict[str, Page]:
    """Post every page through the API; return the pages by their entries' refs."""

    def send(numbered: tuple[int, Page]) -> tuple[str, Page]:
        number, page = numbered
        body = {
            "link": f"http://{place}/page/{page.name}",
            "title": f"Page {page.name}",
            "alt": "What can be seen.",
            "name": "Practice",
            "city": CITIES[number % len(CITIES)],
            "consent": True,
        }
        connection = connect(base_url)
        try:
            connection.request(
                "POST",
                "/api/v1/entries",
                json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            answer = json.load(connection.getresponse())
        finally:
            connection.close()
        return str(answer.get("ref", answer)), page

    with ThreadPoolExecutor(4) as pool:
        return dict(pool.map(send, enumerate(pages)))


def wait_for_all(data: Path, refs: dict[str, Page], *, until: float) -> list[Outcome]:
    """Wait until every entry has a final state, or for as long as is allowed."""
    with click.progressbar(length=len(refs), label="Previews") as bar:
        while True:
            outcomes = read_outcomes(data, refs)
            final = sum(each.state in FINAL_STATES for each in outcomes)
            bar.update(final - bar.pos)
            if final == len(refs) or time.perf_counter() > until:
                return outcomes
            time.sleep(0.5)


def read_outcomes(data: Path, refs: dict[str, Page]) -> list[Outcome]:
    """Read what the workers have kept so far, from the database itself."""
    connection = sqlite3.connect(f"file:{data / 'relay.sqlite3'}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT ref, preview, preview.title, reason, image_url, image_reason,"
            " (SELECT count(*) FROM picture WHERE picture.entry_id = entry.id),"
            " submitted_at, fetched_at"
            " FROM entry LEFT JOIN preview ON preview.entry_id = entry.id"
        ).fetchall()
    finally:
        connection.close()
    return [
        Outcome(
            refs[ref],
            state,
            title,
            reason,
            image_url,
            why,
            many,
            _seconds(sent, fetched),
        )
        for ref, state, title, reason, image_url, why, many, sent, fetched in rows
        if ref in refs
    ]


def _seconds(sent: str | None, fetched: str | None) -> float | None:
    if not sent or not fetched:
        return None
    there = datetime.fromisoformat(fetched) - datetime.fromisoformat(sent)
    return there.total_seconds()


def is_told(outcome: Outcome) -> bool:
    """Tell whether a page has ended, and says why where it has no preview."""
    if outcome.state not in FINAL_STATES:
        return False
    return outcome.state == "ready" or bool(outcome.reason or outcome.image_reason)


def load_score(practice: Path) -> Any:  # noqa: ANN401 - a module from elsewhere
    """Return score.py, which says when two titles are the same."""
    spec = importlib.util.spec_from_file_location("score", practice / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(outcomes: list[Outcome], score: Any, *, sent: float, took: float) -> None:  # noqa: ANN401 - a module
    """Print the table."""

    def is_right(each: Outcome, *others: str) -> bool:
        wanted = (each.page.title, *others)
        return any(
            score.same("title", each.title, one, each.page.url) for one in wanted
        )

    titled = [each for each in outcomes if each.page.title]
    strict = sum(is_right(each) for each in titled)
    also = sum(is_right(each, *each.page.also) for each in titled)
    named = [each for each in outcomes if each.image_url]
    made = [each for each in outcomes if each.pictures]
    waits = [each.seconds for each in outcomes if each.seconds is not None]
    lines = {
        "pages": len(outcomes),
        **Counter(f"  {each.state}" for each in outcomes),
        **Counter(f"  {each.state}: {each.reason}" for each in outcomes if each.reason),
        "without a final state or reason": sum(not is_told(each) for each in outcomes),
        "titles right": f"{strict} of {len(titled)}, {strict / len(titled):.1%}",
        "  or another of the page's own": f"{also}, {also / len(titled):.1%}",
        "pictures named": len(named),
        "  made": len(made),
        **Counter(
            f"  not made: {each.image_reason}" for each in outcomes if each.image_reason
        ),
        "all sent in": f"{sent:.1f} s",
        "all ended in": f"{took:.1f} s",
        "links a second": f"{len(waits) / took:.2f}",
        "from POST to ready, p50": f"{percentile(waits, 50):.1f} s" if waits else "–",
        "from POST to ready, p95": f"{percentile(waits, 95):.1f} s" if waits else "–",
    }
    click.echo("\nreal pages through the whole relay")
    for name, value in lines.items():
        click.echo(f"{name:36}{value:>20}")
    for each in outcomes:
        if not is_told(each):
            click.echo(f"lost: {each.page.name} {each.state} {each.page.url}")


if __name__ == "__main__":
    main()
