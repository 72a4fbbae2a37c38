"""Readers and describers in a real browser: by keys alone, and on small screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from relay.domain.entry import AltBy
from relay.domain.report import ReportReason
from relay.models import Outcome, Report, Revision
from relay.models.moderator import Role
from relay.services.resolve_reports import resolve_reports
from relay.web.app import build_app
from tests.browsing import find_barriers, open_page, serving
from tests.making import report
from tests.web.desk.arriving import PASSWORD, make_account
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from relay.bootstrap import Relay
    from relay.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    mail = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "relay@example.org"}
    return settings.model_copy(update=mail)


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    """Two pictures without words, of which readers report the first."""
    maker, by = Maker(relay), make_account(relay, "mei@example.org", Role.MODERATOR)
    words = {"alt": "", "alt_by": AltBy.VOLUNTEER, "description": "Told by a river. "}
    maker.published(picture=draw_picture(), **words)
    maker.published(picture=draw_picture(), title="Lanterns", **words)
    report(relay, words="An earlier one", email="ana@example.org")
    with Session(relay.engine) as session:
        seen = session.exec(select(Report)).one().at
    resolve_reports(
        relay.engine,
        "ref1",
        Outcome.KEPT,
        seen=seen,
        moderator_id=by,
        clock=relay.clock,
    )
    report(relay, words="Please look")
    report(relay, 1, ReportReason.IN_PICTURE, words="That is me", address="192.0.2.9")
    with serving(build_app(relay)) as address:
        yield address


def arrive(page: Page, site: str, lang: str = "en") -> Page:
    page.context.add_cookies([{"name": "lang", "value": lang, "url": site}])
    page.goto(f"{site}/desk/sign-in?next=/desk/describe")
    page.fill("#email", "mei@example.org")
    page.fill("#password", PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_url("**/desk/describe")
    return page


@pytest.mark.parametrize(
    ("lang", "width", "dark"),
    [("en", 1440, False), ("zh-Hans", 360, True), ("he", 320, False)],
)
def test_nothing_bars_anybody_from_reporting_and_describing(
    browser: Browser, site: str, lang: str, width: int, *, dark: bool
) -> None:
    page = open_page(browser, width=width, dark=dark)
    page.goto(f"{site}/{lang}/w/1/report")
    barriers = find_barriers(page)
    page.locator("main form button").click()
    barriers += find_barriers(page)
    page.goto(f"{site}/{lang}/w/1/report?sent=mail")
    barriers += find_barriers(page)
    arrive(page, site, lang)
    barriers += find_barriers(page)
    page.locator("summary", has=page.locator("xpath=../form")).click()
    page.locator(".cannot button").click()
    barriers += find_barriers(page)
    for path in ("describe?after=ref2", "entry/ref1", "?mark=urgent"):
        page.goto(f"{site}/desk/{path}")
        barriers += find_barriers(page)
    assert barriers == []
    page.context.close()


def test_a_picture_is_described_by_keys_alone_and_the_words_are_counted(
    browser: Browser, site: str, relay: Relay
) -> None:
    page = arrive(open_page(browser, width=900, dark=False), site)
    page.focus("#words")
    page.keyboard.type("Boats folded from paper")
    expect(page.locator(".count")).to_have_text("23 of 1000 characters")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text(
        "You have described 1 artwork"
    )
    expect(page.locator(".describing-picture h2")).to_have_text("Lanterns")
    with Session(relay.engine) as session:
        changes = session.exec(select(Revision)).one().changes
    assert changes == {"alt": "Boats folded from paper"}
    page.context.close()
