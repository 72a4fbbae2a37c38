"""Approving: at once, at a time that is named, or when a second person has agreed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.errors import FieldError, Forbidden, Invalid
from relay.domain.moderation import Choice, Moderation, step
from relay.models import Approval, Decision, Reveal, Topic
from relay.services.decide_step import as_kept, keep_decision, take_step
from relay.services.desk_settings import read_settings
from relay.services.outbox import remember

if TYPE_CHECKING:
    from sqlmodel import Session

    from relay.models import Entry
    from relay.ports import CardPrinter
    from relay.services.decide_step import Act, Details

# A ceremony is planned, not the next year's: who types 2062 for 2026 is asked again.
REVEAL_WITHIN = timedelta(days=366)


class SecondApprovalError(Forbidden):
    """Two must approve an entry of this kind, and this is the one who did already."""

    code = "second_approval"

    def __init__(self) -> None:
        super().__init__("You have approved it: now somebody else must, too.")


def approve(
    session: Session,
    entry: Entry,
    act: Act,
    *,
    reveal_at: datetime | None,
    printer: CardPrinter,
) -> tuple[Decision, datetime | None]:
    """Approve an entry; return the decision, and when it is revealed if that is later.

    Raises Forbidden when the step is not allowed, SecondApprovalError, and Invalid
    (`reveal_at`: past, too_late).
    """
    step(entry.moderation, act.choice)
    if reveal_at is not None:
        _check_time(reveal_at, now=act.at)
    is_planned = find_reveal(session, entry) is not None
    first = None if is_planned else find_approval(session, entry)
    if first is not None and first.moderator_id == act.moderator_id:
        raise SecondApprovalError
    if not is_planned and first is None and _needs_two(session, entry):
        return _approve_first(session, entry, act, reveal_at), None
    if first is not None and reveal_at is None:
        reveal_at = _time_of_first(session, entry, now=act.at)
    if reveal_at is not None:
        return _plan(session, entry, act, reveal_at), reveal_at
    return take_step(session, entry, act, printer=printer), None


def find_approval(session: Session, entry: Entry) -> Approval | None:
    """Return the first of two approvals, if it is of the entry as it is now."""
    found = session.get(Approval, entry.id)
    return found if found and found.version == entry.version else None


def find_reveal(session: Session, entry: Entry) -> Reveal | None:
    """Return the planned publication, if it is of the entry as it is now."""
    found = session.get(Reveal, entry.id)
    return found if found and found.version == entry.version else None


def put_reveal(
    session: Session, entry: Entry, at: datetime, *, moderator_id: int | None
) -> Reveal:
    """Plan the publication of the entry as it is now, in place of an older plan."""
    kept = session.get(Reveal, entry.id) or Reveal(
        entry_id=entry.id or 0, version=0, at=at
    )
    kept.version, kept.moderator_id, kept.at = entry.version, moderator_id, at
    session.add(kept)
    remember(session, [Topic.REVEAL_ENTRY], [entry.id or 0], now=at, due_at=at)
    return kept


def put_approval(
    session: Session, entry: Entry, at: datetime, *, moderator_id: int
) -> Approval:
    """Keep the first of two approvals of the entry as it is now."""
    kept = session.get(Approval, entry.id) or Approval(
        entry_id=entry.id or 0, version=0, moderator_id=moderator_id, at=at
    )
    kept.version, kept.moderator_id, kept.at = entry.version, moderator_id, at
    session.add(kept)
    return kept


def _needs_two(session: Session, entry: Entry) -> bool:
    return entry.kind.value in read_settings(session).second_approval


def _approve_first(
    session: Session, entry: Entry, act: Act, reveal_at: datetime | None
) -> Decision:
    """Keep the first of two approvals.

    It leaves the version as it was: the second moderator may look at the entry now.
    """
    before = entry.moderation
    if before is not Moderation.PENDING:
        entry.moderation = Moderation.PENDING
        entry.version += 1
    new = put_approval(session, entry, act.at, moderator_id=act.moderator_id or 0)
    after = as_kept(new) or {}
    if reveal_at is not None:
        after["reveal_at"] = reveal_at.isoformat()
    details = {"approval": {"before": None, "after": after}}
    return keep_decision(session, entry, act, before=before, details=details)


def _time_of_first(session: Session, entry: Entry, *, now: datetime) -> datetime | None:
    """Return when the first of two wanted the entry revealed, if it is to come."""
    rows = session.exec(
        select(Decision.details)
        .where(
            Decision.entry_id == entry.id,
            Decision.choice == Choice.APPROVE,
            Decision.version == entry.version,
        )
        .order_by(col(Decision.id).desc())
    ).first()
    kept = ((rows or {}).get("approval") or {}).get("after") or {}
    at = kept.get("reveal_at")
    planned = datetime.fromisoformat(at) if at else None
    return planned if planned and planned > now else None


def _plan(session: Session, entry: Entry, act: Act, at: datetime) -> Decision:
    """Plan an entry's publication; it is pending until then."""
    before = entry.moderation
    details: Details = {}
    approval = find_approval(session, entry)
    if approval is not None:
        details["approval"] = {"before": as_kept(approval), "after": None}
        session.delete(approval)
    old = as_kept(find_reveal(session, entry))
    entry.moderation = Moderation.PENDING
    entry.version += 1
    new = put_reveal(session, entry, at, moderator_id=act.moderator_id)
    details["reveal"] = {"before": old, "after": as_kept(new)}
    return keep_decision(session, entry, act, before=before, details=details)


def _check_time(at: datetime, *, now: datetime) -> None:
    if at <= now:
        raise Invalid([FieldError("reveal_at", "past")])
    if at > now + REVEAL_WITHIN:
        raise Invalid([FieldError("reveal_at", "too_late")])
