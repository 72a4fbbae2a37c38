from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select, update

from relay.adapters.dice import SystemClock
from relay.domain.moderation import Moderation
from relay.models import Entry, OutboxRow, OutboxState, Picture
from relay.services.change_entry import add_picture
from relay.services.forget import (
    KEEP_DRAFTS,
    KEEP_FINISHED,
    KEEP_UPLOADS,
    forget_drafts,
    forget_finished,
    forget_made,
    forget_upload,
    forget_uploads,
)
from relay.services.outbox import Ticket, claim_due, mark_running
from relay.services.start_entry import incoming_key, keep_incoming, start_entry
from relay.services.store_picture import store_picture
from relay.services.withdraw_entry import withdraw_entry
from tests.making import send
from tests.services.test_store_preview import FILES, PICTURE

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay
    from relay.services.start_entry import Started


class LaterClock:
    def __init__(self, later: timedelta) -> None:
        self._later = later

    def now(self) -> datetime:
        return SystemClock().now() + self._later


def make_entry_with_picture(relay: Relay) -> Started:
    started = start_entry(relay.intake, picture=b"an upload")
    (ticket,) = claim_due(relay.engine, limit=1, clock=relay.clock)
    mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=relay.clock)
    for each in FILES:
        relay.media.put(each.key, b"pixels", content_type="image/jpeg")
    store(relay, ticket)
    return started


def store(relay: Relay, ticket: Ticket) -> None:
    store_picture(
        relay.engine,
        ticket,
        PICTURE,
        FILES,
        clock=relay.clock,
        printer=relay.printer,
    )


def rows(relay: Relay) -> list[OutboxRow]:
    with Session(relay.engine) as session:
        return list(session.exec(select(OutboxRow)).all())


def entries(relay: Relay) -> list[Entry]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Entry)).all())


def forget_drafts_after(relay: Relay, later: timedelta) -> int:
    return forget_drafts(relay.engine, clock=LaterClock(later), media=relay.media)


def forget_uploads_after(relay: Relay, later: timedelta) -> int:
    return forget_uploads(relay.engine, clock=LaterClock(later), media=relay.media)


def test_finished_rows_are_forgotten_after_a_week(relay: Relay) -> None:
    make_entry_with_picture(relay)
    soon = LaterClock(KEEP_FINISHED - timedelta(minutes=1))
    later = LaterClock(KEEP_FINISHED + timedelta(minutes=1))
    assert forget_finished(relay.engine, clock=soon) == 0
    assert forget_finished(relay.engine, clock=later) == 1
    assert rows(relay) == []


def test_an_upload_whose_picture_is_made_is_forgotten_after_a_day(relay: Relay) -> None:
    key = incoming_key(make_entry_with_picture(relay).ref)
    assert forget_uploads_after(relay, KEEP_UPLOADS - timedelta(minutes=1)) == 0
    assert relay.media.get(key) == b"an upload"
    assert forget_uploads_after(relay, KEEP_UPLOADS + timedelta(minutes=1)) == 1
    assert relay.media.get(key) is None
    assert all(relay.media.get(each.key) == b"pixels" for each in FILES)


def test_an_upload_without_an_entry_is_forgotten_after_a_day(
    either_relay: Relay,
) -> None:
    # What is left when the process dies between the media store and the commit.
    keep_incoming(either_relay.media, "lost", b"an upload")
    assert forget_uploads_after(either_relay, KEEP_UPLOADS * 2) == 1
    assert either_relay.media.get(incoming_key("lost")) is None


@pytest.mark.parametrize("state", OutboxState)
def test_an_upload_that_a_worker_has_yet_to_read_stays_however_old(
    relay: Relay, state: OutboxState
) -> None:
    key = incoming_key(make_entry_with_picture(relay).ref)
    with Session(relay.engine) as session:
        session.exec(update(OutboxRow).values(state=state))
        session.commit()
    is_awaited = state not in {OutboxState.DONE, OutboxState.FAILED}
    assert forget_uploads_after(relay, KEEP_UPLOADS * 9) == int(not is_awaited)
    assert (relay.media.get(key) == b"an upload") is is_awaited


def test_a_new_upload_outlives_the_old_work_of_its_entry(relay: Relay) -> None:
    started = make_entry_with_picture(relay)
    add_picture(relay.intake, started.token, b"a better upload")
    later = KEEP_FINISHED + timedelta(minutes=1)
    assert forget_finished(relay.engine, clock=LaterClock(later)) == 1
    assert forget_uploads_after(relay, later) == 0
    assert relay.media.get(incoming_key(started.ref)) == b"a better upload"


def test_an_upload_that_came_while_the_last_one_was_finished_is_not_deleted(
    either_relay: Relay,
) -> None:
    relay = either_relay
    started = make_entry_with_picture(relay)
    # Between the commit that ends the work, and the deletion that follows it.
    add_picture(relay.intake, started.token, b"a better upload")
    forget_upload(relay.engine, started.entry_id, media=relay.media)
    assert relay.media.get(incoming_key(started.ref)) == b"a better upload"
    (ticket,) = claim_due(relay.engine, limit=1, clock=relay.clock)
    mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=relay.clock)
    store(relay, ticket)
    forget_upload(relay.engine, started.entry_id, media=relay.media)
    assert relay.media.get(incoming_key(started.ref)) is None


def test_what_was_made_in_vain_for_a_withdrawn_entry_is_deleted(
    either_relay: Relay,
) -> None:
    relay, sent = either_relay, send(either_relay)
    (ticket,) = claim_due(relay.engine, limit=1, clock=relay.clock)
    mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=relay.clock)
    relay.media.put("p/made", b"made", content_type="image/webp")
    forget_made(relay.engine, ticket, ["p/made"], media=relay.media)
    assert relay.media.get("p/made") == b"made"
    withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    forget_made(relay.engine, ticket, ["p/made"], media=relay.media)
    assert relay.media.get("p/made") is None


def test_work_that_is_still_to_do_is_never_forgotten(relay: Relay) -> None:
    start_entry(relay.intake, link="https://example.org/post")
    later = LaterClock(timedelta(days=20))
    assert forget_finished(relay.engine, clock=later) == 0
    assert rows(relay)[0].state is OutboxState.DUE


def test_a_draft_that_was_never_sent_in_is_forgotten_with_its_pictures(
    relay: Relay,
) -> None:
    started = make_entry_with_picture(relay)
    assert forget_drafts_after(relay, KEEP_DRAFTS - timedelta(minutes=1)) == 0
    assert len(entries(relay)) == 1
    assert forget_drafts_after(relay, KEEP_DRAFTS + timedelta(minutes=1)) == 1
    assert entries(relay) == []
    assert rows(relay) == []
    assert relay.media.get(incoming_key(started.ref)) is None
    assert all(relay.media.get(each.key) is None for each in FILES)


def test_a_picture_that_another_entry_shows_too_stays(relay: Relay) -> None:
    make_entry_with_picture(relay)
    make_entry_with_picture(relay)
    with Session(relay.engine) as session:
        newest = max(each.id or 0 for each in entries(relay))
        session.exec(
            update(Entry)
            .where(Entry.id == newest)  # type: ignore[arg-type]
            .values(moderation=Moderation.WITHDRAWN)
        )
        session.commit()
    assert forget_drafts_after(relay, KEEP_DRAFTS * 2) == 1
    assert all(relay.media.get(each.key) == b"pixels" for each in FILES)
    with Session(relay.engine) as session:
        assert len(session.exec(select(Picture)).all()) == 1


def test_what_was_sent_in_is_not_forgotten(relay: Relay) -> None:
    start_entry(relay.intake, link="https://example.org/post")
    with Session(relay.engine) as session:
        session.exec(
            update(Entry).values(
                moderation=Moderation.PENDING,
                city_id=1,
                submitted_at=relay.clock.now(),
                consent_at=relay.clock.now(),
            )
        )
        session.commit()
    assert forget_drafts_after(relay, KEEP_DRAFTS * 2) == 0
