"""Putting an entry aside: for a second opinion, or for one moderator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.errors import FieldError, Forbidden, Invalid
from relay.domain.moderation import Choice, step
from relay.domain.text import clean_lines
from relay.models import Moderator, Stash
from relay.services.decide import Decided
from relay.services.decide_step import (
    NOTE_MAX,
    Act,
    Wish,
    as_kept,
    keep_decision,
    require_sent,
    require_version,
)
from relay.services.deciders import require_decider
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.models import Entry
    from relay.ports import Clock


def stash(
    engine: Engine,
    ref: str,
    version: int,
    *,
    note: str = "",
    moderator_id: int,
    clock: Clock,
) -> Decided:
    """Put an entry aside for a second opinion: for anybody else.

    It stays as it is, its version included. Raises NotFound, Forbidden, and
    StaleDecisionError.
    """
    wish = Wish(Choice.STASH, version, note=note)
    return _put_aside(engine, ref, wish, None, moderator_id, clock)


def assign(
    engine: Engine,
    ref: str,
    version: int,
    *,
    for_id: int,
    note: str = "",
    moderator_id: int,
    clock: Clock,
) -> Decided:
    """Put an entry aside for one moderator, or for oneself.

    Raises as `stash` does, and Invalid (`for`: unknown, out_of_scope).
    """
    wish = Wish(Choice.ASSIGN, version, note=note)
    return _put_aside(engine, ref, wish, for_id, moderator_id, clock)


def _put_aside(
    engine: Engine,
    ref: str,
    wish: Wish,
    for_id: int | None,
    moderator_id: int,
    clock: Clock,
) -> Decided:
    now = clock.now()
    with writing(engine) as session:
        entry = require_sent(session, ref)
        require_decider(session, moderator_id, entry)
        require_version(session, entry, wish)
        step(entry.moderation, wish.choice)
        if for_id is not None:
            _require_taker(session, for_id, entry)
        old = session.get(Stash, entry.id)
        before = as_kept(old)
        row = old or Stash(entry_id=entry.id or 0, at=now)
        row.by_id, row.for_id, row.at = moderator_id, for_id, now
        row.note = clean_lines(wish.note)[:NOTE_MAX]
        session.add(row)
        act = Act(wish.choice, now, moderator_id, note=wish.note)
        details = {"stash": {"before": before, "after": as_kept(row)}}
        decision = keep_decision(
            session, entry, act, before=entry.moderation, details=details
        )
        session.flush()
        return Decided(entry.no, entry.moderation, entry.version, decision.id or 0)


def _require_taker(session: Session, for_id: int, entry: Entry) -> None:
    """Raise Invalid unless this moderator could decide on the entry."""
    if session.get(Moderator, for_id) is None:
        raise Invalid([FieldError("for", "unknown")])
    try:
        require_decider(session, for_id, entry)
    except Forbidden as error:
        code = "out_of_scope" if error.code == "out_of_scope" else "unknown"
        raise Invalid([FieldError("for", code)]) from error
