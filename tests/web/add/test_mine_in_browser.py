"""Makers' own pages, and their words at the desk, in a real browser: barrier-free."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Choice, Reason
from relay.models.moderator import Role
from relay.services.appeal import appeal
from relay.services.revise_entry import revise_entry
from tests.browsing import find_barriers, open_page, serving
from tests.making import CAMBRIDGE, WORDS, choose, make_moderator, send
from tests.sparing import HASHER

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "five quiet paper boats"
NOTE = "No surname, please.\nThe rest is lovely, thank you!"


@pytest.fixture
def paths(relay: Relay) -> list[str]:
    """The pages of makers in every state, below a language."""
    by = make_moderator(relay, role=Role.ORGANISER, password_hash=HASHER.hash(PASSWORD))
    asked, rejected, again, public = (
        send(relay, f"https://example.org/{each}", title=title, lang=lang)
        for each, (title, lang) in enumerate(
            [
                ("Every Light Has a Name", "en"),
                ("万家灯火", "zh-Hans"),
                ("נייר ומים", "he"),
                ("Paper boats", "en"),
            ]
        )
    )
    ask, reject = Choice.ASK_CHANGES, Choice.REJECT
    choose(relay, asked.ref, ask, by=by, reason=Reason.CHILD_NAMED, note=NOTE)
    for each in (rejected, again):
        choose(relay, each.ref, reject, by=by, reason=Reason.NOT_YOURS, note=NOTE)
    clock = relay.clock
    words = "I drew it on Sunday.\nHere is my sketch."
    appeal(relay.engine, again.token, words, clock=clock, printer=relay.printer)
    choose(relay, public.ref, by=by)
    child = send(relay, "https://example.org/child", baton=public.baton)
    choose(relay, child.ref, by=by)
    other = replace(
        WORDS,
        title="Paper lanterns",
        alt="Lanterns of paper on a dark river, and one boat",
        name="Little Lin",
        lang="zh-Hans",
    )
    revise_entry(
        relay.engine,
        public.token,
        other,
        city=relay.gazetteer.find(CAMBRIDGE),
        clock=clock,
    )
    return [
        f"mine/{asked.token}",
        f"mine/{asked.token}/change",
        f"mine/{rejected.token}",
        f"mine/{rejected.token}/appeal",
        f"mine/{again.token}",
        f"mine/{public.token}",
        f"mine/{public.token}/change",
        f"mine/{public.token}/withdraw",
    ]


@pytest.mark.parametrize(
    ("lang", "width", "dark"),
    [("en", 1440, False), ("he", 360, True), ("zh-Hans", 320, False)],
)
def test_nothing_bars_makers_and_their_moderators(
    app: Flask, paths: list[str], browser: Browser, lang: str, width: int, *, dark: bool
) -> None:
    barriers = []
    with serving(app) as site:
        page = open_page(browser, width=width, dark=dark)
        for each in paths:
            page.goto(f"{site}/{lang}/{each}")
            barriers += find_barriers(page)
        # An empty appeal is answered beside its field.
        page.goto(f"{site}/{lang}/{paths[3]}")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_selector(".error-summary")
        barriers += find_barriers(page)
        page.goto(f"{site}/desk/sign-in")
        page.fill("[name=email]", "mei@example.org")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button[type=submit]").last.click()
        page.goto(f"{site}/desk/revisions")
        page.wait_for_selector(".revisions")
        page.locator(".revisions details summary").click()
        barriers += find_barriers(page)
        page.locator(".revisions button[value=refuse]").click()
        page.wait_for_selector(".error-summary")
        barriers += find_barriers(page)
    assert barriers == []
