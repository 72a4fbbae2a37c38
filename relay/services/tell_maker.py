"""Telling a maker by mail what happened to their entry: once, and while it is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from relay.domain.moderation import Actor, Moderation
from relay.domain.notice import STANDING, About, NoticeLetter, Onward
from relay.domain.reasons import ReasonItem
from relay.domain.undoing import Line, find_live
from relay.models import Appeal, Decision, Entry, Notice, ReasonText
from relay.services.mailing import Draft, language_of, stop_url
from relay.services.remind import find_baton

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from relay.ports import Mailroom
    from relay.services.outbox import Ticket

# A mail is no list of the whole relay; the private page shows them all.
MOST_ONWARD = 10


def draft_notice(room: Mailroom, ticket: Ticket) -> Draft | None:
    """Return the mail of a notice; None when there is nothing to tell any more.

    Of where an entry stands only the newest is told, and nothing of a decision that
    was taken back before anybody was told of it. Batons that were passed on meanwhile
    stand in one mail.
    """
    with Session(room.engine) as session:
        notice = session.get(Notice, ticket.subject)
        entry = session.get(Entry, notice.entry_id) if notice else None
        if notice is None or entry is None or not _is_wanted(session, notice, entry):
            return None
        told: Sequence[Notice] = [notice]
        onward: tuple[Onward, ...] = ()
        if notice.about is About.PASSED_ON:
            told = _list_untold(session, entry)
            onward = _list_onward(session, room, entry, told)
            if not onward:
                return None
        letter = _write_letter(session, room, notice, entry, onward)
    ids = [each.id or 0 for each in told]
    return Draft(
        to=entry.email or "",
        name=f"notice.{notice.id}.{entry.ref}",
        letter=letter,
        note_sent=lambda session, now: _note_mailed(session, ids, now),
    )


def _is_wanted(session: Session, notice: Notice, entry: Entry) -> bool:
    if not entry.email or notice.mailed_at or entry.moderation is Moderation.WITHDRAWN:
        return False
    if notice.about is About.TAKEN_BACK and not _was_told(session, notice):
        return False
    if notice.about not in STANDING and _is_taken_back(session, notice):
        return False
    return notice.about not in {*STANDING, About.RECEIVED} or not _is_overtaken(
        session, notice
    )


def _is_taken_back(session: Session, notice: Notice) -> bool:
    """Tell whether what was done is undone by now, such as an edit."""
    rows = session.execute(
        select(col(Decision.id), col(Decision.choice), col(Decision.undoes_id))
        .where(col(Decision.entry_id) == notice.entry_id)
        .order_by(col(Decision.id))
    )
    log = [Line(row.id, row.choice, frozenset(), row.undoes_id) for row in rows]
    return notice.decision_id is not None and notice.decision_id not in find_live(log)


def _is_overtaken(session: Session, notice: Notice) -> bool:
    """Tell whether the entry stands elsewhere by now."""
    newer = exists().where(
        col(Notice.entry_id) == notice.entry_id,
        col(Notice.id) > notice.id,
        col(Notice.about).in_(STANDING),
    )
    return bool(session.scalar(select(newer)))


def _was_told(session: Session, notice: Notice) -> bool:
    """Tell whether a mail has gone of the decision that this notice takes back."""
    undone = (
        select(col(Decision.undoes_id))
        .where(col(Decision.id) == notice.decision_id)
        .scalar_subquery()
    )
    mailed = exists().where(
        col(Notice.decision_id) == undone, col(Notice.mailed_at).is_not(None)
    )
    return bool(session.scalar(select(mailed)))


def _list_untold(session: Session, entry: Entry) -> Sequence[Notice]:
    return session.scalars(
        select(Notice)
        .where(
            col(Notice.entry_id) == entry.id,
            col(Notice.about) == About.PASSED_ON,
            col(Notice.mailed_at).is_(None),
        )
        .order_by(col(Notice.id))
    ).all()


def _list_onward(
    session: Session, room: Mailroom, entry: Entry, told: Sequence[Notice]
) -> tuple[Onward, ...]:
    """Return the entries that these notices are about, if they are still public."""
    numbers = [(each.details or {}).get("no") for each in told]
    rows = session.execute(
        select(col(Entry.no), col(Entry.title), col(Entry.city_id))
        .where(
            col(Entry.no).in_([each for each in numbers if each]),
            col(Entry.moderation) == Moderation.APPROVED,
        )
        .order_by(col(Entry.no))
        .limit(MOST_ONWARD)
    )
    lang = language_of(entry)
    return tuple(
        Onward(
            no=row.no,
            title=row.title,
            city=room.gazetteer.name(row.city_id, lang),
            url=f"{room.base_url}/{lang}/w/{row.no}",
        )
        for row in rows
    )


def _write_letter(
    session: Session,
    room: Mailroom,
    notice: Notice,
    entry: Entry,
    onward: tuple[Onward, ...],
) -> NoticeLetter:
    lang = language_of(entry)
    decision = session.get(Decision, notice.decision_id) if notice.decision_id else None
    facts = notice.details or {}
    reason = (decision.reason if decision else facts.get("reason")) or ""
    is_public = entry.moderation is Moderation.APPROVED
    code = find_baton(session, entry.id or 0) if is_public else None
    kept = session.get(Entry, entry.merged_into) if entry.merged_into else None
    return NoticeLetter(
        lang=lang,
        about=notice.about.value,
        title=entry.title,
        state=entry.moderation.value,
        no=entry.no,
        entry_url=f"{room.base_url}/{lang}/w/{entry.no}" if is_public else "",
        baton_url=f"{room.base_url}/b/{code}" if code else "",
        stop_url=stop_url(room, entry),
        reason=reason,
        reason_text=_reason_text(session, reason, lang),
        note=decision.note if decision else facts.get("note", ""),
        may_appeal=session.get(Appeal, entry.id) is None and kept is None,
        kept_url=(
            f"{room.base_url}/{lang}/w/{kept.no}"
            if kept and kept.moderation is Moderation.APPROVED
            else ""
        ),
        onward=onward,
        by_readers=decision is not None and decision.actor is Actor.REPORTS,
    )


def _reason_text(session: Session, key: str, lang: str) -> str:
    """Return what organisers wrote for a reason; empty for one of ours."""
    if not key:
        return ""
    kept = session.get(ReasonText, key)
    return ReasonItem(key, kept.texts if kept else {}).text(lang) or ""


def _note_mailed(session: Session, ids: Sequence[int], now: datetime) -> None:
    session.execute(
        update(Notice)
        .where(col(Notice.id).in_(ids))
        .values(mailed_at=now)
        .execution_options(synchronize_session=False)
    )
