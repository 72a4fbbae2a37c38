"""Deciding on an entry: one step of moderation and its row in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import STEPS, Choice, Moderation, require_reason, step
from relay.services.approve import approve
from relay.services.decide_step import (
    NOTE_MAX,
    Act,
    StaleDecisionError,
    Taken,
    Wish,
    keep_decision,
    require_sent,
    require_version,
    take_step,
)
from relay.services.deciders import MAY_DECIDE, OutOfScopeError, require_decider
from relay.services.print_again import print_if_public
from relay.services.publish import lock_publication
from relay.services.reasons import require_known_reason
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.domain.errors import RelayError
    from relay.models import Decision, Entry
    from relay.ports import CardPrinter, Clock

__all__ = [
    "MAY_DECIDE",
    "NOTE_MAX",
    "Decided",
    "OutOfScopeError",
    "Outcome",
    "StaleDecisionError",
    "Taken",
    "Wish",
    "begin_decision",
    "decide",
    "decide_many",
    "require_decider",
]

VEILING = frozenset({Choice.BLUR, Choice.UNBLUR})


@dataclass(frozen=True)
class Decided:
    """What became of the entry. `decision_id` is what an undo names.

    An approval that waits for another, or for its time, leaves the entry pending.
    """

    no: int | None
    moderation: Moderation
    version: int
    decision_id: int = 0
    reveal_at: datetime | None = None

    @property
    def waits_for_another(self) -> bool:
        """Whether an approval was the first of two."""
        return self.moderation is Moderation.PENDING and self.reveal_at is None


@dataclass(frozen=True)
class Outcome:
    """What came of one of many wishes: a decision, or why there is none."""

    ref: str
    decided: Decided | None = None
    refused: RelayError | None = None


def decide(
    engine: Engine,
    ref: str,
    wish: Wish,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> Decided:
    """Take one plain decision on one entry, or veil its picture, in one commit.

    Raises NotFound, Forbidden (role or scope, step not allowed, SecondApprovalError),
    Invalid (`reason`: missing, unknown; `reveal_at`: past, too_late) and
    StaleDecisionError when the entry has another version by now.
    """
    require_reason(wish.choice, wish.reason)
    now = clock.now()
    with writing(engine) as session:
        entry = begin_decision(session, ref, wish, moderator_id=moderator_id)
        act = Act(
            wish.choice, now, moderator_id, reason=wish.reason or None, note=wish.note
        )
        decision, reveal_at = _carry_out(session, entry, wish, act, printer)
        session.flush()
        return Decided(
            entry.no, entry.moderation, entry.version, decision.id or 0, reveal_at
        )


def begin_decision(
    session: Session, ref: str, wish: Wish, *, moderator_id: int
) -> Entry:
    """Return the entry that somebody decides on, while nobody else publishes.

    Raises NotFound, Forbidden (role or scope), Invalid (`reason`: unknown) and
    StaleDecisionError.
    """
    lock_publication(session)
    if wish.reason:
        require_known_reason(session, wish.reason)
    entry = require_sent(session, ref)
    require_decider(session, moderator_id, entry)
    require_version(session, entry, wish)
    return entry


def decide_many(
    engine: Engine,
    wishes: Iterable[tuple[str, Wish]],
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> list[Outcome]:
    """Decide on many entries, each in a commit of its own; tell what came of each.

    One that somebody else was faster with keeps nobody from deciding the others.
    Raises Invalid when something is lacking before anything is decided; what turns out
    lacking later (a reason that was put away meanwhile) is told of those that are left.
    """
    outcomes = []
    for ref, wish in wishes:
        try:
            decided = decide(
                engine,
                ref,
                wish,
                moderator_id=moderator_id,
                clock=clock,
                printer=printer,
            )
        except (StaleDecisionError, Forbidden, NotFound) as refused:
            outcomes.append(Outcome(ref, refused=refused))
        except Invalid as lacking:
            if not any(each.decided for each in outcomes):
                raise
            outcomes.append(Outcome(ref, refused=lacking))
        else:
            outcomes.append(Outcome(ref, decided))
    return outcomes


def _carry_out(
    session: Session, entry: Entry, wish: Wish, act: Act, printer: CardPrinter
) -> tuple[Decision, datetime | None]:
    """Take the step that is wanted; return its row, and its time if that is later."""
    if wish.choice is Choice.APPROVE:
        return approve(session, entry, act, reveal_at=wish.reveal_at, printer=printer)
    if wish.choice in VEILING:
        return _veil(session, entry, act, printer), None
    if wish.choice not in STEPS:
        message = f"{wish.choice.value} is no plain decision."
        raise Forbidden(message)
    return take_step(session, entry, act, printer=printer), None


def _veil(session: Session, entry: Entry, act: Act, printer: CardPrinter) -> Decision:
    """Veil an entry's picture wherever the public sees it, or lift the veil."""
    before = entry.moderation
    step(before, act.choice)
    blurred = act.choice is Choice.BLUR
    if entry.blurred is blurred:
        message = "The picture is so already."
        raise Forbidden(message)
    entry.version += 1
    entry.blurred = blurred
    details = {"blurred": {"before": not blurred, "after": blurred}}
    decision = keep_decision(session, entry, act, before=before, details=details)
    session.flush()
    print_if_public(session, entry, printer=printer)
    return decision
