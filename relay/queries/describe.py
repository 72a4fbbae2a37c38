"""What describers see: which entries lack an alt text, one of them, and their count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, exists, func, select
from sqlmodel import Session, col

from relay.domain.moderation import Moderation
from relay.models import (
    AuditRow,
    Entry,
    Lease,
    Picture,
    Report,
    RevisedBy,
    Revision,
    RevisionState,
)
from relay.models.audit import DESCRIPTION_DECLINED
from relay.queries.desk import DeskFile, list_files
from relay.queries.desk_question import DeskQuestion, Mark, conditions_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from relay.domain.scope import Scope

_OPEN = (Moderation.PENDING, Moderation.APPROVED)
_COUNTING = (RevisionState.WAITING, RevisionState.TAKEN)


@dataclass(frozen=True)
class Undescribed:
    """An entry without an alt text, with its pictures. The row is only read."""

    entry: Entry
    pictures: tuple[DeskFile, ...]
    is_reported: bool


def select_undescribed(
    connection: Connection, scope: Scope, *, me: int, after: str = ""
) -> Select[Any]:
    """Select the ids of entries that somebody may describe, the oldest first.

    Not those for which words wait, and which they could not describe before. `after`
    is the reference of one behind which to begin.
    """
    found = (
        select(col(Entry.id))
        .where(
            *conditions_of(DeskQuestion(state=None, mark=Mark.NO_ALT, scope=scope)),
            # The cast keeps SQLite, which has no statistics, from walking through all
            # that is approved by the index of the desk.
            cast(col(Entry.moderation), String).in_([each.value for each in _OPEN]),
            _has_picture(),
            ~_waits(),
            ~exists().where(
                col(AuditRow.entry_id) == col(Entry.id),
                col(AuditRow.what) == DESCRIPTION_DECLINED,
                col(AuditRow.moderator_id) == me,
            ),
        )
        .order_by(col(Entry.submitted_at), col(Entry.id))
    )
    last = connection.execute(
        select(col(Entry.submitted_at), col(Entry.id)).where(col(Entry.ref) == after)
    ).first()
    if last is None or last.submitted_at is None:
        return found
    at, entry_id = col(Entry.submitted_at), col(Entry.id)
    is_later = (at == last.submitted_at) & (entry_id > last.id)
    return found.where((at > last.submitted_at) | is_later)


def find_undescribed(
    connection: Connection, ref: str, *, me: int, now: datetime
) -> Undescribed | None:
    """Return an entry that somebody holds to describe it; None when they do not."""
    with Session(connection) as session:
        entry = session.scalar(
            select(Entry)
            .join(Lease, col(Lease.entry_id) == col(Entry.id))
            .where(
                col(Entry.ref) == ref,
                col(Entry.alt) == "",
                col(Entry.moderation).in_(_OPEN),
                col(Lease.moderator_id) == me,
                col(Lease.until) > now,
            )
        )
        if entry is None:
            return None
        reported = exists().where(
            col(Report.entry_id) == entry.id, col(Report.resolved_at).is_(None)
        )
        return Undescribed(
            entry,
            list_files(session, entry.id or 0),
            bool(session.scalar(select(reported))),
        )


def count_described(connection: Connection, me: int) -> int:
    """Return for how many entries somebody has written words that count."""
    return (
        connection.scalar(
            select(func.count(func.distinct(col(Revision.entry_id)))).where(
                col(Revision.by) == RevisedBy.DESCRIBER,
                col(Revision.moderator_id) == me,
                col(Revision.state).in_(_COUNTING),
            )
        )
        or 0
    )


def _has_picture() -> ColumnElement[bool]:
    return exists().where(col(Picture.entry_id) == col(Entry.id))


def _waits() -> ColumnElement[bool]:
    return exists().where(
        col(Revision.entry_id) == col(Entry.id),
        col(Revision.by) == RevisedBy.DESCRIBER,
        col(Revision.state) == RevisionState.WAITING,
    )
