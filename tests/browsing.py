"""A real browser for tests, a site for it to look at, and what bars a reader there."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Error, expect, sync_playwright
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long a page may take to look as expected, on a machine busy with all other tests.
PATIENCE_MS = 60_000
RULES = ("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa")


@contextmanager
def opening_browser() -> Iterator[Browser]:
    """Open a browser; the test is skipped where there is none."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=QUIET
            )
        except Error:
            pytest.skip("there is no Chromium here: `playwright install chromium`")
        yield opened
        opened.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a port of its own; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # Werkzeug looks every half second whether it should end; tests wait for that.
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def open_page(browser: Browser, *, width: int, dark: bool) -> Page:
    """Open a page of a width in pixels, in which nothing is animated."""
    return browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        # axe is put into the page, which our own policy rightly forbids.
        bypass_csp=True,
    )


def find_barriers(page: Page) -> list[str]:
    """Return what axe finds on a page, and whether it scrolls sideways."""
    # Every rule is applied, but what passes is not told element by element: that takes
    # twice as long as all the rest.
    options = {
        "runOnly": {"type": "tag", "values": [*RULES]},
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=options)
    barriers = [f"{page.url}: {found.generate_report()}"]
    barriers = barriers if found.violations_count else []
    has, shows = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if has > shows:
        barriers.append(f"{page.url} is {has} px wide")
    return barriers
