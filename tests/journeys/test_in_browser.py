"""Sending in and deciding in a real browser: by keyboard, in any light and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from relay.domain.preview import PreviewState
from relay.models import Entry, Look, Preview
from relay.services.batons import make_baton, revoke_baton
from relay.services.start_entry import start_entry
from relay.services.submit_entry import PassedBy, submit_draft
from relay.web.app import build_app
from tests.browsing import find_barriers, open_page, serving
from tests.making import NANJING, WORDS, choose, find, make_moderator, send
from tests.sparing import HASHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    with serving(build_app(relay)) as address:
        yield address


def begin(page: Page, site: str, lang: str = "en") -> None:
    page.goto(f"{site}/{lang}/add")
    page.fill("#link", "https://example.org/post")
    page.locator("main form button").first.click()
    page.wait_for_url("**/add/check/**")


def test_a_city_is_chosen_by_keyboard_alone(browser: Browser, site: str) -> None:
    page = browser.new_page()
    begin(page, site)
    city = page.locator("#city")
    city.focus()
    page.keyboard.type("cambr")
    expect(page.locator("[role=option]").first).to_be_visible()
    expect(city).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    active = city.get_attribute("aria-activedescendant")
    assert active
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(city).to_have_value("Cambridge")
    expect(city).to_have_attribute("aria-expanded", "false")
    assert page.locator("[name=city_pick]").input_value()
    assert "/add/check/" in page.url  # Enter chose, and sent nothing
    page.keyboard.press("Backspace")
    assert page.locator("[name=city_pick]").input_value() == ""
    page.keyboard.press("Escape")
    page.close()


def test_a_city_is_chosen_in_chinese(browser: Browser, site: str, relay: Relay) -> None:
    page = browser.new_page()
    begin(page, site, "zh-Hans")
    page.fill("#title", "纸船")
    page.fill("#alt", "河上的纸船")
    page.fill("#name", "小林")
    page.check("#consent")
    page.locator("#city").press_sequentially("南京")
    first = page.locator("[role=option]").first
    expect(first).to_contain_text("南京")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("button[name=send]").last.click()
    page.wait_for_url("**/add/done/**")
    with Session(relay.engine) as session:
        assert session.exec(select(Entry.city_id)).one() == NANJING
    page.close()


def test_the_preview_appears_by_itself_and_offers_its_title(
    browser: Browser, site: str, relay: Relay
) -> None:
    page = browser.new_page()
    begin(page, site)
    expect(page.locator("#preview .state")).to_have_class("state working")
    with Session(relay.engine) as session:
        entry = session.exec(select(Entry)).one()
        session.add(Preview(entry_id=entry.id or 0, title="Lanterns on the river"))
        entry.preview = PreviewState.READY
        session.commit()
    expect(page.locator("#preview")).to_contain_text("Lanterns on the river")
    expect(page.locator("#title")).to_have_value("Lanterns on the river")
    page.close()


def test_the_summary_of_problems_is_what_has_the_focus(
    browser: Browser, site: str
) -> None:
    page = browser.new_page()
    begin(page, site)
    page.locator("button[name=send]").last.click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.locator("a").first.click()
    expect(page.locator("#title")).to_be_focused()
    page.close()


def has_changed(relay: Relay, entry_id: int) -> None:
    """Let the page behind a published entry have changed."""
    now = relay.clock.now()
    facts = {"title": "Buy my lanterns", "description": "Ten for the price of one"}
    with Session(relay.engine) as session:
        session.add(Look(entry_id=entry_id, looked_at=now, changed_at=now, facts=facts))
        session.commit()


def make_named(relay: Relay, token: str) -> str:
    """Make a baton with a name that is long and in another language."""
    name = "给南京图书馆的小朋友们 and for all who come with them on Sundays"
    return make_baton(relay.engine, token, name, clock=relay.clock, dice=relay.dice)


@pytest.fixture
def paths(relay: Relay) -> list[str]:
    """Every page of a maker and of the desk, with something on each."""
    draft = start_entry(relay.intake, link="https://example.org/draft")
    giver = send(relay, "https://example.org/giver", title="万家灯火", lang="zh-Hans")
    taker = send(relay, "https://example.org/taker", baton=giver.baton)
    sent = start_entry(relay.intake, link="https://example.org/sent")
    city = relay.gazetteer.find(NANJING)
    submit_draft(
        relay.intake, sent.token, WORDS, city=city, passed_by=PassedBy(giver.baton)
    )
    by = make_moderator(relay, "by@example.org")
    for each in (giver, taker):
        choose(relay, each.ref, by=by, note="Thank you")
    assert find(relay, taker.ref).no == 2
    has_changed(relay, taker.entry_id)
    over, clock = make_named(relay, giver.token), relay.clock
    revoke_baton(relay.engine, giver.token, over, clock=clock)
    mine = f"mine/{giver.token}/batons"
    own = [
        *(f"{mine}/{giver.baton}", f"{mine}/{giver.baton}/revoke", f"{mine}/{over}"),
        *("add", f"add?baton={giver.baton}", f"add/check/{draft.token}"),
        *(f"add/done/{giver.token}", f"mine/{giver.token}", f"mine/{sent.token}"),
        *(f"mine/{sent.token}/change", f"mine/{giver.token}/withdraw"),
    ]
    return [
        *(f"/en/{each}" for each in own),
        *("/desk/sign-in", "/desk/", "/desk/?state=approved"),
        *("/desk/links", "/desk/links?what=refused"),
        *(f"/desk/entry/{sent.ref}", f"/desk/entry/{giver.ref}"),
        *(f"/b/{giver.baton}", "/b/", "/b/nonsense", f"/b/{over}", "/api/v1/"),
        *(f"/b/{giver.baton[:-1]}", f"/b/{giver.baton}/card?words=he,en&sheet=a4"),
    ]


@pytest.mark.parametrize(
    ("lang", "width", "dark"),
    [
        ("en", 1440, False),
        ("en", 360, True),
        ("he", 360, False),
        ("he", 1440, True),
        ("zh-Hans", 320, False),
        ("zh-Hans", 1440, True),
    ],
)
def test_no_page_has_a_barrier_or_scrolls_sideways(
    browser: Browser,
    site: str,
    relay: Relay,
    paths: list[str],
    lang: str,
    width: int,
    *,
    dark: bool,
) -> None:
    page = open_page(browser, width=width, dark=dark)
    page.context.add_cookies([{"name": "lang", "value": lang, "url": site}])
    problems: list[str] = []
    for path in paths:
        if path == "/desk/":
            problems += find_barriers(page)  # the form with its error, then inside
            sign_in(page, site, relay)
        page.goto(site + path.replace("/en/", f"/{lang}/"))
        if path.startswith("/en/"):
            assert page.locator("html").get_attribute("lang") == lang
        problems += find_barriers(page)
        if "/add/check/" in path or path == "/en/add":
            page.locator("main form button.btn:not(.ghost)").last.click()
            page.wait_for_selector(".error-summary")
            problems += find_barriers(page)
    page.close()
    assert problems == []


def sign_in(page: Page, site: str, relay: Relay) -> None:
    hashed = HASHER.hash("five quiet paper boats")
    make_moderator(relay, "mei@example.org", password_hash=hashed)
    page.goto(f"{site}/desk/sign-in")
    page.fill("#email", "mei@example.org")
    page.fill("#password", "five quiet paper boats")
    page.locator("main form button").last.click()
    page.wait_for_url("**/desk/")
