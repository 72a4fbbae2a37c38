"""`relay fetch` explains every step, for an operator whom a maker asks why."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from relay.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGE = f"""<!doctype html><html lang="en"><head><title>Lanterns | A blog</title>
<meta property="og:title" content="Lanterns on the river">
<meta name="description" content="Paper boats carry names downstream.">
<meta property="og:image" content="/none.jpg">
<script type="application/ld+json">{{"@type": "Article", "headline": "Lanterns",
"author": {{"@type": "Person", "name": "Mei Lin"}},
"datePublished": "2026-03-14T09:26:53+08:00"}}</script></head>
<body><h1>Lanterns on the river</h1>{"<p>Boats.</p>" * 200}</body></html>""".encode()


class _Site(BaseHTTPRequestHandler):
    """A site whose page has moved, comes compressed, and names no picture it has."""

    def do_GET(self) -> None:
        if self.path == "/old":
            self.send_response(301)
            self.send_header("Location", "/new")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = gzip.compress(PAGE)
        self.send_response(200 if self.path == "/new" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def fetch(
    tmp_path: Path,
    site: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., str]:
    monkeypatch.setenv("RELAY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RELAY_FETCH_ALLOW", site)

    def do(*options: str) -> str:
        url = f"http://{site}/old"
        monkeypatch.setattr("sys.argv", ["relay", "fetch", url, *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    return do


def test_every_step_says_where_it_went_what_came_and_how_long_it_took(
    fetch: Callable[..., str], site: str
) -> None:
    steps = json.loads(fetch("--json"))["steps"]
    assert all(each["ms"] >= 0 for each in steps)
    told = [(each["name"], each["detail"]) for each in steps]
    wire = len(gzip.compress(PAGE))
    expected = [
        ("resolved", "127.0.0.1 is at 127.0.0.1"),
        ("asked", "127.0.0.1 answered 301"),
        ("redirected", f"to http://{site}/new"),
        ("resolved", "127.0.0.1 is at 127.0.0.1"),
        ("asked", "127.0.0.1 answered 200"),
        ("read", f"{len(PAGE)} bytes, {wire} on the wire"),
    ]
    at = told.index(expected[0])
    assert told[at : at + len(expected)] == expected
    assert any(name == "image" and "404" in detail for name, detail in told)


def test_every_fact_says_where_it_stands(fetch: Callable[..., str]) -> None:
    answer = json.loads(fetch("--json"))
    origins = answer["origins"]
    assert origins["title"] == "og:title"
    assert origins["description"] == "description"
    assert origins["image"] == "og:image"
    assert origins["author"] == "JSON-LD author"
    assert origins["date"] == "JSON-LD datePublished"
    assert origins["lang"] == "<html lang>"
    stated = {name for name in answer if name in origins and answer[name]}
    assert {"title", "description", "image", "author", "date", "lang"} <= stated


def test_people_read_a_line_for_each_step_and_each_origin(
    fetch: Callable[..., str],
) -> None:
    lines = [line.split() for line in fetch().splitlines()]
    assert ["title:", "og:title"] in lines
    assert any(
        line[1:] == ["ms", "asked:", "127.0.0.1", "answered", "301"] for line in lines
    )
    assert not any("{" in word for line in lines for word in line)
