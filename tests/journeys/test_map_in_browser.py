"""The living map in a real browser: by keys, by fingers, in stillness, played back."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from relay.web.app import build_app
from relay.web.static import BUILT
from tests.browsing import find_barriers, open_page, serving
from tests.making import measure
from tests.web.making import HAIFA, LYON, NANJING, Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_KB = 60
MOST_LAND_KB = 40
WAIT = 20_000  # milliseconds, on a busy machine
# Counts how often all is painted, and how often the land, which is the only path of
# its own: as it is and once more with a haze.
COUNT_LAND = """() => {
  const drawing = CanvasRenderingContext2D.prototype;
  const { clearRect, fill } = drawing;
  Object.assign(window, { frames_drawn: 0, lands_drawn: 0 });
  drawing.clearRect = function (...box) {
    window.frames_drawn += 1;
    return clearRect.apply(this, box);
  };
  drawing.fill = function (...what) {
    if (what[0] instanceof Path2D) window.lands_drawn += 1;
    return fill.apply(this, what);
  };
}"""
FRONT = Path(__file__).parents[2] / "relay/front/js/map"
COUNTS = re.compile(r"(\d+) cit(?:y|ies)")


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    """A relay from Nanjing by Lyon to Haifa, some days between the hands."""
    maker, now, before = Maker(relay), relay.clock.now(), None
    for at, (city, country) in enumerate(
        ((NANJING, "CN"), (LYON, "FR"), (HAIFA, "IL"), (NANJING, "CN"))
    ):
        no = maker.published(
            city_id=city,
            country=country,
            parent_id=before,
            submitted_at=now - timedelta(days=40 - 8 * at),
        )
        before = maker.id_of(no)
    measure(relay)
    with serving(build_app(relay)) as address:
        yield address


def open_map(browser: Browser, url: str, **options: Any) -> Page:  # noqa: ANN401 - what the browser takes
    """Open a map that has come alive; every complaint of the browser is an error."""
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 900}} | options
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type != "log" else None,
    )
    page.goto(url)
    page.wait_for_selector(".is-live .map-play:visible")
    page.complaints = complaints  # type: ignore[attr-defined]
    return page


def close(page: Page) -> None:
    """Close a page on which nothing may have gone wrong, policy or script."""
    complaints = page.complaints  # type: ignore[attr-defined]
    page.context.close()
    assert complaints == []


def go_by_keys(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {selector}")


def wait_until(page: Page, truth: str) -> None:
    """Wait for what the page's policy does not let Playwright itself wait for."""
    for _ in range(50):
        if page.evaluate(truth):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{truth} did not come true")


def click_on(page: Page, city: str) -> None:
    """Click on a city's name, which lets the mouse through to the map."""
    box = page.locator(".map-name", has_text=city).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def told(page: Page) -> str:
    return page.locator(".map-day").inner_text()


def boxes_of(page: Page, selector: str) -> list[dict[str, float]]:
    """Return where the elements of a selector lie on the screen."""
    boxes: list[dict[str, float]] = page.eval_on_selector_all(
        selector, "all => all.map(each => each.getBoundingClientRect().toJSON())"
    )
    return boxes


def cities_on(page: Page) -> int:
    found = COUNTS.search(told(page))
    assert found, told(page)
    return int(found[1])


def test_keys_alone_reach_everything_and_play_it(browser: Browser, site: str) -> None:
    page = open_map(browser, f"{site}/en/map")
    go_by_keys(page, ".map-surface")
    page.keyboard.press("+")
    page.wait_for_url("**zoom=1.6**")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("zoom"), timeout=WAIT)
    page.keyboard.press("n")
    expect(page.locator(".map-info h2")).to_have_text("Nanjing, China")
    page.keyboard.press("n")
    expect(page.locator(".map-info")).to_contain_text("km from Nanjing")
    page.keyboard.press("Enter")
    page.wait_for_url("**centre=**")
    page.keyboard.press("Space")
    expect(page.locator("[data-do=play] span")).to_have_text("Pause")
    page.keyboard.press("Space")
    expect(page.locator("[data-do=play] span")).to_have_text("Play")
    status = page.locator("[data-map-status]")
    expect(status).to_have_text(re.compile(r"\d{4}: \d cit(y|ies), \d artworks?"))
    go_by_keys(page, ".map-name")
    for each in ("closer", "further", "whole", "play", "back", "next"):
        go_by_keys(page, f"[data-do={each}]")
    for each in ("input[type=range]", "[name=map-speed]", ".map-help summary"):
        page.locator(".map-surface").focus()
        go_by_keys(page, each)
    for each in ("[data-way=city]", "[data-way=wall]", "[data-do=farther]"):
        go_by_keys(page, each)
    close(page)


def test_a_playback_begins_with_the_first_city_and_ends_with_all(
    browser: Browser, site: str
) -> None:
    page = open_map(browser, f"{site}/en/map")
    assert (cities_on(page), "4 artworks" in told(page)) == (3, True)
    # Slowly while something must be caught on the way, which a busy machine may miss.
    page.locator("[data-do=play]").click()
    expect(page.locator(".map-day")).to_contain_text("1 city", timeout=WAIT)
    expect(page.locator(".map-day")).to_contain_text("2 cities", timeout=WAIT)
    page.locator("[data-do=play]").click()
    stands = told(page)
    expect(page.locator("[data-map-status]")).to_contain_text("2 cities")
    page.wait_for_url("**day=**")
    page.wait_for_timeout(400)
    assert told(page) == stands
    page.locator("[name=map-speed][value='4']").check()
    page.locator("[data-do=play]").click()
    expect(page.locator(".map-day")).to_contain_text("4 artworks", timeout=WAIT)
    expect(page.locator("[data-do=play] span")).to_have_text("Play")
    close(page)


def test_the_scrubber_says_its_day_in_words(browser: Browser, site: str) -> None:
    page = open_map(browser, f"{site}/en/map")
    slider = page.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("1 city, 1 artwork$"))
    page.keyboard.press("ArrowRight")
    assert cities_on(page) == 1
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("3 cities"))
    close(page)


def test_those_who_want_stillness_step_from_day_to_day(
    browser: Browser, site: str
) -> None:
    page = open_map(browser, f"{site}/en/map", reduced_motion="reduce")
    expect(page.locator("[data-do=play]")).to_be_hidden()
    counts = []
    for _ in range(3):
        page.locator("[data-do=back]").click()
        counts.append(told(page).split("·")[-1].strip())
    assert counts == ["3 artworks", "2 artworks", "1 artwork"]
    page.locator(".map-surface").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-map-status]")).to_contain_text("2 artworks")
    close(page)


def test_a_city_comes_into_the_middle_and_back_returns(
    browser: Browser, site: str
) -> None:
    page = open_map(browser, f"{site}/en/map")
    click_on(page, "Lyon")
    page.wait_for_url(f"**centre={LYON}")
    expect(page.locator(".phead")).to_contain_text("drawn with Lyon in the middle")
    label = re.compile("around Lyon")
    expect(page.locator(".map-surface")).to_have_attribute("aria-label", label)
    expect(page.locator(".map-info h2")).to_have_text("Lyon, France")
    page.go_back()
    expect(page.locator(".phead")).to_contain_text("drawn with Nanjing in the middle")
    label = re.compile("around Nanjing")
    expect(page.locator(".map-surface")).to_have_attribute("aria-label", label)
    close(page)


def test_a_link_brings_the_same_view_again(browser: Browser, site: str) -> None:
    day = (datetime.now(UTC) - timedelta(days=30)).date()
    page = open_map(browser, f"{site}/en/map?relay=1&zoom=4.0&at=45.7,4.8&day={day}")
    page.wait_for_url("**zoom=4.0&at=45.7,4.8**")
    expect(page.locator(".map-name", has_text="Lyon")).to_be_visible()
    expect(page.locator(".map-day")).to_contain_text("2 artworks")
    close(page)


def test_a_day_stays_in_the_address_while_the_days_are_still_being_fetched(
    browser: Browser, site: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    held: list[Route] = []
    page.route("**/*days*", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its handlers, which no method of a list bears
    day = (datetime.now(UTC) - timedelta(days=30)).date()
    with page.expect_request("**/*days*"):
        page.goto(f"{site}/en/map?zoom=4.0&at=45.71,4.82&day={day}")
    page.wait_for_url("**at=45.7,4.8**")  # the view was written anew by now
    assert f"day={day}" in page.url
    held[0].continue_()
    expect(page.locator(".map-day")).to_contain_text(str(day.year))
    assert f"day={day}" in page.url
    context.close()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("zoom=1e9&at=45.7,4.8", "**zoom=20.0&at=45.7,4.8"),
        ("zoom=Infinity", "**zoom=20.0&at=**"),
        ("at=-40,170", "**/en/map"),
    ],
)
def test_no_view_is_nearer_or_farther_out_than_the_map(
    browser: Browser, site: str, asked: str, shown: str
) -> None:
    page = open_map(browser, f"{site}/en/map?{asked}")
    page.wait_for_url(shown)
    expect(page.locator(".map-name").first).to_be_visible()
    close(page)


def test_one_relay_is_shown_alone(browser: Browser, site: str) -> None:
    page = open_map(browser, f"{site}/en/map")
    click_on(page, "Haifa")
    page.locator(".map-works a", has_text="Show only its relay").click()
    page.wait_for_url("**relay=3**")
    expect(page.locator(".map-info")).to_be_hidden()
    expect(page.locator(".map-day")).to_contain_text("3 cities", timeout=WAIT)
    close(page)


def test_one_finger_scrolls_the_page_and_two_move_the_map(
    browser: Browser, site: str
) -> None:
    page = open_map(
        browser,
        f"{site}/en/map",
        viewport={"width": 390, "height": 700},
        has_touch=True,
        is_mobile=True,
    )
    page.locator(".map-surface").scroll_into_view_if_needed()
    box = page.locator(".map-surface").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7
    before = page.evaluate("scrollY")
    drag(page, [[(x, y - 25 * step)] for step in range(8)])
    wait_until(page, f"scrollY > {before} + 40")
    expect(page.locator(".map-hint")).to_have_text("Use two fingers to move the map")
    assert "zoom" not in page.url
    page.evaluate("document.querySelector('.map-surface').scrollIntoView()")
    page.wait_for_timeout(400)
    box = page.locator(".map-surface").bounding_box()
    assert box
    y, stands = box["y"] + box["height"] / 2, page.evaluate("scrollY")
    drag(
        page, [[(x - 20 - 12 * step, y), (x + 20 + 12 * step, y)] for step in range(8)]
    )
    page.wait_for_url("**zoom=**")
    assert page.evaluate("scrollY") == stands
    close(page)


def drag(page: Page, steps: list[list[tuple[float, float]]]) -> None:
    """Move one or two fingers over the screen, as the device itself would tell it."""
    device = page.context.new_cdp_session(page)

    def touch(kind: str, fingers: list[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(fingers)]
        device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for many in range(len(steps[0])):
        touch("touchStart", steps[0][: many + 1])
    for fingers in steps[1:]:
        touch("touchMove", fingers)
        page.wait_for_timeout(30)
    touch("touchEnd", [])


def test_the_wheel_scrolls_the_page_until_the_map_is_meant(
    browser: Browser, site: str
) -> None:
    page = open_map(browser, f"{site}/en/map", viewport={"width": 1280, "height": 500})
    page.locator(".map-surface").hover()
    page.mouse.wheel(0, 120)
    wait_until(page, "scrollY > 50")
    expect(page.locator(".map-hint")).to_contain_text("Ctrl")
    page.locator(".map-surface").focus()
    page.locator(".map-surface").hover()
    page.mouse.wheel(0, -200)
    page.wait_for_url("**zoom=**")
    close(page)


@pytest.mark.parametrize(
    ("lang", "width", "dark"),
    [("en", 1440, False), ("he", 360, True), ("zh-Hans", 320, False)],
)
def test_the_living_map_has_no_barrier(
    browser: Browser, site: str, lang: str, width: int, *, dark: bool
) -> None:
    page = open_page(browser, width=width, dark=dark)
    page.goto(f"{site}/{lang}/map")
    page.wait_for_selector(".is-live .map-play:visible")
    page.locator(".map-help summary").click()
    page.locator(".map-surface").focus()
    page.keyboard.press("n")
    page.wait_for_selector(".map-works:visible")
    problems = find_barriers(page)
    small = page.evaluate(
        """[...document.querySelectorAll('.map-ui :is(button, label), .map-info .btn')]
        .filter(each => each.checkVisibility() && !each.matches('.map-name'))
        .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44).map(([html]) => html)"""
    )
    page.close()
    assert problems + small == []


def test_without_its_data_the_servers_drawing_stays(
    browser: Browser, site: str
) -> None:
    page = browser.new_page()
    page.route("**/map/data.json*", lambda route: route.fulfill(status=503))
    page.goto(f"{site}/en/map")
    page.wait_for_load_state("networkidle")
    expect(page.locator("svg.map")).to_be_visible()
    expect(page.locator(".map-ui")).to_be_hidden()
    page.close()


def test_the_script_and_the_land_are_small() -> None:
    names = json.loads((BUILT / "manifest.json").read_text())
    script, land = (
        len(gzip.compress((BUILT / names[each]).read_bytes())) / 1_000
        for each in ("js/map.js", "data/land.json")
    )
    assert script < MOST_KB
    assert land < MOST_LAND_KB


def test_no_name_lies_under_the_buttons(browser: Browser, site: str) -> None:
    page = open_map(browser, f"{site}/en/map?centre={LYON}&zoom=4&at=22,-16")
    page.wait_for_selector(".map-name:text('Lyon')")
    page.wait_for_timeout(300)
    (buttons,) = boxes_of(page, ".map-zoom")
    for name in boxes_of(page, ".map-name"):
        assert (
            name["x"] + name["width"] <= buttons["x"]
            or name["x"] >= buttons["x"] + buttons["width"]
            or name["y"] >= buttons["y"] + buttons["height"]
        )
    close(page)


def test_a_finger_may_miss_a_name_by_a_little(browser: Browser, site: str) -> None:
    page = open_map(browser, f"{site}/en/map", viewport={"width": 360, "height": 740})
    name = page.locator(".map-name", has_text="Haifa")
    name.scroll_into_view_if_needed()
    box = name.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 6, box["y"] + box["height"] + 8)
    expect(page.locator(".map-info h2")).to_have_text("Haifa, Israel")
    close(page)


def test_the_land_is_not_drawn_anew_while_a_relay_is_played(
    browser: Browser, site: str
) -> None:
    page = open_map(browser, f"{site}/en/map")
    page.wait_for_timeout(500)
    page.evaluate(COUNT_LAND)
    page.click("[data-do=play]")
    wait_until(page, "window.frames_drawn > 20")
    assert page.evaluate("window.lands_drawn") <= 2
    close(page)


def test_a_name_that_must_be_there_lies_on_as_few_dots_as_can_be(
    browser: Browser,
) -> None:
    page = browser.new_page()
    source = (FRONT / "labels.js").read_text().replace("export function", "function")
    # The middle of four names has a dot on each side, and on its right side two.
    placed = page.evaluate(
        source
        + """;(() => {
          const dot = (x, y) => ({ x, y, size: 4 });
          const wish = { dot: dot(100, 100), x: 100, y: 100, size: 4, width: 30 };
          const around = [[120, 100], [130, 100], [80, 100], [100, 85], [100, 115]];
          const dots = around.map(([x, y]) => dot(x, y)).concat(wish.dot);
          const room = { dots, taken: [], height: 16, width: 200, most: 9 };
          return [true, false].map((must) =>
            placeLabels([{ ...wish, must }], room).map(([, left]) => left));
        })()"""
    )
    assert placed == [[63], []]
    page.close()
