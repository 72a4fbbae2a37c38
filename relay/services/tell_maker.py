"""Telling a maker by mail what happened to their entry: once, and while it is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import Session, col

from relay.domain.describing import find_description
from relay.domain.moderation import Actor, Moderation
from relay.domain.notice import STANDING, About, NoticeLetter, Onward
from relay.domain.reasons import ReasonItem
from relay.domain.standing import Standing, choose_standing, is_received_news
from relay.domain.undoing import Line, find_live
from relay.models import Appeal, Decision, Entry, Notice, ReasonText
from relay.services.mailing import Draft, language_of, stop_url
from relay.services.own_link import own_url
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

    Of where an entry stands only what holds is told, once, and nothing of a decision
    that was taken back before anybody was told of it. Batons that were passed on
    meanwhile stand in one mail.
    """
    with Session(room.engine) as session:
        due = session.get(Notice, ticket.subject)
        entry = session.get(Entry, due.entry_id) if due else None
        notice = _choose_notice(session, due, entry) if due and entry else None
        if notice is None or entry is None:
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


def _choose_notice(session: Session, due: Notice, entry: Entry) -> Notice | None:
    """Return the notice that is mailed now that one is due, if any is.

    Of where an entry stands it may be an older one: what was decided in between and
    taken back is not told, and what holds must be.
    """
    if not entry.email or due.mailed_at or entry.moderation is Moderation.WITHDRAWN:
        return None
    live = _find_live(session, entry)
    if due.about in STANDING:
        log = _list_standing(session, entry, live)
        chosen = choose_standing(log, due.id or 0, now=entry.moderation)
        return session.get(Notice, chosen) if chosen else None
    if due.about is About.RECEIVED:
        news = is_received_news(_list_standing(session, entry, live))
        return due if news else None
    # What was done and is undone by now, such as an edit, is not told.
    return due if due.decision_id is None or due.decision_id in live else None


def _find_live(session: Session, entry: Entry) -> frozenset[int]:
    """Return the ids of the decisions on an entry that nobody has taken back."""
    rows = session.execute(
        select(col(Decision.id), col(Decision.choice), col(Decision.undoes_id))
        .where(col(Decision.entry_id) == entry.id)
        .order_by(col(Decision.id))
    )
    return find_live(
        [Line(row.id, row.choice, frozenset(), row.undoes_id) for row in rows]
    )


def _list_standing(
    session: Session, entry: Entry, live: frozenset[int]
) -> list[Standing]:
    """Return all notices of where an entry stands, the oldest first.

    Without a decision one says that moderators agree with the readers who hid it.
    """
    rows = session.execute(
        select(
            col(Notice.id),
            col(Notice.about),
            col(Notice.decision_id),
            col(Notice.mailed_at),
            col(Decision.after),
        )
        .outerjoin(Decision, col(Decision.id) == col(Notice.decision_id))
        .where(col(Notice.entry_id) == entry.id, col(Notice.about).in_(STANDING))
        .order_by(col(Notice.id))
    )
    return [
        Standing(
            id=row.id,
            about=row.about,
            state=row.after or Moderation.TAKEN_DOWN,
            is_live=row.decision_id in live
            if row.decision_id
            else entry.moderation is Moderation.TAKEN_DOWN,
            is_told=row.mailed_at is not None,
        )
        for row in rows
    ]


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
        own_url=own_url(room, entry),
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
        described=(
            find_description(decision.details)
            if decision and notice.about is About.EDITED
            else ""
        ),
        described_lang=entry.alt_lang or entry.lang,
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
