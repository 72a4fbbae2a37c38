"""Reasons as organisers keep them: added, reworded, put in order, put away."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlmodel import select

from relay.domain.errors import FieldError, Forbidden, Invalid, NotFound
from relay.domain.moderation import Reason
from relay.domain.reasons import (
    MOST_REASONS,
    ReasonItem,
    check_texts,
    list_reasons,
    make_key,
)
from relay.models import ReasonText
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock

# Places are this far apart.
_STEP = 10


def require_known_reason(session: Session, key: str) -> None:
    """Raise Invalid (field `reason`) unless a reason with this key is in use."""
    kept = session.get(ReasonText, key)
    if not (kept.active if kept else key in set(Reason)):
        raise Invalid([FieldError("reason", "unknown")])


def add_reason(
    engine: Engine, texts: Mapping[str, str], *, moderator_id: int, clock: Clock
) -> str:
    """Add a reason behind all others; return its key.

    Raises Forbidden to all but organisers, and Invalid (`text-…`: missing, too_long,
    unknown; `text-en`: too_many).
    """
    words = check_texts(texts, is_ours=False)
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        known = _read(session)
        if len(known) >= MOST_REASONS:
            raise Invalid([FieldError("text-en", "too_many")])
        key = make_key(words["en"], taken={each.key for each in known})
        item = ReasonItem(key, words, known[-1].place + _STEP)
        _keep(session, item, now=now)
        _note(session, "reason.added", item, now=now, moderator_id=moderator_id)
    return key


def reword_reason(
    engine: Engine,
    key: str,
    texts: Mapping[str, str],
    *,
    moderator_id: int,
    clock: Clock,
) -> None:
    """Give a reason other words by language; where ours has none, our own stand again.

    Decisions keep the key: what was decided reads in the new words, too. Raises
    Forbidden, NotFound and Invalid as `add_reason` does.
    """
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        before = _require(session, key)
        words = check_texts(texts, is_ours=before.is_ours)
        if words == dict(before.texts):
            return
        after = ReasonItem(key, words, before.place, before.active)
        _keep(session, after, now=now)
        _note(
            session,
            "reason.reworded",
            after,
            now=now,
            moderator_id=moderator_id,
            before=before,
        )


def move_reason_up(
    engine: Engine, key: str, *, moderator_id: int, clock: Clock
) -> None:
    """Put a reason before the one that stands before it; the first one stays.

    Raises Forbidden, NotFound.
    """
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        known = list(_read(session))
        moved = _require(session, key)
        at = known.index(moved)
        if at == 0:
            return
        known[at - 1 : at + 1] = [moved, known[at - 1]]
        for place, each in enumerate(known, start=1):
            if each.place != _STEP * place:
                item = ReasonItem(each.key, each.texts, _STEP * place, each.active)
                _keep(session, item, now=now)
        _note(session, "reason.moved", moved, now=now, moderator_id=moderator_id)


def put_reason_away(
    engine: Engine, key: str, *, moderator_id: int, clock: Clock
) -> None:
    """Offer a reason no more; what was decided with it keeps it.

    Raises Forbidden, also for the last one that is offered, and NotFound.
    """
    _use(engine, key, active=False, moderator_id=moderator_id, clock=clock)


def bring_reason_back(
    engine: Engine, key: str, *, moderator_id: int, clock: Clock
) -> None:
    """Offer a reason again that was put away; raises Forbidden, NotFound."""
    _use(engine, key, active=True, moderator_id=moderator_id, clock=clock)


def _use(
    engine: Engine, key: str, *, active: bool, moderator_id: int, clock: Clock
) -> None:
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        item = _require(session, key)
        if item.active is active:
            return
        if not active and sum(each.active for each in _read(session)) == 1:
            message = "One reason at least must be there to be chosen."
            raise Forbidden(message)
        _keep(session, ReasonItem(key, item.texts, item.place, active), now=now)
        what = "reason.brought_back" if active else "reason.put_away"
        _note(session, what, item, now=now, moderator_id=moderator_id)


def _read(session: Session) -> tuple[ReasonItem, ...]:
    return list_reasons(
        ReasonItem(each.key, each.texts, each.place, each.active)
        for each in session.exec(select(ReasonText))
    )


def _require(session: Session, key: str) -> ReasonItem:
    for each in _read(session):
        if each.key == key:
            return each
    message = "There is no such reason."
    raise NotFound(message)


def _keep(session: Session, item: ReasonItem, *, now: datetime) -> None:
    row = session.get(ReasonText, item.key) or ReasonText(
        key=item.key, texts={}, changed_at=now
    )
    row.texts = dict(item.texts)
    row.place, row.active, row.changed_at = item.place, item.active, now
    session.add(row)
    session.flush()


def _note(
    session: Session,
    what: str,
    item: ReasonItem,
    *,
    now: datetime,
    moderator_id: int,
    before: ReasonItem | None = None,
) -> None:
    details = {"texts": asdict(item)["texts"]}
    if before:
        details = {"before": dict(before.texts), "after": dict(item.texts)}
    audit(
        session,
        what,
        now=now,
        moderator_id=moderator_id,
        subject=item.key,
        details=details,
    )
