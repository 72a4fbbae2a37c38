"""Reporting a published entry; so many readers hide it until a moderator has looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, cast, func
from sqlmodel import col, select

from relay.domain.errors import NotFound
from relay.domain.moderation import Actor, Choice, Moderation
from relay.domain.report import Complaint, check_complaint
from relay.models import Entry, Report
from relay.services.decide_step import Act, take_step
from relay.services.desk_settings import read_settings
from relay.services.publish import lock_publication
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock, Dice


def report_entry(
    engine: Engine,
    no: int,
    complaint: Complaint,
    *,
    address: str,
    clock: Clock,
    dice: Dice,
    printer: CardPrinter,
) -> bool:
    """Keep a reader's report; tells whether it was the one that hid the entry.

    Reporters are told apart by `address`, of which only a hash for this entry is kept
    while the report is open. From one address a new report replaces an older one for
    the same reason, and however many there are count once. A school or a village is
    often behind one address: its readers count as one together, and may overwrite
    each other's words, but never hide an entry among themselves.

    Raises NotFound when the entry is not public, and Invalid (`email`).
    """
    complaint = check_complaint(complaint)
    now = clock.now()
    with writing(engine) as session:
        # Before the entry, as everywhere; two who are the last one needed count here.
        lock_publication(session)
        entry = _require_public(session, no)
        reporter = reporter_hash(dice, entry.ref, address)
        report = _find_older(session, entry, complaint, reporter) or Report(
            entry_id=entry.id or 0,
            reason=complaint.reason.value,
            reporter_hash=reporter,
            at=now,
        )
        report.words, report.at = complaint.words, now
        report.email = complaint.email or report.email
        report.lang = complaint.lang
        session.add(report)
        session.flush()
        limit = read_settings(session).reports_hide
        if not limit or _count_reporters(session, entry) < limit:
            return False
        act = Act(Choice.TAKE_DOWN, now, actor=Actor.REPORTS)
        take_step(session, entry, act, printer=printer)
        return True


def reporter_hash(dice: Dice, ref: str, address: str) -> str:
    """Return what sets a reporter of one entry apart; of another entry it differs."""
    return dice.derive(f"reporter {ref} {address}")


def _require_public(session: Session, no: int) -> Entry:
    entry = session.exec(select(Entry).where(Entry.no == no).with_for_update()).first()
    if entry is None or entry.moderation is not Moderation.APPROVED:
        message = f"There is no published entry number {no}."
        raise NotFound(message)
    return entry


def _find_older(
    session: Session, entry: Entry, complaint: Complaint, reporter: str
) -> Report | None:
    return session.exec(
        select(Report).where(
            Report.entry_id == entry.id,
            Report.reporter_hash == reporter,
            Report.reason == complaint.reason.value,
            col(Report.resolved_at).is_(None),
        )
    ).first()


def _count_reporters(session: Session, entry: Entry) -> int:
    """Return how many reporters are not answered yet.

    A report whose resolution was taken back has lost its hash, and counts by itself.
    """
    who = func.coalesce(Report.reporter_hash, cast(Report.id, String))
    return session.exec(
        select(func.count(func.distinct(who))).where(
            Report.entry_id == entry.id, col(Report.resolved_at).is_(None)
        )
    ).one()
