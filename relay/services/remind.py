"""One gentle reminder: planned for whoever asked for it, sent once, or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, literal_column, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from relay.domain.baton import show_code
from relay.domain.mail import Reminder
from relay.domain.moderation import MAKER_MAY_CHANGE, Moderation
from relay.domain.relay_pace import RESTING
from relay.models import UNFINISHED, Baton, Entry, OutboxRow, OutboxState, Topic
from relay.services.mailing import Draft, language_of, stop_url
from relay.services.outbox import remember
from relay.services.writing import take_turn, writing

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Engine

    from relay.ports import Clock, Mailroom
    from relay.services.outbox import Ticket

PLANNED_AT_ONCE = 100

# The lock that PostgreSQL keeps under this number; any one that nobody else takes.
PLANNING = 0x5E1B

_PUBLISHED = col(Entry.moderation) == literal_column(f"'{Moderation.APPROVED.value}'")


def plan_reminders(
    engine: Engine,
    season_id: int,
    *,
    open_after: timedelta,
    limit: int = PLANNED_AT_ONCE,
    clock: Clock,
) -> int:
    """Make the reminders due that makers of a season asked for; returns how many.

    Of published entries that are open: older than `open_after`, without a child, also
    among those that wait for moderators. Whose baton has come to rest is left alone.
    """
    now = clock.now()
    with writing(engine) as session:
        # Two that plan at once would each not see what the other has planned.
        take_turn(session, PLANNING)
        due = session.scalars(
            select(col(Entry.id))
            .where(
                _PUBLISHED,
                col(Entry.season_id) == season_id,
                col(Entry.submitted_at) <= now - open_after,
                col(Entry.submitted_at) > now - RESTING * open_after,
                _wants_one(),
                ~_is_planned(),
            )
            .order_by(col(Entry.submitted_at))
            .limit(limit)
        ).all()
        remember(session, [Topic.REMIND_MAKER], filter(None, due), now=now)
    return len(due)


def draft_reminder(room: Mailroom, ticket: Ticket) -> Draft | None:
    """Return the reminder of a row that has begun; None if it is not wanted any more.

    Since it was planned somebody may have taken the baton, or its maker may have
    withdrawn the entry or the wish. The mail has no private link: it is one to be
    shown to others.
    """
    with Session(room.engine) as session:
        entry = session.scalar(
            select(Entry).where(
                col(Entry.id) == ticket.subject, _PUBLISHED, _wants_one()
            )
        )
        code = find_baton(session, ticket.subject)
    if entry is None or code is None:
        return None
    lang = language_of(entry)
    reminder = Reminder(
        lang=lang,
        title=entry.title,
        published_at=entry.published_at or room.clock.now(),
        entry_url=f"{room.base_url}/{lang}/w/{entry.no}",
        baton_url=f"{room.base_url}/b/{code}",
        baton_code=show_code(code),
        stop_url=stop_url(room, entry),
    )
    return Draft(
        to=entry.email or "",
        name=f"reminder.{entry.ref}",
        letter=reminder,
        note_sent=lambda session, now: _change(session, ticket, reminded_at=now),
    )


def forget_wish(session: Session, ticket: Ticket) -> None:
    """Give a reminder up for good: it could not be sent."""
    _change(session, ticket, remind=False)


def _wants_one() -> ColumnElement[bool]:
    """Return the clause that an entry's maker wants a reminder, and has a reason."""
    child = aliased(Entry)
    taken = exists().where(
        (col(child.from_id) == col(Entry.id))
        | (
            (col(child.parent_id) == col(Entry.id))
            & col(child.moderation).in_([*MAKER_MAY_CHANGE, Moderation.APPROVED])
        )
    )
    return (
        col(Entry.remind)
        & col(Entry.reminded_at).is_(None)
        & col(Entry.email).is_not(None)
        & ~taken
    )


def _is_planned() -> ColumnElement[bool]:
    """Return the clause that a reminder is on its way, or was lost time and again."""
    return exists().where(
        col(OutboxRow.subject) == col(Entry.id),
        col(OutboxRow.topic) == Topic.REMIND_MAKER,
        col(OutboxRow.state).in_([*UNFINISHED, OutboxState.FAILED]),
    )


def find_baton(session: Session, entry_id: int) -> str | None:
    """Return the baton that the entry's own page shows, too."""
    return session.scalar(
        select(col(Baton.code))
        .where(col(Baton.entry_id) == entry_id, col(Baton.revoked_at).is_(None))
        .order_by(col(Baton.created_at), col(Baton.code))
        .limit(1)
    )


def _change(session: Session, ticket: Ticket, **values: datetime | bool) -> None:
    session.execute(
        update(Entry)
        .where(col(Entry.id) == ticket.subject)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
