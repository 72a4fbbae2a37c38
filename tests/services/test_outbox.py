from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.adapters.database import open_engine
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import Entry, OutboxRow, OutboxState, Topic
from relay.services.outbox import (
    LEASE,
    LOSSES_MAX,
    Ticket,
    claim_due,
    fail,
    finish,
    list_open,
    mark_running,
    put_back,
    run_later,
    wait_turn,
)
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


class TestClock:
    __test__ = False

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def pass_time(self, **how_long: float) -> None:
        self.time += timedelta(**how_long)


@pytest.fixture
def engine(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "relay.sqlite3"
    shutil.copy(migrated_file, path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


def add_row(
    engine: Engine,
    *,
    topic: Topic = Topic.FETCH_PREVIEW,
    due_at: datetime = NOON,
    link: str = "https://example.org/post",
    moderation: Moderation = Moderation.DRAFT,
) -> int:
    with Session(engine) as session:
        number = len(session.exec(select(Entry.id)).all())
        entry = Entry(
            ref=f"ref{number}",
            season_id=1,
            token_hash=f"hash{number}",
            link=link,
            moderation=moderation,
            preview=PreviewState.QUEUED,
            started_at=NOON,
        )
        session.add(entry)
        session.flush()
        row = OutboxRow(
            topic=topic, subject=entry.id or 0, due_at=due_at, created_at=NOON
        )
        session.add(row)
        session.commit()
        return row.id or 0


def row_of(engine: Engine, row_id: int) -> OutboxRow:
    with Session(engine) as session:
        return session.exec(select(OutboxRow).where(OutboxRow.id == row_id)).one()


def preview_of(engine: Engine, row_id: int) -> PreviewState:
    with Session(engine) as session:
        entry_id = row_of(engine, row_id).subject
        return session.get_one(Entry, entry_id).preview


def run(engine: Engine, clock: TestClock) -> Ticket:
    (ticket,) = claim_due(engine, limit=1, clock=clock)
    assert mark_running(engine, ticket.row_id, ticket.attempt, clock=clock)
    return ticket


def test_due_rows_are_claimed_oldest_first_and_only_once(
    engine: Engine, clock: TestClock
) -> None:
    late = add_row(engine, due_at=NOON - timedelta(minutes=1))
    early = add_row(engine, due_at=NOON - timedelta(minutes=2))
    assert [each.row_id for each in claim_due(engine, limit=9, clock=clock)] == [
        early,
        late,
    ]
    assert claim_due(engine, limit=9, clock=clock) == []


def test_what_somebody_waits_for_goes_before_all_previews(
    engine: Engine, clock: TestClock
) -> None:
    for _ in range(3):
        add_row(engine, due_at=NOON - timedelta(hours=1))
    mail = add_row(engine, topic=Topic.TELL_MAKER)
    imported = add_row(engine, topic=Topic.RUN_IMPORT)
    add_row(engine, topic=Topic.TELL_MAKER, due_at=NOON + timedelta(minutes=1))
    claimed = claim_due(engine, limit=3, clock=clock)
    assert [each.row_id for each in claimed[:2]] == [mail, imported]
    assert claimed[2].topic is Topic.FETCH_PREVIEW


def test_no_more_rows_are_claimed_than_asked_for(
    engine: Engine, clock: TestClock
) -> None:
    for _ in range(3):
        add_row(engine)
    assert len(claim_due(engine, limit=2, clock=clock)) == 2
    assert len(claim_due(engine, limit=2, clock=clock)) == 1


def test_a_row_is_not_claimed_before_it_is_due(
    engine: Engine, clock: TestClock
) -> None:
    add_row(engine, due_at=NOON + timedelta(seconds=1))
    assert claim_due(engine, limit=9, clock=clock) == []
    clock.pass_time(seconds=1)
    assert len(claim_due(engine, limit=9, clock=clock)) == 1


def test_every_sending_has_a_job_id_of_its_own(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine)
    ids = []
    for _ in range(3):
        (ticket,) = claim_due(engine, limit=1, clock=clock)
        ids.append(ticket.job_id)
        assert put_back(engine, [ticket], clock=clock) == 1
    assert ids == [f"fetch_preview-{row_id}-{attempt}" for attempt in (1, 2, 3)]


def test_a_sent_row_begins_once_and_holds_a_lease(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine)
    (ticket,) = claim_due(engine, limit=1, clock=clock)
    work = mark_running(engine, row_id, ticket.attempt, clock=clock)
    assert work is not None
    assert work.link == "https://example.org/post"
    assert work.ref == "ref0"
    assert row_of(engine, row_id).lease_until == NOON + LEASE
    assert preview_of(engine, row_id) is PreviewState.FETCHING
    assert mark_running(engine, row_id, ticket.attempt, clock=clock) is None


def test_an_older_attempt_does_not_begin(engine: Engine, clock: TestClock) -> None:
    row_id = add_row(engine)
    (old,) = claim_due(engine, limit=1, clock=clock)
    put_back(engine, [old], clock=clock)
    assert mark_running(engine, row_id, old.attempt, clock=clock) is None
    (new,) = claim_due(engine, limit=1, clock=clock)
    assert mark_running(engine, row_id, old.attempt, clock=clock) is None
    assert mark_running(engine, row_id, new.attempt, clock=clock) is not None


def test_an_older_attempt_cannot_finish_fail_or_delay_a_row(
    engine: Engine, clock: TestClock
) -> None:
    add_row(engine)
    new = run(engine, clock)
    zombie = replace(new, attempt=new.attempt - 1)
    with writing(engine) as session:
        assert not finish(session, zombie, now=NOON)
        assert not run_later(session, zombie, at=NOON)
    assert fail(engine, zombie, clock=clock) is None
    assert row_of(engine, new.row_id).state is OutboxState.RUNNING
    assert row_of(engine, new.row_id).failures == 0


def test_a_finished_row_stays_finished(engine: Engine, clock: TestClock) -> None:
    add_row(engine)
    ticket = run(engine, clock)
    with writing(engine) as session:
        assert finish(session, ticket, now=NOON)
    with writing(engine) as session:
        assert not finish(session, ticket, now=NOON)
    assert fail(engine, ticket, clock=clock) is None
    assert put_back(engine, [ticket], clock=clock) == 0
    assert row_of(engine, ticket.row_id).state is OutboxState.DONE


def test_a_running_row_is_not_put_back_as_if_it_had_never_arrived(
    engine: Engine, clock: TestClock
) -> None:
    add_row(engine)
    ticket = run(engine, clock)
    assert put_back(engine, [ticket], clock=clock) == 0


def test_a_row_that_waits_for_its_turn_is_neither_tried_nor_lost(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine)
    pause = timedelta(seconds=7)
    for _ in range(2 * LOSSES_MAX):
        ticket = run(engine, clock)
        assert preview_of(engine, row_id) is PreviewState.FETCHING
        assert wait_turn(engine, ticket, pause=pause, clock=clock)
        assert not wait_turn(engine, ticket, pause=pause, clock=clock)
        row = row_of(engine, row_id)
        assert (row.state, row.failures) == (OutboxState.DUE, 0)
        assert row.due_at == clock.now() + pause
        assert preview_of(engine, row_id) is PreviewState.QUEUED
        assert claim_due(engine, limit=1, clock=clock) == []
        clock.pass_time(seconds=7)


def test_a_lost_row_is_due_again_after_longer_and_longer_pauses(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine)
    pauses = []
    for _ in range(3):
        ticket = run(engine, clock)
        assert fail(engine, ticket, clock=clock) is OutboxState.DUE
        assert preview_of(engine, row_id) is PreviewState.QUEUED
        pauses.append((row_of(engine, row_id).due_at - clock.now()).total_seconds())
        clock.pass_time(seconds=pauses[-1])
    assert pauses == [2, 4, 8]


def test_a_row_is_given_up_after_too_many_losses_and_its_entry_says_so(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine)
    for _ in range(LOSSES_MAX):
        assert fail(engine, run(engine, clock), clock=clock) is OutboxState.DUE
        clock.pass_time(hours=1)
    assert fail(engine, run(engine, clock), clock=clock) is OutboxState.FAILED
    assert row_of(engine, row_id).state is OutboxState.FAILED
    assert preview_of(engine, row_id) is PreviewState.FAILED
    clock.pass_time(days=1)
    assert claim_due(engine, limit=1, clock=clock) == []


def test_nothing_is_fetched_for_an_entry_that_was_withdrawn(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine, moderation=Moderation.WITHDRAWN)
    (ticket,) = claim_due(engine, limit=1, clock=clock)
    assert mark_running(engine, row_id, ticket.attempt, clock=clock) is None
    assert row_of(engine, row_id).state is OutboxState.DONE


def test_an_upload_beside_a_link_does_not_move_the_preview_of_the_link(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine, topic=Topic.MAKE_PICTURE)
    run(engine, clock)
    assert preview_of(engine, row_id) is PreviewState.QUEUED


def test_an_upload_without_a_link_is_the_preview(
    engine: Engine, clock: TestClock
) -> None:
    row_id = add_row(engine, topic=Topic.MAKE_PICTURE, link="")
    run(engine, clock)
    assert preview_of(engine, row_id) is PreviewState.FETCHING


def test_open_rows_are_those_that_somebody_should_be_working_on(
    engine: Engine, clock: TestClock
) -> None:
    for _ in range(4):
        add_row(engine)
    done = run(engine, clock)
    with writing(engine) as session:
        finish(session, done, now=NOON)
    running = run(engine, clock)
    (sent,) = claim_due(engine, limit=1, clock=clock)
    found = {each.ticket: each for each in list_open(engine)}
    assert set(found) == {running, sent}
    assert found[running].lease_until == NOON + LEASE
    assert found[sent].sent_at == NOON
