from __future__ import annotations

from dataclasses import replace

import pytest

from relay.domain.moderation import Moderation
from relay.domain.notice import STANDING, About
from relay.domain.standing import Standing, choose_standing, is_received_news

LED_TO = {
    About.APPROVED: Moderation.APPROVED,
    About.CHANGES_ASKED: Moderation.CHANGES_ASKED,
    About.REJECTED: Moderation.REJECTED,
    About.TAKEN_DOWN: Moderation.TAKEN_DOWN,
    About.RESTORED: Moderation.APPROVED,
    About.TAKEN_BACK: Moderation.APPROVED,
    About.MERGED: Moderation.REJECTED,
}


def log(*notices: str) -> list[Standing]:
    """Return notices as `about`; `+` behind one that was told, `-` one taken back."""
    return [
        Standing(
            id=at,
            about=About(each.strip("+-")),
            state=LED_TO[About(each.strip("+-"))],
            is_live="-" not in each,
            is_told="+" in each,
        )
        for at, each in enumerate(notices, start=1)
    ]


@pytest.mark.parametrize(
    ("notices", "chosen"),
    [
        (["approved"], 1),
        (["changes_asked+", "rejected"], 2),
        (["approved", "taken_down-", "taken_back"], 1),
        (["approved+", "taken_down-", "taken_back"], None),
        (["approved+", "taken_down+-", "taken_back"], 3),
        (["approved", "taken_down+-", "taken_back"], 3),
        (["approved", "taken_down", "restored"], 1),
        (["approved+", "taken_down", "restored"], None),
        (["approved+", "taken_down+", "restored"], 3),
        (["approved+", "taken_down+", "restored", "taken_down-", "taken_back"], 3),
        (["approved+-", "taken_back-", "approved"], None),
        (["approved+", "taken_down+-", "taken_back", "taken_down-", "taken_back"], 5),
        (["changes_asked+", "approved", "taken_down", "restored"], 2),
    ],
)
def test_what_holds_is_told_once(notices: list[str], chosen: int | None) -> None:
    found = log(*notices)
    assert choose_standing(found, len(found), now=found[-1].state) == chosen


def test_only_the_newest_leads_to_a_mail() -> None:
    found = log("approved", "taken_down-", "taken_back")
    assert [
        choose_standing(found, each.id, now=Moderation.APPROVED) for each in found
    ] == [None, None, 1]


@pytest.mark.parametrize("about", sorted(STANDING))
def test_what_does_not_hold_any_more_is_not_told(about: About) -> None:
    assert choose_standing(log(about), 1, now=Moderation.PENDING) is None


def test_an_approval_that_is_taken_back_leaves_nothing_to_tell_but_that() -> None:
    untold = log("approved-", "taken_back")
    untold[-1] = replace(untold[-1], state=Moderation.PENDING)
    assert choose_standing(untold, 2, now=Moderation.PENDING) is None
    told = [replace(untold[0], is_told=True), untold[1]]
    assert choose_standing(told, 2, now=Moderation.PENDING) == 2


def test_that_an_entry_is_in_is_news_until_something_else_is() -> None:
    assert is_received_news([])
    assert is_received_news(log("approved-", "taken_back"))
    assert not is_received_news(log("approved"))
    assert not is_received_news(log("approved+-", "taken_back"))
