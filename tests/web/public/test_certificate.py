"""The certificate in a real browser: one sheet of A4, and no barrier on the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browsing import find_barriers, open_page, serving
from tests.making import measure
from tests.web.making import LYON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from relay.bootstrap import Relay
    from tests.web.making import Maker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

A4 = (595, 842)  # points
TITLES = {
    "en": "Signed",
    "fr": "Un titre qui n’en finit pas de raconter les lanternes et la mer " * 3,
    "zh-Hans": "秦淮河上的灯火，照着每一块砖上的名字；" * 10,
    "he": "חמש ידיים וצורה אחת, (Five Hands) בשנת 2026. " * 4,
}


def test_any_title_is_printed_on_one_sheet_without_menus(
    app: Flask, relay: Relay, maker: Maker, browser: Browser
) -> None:
    first = maker.published()
    numbers = [
        maker.published(
            title=title[:200],
            name=title[:80],
            lang=lang,
            parent_id=maker.id_of(first),
            city_id=LYON,
            country="FR",
        )
        for lang, title in TITLES.items()
    ]
    measure(relay)
    with serving(app) as base:
        page = open_page(browser, width=1280, dark=False)
        wrong = [
            each
            for lang, no in zip(("en", "zh-Hans", "he", "en"), numbers, strict=True)
            for each in faults(page, f"{base}/{lang}/w/{no}/certificate")
        ]
    assert wrong == []


def faults(page: Page, address: str) -> Iterator[str]:
    """Yield what is wrong with a certificate on paper."""
    page.emulate_media(media="print")
    page.goto(address)
    sheets = page.pdf(prefer_css_page_size=True)
    count = len(re.findall(rb"/Type\s*/Page\b", sheets))
    if count != 1:
        yield f"{address} is {count} sheets"
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheets)
    if box is None or tuple(round(float(each)) for each in box.groups()) != A4:
        yield f"{address} is no A4: {box}"
    for menu in (".top", ".foot", ".no-print"):
        if page.locator(menu).is_visible():
            yield f"{address} has {menu}"
    needs, has = page.evaluate(
        "[...document.querySelectorAll('.certificate')]"
        ".flatMap(sheet => [sheet.scrollHeight, sheet.clientHeight])"
    )
    if needs > has + 1:
        yield f"{address} cuts off {needs - has} px"


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "he"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_certificate_has_no_barrier(
    app: Flask, maker: Maker, browser: Browser, lang: str, *, dark: bool
) -> None:
    no = maker.published(title=TITLES["fr"][:200], lang="fr")
    with serving(app) as base:
        page = open_page(browser, width=320 if dark else 1280, dark=dark)
        page.goto(f"{base}/{lang}/w/{no}/certificate")
        barriers = find_barriers(page)
    assert barriers == []
