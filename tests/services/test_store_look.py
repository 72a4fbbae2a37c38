from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import FetchReason
from relay.domain.preview import PreviewState
from relay.models import Card, Look, LookFile, OutboxState
from relay.services.look_again import look_at_own
from relay.services.outbox import fail
from relay.services.writing import writing
from tests.looking import (
    BOATS,
    DAY,
    KITES,
    LANTERNS,
    begin,
    fetches_of,
    find_nothing,
    find_page,
    forget_visits,
    later_clock,
    look,
    look_of,
    preview_of,
    publish_one,
)
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.making import SetClock


@pytest.fixture
def clock() -> SetClock:
    return later_clock()


def card_of(relay: Relay, entry_id: int) -> str:
    with Session(relay.engine) as session:
        return session.get_one(Card, (entry_id, "en")).pictures


def new_keys(relay: Relay) -> list[str]:
    with Session(relay.engine) as session:
        return sorted(session.exec(select(LookFile.key)).all())


def test_a_page_that_is_the_same_changes_nothing_but_the_time_of_the_look(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    before = card_of(either_relay, sent.entry_id)
    look(either_relay, clock)
    find_page(either_relay, clock, title="paper BOATS")
    kept = look_of(either_relay, sent.entry_id)
    assert kept is not None
    assert (kept.looked_at, kept.changed_at, kept.version) == (clock.time, None, 0)
    assert preview_of(either_relay, sent.entry_id).title == "Paper boats"
    assert card_of(either_relay, sent.entry_id) == before


def test_a_changed_page_waits_for_moderators_and_the_approved_card_stays(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    before = card_of(either_relay, sent.entry_id)
    assert BOATS in before
    look(either_relay, clock)
    find_page(either_relay, clock, title="Buy shoes", picture=LANTERNS)
    kept = look_of(either_relay, sent.entry_id)
    assert kept is not None
    assert kept.changed_at == clock.time
    assert kept.facts is not None
    assert kept.facts["title"] == "Buy shoes"
    assert kept.picture is not None
    assert kept.picture["fingerprint"] == LANTERNS
    assert len(new_keys(either_relay)) == 3
    assert card_of(either_relay, sent.entry_id) == before
    assert preview_of(either_relay, sent.entry_id).title == "Paper boats"
    assert find(either_relay, sent.ref).preview is PreviewState.READY


def test_a_page_that_is_as_before_again_is_no_change_any_more(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_page(relay, clock, picture=LANTERNS)
    look(relay, clock)
    find_page(relay, clock, picture=None)  # it tells us less, so nothing is settled
    kept = look_of(relay, sent.entry_id)
    assert kept is not None
    assert kept.changed_at is not None
    look(relay, clock)
    find_page(relay, clock)
    kept = look_of(relay, sent.entry_id)
    assert kept is not None
    assert (kept.changed_at, kept.facts, kept.picture) == (None, None, None)
    assert new_keys(relay) == []


def test_the_same_change_waits_once_and_another_one_takes_its_place(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    versions, since = [], []
    for picture in (LANTERNS, LANTERNS, KITES):
        look(relay, clock)
        find_page(relay, clock, picture=picture)
        kept = look_of(relay, sent.entry_id)
        assert kept is not None
        versions.append(kept.version)
        since.append(kept.changed_at)
    assert versions == [1, 1, 2]
    assert since[0] == since[1]
    assert all(KITES in key for key in new_keys(relay))


def test_one_404_takes_nothing_away_and_the_second_a_day_later_does(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    look(either_relay, clock)
    find_nothing(either_relay, clock)
    assert find(either_relay, sent.ref).preview is PreviewState.READY
    assert "no longer there" not in card_of(either_relay, sent.entry_id)
    again = fetches_of(either_relay, sent.entry_id)[-1]
    assert (again.state, again.due_at) == (OutboxState.DUE, clock.time + DAY)
    clock.time += DAY
    find_nothing(either_relay, clock)
    assert find(either_relay, sent.ref).preview is PreviewState.GONE
    card = card_of(either_relay, sent.entry_id)
    assert "The post is no longer there" in card
    assert BOATS in card  # our own picture stays
    assert preview_of(either_relay, sent.entry_id).reason == "gone"


def test_a_404_that_was_a_hiccup_is_forgotten(relay: Relay, clock: SetClock) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_nothing(relay, clock)
    clock.time += DAY
    find_page(relay, clock)
    kept = look_of(relay, sent.entry_id)
    assert kept is not None
    assert (kept.gone_since, kept.reason) == (None, None)
    look(relay, clock)
    find_nothing(relay, clock)
    assert find(relay, sent.ref).preview is PreviewState.READY


def test_a_platform_that_is_down_is_no_news_of_the_post(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_nothing(relay, clock)
    clock.time += DAY
    find_nothing(relay, clock, FetchReason.SERVER_ERROR)
    clock.time = fetches_of(relay, sent.entry_id)[-1].due_at
    find_nothing(relay, clock)
    assert find(relay, sent.ref).preview is PreviewState.GONE


def test_a_gone_post_that_comes_back_loses_its_badge(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    before = card_of(either_relay, sent.entry_id)
    look(either_relay, clock)
    find_nothing(either_relay, clock)
    clock.time += DAY
    find_nothing(either_relay, clock)
    look(either_relay, clock)
    find_nothing(either_relay, clock)  # still gone: asked once, and that is all
    assert fetches_of(either_relay, sent.entry_id)[-1].state is OutboxState.DONE
    look(either_relay, clock)
    find_page(either_relay, clock)
    assert find(either_relay, sent.ref).preview is PreviewState.READY
    assert preview_of(either_relay, sent.entry_id).reason is None
    assert card_of(either_relay, sent.entry_id) == before


def test_a_failing_look_is_tried_again_and_leaves_ready_what_is_ready(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    pauses = []
    for _ in range(4):
        find_nothing(relay, clock, FetchReason.TIMEOUT)
        row = fetches_of(relay, sent.entry_id)[-1]
        assert find(relay, sent.ref).preview is PreviewState.READY
        pauses.append(round((row.due_at - clock.time).total_seconds() / 60))
        clock.time = max(clock.time, row.due_at)
    assert pauses[:3] == [10, 60, 24 * 60]
    assert fetches_of(relay, sent.entry_id)[-1].state is OutboxState.DONE
    kept = look_of(relay, sent.entry_id)
    assert kept is not None
    assert (kept.reason, kept.tries) == ("timeout", 0)
    assert preview_of(relay, sent.entry_id).reason is None


def test_a_login_wall_that_came_later_takes_nothing_away(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_nothing(relay, clock, FetchReason.LOGIN_WALL)
    assert find(relay, sent.ref).preview is PreviewState.READY
    assert fetches_of(relay, sent.entry_id)[-1].state is OutboxState.DONE
    kept = look_of(relay, sent.entry_id)
    assert kept is not None
    assert kept.reason == "login_wall"


def test_a_look_whose_workers_all_die_leaves_the_state_and_comes_up_again(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    for _ in range(6):
        fail(relay.engine, begin(relay, clock), clock=clock)
        clock.time += DAY / 24
    assert fetches_of(relay, sent.entry_id)[-1].state is OutboxState.FAILED
    assert find(relay, sent.ref).preview is PreviewState.READY
    look(relay, clock)
    find_page(relay, clock, picture=LANTERNS)
    assert new_keys(relay)


def test_what_nobody_had_seen_when_it_was_approved_waits_for_moderators(
    relay: Relay, clock: SetClock
) -> None:
    """A link that is refused until it is approved must not show what it likes then."""
    sent = send(relay)
    find_nothing(relay, clock, FetchReason.FORBIDDEN)
    choose(relay, sent.ref, by=make_moderator(relay))
    forget_visits(relay)
    look_at_own(relay.intake, sent.token)
    clock.time += DAY
    find_page(relay, clock, picture=LANTERNS)
    assert LANTERNS not in card_of(relay, sent.entry_id)
    kept = look_of(relay, sent.entry_id)
    assert kept is not None
    assert kept.changed_at is not None
    assert find(relay, sent.ref).preview is PreviewState.READY


def test_a_page_that_changed_under_a_moderators_eyes_makes_the_decision_stale(
    relay: Relay, clock: SetClock
) -> None:
    sent = send(relay)
    find_page(relay, clock)
    seen = find(relay, sent.ref).version
    forget_visits(relay)
    look_at_own(relay.intake, sent.token)
    clock.time += DAY
    find_page(relay, clock)
    assert find(relay, sent.ref).version == seen  # the same page disturbs nobody
    forget_visits(relay)
    look_at_own(relay.intake, sent.token)
    clock.time += DAY
    find_page(relay, clock, picture=LANTERNS)
    assert find(relay, sent.ref).version == seen + 1


def test_a_baton_that_is_found_after_publication_is_kept_for_moderators(
    either_relay: Relay, clock: SetClock
) -> None:
    giver = publish_one(either_relay, clock)
    child = publish_one(either_relay, clock)
    with writing(either_relay.engine) as session:
        session.delete(session.get_one(Look, giver.entry_id))
    look(either_relay, clock)
    find_page(either_relay, clock, title=f"Paper boats {giver.baton}")
    preview = preview_of(either_relay, child.entry_id)
    assert preview is not None
    assert preview.baton_code == giver.baton
    assert find(either_relay, child.ref).parent_id is None
