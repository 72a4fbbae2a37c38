"""Deciding on an entry: one step of moderation and its row in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.errors import Conflict, Forbidden, NotFound
from relay.domain.moderation import Choice, Moderation, Reason, require_reason, step
from relay.domain.text import clean_lines
from relay.models import Decision, Entry, Moderator
from relay.models.moderator import Role
from relay.services.publish import lock_publication, publish, unpublish
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock

NOTE_MAX = 2_000
MAY_DECIDE = frozenset({Role.ORGANISER, Role.MODERATOR})


@dataclass(frozen=True)
class Wish:
    """What a moderator wants, having seen the entry in one `version`."""

    choice: Choice
    version: int
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True)
class Decided:
    """What became of the entry."""

    no: int | None
    moderation: Moderation
    version: int


@dataclass(frozen=True)
class Taken:
    """A decision that somebody has taken already."""

    choice: Choice
    reason: str | None
    note: str
    at: datetime
    version: int


class StaleDecisionError(Conflict):
    """Somebody changed the entry first; holds the newest decision and the wish."""

    code = "stale_decision"

    def __init__(self, wish: Wish, newest: Taken | None, version: int) -> None:
        self.wish = wish
        self.newest = newest
        self.version = version
        super().__init__(
            f"The entry was changed meanwhile (version {version}, not {wish.version})."
        )


def decide(
    engine: Engine,
    ref: str,
    wish: Wish,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> Decided:
    """Take one decision on one entry, with its audit row, in one commit.

    Raises NotFound, Forbidden (role, or step not allowed), Invalid (a reason is
    missing) and StaleDecisionError when the entry has another version by now.
    """
    require_reason(wish.choice, wish.reason)
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        require_decider(session, moderator_id)
        entry = session.exec(
            select(Entry).where(Entry.ref == ref).with_for_update()
        ).first()
        if entry is None or entry.moderation is Moderation.DRAFT:
            message = "There is no entry with this reference."
            raise NotFound(message)
        if entry.version != wish.version:
            raise StaleDecisionError(wish, _newest(session, entry.id), entry.version)
        before = entry.moderation
        after = step(before, wish.choice)
        entry.version += 1
        if after is Moderation.APPROVED:
            publish(session, entry, now=now, printer=printer)
        elif before is Moderation.APPROVED:
            unpublish(session, entry, to=after, now=now)
        else:
            entry.moderation = after
        session.add(
            Decision(
                entry_id=entry.id or 0,
                moderator_id=moderator_id,
                at=now,
                choice=wish.choice,
                before=before,
                after=after,
                reason=wish.reason,
                note=clean_lines(wish.note)[:NOTE_MAX],
                version=entry.version,
            )
        )
        return Decided(entry.no, after, entry.version)


def require_decider(session: Session, moderator_id: int) -> None:
    """Raise Forbidden unless this account is active and its role may decide."""
    moderator = session.get(Moderator, moderator_id)
    if not moderator or not moderator.active or moderator.role not in MAY_DECIDE:
        message = "This account may not decide."
        raise Forbidden(message)


def _newest(session: Session, entry_id: int | None) -> Taken | None:
    found = session.exec(
        select(Decision)
        .where(Decision.entry_id == entry_id)
        .order_by(col(Decision.id).desc())
    ).first()
    return (
        None
        if found is None
        else Taken(found.choice, found.reason, found.note, found.at, found.version)
    )
