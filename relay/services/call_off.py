"""Calling off what was approved for later: the entry waits for moderators again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.domain.errors import NotFound
from relay.domain.moderation import Choice
from relay.domain.undoing import list_undoable
from relay.models import Decision, Entry
from relay.services.approve import find_reveal
from relay.services.undo import read_line, undo

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import CardPrinter, Clock
    from relay.services.decide import Decided


def call_off(
    engine: Engine,
    ref: str,
    version: int,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> Decided:
    """Take the approval back that an entry would be shown by, every change of its time.

    Raises NotFound when nothing is planned, and what `undo` raises.
    """
    decided = None
    while (decision_id := _find_plan(engine, ref)) is not None:
        decided = undo(
            engine,
            ref,
            decision_id,
            decided.version if decided else version,
            moderator_id=moderator_id,
            clock=clock,
            printer=printer,
        )
    if decided is None:
        message = "Nothing is planned for this entry."
        raise NotFound(message)
    return decided


def _find_plan(engine: Engine, ref: str) -> int | None:
    """Return the decision that made the plan in force; None when there is none."""
    with Session(engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == ref)).first()
        if entry is None or find_reveal(session, entry) is None:
            return None
        log = session.exec(
            select(Decision)
            .where(Decision.entry_id == entry.id)
            .order_by(col(Decision.id))
        ).all()
    undoable = list_undoable([read_line(each) for each in log])
    plans = [each.id for each in log if each.id in undoable and _plans(each)]
    return plans[-1] if plans else None


def _plans(decision: Decision) -> bool:
    return decision.choice is Choice.APPROVE and bool(
        (decision.details or {}).get("reveal", {}).get("after")
    )
