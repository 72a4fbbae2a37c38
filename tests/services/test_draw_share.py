"""Shared pictures are drawn once, kept, and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from relay.adapters.dice import SystemClock
from relay.domain.moderation import Moderation
from relay.domain.share import EntryCard, Page, Said, SharePicture, Work, share_key
from relay.services.draw_share import draw_share
from relay.services.forget import KEEP_DRAWINGS, forget_drawings
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay


class Later:
    def __init__(self, later: timedelta) -> None:
        self._later = later

    def now(self) -> datetime:
        return SystemClock().now() + self._later


SOON = Later(timedelta(minutes=1))


def facts_of(no: int, *, picture: SharePicture | None = None) -> EntryCard:
    page = Page("en", rtl=False, brand=Said("Leave No One Behind", "en"))
    title, name = Said("Signed", "en"), Said("Noa", "en")
    return EntryCard(page, Work(no, f"No. {no}", title, name, "Haifa", (), picture))


def draw(relay: Relay, facts: EntryCard) -> str:
    """Draw a card and return the name that it would be kept under."""
    draw_share(facts, form="jpg", artist=relay.artist, media=relay.media)
    return share_key(facts, edition=relay.artist.edition, form="jpg")


def test_a_drawing_is_kept_under_its_facts(relay: Relay) -> None:
    facts = facts_of(1)
    drawn = draw_share(facts, form="png", artist=relay.artist, media=relay.media)
    key = share_key(facts, edition=relay.artist.edition, form="png")
    assert relay.media.get(key) == drawn


def test_a_drawing_without_the_picture_that_it_names_is_not_kept(relay: Relay) -> None:
    facts = facts_of(1, picture=SharePicture("ab/gone.jpg", "#ffffff"))
    assert relay.media.get(draw(relay, facts)) is None


@pytest.mark.parametrize("to", [Moderation.WITHDRAWN, Moderation.TAKEN_DOWN])
def test_drawings_of_what_is_public_no_more_are_deleted(
    relay: Relay, to: Moderation
) -> None:
    maker = Maker(relay)
    stays, goes = maker.published(picture=draw_picture()), maker.published()
    kept, gone = draw(relay, facts_of(stays)), draw(relay, facts_of(goes))
    maker.take_away(goes, to)
    assert forget_drawings(relay.engine, clock=SOON, media=relay.media) == 1
    assert relay.media.get(gone) is None
    assert relay.media.get(kept)


def test_drawings_that_are_old_are_deleted(relay: Relay) -> None:
    key = draw(relay, facts_of(Maker(relay).published()))
    young = Later(KEEP_DRAWINGS - timedelta(hours=1))
    assert forget_drawings(relay.engine, clock=young, media=relay.media) == 0
    old = Later(KEEP_DRAWINGS + timedelta(hours=1))
    assert forget_drawings(relay.engine, clock=old, media=relay.media) == 1
    assert relay.media.get(key) is None


def test_nothing_else_in_the_store_is_touched(relay: Relay) -> None:
    relay.media.put("ab/picture.jpg", b"pixels", content_type="image/jpeg")
    forget_drawings(relay.engine, clock=Later(KEEP_DRAWINGS * 2), media=relay.media)
    assert relay.media.get("ab/picture.jpg") == b"pixels"
