"""The rules of trust as organisers keep them: added, noted, switched on and off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, update
from sqlmodel import col, select

from relay.domain.errors import FieldError, Invalid, NotFound
from relay.domain.text import clean_text
from relay.domain.trust import RuleKind, read_pattern
from relay.domain.word_finder import fold_word
from relay.models import TrustRule
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock

NOTE_MAX = 200  # characters
MOST_RULES = 10_000  # kept, switched off or not
MOST_AT_ONCE = 2_000


@dataclass(frozen=True)
class Wanted:
    """A rule that somebody wants, checked: its kind, its pattern, and why."""

    kind: RuleKind
    pattern: str
    note: str = ""


def add_rule(
    engine: Engine,
    kind: RuleKind,
    typed: str,
    *,
    note: str = "",
    moderator_id: int,
    clock: Clock,
) -> int:
    """Add a rule that is switched off, so that it can be tried first; return its id.

    Raises Forbidden to all but organisers, and Invalid (`pattern`: what `read_pattern`
    says, known, too_many; `note`: too_long).
    """
    wanted = read_wanted(kind, typed, note=note)
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        if _known_among(session, [wanted]):
            raise Invalid([FieldError("pattern", "known")])
        (added,) = _add(session, [wanted], moderator_id=moderator_id, now=now)
    return added


def read_wanted(kind: RuleKind, typed: str, *, note: str = "") -> Wanted:
    """Return the rule that a person means; raises Invalid as `add_rule` does."""
    note = clean_text(note)
    if len(note) > NOTE_MAX:
        raise Invalid([FieldError("note", "too_long")])
    return Wanted(kind, read_pattern(kind, typed), note)


def read_lines(typed: str) -> list[Wanted]:
    """Return the words of a list, one a line; the same word twice is one rule.

    Raises Invalid that names each line at fault (`line-3`), and `lines` (missing,
    too_many).
    """
    lines = [
        (at, each) for at, each in enumerate(typed.splitlines(), 1) if each.strip()
    ]
    if not lines:
        raise Invalid([FieldError("lines", "missing")])
    if len(lines) > MOST_AT_ONCE:
        raise Invalid([FieldError("lines", "too_many")])
    found: dict[str, Wanted] = {}
    faults = []
    for at, line in lines:
        try:
            wanted = read_wanted(RuleKind.BLOCK_WORD, line)
        except Invalid as error:
            faults += [FieldError(f"line-{at}", each.code) for each in error.fields]
        else:
            found.setdefault(_sameness(wanted), wanted)
    if faults:
        raise Invalid(faults)
    return list(found.values())


def add_words(
    engine: Engine, typed: str, *, moderator_id: int, clock: Clock
) -> list[int]:
    """Add the words of a list, all of them or none, switched off; return their ids.

    What is there already is left as it is. Raises Forbidden and what `read_lines` does,
    and Invalid (`lines`: known) when all of them are there.
    """
    wanted = read_lines(typed)
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        known = _known_among(session, wanted)
        fresh = [each for each in wanted if _sameness(each) not in known]
        if not fresh:
            raise Invalid([FieldError("lines", "known")])
        return _add(session, fresh, moderator_id=moderator_id, now=now)


def note_rule(
    engine: Engine, rule_id: int, note: str, *, moderator_id: int, clock: Clock
) -> None:
    """Say why there is a rule. Raises Forbidden, NotFound, Invalid (`note`)."""
    note = clean_text(note)
    if len(note) > NOTE_MAX:
        raise Invalid([FieldError("note", "too_long")])
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        rule = _require(session, rule_id)
        if rule.note == note:
            return
        details = {"before": rule.note, "after": note}
        rule.note, rule.changed_at = note, now
        audit(
            session,
            "rule.noted",
            now=now,
            moderator_id=moderator_id,
            subject=rule_id,
            details=details,
        )


def switch_on(
    engine: Engine, rule_ids: Sequence[int], *, moderator_id: int, clock: Clock
) -> int:
    """Let rules count from now on; return how many did not. Raises Forbidden."""
    return _switch(engine, rule_ids, to=True, moderator_id=moderator_id, clock=clock)


def switch_off(
    engine: Engine, rule_ids: Sequence[int], *, moderator_id: int, clock: Clock
) -> int:
    """Let rules count no more; they and what they held are kept. Raises Forbidden."""
    return _switch(engine, rule_ids, to=False, moderator_id=moderator_id, clock=clock)


def _switch(
    engine: Engine,
    rule_ids: Sequence[int],
    *,
    to: bool,
    moderator_id: int,
    clock: Clock,
) -> int:
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        switched = session.execute(
            update(TrustRule)
            .where(col(TrustRule.id).in_(rule_ids), col(TrustRule.active).is_(not to))
            .values(active=to, changed_at=now, moderator_id=moderator_id)
            .returning(col(TrustRule.id), col(TrustRule.kind), col(TrustRule.pattern))
        ).all()
        for rule_id, kind, pattern in switched:
            audit(
                session,
                "rule.switched_on" if to else "rule.switched_off",
                now=now,
                moderator_id=moderator_id,
                subject=rule_id,
                details={"kind": kind.value, "pattern": pattern},
            )
    return len(switched)


def _add(
    session: Session, wanted: Sequence[Wanted], *, moderator_id: int, now: datetime
) -> list[int]:
    there = session.exec(select(func.count()).select_from(TrustRule)).one()
    if there + len(wanted) > MOST_RULES:
        raise Invalid([FieldError("pattern", "too_many")])
    rows = [
        TrustRule(
            kind=each.kind,
            pattern=each.pattern,
            note=each.note,
            created_at=now,
            changed_at=now,
            moderator_id=moderator_id,
        )
        for each in wanted
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        audit(
            session,
            "rule.added",
            now=now,
            moderator_id=moderator_id,
            subject=row.id,
            details={"kind": row.kind.value, "pattern": row.pattern},
        )
    return [row.id or 0 for row in rows]


def _known_among(session: Session, wanted: Sequence[Wanted]) -> set[str]:
    """Return which of the rules are there, words in whichever spelling."""
    kinds = {each.kind for each in wanted}
    rows = session.exec(select(TrustRule).where(col(TrustRule.kind).in_(kinds)))
    there = {_sameness(Wanted(each.kind, each.pattern)) for each in rows}
    return there & {_sameness(each) for each in wanted}


def _sameness(wanted: Wanted) -> str:
    is_word = wanted.kind is RuleKind.BLOCK_WORD
    words = fold_word(wanted.pattern) if is_word else wanted.pattern
    return f"{wanted.kind.value} {words}"


def _require(session: Session, rule_id: int) -> TrustRule:
    rule = session.exec(
        select(TrustRule).where(TrustRule.id == rule_id).with_for_update()
    ).first()
    if rule is None:
        message = "There is no such rule."
        raise NotFound(message)
    return rule
