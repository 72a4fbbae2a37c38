"""The proof of work in a real browser: nobody sees it, and it keeps nobody waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, func, select

from relay.bootstrap import open_relay
from relay.models import SpentProof
from relay.web.app import build_app
from tests.browsing import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    """A site where only one entry may come without a proof."""
    settings = relay.settings.model_copy(update={"limit_no_proof": "1 per hour"})
    with serving(build_app(open_relay(settings))) as address:
        yield address


def open_form(page: Page, site: str, at: int) -> list[str]:
    """Go to the form of a new entry; return what will go wrong on the page."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: _note(wrong, said.text))
    page.goto(f"{site}/en/add")
    page.fill("#link", f"https://example.org/{at}")
    page.locator("main form button").first.click()
    page.wait_for_url("**/add/check/**")
    return wrong


def _note(wrong: list[str], text: str) -> None:
    if "Content Security Policy" in text:
        wrong.append(text)


def fill(page: Page) -> None:
    page.fill("#title", "Paper boats")
    page.fill("#city", "Nanjing")
    page.fill("#alt", "Boats of paper")
    page.fill("#name", "Lin")
    page.check("#consent")


# A phone that is as slow as the test wants: no try ends before it lets go.
SLOW = """
const letGo = new Promise((go) => { window.letGo = go; });
const quick = SubtleCrypto.prototype.deriveBits;
SubtleCrypto.prototype.deriveBits = async function (...given) {
  await letGo;
  return quick.apply(this, given);
};
"""


def count_spent(relay: Relay) -> int:
    with Session(relay.engine) as session:
        return session.exec(select(func.count()).select_from(SpentProof)).one()


def test_a_proof_is_found_while_somebody_types(
    browser: Browser, site: str, relay: Relay
) -> None:
    page = browser.new_page()
    page.add_init_script(SLOW)
    for at in range(3):
        wrong = open_form(page, site, at)
        fill(page)
        assert page.locator("[name=proof]").input_value() == ""
        page.evaluate("letGo()")
        expect(page.locator("[name=proof]")).not_to_have_value("", timeout=10_000)
        page.locator("button[name=send]").last.click()
        page.wait_for_url("**/add/done/**")
        assert wrong == []
    assert count_spent(relay) == 3
    page.close()


@pytest.mark.parametrize("way", ["press", "Enter"])
def test_who_is_faster_than_the_proof_sends_once_and_loses_nothing(
    browser: Browser, site: str, relay: Relay, way: str
) -> None:
    page = browser.new_page()
    page.add_init_script(SLOW)
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.method))
    open_form(page, site, 1)
    fill(page)
    sent.clear()
    assert page.locator("[name=proof]").input_value() == ""
    if way == "press":
        page.locator("button[name=send]").last.dblclick()
    else:
        page.focus("#title")
        page.keyboard.press("Enter")
    assert sent.count("POST") == 0
    page.evaluate("letGo()")
    page.wait_for_url("**/add/done/**")
    assert sent.count("POST") == 1
    assert count_spent(relay) == 1
    page.close()


def test_without_the_challenge_the_form_is_sent_all_the_same(
    browser: Browser, site: str, relay: Relay
) -> None:
    page = browser.new_page()
    page.route("**/add/proof", lambda route: route.abort())
    open_form(page, site, 1)
    fill(page)
    page.locator("button[name=send]").last.click()
    page.wait_for_url("**/add/done/**")
    assert count_spent(relay) == 0
    page.close()


def test_without_scripts_the_same_form_is_sent(
    browser: Browser, site: str, relay: Relay
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_form(page, site, 1)
    fill(page)
    page.locator("button[name=send]").last.click()
    page.wait_for_url("**/add/done/**")
    open_form(page, site, 2)
    fill(page)
    page.locator("button[name=send]").last.click()
    expect(page.locator("#wait")).to_contain_text("With JavaScript switched on")
    expect(page.locator("#title")).to_have_value("Paper boats")
    assert count_spent(relay) == 0
    context.close()
