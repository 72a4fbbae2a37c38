"""What a maker was told of their entry: every notice, with what its decision says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import Session, col

from relay.domain.describing import find_description
from relay.domain.moderation import Actor, Moderation
from relay.domain.notice import About
from relay.models import Decision, Entry, Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# More than happens to anything but a baton that goes round the world.
MOST_TOLD = 100

# Of these the maker reads why.
_SAYS_WHY = frozenset(
    {
        About.CHANGES_ASKED,
        About.REJECTED,
        About.TAKEN_DOWN,
        About.MERGED,
        About.EDITED,
        About.REVISION_REFUSED,
    }
)


_NAMED = (col(Entry.no), col(Entry.title), col(Entry.city_id), col(Entry.lang))


@dataclass(frozen=True)
class Named:
    """A published entry that a notice names."""

    no: int
    title: str
    city_id: int
    lang: str


@dataclass(frozen=True)
class Told:
    """One thing that happened, where the entry was after it, and why if it is said.

    What is `by_readers` was done by their reports, before a moderator had looked.
    `described` is an alt text that somebody wrote, where nothing else was edited.
    """

    about: About
    at: datetime
    state: Moderation | None = None
    reason: str | None = None
    note: str = ""
    other: Named | None = None
    by_readers: bool = False
    described: str = ""


def list_told(session: Session, entry: Entry) -> tuple[Told, ...]:
    """Return what its maker was told of an entry, the newest first.

    That it was received has a notice only where there was an address, and is said of
    every entry. What is not public any more is not named.
    """
    rows = session.execute(
        select(Notice, Decision)
        .outerjoin(Decision, col(Decision.id) == col(Notice.decision_id))
        .where(col(Notice.entry_id) == entry.id, col(Notice.about) != About.RECEIVED)
        .order_by(col(Notice.id).desc())
        .limit(MOST_TOLD)
    ).all()
    named = _find_named(session, [row.Notice for row in rows])
    kept = _find_kept(session, entry)
    told = [_tell(row.Notice, row.Decision, named=named, kept=kept) for row in rows]
    if entry.submitted_at:
        told.append(Told(About.RECEIVED, entry.submitted_at))
    return tuple(told)


def _tell(
    notice: Notice,
    decision: Decision | None,
    *,
    named: dict[int, Named],
    kept: Named | None,
) -> Told:
    facts: dict[str, Any] = notice.details or {}
    says_why = notice.about in _SAYS_WHY
    reason = decision.reason if decision else facts.get("reason")
    note = decision.note if decision else facts.get("note", "")
    other = named.get(facts.get("no", 0))
    return Told(
        about=notice.about,
        at=notice.at,
        state=decision.after if decision else None,
        reason=(reason or None) if says_why else None,
        note=note if says_why else "",
        other=kept if notice.about is About.MERGED else other,
        by_readers=decision is not None and decision.actor is Actor.REPORTS,
        described=(
            find_description(decision.details)
            if decision and notice.about is About.EDITED
            else ""
        ),
    )


def _find_named(session: Session, notices: Sequence[Notice]) -> dict[int, Named]:
    """Return the published entries that notices name by their numbers."""
    numbers = {(each.details or {}).get("no") for each in notices} - {None}
    rows = session.execute(
        select(*_NAMED).where(
            col(Entry.no).in_(sorted(numbers)),
            col(Entry.moderation) == Moderation.APPROVED,
        )
    )
    return {row.no: Named(*row) for row in rows}


def _find_kept(session: Session, entry: Entry) -> Named | None:
    """Return the entry that a duplicate was joined with, if it is public."""
    if entry.merged_into is None:
        return None
    row = session.execute(
        select(*_NAMED).where(
            col(Entry.id) == entry.merged_into,
            col(Entry.moderation) == Moderation.APPROVED,
        )
    ).one_or_none()
    return Named(*row) if row else None
