"""Answering reports: what came of them is noted, and readers who asked are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.moderation import Actor, Moderation
from relay.domain.notice import GRACE
from relay.models import Decision, Entry, Outcome, Report, Topic
from relay.services.outbox import remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session


def follow_reports(session: Session, entry: Entry, decision: Decision) -> None:
    """Let open reports follow a decision that has moved their entry, in its commit.

    Taken out of the public means that they were right, brought back that it is kept.
    A decision that is taken back takes back what it answered. What reports themselves
    hide is not answered by it: a moderator has yet to look.
    """
    if decision.actor is Actor.REPORTS:
        return
    undone = session.get(Decision, decision.undoes_id) if decision.undoes_id else None
    if undone and reopen(session, entry, resolved_at=undone.at):
        return
    outcome = _outcome_of(decision.before, decision.after)
    if outcome:
        found, by = list_open(session, entry), decision.moderator_id
        answer(session, found, outcome, now=decision.at, moderator_id=by)


def end_reports(session: Session, entry: Entry, *, now: datetime) -> None:
    """Answer what is open on an entry that its maker withdraws: it is gone."""
    found = list_open(session, entry)
    answer(session, found, Outcome.ACTED, now=now, moderator_id=None)


def list_open(session: Session, entry: Entry) -> Sequence[Report]:
    """Return the reports on an entry that nobody has answered, the oldest first."""
    return session.exec(
        select(Report)
        .where(Report.entry_id == entry.id, col(Report.resolved_at).is_(None))
        .order_by(col(Report.id))
    ).all()


def answer(
    session: Session,
    reports: Sequence[Report],
    outcome: Outcome,
    *,
    now: datetime,
    moderator_id: int | None,
) -> None:
    """Answer reports; each address among them is told once, after a moment.

    Who they are told apart by is forgotten.
    """
    told: set[str] = set()
    for each in reports:
        each.resolved_at, each.resolved_by = now, moderator_id
        each.outcome, each.reporter_hash = outcome, None
        if each.email in told:
            each.email = None
        elif each.email:
            told.add(each.email)
    to_tell = [each.id or 0 for each in reports if each.email]
    remember(session, [Topic.TELL_REPORTER], to_tell, now=now, due_at=now + GRACE)


def reopen(
    session: Session, entry: Entry, *, resolved_at: datetime
) -> Sequence[Report]:
    """Let what was answered at one moment wait again; return it."""
    found = session.exec(
        select(Report).where(
            Report.entry_id == entry.id, Report.resolved_at == resolved_at
        )
    ).all()
    for each in found:
        each.resolved_at = each.resolved_by = each.outcome = None
    return found


def _outcome_of(before: Moderation, after: Moderation) -> Outcome | None:
    if before is Moderation.APPROVED:
        return Outcome.ACTED
    return Outcome.KEPT if after is Moderation.APPROVED else None
