"""Resolving reports at the desk without touching the entry, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.errors import Conflict
from relay.domain.moderation import Moderation
from relay.domain.notice import About
from relay.models import Entry, Outcome, Report
from relay.services.answer_reports import answer, list_open, reopen
from relay.services.audit import audit
from relay.services.decide_step import require_sent
from relay.services.deciders import require_decider
from relay.services.notices import notify
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock


class NoReportsError(Conflict):
    """These reports were answered by somebody, or wait again already."""

    code = "no_reports"

    def __init__(self) -> None:
        super().__init__("There are no such reports any more.")


def resolve_reports(
    engine: Engine,
    ref: str,
    outcome: Outcome,
    *,
    seen: datetime,
    moderator_id: int,
    clock: Clock,
) -> int:
    """Answer the reports on an entry that came until `seen`; the entry stays as it is.

    Returns how many. What came later waits: nobody has read it. Raises NotFound,
    Forbidden and NoReportsError.
    """
    now = clock.now()
    with writing(engine) as session:
        entry = _require_entry(session, ref, moderator_id)
        found = [each for each in list_open(session, entry) if each.at <= seen]
        if not found:
            raise NoReportsError
        answer(session, found, outcome, now=now, moderator_id=moderator_id)
        _audit(session, entry, found, "report.resolved", now, moderator_id)
        if outcome is Outcome.ACTED and entry.moderation is Moderation.TAKEN_DOWN:
            # So far its maker knows only that readers have hidden it.
            notify(session, entry, About.TAKEN_DOWN, now=now)
    return len(found)


def reopen_reports(
    engine: Engine, ref: str, report_id: int, *, moderator_id: int, clock: Clock
) -> int:
    """Let reports wait again that were answered together with this one; tell how many.

    Whoever was told already is not told again. Raises NotFound, Forbidden and
    NoReportsError.
    """
    now = clock.now()
    with writing(engine) as session:
        entry = _require_entry(session, ref, moderator_id)
        one = session.get(Report, report_id)
        if one is None or one.entry_id != entry.id or one.resolved_at is None:
            raise NoReportsError
        found = reopen(session, entry, resolved_at=one.resolved_at)
        _audit(session, entry, found, "report.reopened", now, moderator_id)
    return len(found)


def _require_entry(session: Session, ref: str, moderator_id: int) -> Entry:
    entry = require_sent(session, ref)
    require_decider(session, moderator_id, entry)
    return entry


def _audit(
    session: Session,
    entry: Entry,
    reports: Sequence[Report],
    what: str,
    now: datetime,
    moderator_id: int,
) -> None:
    """Write what was done; what readers have said and who they are stays with them."""
    outcome = reports[0].outcome
    audit(
        session,
        what,
        now=now,
        moderator_id=moderator_id,
        subject=entry.ref,
        entry_id=entry.id,
        details={
            "reports": [each.id for each in reports],
            "outcome": outcome.value if outcome else None,
        },
    )
