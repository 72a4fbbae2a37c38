from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import FetchReason, Forbidden, NotFound, SeasonClosed
from relay.domain.moderation import Choice, Reason
from relay.domain.preview import PreviewState
from relay.models import Look, LookFile, OutboxState, Preview
from relay.services.look_again import (
    PLANNED_AT_ONCE,
    Asked,
    look_at_own,
    look_for_desk,
    plan_looks,
)
from relay.services.open_season import set_hours
from relay.services.start_entry import start_entry
from relay.services.withdraw_entry import withdraw_entry
from tests.looking import (
    DAY,
    LANTERNS,
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


def count(relay: Relay, model: type) -> int:
    with Session(relay.engine) as session:
        return len(session.exec(select(model)).all())


def test_a_published_link_is_looked_at_again_after_14_days_and_then_again(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    clock.time += 14 * DAY - timedelta(minutes=1)
    assert plan_looks(either_relay.engine, clock=clock) == 0
    clock.time += timedelta(minutes=2)
    assert plan_looks(either_relay.engine, clock=clock) == 1
    assert plan_looks(either_relay.engine, clock=clock) == 0
    find_page(either_relay, clock)
    clock.time += 14 * DAY
    assert plan_looks(either_relay.engine, clock=clock) == 1
    assert len(fetches_of(either_relay, sent.entry_id)) == 3


def test_the_setting_decides_how_many_days_pass(relay: Relay, clock: SetClock) -> None:
    publish_one(relay, clock)
    clock.time += 3 * DAY
    assert plan_looks(relay.engine, every=4 * DAY, clock=clock) == 0
    assert plan_looks(relay.engine, every=2 * DAY, clock=clock) == 1


def test_what_is_not_published_is_not_looked_at(
    either_relay: Relay, clock: SetClock
) -> None:
    waiting = send(either_relay)
    find_page(either_relay, clock)
    taken = publish_one(either_relay, clock, link="https://example.org/other")
    by = make_moderator(either_relay)
    choose(either_relay, taken.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    look(either_relay, clock)
    for sent in (waiting, taken):
        assert len(fetches_of(either_relay, sent.entry_id)) == 1
    choose(either_relay, taken.ref, Choice.RESTORE, by=by)
    look(either_relay, clock)
    assert len(fetches_of(either_relay, taken.entry_id)) == 2


def test_many_links_that_came_at_once_are_looked_at_bit_by_bit(
    relay: Relay, clock: SetClock
) -> None:
    for number in range(3):
        publish_one(relay, clock, link=f"https://example.org/{number}")
    clock.time += 15 * DAY
    planned = [plan_looks(relay.engine, limit=2, clock=clock) for _ in range(3)]
    assert planned == [2, 1, 0]
    assert PLANNED_AT_ONCE >= 100


def test_a_link_that_is_on_its_way_is_not_planned_twice(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_nothing(relay, clock)  # comes again in a day
    clock.time += 15 * DAY
    assert plan_looks(relay.engine, clock=clock) == 0
    assert len(fetches_of(relay, sent.entry_id)) == 2


def test_a_maker_asks_for_a_look_and_gets_it_at_once(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    forget_visits(either_relay)
    assert look_at_own(either_relay.intake, sent.token).asked is Asked.SOON
    assert look_at_own(either_relay.intake, sent.token).asked is Asked.ALREADY
    assert look_for_desk(either_relay.intake, sent.ref).asked is Asked.ALREADY
    find_page(either_relay, clock, picture=LANTERNS)
    kept = look_of(either_relay, sent.entry_id)
    assert kept is not None
    assert kept.changed_at is not None


def test_nobody_can_make_us_visit_a_site_again_and_again(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    answer = look_at_own(relay.intake, sent.token)
    assert answer.asked is Asked.LATER
    assert answer.at is not None
    (row,) = fetches_of(relay, sent.entry_id)
    assert row.sent_at is not None
    assert answer.at - row.sent_at == timedelta(minutes=10)


def test_who_asks_does_not_wait_for_the_next_try(relay: Relay, clock: SetClock) -> None:
    sent = send(relay)
    find_nothing(relay, clock, FetchReason.TIMEOUT)
    clock.time += timedelta(seconds=1)
    forget_visits(relay)
    assert look_at_own(relay.intake, sent.token).asked is Asked.SOON
    find_page(relay, clock)
    assert find(relay, sent.ref).preview is PreviewState.READY
    assert len(fetches_of(relay, sent.entry_id)) == 1


def test_a_platform_that_asked_us_to_wait_is_waited_for(
    relay: Relay, clock: SetClock
) -> None:
    sent = send(relay)
    find_nothing(relay, clock, FetchReason.RATE_LIMITED, retry_after=7200)
    forget_visits(relay)
    answer = look_for_desk(relay.intake, sent.ref)
    assert answer.asked is Asked.LATER
    assert answer.at == preview_of(relay, sent.entry_id).next_try_at


def test_only_a_link_that_counts_is_looked_at(relay: Relay, clock: SetClock) -> None:
    by = make_moderator(relay)
    rejected = send(relay)
    find_page(relay, clock)
    choose(relay, rejected.ref, Choice.REJECT, by=by, reason=Reason.OTHER)
    with pytest.raises(Forbidden):
        look_at_own(relay.intake, rejected.token)
    withdrawn = publish_one(relay, clock, link="https://example.org/other")
    withdraw_entry(relay.engine, withdrawn.token, clock=relay.clock, media=relay.media)
    with pytest.raises(Forbidden):
        look_for_desk(relay.intake, withdrawn.ref)
    with pytest.raises(NotFound):
        look_for_desk(relay.intake, "nobody")
    with pytest.raises(NotFound):
        look_at_own(relay.intake, "nobody")


def test_a_withdrawn_entry_leaves_no_look_and_no_picture_that_waited(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(either_relay, clock)
    look(either_relay, clock)
    find_page(either_relay, clock, picture=LANTERNS)
    with Session(either_relay.engine) as session:
        keys = session.exec(select(LookFile.key)).all()
    assert [each for each in keys if either_relay.media.get(each)] == keys
    withdraw_entry(
        either_relay.engine,
        sent.token,
        clock=either_relay.clock,
        media=either_relay.media,
    )
    assert count(either_relay, Look) == count(either_relay, LookFile) == 0
    assert [each for each in keys if either_relay.media.get(each)] == []


def test_the_link_of_a_draft_is_read_from_the_beginning_but_not_often(
    either_relay: Relay, clock: SetClock
) -> None:
    relay = either_relay
    draft = start_entry(relay.intake, link="https://example.org/post")
    asked = [look_at_own(relay.intake, draft.token).asked for _ in range(3)]
    assert set(asked) == {Asked.ALREADY}
    find_nothing(relay, clock)
    assert find(relay, draft.ref).preview is PreviewState.GONE
    later = look_at_own(relay.intake, draft.token)
    assert later.asked is Asked.LATER
    sent_at = fetches_of(relay, draft.entry_id)[0].sent_at
    assert later.at is not None
    assert sent_at is not None
    # Its maker sits before the form and waits: for a draft the pause is short.
    assert later.at - sent_at == timedelta(minutes=1)
    forget_visits(relay)
    assert look_at_own(relay.intake, draft.token).asked is Asked.SOON
    assert look_at_own(relay.intake, draft.token).asked is Asked.ALREADY
    assert find(relay, draft.ref).preview is PreviewState.QUEUED
    assert count(relay, Preview) == 0
    states = [each.state for each in fetches_of(relay, draft.entry_id)]
    assert states == [OutboxState.DONE, OutboxState.DUE]
    find_page(relay, clock)
    assert find(relay, draft.ref).preview is PreviewState.READY


def test_a_draft_that_was_to_be_tried_later_is_tried_now_by_the_same_row(
    relay: Relay, clock: SetClock
) -> None:
    draft = start_entry(relay.intake, link="https://example.org/post")
    find_nothing(relay, clock, FetchReason.TIMEOUT)
    forget_visits(relay)
    assert look_at_own(relay.intake, draft.token).asked is Asked.SOON
    (row,) = fetches_of(relay, draft.entry_id)
    assert (row.state, row.due_at <= relay.clock.now()) == (OutboxState.DUE, True)
    assert find(relay, draft.ref).preview is PreviewState.QUEUED


def test_a_closed_season_looks_at_no_draft(relay: Relay, clock: SetClock) -> None:
    draft = start_entry(relay.intake, link="https://example.org/post")
    find_nothing(relay, clock)
    forget_visits(relay)
    now = relay.clock.now()
    set_hours(
        relay.engine,
        "leave-no-one-behind",
        opens_at=now - 2 * DAY,
        closes_at=now - DAY,
        clock=relay.clock,
    )
    with pytest.raises(SeasonClosed):
        look_at_own(relay.intake, draft.token)
    assert len(fetches_of(relay, draft.entry_id)) == 1
