"""Describing: pictures without words are handed out one at a time, and put into words.

What a describer writes waits beside the entry until a moderator takes it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists
from sqlmodel import col, select

from relay.domain.entry import ALT_MAX
from relay.domain.errors import Conflict, FieldError, Forbidden, Invalid
from relay.domain.moderation import Moderation
from relay.domain.scope import is_in_scope, read_scope
from relay.domain.text import clean_lines, is_visible
from relay.models import Entry, Lease, Moderator, RevisedBy, Revision, RevisionState
from relay.models.audit import DESCRIPTION_DECLINED, DESCRIPTION_WRITTEN
from relay.models.moderator import Role
from relay.services.audit import audit
from relay.services.decide_step import require_sent
from relay.services.deciders import MAY_DECIDE, OutOfScopeError
from relay.services.desk_settings import read_settings
from relay.services.leases import HANDING_OUT
from relay.services.revise_entry import propose
from relay.services.writing import take_turn, upsert, writing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Engine, Select
    from sqlmodel import Session

    from relay.domain.describing import Hindrance
    from relay.ports import Clock

MAY_DESCRIBE: Collection[Role] = MAY_DECIDE | {Role.DESCRIBER}
DESCRIBED = (Moderation.PENDING, Moderation.APPROVED)


class DescribedError(Conflict):
    """Somebody has described it meanwhile, or it is not to be described any more."""

    code = "described"

    def __init__(self) -> None:
        super().__init__("This entry needs no description any more.")


def hand_one(
    engine: Engine, among: Select[Any], *, moderator_id: int, clock: Clock
) -> str | None:
    """Hold the first entry `among` that nobody else holds; return its reference.

    `among` selects the ids of entries in the order wanted. What somebody holds already
    comes first, and is renewed. Two who ask at once never get the same. Raises
    Forbidden.
    """
    now = clock.now()
    with writing(engine) as session:
        take_turn(session, HANDING_OUT)
        _require_describer(session, moderator_id)
        mine = col(Lease.moderator_id) == moderator_id
        # By its id: there may be thousands that nobody holds before it.
        held_by_me = select(Lease.entry_id).where(mine, Lease.until > now)
        entry_id = session.scalar(
            among.where(col(Entry.id).in_(held_by_me)).limit(1)
        ) or session.scalar(among.where(~_is_held(~mine, now)).limit(1))
        if entry_id is None:
            return None
        minutes = timedelta(minutes=read_settings(session).lease_minutes)
        held = {"moderator_id": moderator_id, "since": now, "until": now + minutes}
        table = Lease.__table__  # type: ignore[attr-defined]
        upsert(session, table, {"entry_id": entry_id, **held}, held)
        return session.exec(select(Entry.ref).where(Entry.id == entry_id)).one()


def let_go(engine: Engine, ref: str, *, moderator_id: int) -> None:
    """Hold an entry no longer, so that others may; doing it twice is harmless."""
    with writing(engine) as session:
        entry_id = session.exec(select(Entry.id).where(Entry.ref == ref)).first()
        _drop_lease(session, entry_id, moderator_id)


def describe_entry(
    engine: Engine,
    ref: str,
    words: str,
    *,
    lang: str = "",
    moderator_id: int,
    clock: Clock,
) -> int:
    """Keep an alt text for moderators to take; returns the id of the revision.

    `lang` is kept where it is not the language of the entry's other words. The first
    who sends words is heard: raises DescribedError for a second one, NotFound,
    Forbidden, and Invalid (`words`: missing, too_long).
    """
    alt, now = _check(words), clock.now()
    with writing(engine) as session:
        entry = _require_undescribed(session, ref, moderator_id)
        revision = propose(
            session,
            entry,
            {"alt": alt, "alt_lang": lang if lang != entry.lang else ""},
            by=RevisedBy.DESCRIBER,
            now=now,
            moderator_id=moderator_id,
        )
        if revision is None:
            raise DescribedError
        _drop_lease(session, entry.id, moderator_id)
        audit(
            session,
            DESCRIPTION_WRITTEN,
            now=now,
            moderator_id=moderator_id,
            subject=revision.id,
            entry_id=entry.id,
        )
        return revision.id or 0


def decline_entry(
    engine: Engine,
    ref: str,
    hindrance: Hindrance,
    *,
    moderator_id: int,
    clock: Clock,
) -> None:
    """Note that somebody cannot describe an entry: it is for others from now on.

    Raises NotFound, Forbidden and DescribedError.
    """
    with writing(engine) as session:
        entry = _require_undescribed(session, ref, moderator_id)
        _drop_lease(session, entry.id, moderator_id)
        audit(
            session,
            DESCRIPTION_DECLINED,
            now=clock.now(),
            moderator_id=moderator_id,
            subject=entry.ref,
            entry_id=entry.id,
            details={"reason": hindrance.value},
        )


def _check(words: str) -> str:
    alt = clean_lines(words)
    if not is_visible(alt):
        raise Invalid([FieldError("words", "missing")])
    if len(alt) > ALT_MAX:
        raise Invalid([FieldError("words", "too_long")])
    return alt


def _require_describer(session: Session, moderator_id: int) -> Moderator:
    found = session.get(Moderator, moderator_id)
    if not found or not found.active or found.role not in MAY_DESCRIBE:
        message = "This account may not describe."
        raise Forbidden(message)
    return found


def _require_undescribed(session: Session, ref: str, moderator_id: int) -> Entry:
    """Return an entry that needs words, its row locked; the first one gets it."""
    entry = require_sent(session, ref)
    describer = _require_describer(session, moderator_id)
    if describer.role is not Role.ORGANISER and not is_in_scope(
        entry, read_scope(describer.scope)
    ):
        message = "This entry is not within what this account is for."
        raise OutOfScopeError(message)
    waits = session.exec(
        select(Revision.id).where(
            Revision.entry_id == entry.id,
            Revision.by == RevisedBy.DESCRIBER,
            Revision.state == RevisionState.WAITING,
        )
    ).first()
    if entry.alt or entry.moderation not in DESCRIBED or waits is not None:
        raise DescribedError
    return entry


def _is_held(by: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    return exists().where(
        col(Lease.entry_id) == col(Entry.id), col(Lease.until) > now, by
    )


def _drop_lease(session: Session, entry_id: int | None, moderator_id: int) -> None:
    session.execute(
        delete(Lease).where(
            col(Lease.entry_id) == entry_id, col(Lease.moderator_id) == moderator_id
        )
    )
