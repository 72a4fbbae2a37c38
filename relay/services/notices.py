"""Notices: what happened to an entry, kept for its maker in the commit that did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.domain.notice import GRACE, NEVER_MAILED, PASSED_ON_PAUSE, About
from relay.models import Notice, OutboxRow, OutboxState, Topic
from relay.services.outbox import remember
from relay.services.writing import insert_one

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from relay.models import Decision, Entry

# A row in these states has yet to be written: what is new now will stand in its mail.
_UNWRITTEN = (OutboxState.DUE, OutboxState.SENT)


def notify(
    session: Session,
    entry: Entry,
    about: About,
    *,
    now: datetime,
    decision: Decision | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Keep a notice in the caller's transaction, and a mail where there is an address.

    The private page shows every notice. `decision` is the one that it is about, whose
    reason and note the maker reads; `details` are plain facts, never sentences and
    never another person's words. A decision that is taken back before its mail has
    gone is not mailed at all.
    """
    session.flush()
    notice_id = _keep(session, entry.id or 0, about, now, decision, details)
    if not entry.email or about in NEVER_MAILED:
        return
    if about is not About.PASSED_ON:
        remember(session, [Topic.TELL_MAKER], [notice_id], now=now, due_at=now + GRACE)
    elif not _is_planned(session, entry):
        due_at = _may_tell_of_passing(session, entry, now)
        remember(session, [Topic.TELL_MAKER], [notice_id], now=now, due_at=due_at)


def notify_received(session: Session, entry_id: int, *, now: datetime) -> None:
    """Mail a maker that the entry is in; call it where an address was given.

    The private page needs no row for it: it knows when the entry was sent in.
    """
    notice_id = _keep(session, entry_id, About.RECEIVED, now)
    remember(session, [Topic.TELL_MAKER], [notice_id], now=now)


def _keep(
    session: Session,
    entry_id: int,
    about: About,
    now: datetime,
    decision: Decision | None = None,
    details: dict[str, Any] | None = None,
) -> int:
    row = {
        "entry_id": entry_id,
        "about": about,
        "decision_id": decision.id if decision else None,
        "details": details,
        "at": now,
        "mailed_at": None,
    }
    return insert_one(session, Notice, row)


def _is_planned(session: Session, entry: Entry) -> bool:
    """Tell whether a mail of batons passed on is still to be written.

    Its row is locked, so that the mail is not written before this notice is kept.
    """
    planned = session.scalars(
        select(col(OutboxRow.id))
        .join(Notice, col(Notice.id) == col(OutboxRow.subject))
        .where(
            col(Notice.entry_id) == entry.id,
            col(Notice.about) == About.PASSED_ON,
            col(OutboxRow.topic) == Topic.TELL_MAKER,
            col(OutboxRow.state).in_(_UNWRITTEN),
        )
        .limit(1)
        .with_for_update(of=OutboxRow)
    ).first()
    return planned is not None


def _may_tell_of_passing(session: Session, entry: Entry, now: datetime) -> datetime:
    """Return when the next mail of batons passed on may go."""
    last = session.scalars(
        select(col(Notice.mailed_at))
        .where(
            col(Notice.entry_id) == entry.id,
            col(Notice.about) == About.PASSED_ON,
            col(Notice.mailed_at).is_not(None),
        )
        .order_by(col(Notice.mailed_at).desc())
        .limit(1)
    ).first()
    return max(now + GRACE, last + PASSED_ON_PAUSE) if last else now + GRACE
