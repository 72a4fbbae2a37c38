"""One gentle reminder: planned for whoever asked for it, sent once, or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, exists, func, literal_column, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from relay.domain.baton import show_code
from relay.domain.language import FALLBACK, match_language
from relay.domain.mail import Mail, Reminder, next_mail_pause
from relay.domain.moderation import MAKER_MAY_CHANGE, Moderation
from relay.domain.relay_pace import RESTING
from relay.models import UNFINISHED, Baton, Entry, OutboxRow, OutboxState, Topic
from relay.services.outbox import finish, give_up, remember, run_later
from relay.services.stop_mail import stop_key
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.domain.errors import MailFailed
    from relay.ports import Clock, Dice, MailWriter
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
        if session.get_bind().dialect.name == "postgresql":
            # Two that plan at once would each not see what the other has planned.
            session.execute(select(func.pg_advisory_xact_lock(PLANNING)))
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


def write_reminder(
    engine: Engine,
    ticket: Ticket,
    *,
    base_url: str,
    clock: Clock,
    dice: Dice,
    writer: MailWriter,
) -> Mail | None:
    """Return the mail of a reminder that has begun; None, and the row done, if not.

    Since it was planned somebody may have taken the baton, or its maker may have
    withdrawn the entry or the wish. The mail has no private link: only its maker
    knows that one, we keep its hash.
    """
    now = clock.now()
    with writing(engine) as session:
        entry = session.scalar(
            select(Entry).where(
                col(Entry.id) == ticket.entry_id, _PUBLISHED, _wants_one()
            )
        )
        code = _find_baton(session, ticket.entry_id)
        if entry is None or code is None:
            finish(session, ticket, now=now)
            return None
        lang = match_language(entry.lang) or FALLBACK
        stop_url = f"{base_url}/{lang}/mail/{entry.ref}/{stop_key(dice, entry.ref)}"
        reminder = Reminder(
            lang=lang,
            title=entry.title,
            published_at=entry.published_at or now,
            entry_url=f"{base_url}/{lang}/w/{entry.no}",
            baton_url=f"{base_url}/b/{code}",
            baton_code=show_code(code),
            stop_url=stop_url,
        )
    words = writer.write_reminder(reminder)
    return Mail(
        to=entry.email or "",
        subject=words.subject,
        text=words.text,
        html=words.html,
        lang=lang,
        message_id=f"reminder.{entry.ref}@{urlsplit(base_url).hostname}",
        stop_url=stop_url,
        at=now,
    )


def keep_reminded(engine: Engine, ticket: Ticket, *, clock: Clock) -> bool:
    """Note that the reminder was sent and finish its row, in one commit.

    Tells whether it counted, as another attempt may have taken over.
    """
    now = clock.now()
    with writing(engine) as session:
        if not finish(session, ticket, now=now):
            return False
        _change(session, ticket, reminded_at=now)
    return True


def keep_not_reminded(
    engine: Engine, ticket: Ticket, failed: MailFailed, *, clock: Clock
) -> bool:
    """Try again later, or give up for good; tells whether there is another try."""
    now = clock.now()
    pause = None if failed.permanent else next_mail_pause(ticket.attempt)
    with writing(engine) as session:
        if pause:
            return run_later(session, ticket, at=now + pause)
        if give_up(session, ticket, now=now):
            _change(session, ticket, remind=False)
    return False


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


def _find_baton(session: Session, entry_id: int) -> str | None:
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
        .where(col(Entry.id) == ticket.entry_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
