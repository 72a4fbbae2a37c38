"""The outbox: each row is sent, run and finished once, whoever dies in between.

A row's steps are conditional updates on its state and attempt, so that of two
processes that try the same step one succeeds. Who holds an older attempt (a job
that was thought to be lost) can change nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, select, update
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import (
    NOT_OF_ENTRIES,
    PATIENT,
    UNFINISHED,
    Entry,
    OutboxRow,
    OutboxState,
    Topic,
)
from relay.services.writing import insert_rows, writing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock

# How long a job may run before it counts as lost. Its own limit is shorter.
LEASE = timedelta(seconds=50)

# A row is given up after this many losses, each followed by a longer pause.
LOSSES_MAX = 5
LOSS_PAUSE = timedelta(seconds=2)

_PROMPT = frozenset(Topic) - PATIENT
_SENT_OR_RUNNING = (OutboxState.SENT, OutboxState.RUNNING)


@dataclass(frozen=True)
class Ticket:
    """One sending of one row; whoever holds an older attempt holds nothing.

    `subject` is the id of what the row is about: of an entry, for most topics.
    """

    row_id: int
    topic: Topic
    subject: int
    attempt: int

    @property
    def job_id(self) -> str:
        """The id of its job in the queue, never used twice."""
        return f"{self.topic.value}-{self.row_id}-{self.attempt}"


@dataclass(frozen=True)
class Work:
    """What a job that has begun needs to know of its entry, if it is about one."""

    ticket: Ticket
    ref: str
    link: str


@dataclass(frozen=True)
class OpenRow:
    """A row that somebody should be working on, and since when."""

    ticket: Ticket
    state: OutboxState
    sent_at: datetime | None
    lease_until: datetime | None


def remember(
    session: Session,
    topics: Iterable[Topic],
    subjects: Iterable[int],
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Write into the outbox what is due now or later, in the commit that caused it."""
    rows = [
        {
            "topic": topic,
            "subject": subject,
            "state": OutboxState.DUE,
            "attempt": 0,
            "failures": 0,
            "due_at": due_at or now,
            "created_at": now,
        }
        for topic, subject in product(topics, subjects)
    ]
    if rows:
        insert_rows(session, OutboxRow, *rows)


def has_work(session: Session, topic: Topic, subject: int) -> bool:
    """Tell whether work of one topic is planned or going on."""
    found = session.scalar(
        select(col(OutboxRow.id))
        .where(
            col(OutboxRow.subject) == subject,
            col(OutboxRow.topic) == topic,
            col(OutboxRow.state).in_(UNFINISHED),
        )
        .limit(1)
    )
    return found is not None


def claim_due(engine: Engine, *, limit: int, clock: Clock) -> list[Ticket]:
    """Mark up to `limit` due rows as sent; each goes to one caller.

    The oldest first, and before all others those for which somebody waits.
    """
    now = clock.now()
    with writing(engine) as session:
        ids = _find_due(session, _PROMPT, now=now, limit=limit)
        ids += _find_due(session, PATIENT, now=now, limit=limit - len(ids))
        if not ids:
            return []
        claimed = session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id).in_(ids), col(OutboxRow.state) == OutboxState.DUE)
            .values(
                state=OutboxState.SENT,
                attempt=col(OutboxRow.attempt) + 1,
                sent_at=now,
                lease_until=None,
            )
            .returning(*_TICKET)
            .execution_options(synchronize_session=False)
        ).all()
        place = {row_id: at for at, row_id in enumerate(ids)}
        return sorted(
            (Ticket(*row) for row in claimed), key=lambda each: place[each.row_id]
        )


def _find_due(
    session: Session, topics: Collection[Topic], *, now: datetime, limit: int
) -> list[int]:
    if not limit:
        return []
    return [
        row_id or 0
        for row_id in session.scalars(
            select(col(OutboxRow.id))
            .where(
                col(OutboxRow.state) == OutboxState.DUE,
                col(OutboxRow.topic).in_(topics),
                col(OutboxRow.due_at) <= now,
            )
            .order_by(col(OutboxRow.due_at), col(OutboxRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ]


def mark_running(
    engine: Engine,
    row_id: int,
    attempt: int,
    *,
    lease: timedelta = LEASE,
    clock: Clock,
) -> Work | None:
    """Begin a sent row; None when this attempt is not the one that counts.

    The work of an entry that was withdrawn meanwhile is done: nothing is fetched.
    """
    now = clock.now()
    with writing(engine) as session:
        # First the entry, as in `lock_entry`.
        entry = session.execute(
            select(col(Entry.ref), col(Entry.link), col(Entry.moderation))
            .join(OutboxRow, col(OutboxRow.subject) == col(Entry.id))
            .where(
                col(OutboxRow.id) == row_id,
                col(OutboxRow.topic).not_in(NOT_OF_ENTRIES),
            )
            .with_for_update(of=Entry)
        ).one_or_none()
        row = session.execute(
            update(OutboxRow)
            .where(
                col(OutboxRow.id) == row_id,
                col(OutboxRow.attempt) == attempt,
                col(OutboxRow.state) == OutboxState.SENT,
            )
            .values(state=OutboxState.RUNNING, lease_until=now + lease)
            .returning(*_TICKET)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if row is None:
            return None
        ticket = Ticket(*row)
        if ticket.topic in NOT_OF_ENTRIES:
            return Work(ticket, "", "")
        if entry is None or entry.moderation is Moderation.WITHDRAWN:
            finish(session, ticket, now=now)
            return None
        move_preview(session, ticket, {PreviewState.QUEUED}, to=PreviewState.FETCHING)
        return Work(ticket, entry.ref, entry.link)


def lock_entry(session: Session, ticket: Ticket) -> Entry | None:
    """Return the entry that a row is about, locked; call it before the row is changed.

    None where it is about something else, or its entry is gone. Whoever calls work off
    holds the entry first, then the row: a job that went the other way round and its
    entry's maker would wait for each other for good.
    """
    if ticket.topic in NOT_OF_ENTRIES:
        return None
    return session.get(Entry, ticket.subject, with_for_update=True)


def finish(session: Session, ticket: Ticket, *, now: datetime) -> bool:
    """Mark a running row as done in the caller's transaction; tell whether it was.

    False means that another attempt has taken over: keep nothing, change nothing.
    """
    return _step(
        session,
        ticket,
        {OutboxState.RUNNING},
        state=OutboxState.DONE,
        done_at=now,
        lease_until=None,
    )


def run_later(session: Session, ticket: Ticket, *, at: datetime) -> bool:
    """Make a running row due at a later time in the caller's transaction."""
    return _step(
        session,
        ticket,
        {OutboxState.RUNNING},
        state=OutboxState.DUE,
        due_at=at,
        lease_until=None,
    )


def give_up(session: Session, ticket: Ticket, *, now: datetime) -> bool:
    """Mark a running row as failed for good in the caller's transaction."""
    return _step(
        session,
        ticket,
        {OutboxState.RUNNING},
        state=OutboxState.FAILED,
        done_at=now,
        lease_until=None,
    )


def wait_turn(
    engine: Engine, ticket: Ticket, *, pause: timedelta, clock: Clock
) -> bool:
    """Make a running row due again after a pause: it has been neither tried nor lost.

    False means that another attempt has taken over.
    """
    with writing(engine) as session:
        lock_entry(session, ticket)
        if not run_later(session, ticket, at=clock.now() + pause):
            return False
        fetching = {PreviewState.FETCHING}
        move_preview(session, ticket, fetching, to=PreviewState.QUEUED)
    return True


def put_back(engine: Engine, tickets: Collection[Ticket], *, clock: Clock) -> int:
    """Make sent rows due again that never reached a worker, which is no loss."""
    now = clock.now()
    with writing(engine) as session:
        return sum(
            _step(
                session,
                ticket,
                {OutboxState.SENT},
                state=OutboxState.DUE,
                due_at=now,
            )
            for ticket in tickets
        )


def fail(
    engine: Engine,
    ticket: Ticket,
    *,
    among: Collection[OutboxState] = _SENT_OR_RUNNING,
    clock: Clock,
) -> OutboxState | None:
    """Count a loss: due again after a pause, or failed for good after too many.

    None when another attempt has taken over or the row has moved on from `among`.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_entry(session, ticket)
        losses = session.execute(
            update(OutboxRow)
            .where(_holds(ticket, among))
            .values(failures=col(OutboxRow.failures) + 1)
            .returning(col(OutboxRow.failures))
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if losses is None:
            return None
        if losses > LOSSES_MAX:
            state, preview = OutboxState.FAILED, PreviewState.FAILED
            changes: dict[str, Any] = {"done_at": now}
        else:
            state, preview = OutboxState.DUE, PreviewState.QUEUED
            changes = {"due_at": now + LOSS_PAUSE * 2 ** (losses - 1)}
        _step(session, ticket, among, state=state, lease_until=None, **changes)
        waiting = {PreviewState.QUEUED, PreviewState.FETCHING}
        move_preview(session, ticket, waiting, to=preview)
        return state


def list_open(engine: Engine) -> list[OpenRow]:
    """Return all rows that are sent or running: as many as the queue holds."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(
                *_TICKET,
                col(OutboxRow.state),
                col(OutboxRow.sent_at),
                col(OutboxRow.lease_until),
            ).where(col(OutboxRow.state).in_(_SENT_OR_RUNNING))
        ).all()
    return [
        OpenRow(Ticket(row[0] or 0, row[1], row[2], row[3]), row[4], row[5], row[6])
        for row in rows
    ]


def move_preview(
    session: Session,
    ticket: Ticket,
    among: Collection[PreviewState],
    *,
    to: PreviewState,
) -> None:
    """Move an entry's preview along, if it is this row's work that decides it.

    The link decides where there is one, else the maker's own picture.
    """
    if ticket.topic not in {Topic.FETCH_PREVIEW, Topic.MAKE_PICTURE}:
        return
    decides = and_(col(Entry.id) == ticket.subject, col(Entry.preview).in_(list(among)))
    if ticket.topic is Topic.MAKE_PICTURE:
        decides = and_(decides, col(Entry.link) == "")
    session.execute(
        update(Entry)
        .where(decides)
        .values(preview=to)
        .execution_options(synchronize_session=False)
    )


_TICKET = (
    col(OutboxRow.id),
    col(OutboxRow.topic),
    col(OutboxRow.subject),
    col(OutboxRow.attempt),
)


def _holds(ticket: Ticket, states: Collection[OutboxState]) -> ColumnElement[bool]:
    """Return the condition that this ticket still counts."""
    return and_(
        col(OutboxRow.id) == ticket.row_id,
        col(OutboxRow.attempt) == ticket.attempt,
        col(OutboxRow.state).in_(list(states)),
    )


def _step(
    session: Session,
    ticket: Ticket,
    states: Collection[OutboxState],
    **values: Any,  # noqa: ANN401 - columns of every kind
) -> bool:
    """Change the row if this ticket still counts; tell whether it did."""
    return (
        session.execute(
            update(OutboxRow)
            .where(_holds(ticket, states))
            .values(**values)
            .returning(col(OutboxRow.id))
            .execution_options(synchronize_session=False)
        ).one_or_none()
        is not None
    )
