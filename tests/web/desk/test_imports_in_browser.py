"""Imports in a real browser: nothing bars anybody, and progress shows by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from relay.services.import_entries import end_import
from tests.browsing import find_barriers, open_page, serving
from tests.importing import ALL, batch_of, begin, check, csv_of, rows_of, run_all
from tests.making import send
from tests.services.test_import_entries import take_job
from tests.web.desk.arriving import PASSWORD, make_account

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BAD = ("https://example.org/9", "", "A boat", "Lin", "Cambridge")


def arrive(page: Page, site: str) -> None:
    page.goto(f"{site}/desk/sign-in")
    page.fill("[name=email]", "mei@example.org")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/**")


@pytest.mark.parametrize(
    ("lang", "width", "look"),
    [("en", 320, "light"), ("he", 360, "dark"), ("zh-Hans", 1280, "light")],
)
def test_no_page_bars_anybody(
    app: Flask, relay: Relay, browser: Browser, lang: str, width: int, look: str
) -> None:
    by = make_account(relay)
    send(relay, "https://example.org/1")
    wrong = check(relay, csv_of([*rows_of(3), BAD]), by=by).ref
    ended = check(relay, csv_of([*rows_of(3, begin=20), BAD]), by=by).ref
    wish = replace(ALL, leave_out_wrong=True, publish=True)
    batch_id = begin(relay, ended, wish, by=by)
    ticket = take_job(relay)
    run_all(relay, batch_id)
    end_import(relay.intake, ticket)
    running = check(relay, csv_of(rows_of(3, begin=40)), by=by).ref
    begin(relay, running, by=by)
    with serving(app) as site:
        page = open_page(browser, width=width, dark=look == "dark")
        arrive(page, site)
        page.context.add_cookies([{"name": "lang", "value": lang, "url": site}])
        barriers = []
        for path in ("", f"/{wrong}", f"/{running}", f"/{ended}"):
            page.goto(f"{site}/desk/imports{path}")
            assert page.locator("html").get_attribute("lang") == lang
            barriers += find_barriers(page)
        page.close()
    assert barriers == []


def test_progress_shows_by_itself_and_the_result_comes(
    app: Flask, relay: Relay, browser: Browser, tmp_path: Path
) -> None:
    make_account(relay)
    file = tmp_path / "boats.csv"
    file.write_bytes(csv_of(rows_of(4)))
    with serving(app) as site:
        page = open_page(browser, width=1280, dark=False)
        arrive(page, site)
        page.goto(f"{site}/desk/imports")
        page.set_input_files("[name=file]", file)
        page.get_by_role("button", name="Check the table").click()
        page.check("[name=consent]")
        page.get_by_role("button", name="Import up to 4 entries").click()
        page.get_by_text("0 of 4 rows are done.").wait_for()
        ref = page.url.rpartition("/")[2]
        ticket = take_job(relay)
        run_all(relay, batch_of(relay, ref).id or 0)
        page.get_by_text("4 of 4 rows are done.").wait_for()
        end_import(relay.intake, ticket)
        page.get_by_role("heading", name="The import has ended").wait_for()
        page.close()
