"""Merging a duplicate into the entry that is kept, and taking them apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import col, select

from relay.domain.errors import FieldError, Invalid
from relay.domain.moderation import (
    MAKER_MAY_CHANGE,
    Choice,
    Moderation,
    Reason,
)
from relay.models import Baton, Entry, ParentDecision
from relay.services.claims import comes_from
from relay.services.decide import Decided, begin_decision
from relay.services.decide_step import (
    Act,
    Wish,
    take_step,
)
from relay.services.edition import turn_edition
from relay.services.publish import follow_parent
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock

_MAY_KEEP = MAKER_MAY_CHANGE | {Moderation.APPROVED}


def merge(
    engine: Engine,
    ref: str,
    into_ref: str,
    wish: Wish,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> Decided:
    """Take a duplicate out in favour of another entry of its season.

    Its batons lead to the entry that is kept from now on, and who took the baton from
    it comes from there. `wish.reason` may be empty: it is a duplicate. Raises NotFound,
    Forbidden, Invalid (`into`: unknown, own; `reason`) and StaleDecisionError.
    """
    now = clock.now()
    reason = wish.reason or Reason.DUPLICATE.value
    with writing(engine) as session:
        entry = begin_decision(session, ref, wish, moderator_id=moderator_id)
        kept = _require_kept(session, entry, into_ref)
        act = Act(Choice.MERGE, now, moderator_id, reason=reason, note=wish.note)
        moved = join(session, entry, kept, act=act, printer=printer)
        details = {"merged": {"before": None, "after": moved}}
        decision = take_step(session, entry, act, printer=printer, details=details)
        session.flush()
        return Decided(entry.no, entry.moderation, entry.version, decision.id or 0)


def join(
    session: Session, entry: Entry, kept: Entry, *, act: Act, printer: CardPrinter
) -> dict[str, Any]:
    """Give a duplicate's batons and children to the entry that is kept.

    Who was sent in before the kept entry cannot come from it: they stay below the
    duplicate, and so come from whoever passed it on. Returns what has moved.
    """
    children = [
        each
        for each in session.exec(
            select(Entry).where(Entry.parent_id == entry.id).order_by(col(Entry.id))
        )
        if each.id != kept.id and _is_later(each, kept)
    ]
    for child in children:
        move_child(session, child, kept, act=act, printer=printer)
    codes = session.exec(select(Baton.code).where(Baton.entry_id == entry.id)).all()
    move_batons(session, list(codes), entry, kept)
    entry.merged_into = kept.id
    session.flush()
    return {
        "into": kept.id,
        "children": [each.id for each in children],
        "batons": sorted(codes),
    }


def is_there(session: Session, moved: dict[str, Any]) -> bool:
    """Tell whether the entry still can be kept to which something had moved."""
    kept = session.get(Entry, moved["into"], with_for_update=True)
    return kept is not None and kept.moderation in _MAY_KEEP


def part(
    session: Session,
    entry: Entry,
    moved: dict[str, Any],
    *,
    act: Act,
    printer: CardPrinter,
) -> None:
    """Give an entry back what had moved with it, as far as it is still there."""
    kept = session.get(Entry, moved["into"])
    entry.merged_into = None
    if kept is None:
        return
    for child_id in moved["children"]:
        child = session.get(Entry, child_id)
        if (
            child
            and child.parent_id == kept.id
            and not comes_from(session, entry, child)
        ):
            move_child(session, child, entry, act=act, printer=printer)
    move_batons(session, moved["batons"], kept, entry)


def move_child(
    session: Session, child: Entry, to: Entry, *, act: Act, printer: CardPrinter
) -> None:
    """Let an entry come from another one, with its row in the log of parents."""
    before = child.parent_id
    child.parent_id = to.id
    child.version += 1
    follow_parent(session, child, now=act.at, printer=printer)
    session.add(
        ParentDecision(
            entry_id=child.id or 0,
            moderator_id=act.moderator_id,
            at=act.at,
            parent_before=before,
            parent_after=to.id,
            known_before=child.parent_known,
            known_after=child.parent_known,
            version=child.version,
        )
    )


def move_batons(session: Session, codes: list[str], giver: Entry, taker: Entry) -> None:
    """Let batons lead to another entry; its page and theirs show it."""
    if not codes:
        return
    session.execute(
        update(Baton)
        .where(col(Baton.code).in_(codes), col(Baton.entry_id) == giver.id)
        .values(entry_id=taker.id)
        .execution_options(synchronize_session="fetch")
    )
    turn_edition(session)


def _require_kept(session: Session, entry: Entry, ref: str) -> Entry:
    """Return the entry that is kept; raises Invalid (field `into`)."""
    kept = session.exec(select(Entry).where(Entry.ref == ref).with_for_update()).first()
    if (
        kept is None
        or kept.season_id != entry.season_id
        or kept.moderation not in _MAY_KEEP
    ):
        raise Invalid([FieldError("into", "unknown")])
    if kept.id == entry.id:
        raise Invalid([FieldError("into", "own")])
    return kept


def _is_later(child: Entry, kept: Entry) -> bool:
    sent, kept_sent = child.submitted_at, kept.submitted_at
    return bool(sent and kept_sent and sent > kept_sent)
