"""Deciding in a real browser: by keys, side by side, without network, and undone."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect
from sqlmodel import Session, col, select

from relay.domain.desk_keys import DEFAULT_KEYS, Act, check_habits
from relay.domain.moderation import Actor, Choice, Moderation
from relay.models import Decision, Entry, Report
from relay.services.habits import change_habits
from relay.web.app import build_app
from tests.browsing import find_barriers, open_page, serving
from tests.making import choose, make_moderator
from tests.sparing import HASHER
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "five quiet paper boats"
HASHED = HASHER.hash(PASSWORD)
REF = "document.querySelector('#desk-card > article')?.dataset.ref ?? ''"
SHARED = 240  # a few hundred; more than the desk counts (99) or looks through (150)
PATIENCE_SECONDS = 300  # on a machine busy with all other tests


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    with serving(build_app(relay)) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


def sign_in(page: Page, site: str, email: str) -> Page:
    page.goto(f"{site}/desk/sign-in?next=/desk/")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_url("**/desk/")
    return page


def begin(context: BrowserContext, site: str, relay: Relay, email: str) -> Page:
    """Sign in as somebody new, and have the first entries handed out."""
    make_moderator(relay, email, password_hash=HASHED)
    page = sign_in(context.new_page(), site, email)
    page.get_by_role("button", name="Start deciding").click()
    page.wait_for_url("**/desk/entry/*")
    return page


def report(relay: Relay, no: int) -> None:
    with Session(relay.engine) as session:
        (entry_id,) = session.exec(select(Entry.id).where(Entry.no == no))
        session.add(
            Report(
                entry_id=entry_id or 0,
                reason="hurtful",
                words="Please look",
                at=relay.clock.now(),
            )
        )
        session.commit()


def shown(page: Page) -> str:
    """Return which entry's card a page shows, or nothing while it moves on."""
    try:
        return str(page.evaluate(REF))
    except Error:
        return ""


def expect_card(page: Page, ref: str) -> None:
    expect(page.locator("#desk-card > article")).to_have_attribute("data-ref", ref)


def decisions(relay: Relay) -> list[Decision]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(Decision)
                .where(Decision.actor == Actor.MODERATOR)
                .order_by(col(Decision.id))
            )
        )


def count_waiting(relay: Relay) -> int:
    with Session(relay.engine) as session:
        return len(
            session.exec(
                select(Entry.id).where(Entry.moderation == Moderation.PENDING)
            ).all()
        )


def wait_for_decisions(page: Page, relay: Relay, count: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(decisions(relay)) < count:
        assert time.monotonic() < until, "it was not taken"
        page.wait_for_timeout(50)


def test_two_moderators_work_one_queue_and_no_click_is_lost(
    browser: Browser, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    for _ in range(SHARED):
        maker.pending()
    contexts = [browser.new_context() for _ in range(2)]
    pages = [
        begin(context, site, relay, f"{name}@example.org")
        for context, name in zip(contexts, ("mei", "lin"), strict=True)
    ]
    pressed: list[tuple[int, str, str]] = []
    seen = ["", ""]
    until = time.monotonic() + PATIENCE_SECONDS
    while not all(page.url.rstrip("/").endswith("/desk") for page in pages):
        assert time.monotonic() < until, pressed[-3:]
        for who, page in enumerate(pages):
            ref = shown(page)
            if not ref or ref == seen[who]:
                page.wait_for_timeout(5)
                continue
            seen[who] = ref
            if len(pressed) % 5 == 4:
                for key in ("r", "1", "Enter"):
                    page.keyboard.press(key)
                pressed.append((who, ref, Choice.REJECT))
            else:
                page.keyboard.press("a")
                pressed.append((who, ref, Choice.APPROVE))
    for context in contexts:
        context.close()
    log = decisions(relay)
    assert count_waiting(relay) == 0
    assert len(log) == len(pressed) == SHARED
    assert set(Counter(each.entry_id for each in log).values()) == {1}
    assert Counter(each.choice for each in log) == Counter(
        Choice(choice) for *_, choice in pressed
    )
    by = Counter(each.moderator_id for each in log)
    assert sorted(by.values()) == sorted(Counter(who for who, *_ in pressed).values())
    assert min(by.values()) >= SHARED // 4


def test_one_moderator_decides_by_keys_alone(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    for _ in range(4):
        maker.pending()
    page = begin(context, site, relay, "mei@example.org")
    assert shown(page) == "ref1"
    page.keyboard.press("j")
    expect_card(page, "ref2")
    page.keyboard.press("k")
    expect_card(page, "ref1")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "reason"
    expect(page.locator("#desk-toast")).to_contain_text("Choose a reason")
    page.keyboard.press("9")
    expect(page.locator("[data-told] blockquote")).not_to_be_empty()
    page.keyboard.press("Enter")
    expect_card(page, "ref2")
    expect(page.locator("#desk-toast")).to_contain_text("Work 1. Changes asked for.")
    assert page.url.endswith("/desk/entry/ref2")
    assert page.title().startswith("Work 2")
    page.keyboard.press("s")
    expect_card(page, "ref3")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Undo the last decision")
    page.keyboard.press("a")  # the dialog is open: nothing is decided
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.name") == "edit_title"
    page.keyboard.type("aaaa")  # typing decides nothing
    page.locator("h1").first.focus()
    page.keyboard.press("a")
    expect_card(page, "ref4")
    page.keyboard.press("a")
    page.wait_for_url("**/desk/")
    assert [each.choice for each in decisions(relay)] == [
        Choice.ASK_CHANGES,
        Choice.STASH,
        Choice.APPROVE,
        Choice.APPROVE,
    ]


def test_a_decision_is_undone_by_a_key_and_from_the_toast(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    for _ in range(3):
        maker.pending()
    page = begin(context, site, relay, "mei@example.org")
    page.keyboard.press("a")
    # Else the first card, still there, would be taken for the one that comes back.
    expect_card(page, "ref2")
    page.keyboard.press("u")
    expect_card(page, "ref1")
    expect(page.locator("#desk-toast")).to_contain_text("It was taken back")
    assert count_waiting(relay) == 3
    page.keyboard.press("a")
    undo = page.locator("#desk-toast").get_by_role("button", name="Undo")
    undo.click()
    expect_card(page, "ref1")
    assert count_waiting(relay) == 3
    assert [each.choice for each in decisions(relay)] == [
        Choice.APPROVE,
        Choice.UNDO,
        Choice.APPROVE,
        Choice.UNDO,
    ]


def test_a_stale_decision_brings_the_card_back_with_both(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker, boss = Maker(relay), make_moderator(relay, "boss@example.org")
    for _ in range(3):
        maker.pending()
    page = begin(context, site, relay, "mei@example.org")
    choose(relay, "ref1", by=boss)
    page.fill("[name=note]", "Please say more")
    page.select_option("[name=reason]", "unclear")
    page.get_by_role("button", name="Do not accept").click()
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("Somebody was faster")
    expect(conflict).to_contain_text("Please say more")
    expect(conflict).to_contain_text("Approve")
    assert shown(page) == "ref1"
    page.keyboard.press("j")
    expect_card(page, "ref2")
    assert [each.moderator_id for each in decisions(relay)] == [boss]


def test_without_network_a_decision_waits_and_is_taken_once(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    for _ in range(3):
        maker.pending()
    page = begin(context, site, relay, "mei@example.org")
    page.wait_for_load_state("networkidle")
    lost = []

    def lose_answer(route: object) -> None:
        # The server decides, but its answer never arrives.
        lost.append(route.fetch())  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/desk/entry/ref1", lose_answer, times=1)
    page.keyboard.press("a")
    expect(page.locator("#desk-toast")).to_contain_text("The network does not answer")
    expect(page.locator("#desk-toast")).to_contain_text("No. 1: Work 1. Published.")
    context.set_offline(offline=True)
    page.keyboard.press("a")
    expect(page.locator("#desk-toast")).to_contain_text("The network does not answer")
    context.set_offline(offline=False)
    expect(page.locator("#desk-toast")).to_contain_text("No. 2: Work 2. Published.")
    assert len(lost) == 1
    assert [each.choice for each in decisions(relay)] == [Choice.APPROVE] * 2


def test_who_was_signed_out_meanwhile_keeps_what_was_typed(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    for _ in range(2):
        maker.pending()
    page = begin(context, site, relay, "mei@example.org")
    page.fill("[name=note]", "Please say more")
    page.select_option("[name=reason]", "unclear")
    context.clear_cookies()
    page.get_by_role("button", name="Do not accept").click()
    expect(page.locator("#desk-toast")).to_contain_text("You are signed out")
    expect_card(page, "ref1")
    assert page.input_value("[name=note]") == "Please say more"
    assert decisions(relay) == []


def test_keys_are_the_accounts_own(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    for _ in range(3):
        maker.pending()
    page = begin(context, site, relay, "mei@example.org")
    keys = DEFAULT_KEYS | {Act.APPROVE: "f"}
    habits = check_habits(keys_on=True, keys=keys, veil=False)
    change_habits(relay.engine, habits, moderator_id=1)
    page.reload()
    approve = page.locator("[data-act=approve]")
    expect(approve.locator("kbd")).to_have_text("f")
    page.keyboard.press("a")
    page.keyboard.press("f")
    expect_card(page, "ref2")
    wait_for_decisions(page, relay, 1)
    off = check_habits(keys_on=False, keys=keys, veil=False)
    change_habits(relay.engine, off, moderator_id=1)
    page.reload()
    expect(page.locator("[data-act=approve] kbd")).to_have_count(0)
    page.keyboard.press("f")
    page.wait_for_timeout(200)
    assert shown(page) == "ref2"
    assert len(decisions(relay)) == 1


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (360, True)])
def test_the_desk_bars_nobody(
    browser: Browser, site: str, relay: Relay, width: int, *, dark: bool
) -> None:
    maker = Maker(relay)
    no = maker.published(picture=draw_picture())
    report(relay, no)
    first = maker.pending(description="A story", link="https://example.org/works/1")
    maker.add_picture(first, draw_picture())
    maker.pending(alt="", canonical="https://example.org/works/1")
    make_moderator(relay, "mei@example.org", password_hash=HASHED)
    page = sign_in(open_page(browser, width=width, dark=dark), site, "mei@example.org")
    problems = []
    for lang in ("en", "he", "zh-Hans"):
        page.context.add_cookies([{"name": "lang", "value": lang, "url": site}])
        for path in ("", "?mark=reported", "keys", "entry/ref1", "entry/ref2"):
            page.goto(f"{site}/desk/{path}")
            if path == "entry/ref2":
                page.keyboard.press("?")
            problems += find_barriers(page)
    page.context.close()
    assert problems == []


def test_a_reported_picture_is_veiled_until_it_is_asked_for(
    context: BrowserContext, site: str, relay: Relay
) -> None:
    maker = Maker(relay)
    no = maker.published(picture=draw_picture())
    report(relay, no)
    make_moderator(relay, "mei@example.org", password_hash=HASHED)
    page = sign_in(context.new_page(), site, "mei@example.org")
    page.goto(f"{site}/desk/entry/ref1")
    picture = page.locator(".case-picture img")
    expect(picture).to_have_css("filter", re.compile("blur"))
    page.get_by_text("Show the picture").click()
    expect(picture).to_have_css("filter", "none")
