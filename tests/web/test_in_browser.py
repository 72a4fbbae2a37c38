"""The public pages in a real browser: barrier-free, still, and without errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Baton
from tests.browsing import find_barriers, open_page, serving
from tests.making import measure
from tests.web.making import HAIFA, LYON, Maker, draw_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Route

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "",
    "?view=words",
    "?city=Nowhereville",
    "w/1",
    "w/2",
    "w/1/report",
    "relay/1",
    "relay/6",
    "map",
    "cities",
    f"city/{LYON}",
    "season/leave-no-one-behind",
    "settings",
    "easy",
    "nowhere",
)


# A slow machine shows a page before it has read it to its end: not what is looked for.
DRAWN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  window.drawn = performance.now();
  window.shifts = [];
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))
    .observe({type: "layout-shift", buffered: true});
}"""


@pytest.fixture
def site(app: Flask, relay: Relay) -> Iterator[str]:
    """A filled wall on a port of its own."""
    maker = Maker(relay)
    for at in range(6):
        maker.published(
            picture=draw_picture(600 + 150 * at, 600) if at % 3 else None,
            title="万家灯火" if at % 2 else "Every Light Has a Name",
            lang="zh-Hans" if at % 2 else "en",
            city_id=(HAIFA, LYON)[at % 2],
            country=("IL", "FR")[at % 2],
            parent_id=maker.id_of(at) if at else None,
            platform="weibo",
        )
    measure(relay)
    with serving(app) as address:
        yield address


@pytest.mark.parametrize(
    ("lang", "width", "dark"), [("en", 1280, False), ("he", 320, True)]
)
def test_no_page_has_a_barrier_or_scrolls_sideways(
    browser: Browser, site: str, lang: str, width: int, *, dark: bool
) -> None:
    page = open_page(browser, width=width, dark=dark)
    for path in PAGES:
        page.goto(f"{site}/{lang}/{path}")
        assert find_barriers(page) == []
    page.close()


def test_one_word_without_end_stays_within_a_narrow_page(
    browser: Browser, app: Flask, relay: Relay
) -> None:
    maker, word = Maker(relay), "\ufdfa" * 100
    for at in range(3):
        maker.published(
            title=word, name=word, parent_id=maker.id_of(at) if at else None
        )
    measure(relay)
    page = open_page(browser, width=320, dark=False)
    with serving(app) as address:
        for path in PAGES:
            page.goto(f"{address}/en/{path}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert (path, width) == (path, 320)
    page.close()


def test_what_follows_a_long_name_stands_at_its_end(
    browser: Browser, app: Flask, relay: Relay
) -> None:
    Maker(relay).published(name="Alexandra Konstantinopolitanskaya of the Hill Street")
    with Session(relay.engine) as session:
        code = session.exec(select(Baton.code)).first()
    page = open_page(browser, width=320, dark=False)
    page.set_extra_http_headers({"Accept-Language": "he"})
    with serving(app) as address:
        page.goto(f"{address}/b/{code}")
        name, colon = page.evaluate(
            """() => {
              const name = document.querySelector("h1 bdi");
              const colon = document.createRange();
              colon.setStart(name.nextSibling, 0);
              colon.setEnd(name.nextSibling, 1);
              const last = [...name.getClientRects()].at(-1);
              return [last.bottom, colon.getBoundingClientRect().bottom];
            }"""
        )
        assert page.inner_text("h1").count(":") == 1
    assert abs(name - colon) < 8, "the colon has left the name's last line"
    page.close()


def test_nothing_moves_while_pictures_come_and_nothing_is_refused(
    browser: Browser, site: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    held: list[Route] = []
    page.route("**/media/**", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its handlers, which no method of a list bears
    page.goto(f"{site}/en/", wait_until="domcontentloaded")
    page.evaluate(DRAWN)
    assert held
    for each in held:
        each.continue_()
    page.unroute("**/media/**")
    page.mouse.wheel(0, 2_000)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shifts.filter(each => each.startTime > drawn)") == []
    assert said == []
    page.close()


def test_the_keyboard_opens_and_closes_the_languages(
    browser: Browser, site: str
) -> None:
    page = open_page(browser, width=1280, dark=False)
    page.goto(f"{site}/en/map")
    page.locator(".tongues summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".tongues ul").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".tongues ul").is_visible()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="עברית").click()
    assert page.url == f"{site}/he/map"
    page.goto(f"{site}/")
    assert page.url == f"{site}/he/"
    page.close()


def test_a_failed_form_moves_the_focus_to_its_problem(
    browser: Browser, site: str
) -> None:
    page = open_page(browser, width=1280, dark=False)
    page.goto(f"{site}/en/w/1/report")
    page.get_by_role("button", name="Send the report").click()
    assert page.title().startswith("Error:")
    focused = page.evaluate("document.activeElement.className")
    assert focused == "error-summary"
    page.get_by_role("link", name="Choose what is wrong").click()
    assert page.evaluate("document.activeElement.id") == "reason"
    page.close()
