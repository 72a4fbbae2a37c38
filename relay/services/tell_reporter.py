"""Telling a reader by mail what came of a report: once, then the address is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import Session, col

from relay.domain.language import FALLBACK, match_language
from relay.domain.moderation import Moderation
from relay.domain.report import OutcomeLetter
from relay.models import Entry, Report
from relay.services.mailing import Draft

if TYPE_CHECKING:
    from datetime import datetime

    from relay.ports import Mailroom
    from relay.services.outbox import Ticket


def draft_outcome(room: Mailroom, ticket: Ticket) -> Draft | None:
    """Return the mail of a report; None when it is told, or waits again meanwhile."""
    with Session(room.engine) as session:
        report = session.get(Report, ticket.subject)
        entry = session.get(Entry, report.entry_id) if report else None
        if report is None or entry is None or not report.outcome or not report.email:
            return None
        lang = match_language(report.lang) or FALLBACK
        is_public = entry.moderation is Moderation.APPROVED
        letter = OutcomeLetter(
            lang=lang,
            outcome=report.outcome.value,
            no=entry.no or 0,
            entry_url=f"{room.base_url}/{lang}/w/{entry.no}" if is_public else "",
        )
        return Draft(
            to=report.email,
            name=f"report.{report.id}.{entry.ref}",
            letter=letter,
            note_sent=lambda session, now: _forget_address(session, ticket, now),
        )


def forget_reporter(session: Session, ticket: Ticket) -> None:
    """Give a mail up for good: without it nobody needs the address any more."""
    _forget_address(session, ticket, None)


def _forget_address(session: Session, ticket: Ticket, told_at: datetime | None) -> None:
    session.execute(
        update(Report)
        .where(col(Report.id) == ticket.subject)
        .values(email=None, told_at=told_at)
        .execution_options(synchronize_session=False)
    )
