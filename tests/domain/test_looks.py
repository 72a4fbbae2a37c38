from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.looks import (
    Sight,
    has_changed,
    is_as_before,
    is_settled,
    next_look,
    state_after_look,
)
from relay.domain.preview import PreviewState

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GONE = FetchFailed(FetchReason.GONE)
DOWN = FetchFailed(FetchReason.SERVER_ERROR)
WALL = FetchFailed(FetchReason.LOGIN_WALL)
BOATS, NEARLY_BOATS, LANTERNS = "0" * 16, "000000000000000f", "f" * 16


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("Paper boats", "Paper boats", False),
        ("Paper boats", "  PAPER  Boats! ", False),
        ("“Café”", '"Cafe"', False),
        ("纸船", "紙船", True),
        ("Paper boats", "Buy shoes", True),
        ("Paper boats", None, False),
        (None, "Paper boats", True),
        ("★", "☆", True),
        ("★", "★", False),
        (None, None, False),
    ],
)
def test_a_title_changes_when_its_letters_do(
    before: str | None, now: str | None, *, changed: bool
) -> None:
    assert has_changed(Sight(before), Sight(now)) is changed


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        (BOATS, BOATS, False),
        (BOATS, NEARLY_BOATS, False),
        (BOATS, LANTERNS, True),
        (None, LANTERNS, True),
        (BOATS, None, False),
        (None, None, False),
    ],
)
def test_a_picture_changes_when_it_no_longer_looks_alike(
    before: str | None, now: str | None, *, changed: bool
) -> None:
    assert has_changed(Sight("t", before), Sight("t", now)) is changed


def test_a_page_that_shows_less_has_neither_changed_nor_stayed() -> None:
    before = Sight("Paper boats", BOATS)
    for less in (Sight("Paper boats"), Sight(None, BOATS), Sight()):
        assert not has_changed(before, less)
        assert not is_as_before(before, less)
    assert is_as_before(before, Sight("paper boats", NEARLY_BOATS))
    assert is_as_before(Sight(), Sight())
    assert not is_as_before(before, Sight("Shoes", BOATS))


def test_a_link_is_gone_when_it_was_so_twice_with_a_day_between() -> None:
    ready = PreviewState.READY
    first = next_look(GONE, ready, tries=1, gone_since=None, now=NOON)
    assert first == NOON + DAY
    early = next_look(GONE, ready, tries=2, gone_since=NOON, now=NOON + DAY / 2)
    assert early == NOON + DAY
    assert next_look(GONE, ready, tries=2, gone_since=NOON, now=NOON + DAY) is None


def test_what_is_known_to_be_gone_needs_no_second_look() -> None:
    state = PreviewState.GONE
    assert next_look(GONE, state, tries=1, gone_since=None, now=NOON) is None


def test_a_failure_that_may_pass_follows_the_pauses_of_a_first_visit() -> None:
    pauses = []
    for tries in range(1, 5):
        at = next_look(DOWN, PreviewState.READY, tries=tries, gone_since=None, now=NOON)
        pauses.append(at and at - NOON)
    minutes = timedelta(minutes=1)
    assert pauses == [10 * minutes, 60 * minutes, DAY, None]


@pytest.mark.parametrize(
    ("before", "failed", "after"),
    [
        (PreviewState.READY, DOWN, PreviewState.READY),
        (PreviewState.READY, WALL, PreviewState.READY),
        (PreviewState.READY, GONE, PreviewState.GONE),
        (PreviewState.GONE, WALL, PreviewState.GONE),
        (PreviewState.GONE, DOWN, PreviewState.GONE),
        (PreviewState.FAILED, WALL, PreviewState.REFUSED),
        (PreviewState.REFUSED, DOWN, PreviewState.FAILED),
        (PreviewState.REFUSED, GONE, PreviewState.GONE),
    ],
)
def test_only_an_end_takes_away_what_was_ready(
    before: PreviewState, failed: FetchFailed, after: PreviewState
) -> None:
    assert state_after_look(before, failed) is after


def test_a_visit_counts_as_another_look_when_the_work_was_over() -> None:
    assert not is_settled(PreviewState.QUEUED)
    assert not is_settled(PreviewState.FETCHING)
    assert is_settled(PreviewState.READY)
    assert is_settled(PreviewState.GONE)
