"""Rules as organisers see them, and what they let through, to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, case, distinct, func, select
from sqlmodel import col

from relay.domain.moderation import Actor, Moderation
from relay.models import Decision, Entry, Hold, Sample, TrustRule
from relay.queries.desk_question import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from relay.domain.scope import Scope
    from relay.domain.trust import RuleKind

RULES_PAGE = 100
SAMPLES_PAGE = 50


@dataclass(frozen=True)
class RuleView:
    """One rule, and how many entries it holds or has let through (`met`)."""

    id: int
    kind: RuleKind
    pattern: str
    note: str
    active: bool
    changed_at: datetime
    met: int


@dataclass(frozen=True)
class SampleView:
    """A published entry to be looked at, and the rule that let it through or met it."""

    ref: str
    no: int | None
    title: str
    name: str
    lang: str
    moderation: Moderation
    at: datetime
    pattern: str
    is_held: bool


def count_rules(connection: Connection) -> dict[RuleKind, tuple[int, int]]:
    """Return how many rules of each kind there are, and how many of them count."""
    rows = connection.execute(
        select(
            col(TrustRule.kind),
            func.count(),
            func.sum(case((col(TrustRule.active).is_(True), 1), else_=0)),
        ).group_by(col(TrustRule.kind))
    )
    return {kind: (there, int(active)) for kind, there, active in rows}


_RULES = select(
    col(TrustRule.id),
    col(TrustRule.kind),
    col(TrustRule.pattern),
    col(TrustRule.note),
    col(TrustRule.active),
    col(TrustRule.changed_at),
)


def list_rules(
    connection: Connection, kind: RuleKind, *, after: int = 0, limit: int = RULES_PAGE
) -> Sequence[RuleView]:
    """Return rules of one kind, those that count first, then by age.

    `after` are how many of them to pass over.
    """
    rows = connection.execute(
        _RULES.where(col(TrustRule.kind) == kind)
        .order_by(col(TrustRule.active).desc(), col(TrustRule.id))
        .offset(after)
        .limit(limit)
    ).all()
    met = _count_met(connection, [row.id for row in rows])
    return [_rule(row, met) for row in rows]


def find_rule(connection: Connection, rule_id: int) -> RuleView | None:
    """Return one rule, switched on or off."""
    row = connection.execute(_RULES.where(col(TrustRule.id) == rule_id)).first()
    if row is None:
        return None
    return _rule(row, _count_met(connection, [rule_id]))


def list_samples(
    connection: Connection, scope: Scope, *, limit: int = SAMPLES_PAGE
) -> Sequence[SampleView]:
    """Return what nobody has looked at yet, the oldest first, within a scope."""
    held = select(col(Hold.entry_id)).where(col(Hold.rule_id) == col(Sample.rule_id))
    rows = connection.execute(
        select(
            col(Entry.ref),
            col(Entry.no),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.moderation),
            col(Sample.at),
            func.coalesce(col(TrustRule.pattern), ""),
            col(Sample.entry_id).in_(held),
        )
        .join(Sample, col(Sample.entry_id) == col(Entry.id))
        .outerjoin(TrustRule, col(TrustRule.id) == col(Sample.rule_id))
        .where(
            col(Sample.seen_at).is_(None),
            col(Entry.moderation) != Moderation.WITHDRAWN,
            *within(scope),
        )
        .order_by(col(Sample.at), col(Entry.id))
        .limit(limit)
    )
    return [SampleView(*row) for row in rows]


def _rule(row: Any, met: Mapping[int, int]) -> RuleView:  # noqa: ANN401 - its columns
    return RuleView(
        row.id,
        row.kind,
        row.pattern,
        row.note,
        row.active,
        row.changed_at,
        met.get(row.id, 0),
    )


def _count_met(connection: Connection, rule_ids: Sequence[int]) -> dict[int, int]:
    """Return how many entries rules hold now, or have let through until now."""
    held = connection.execute(
        select(col(Hold.rule_id), func.count(distinct(col(Hold.entry_id))))
        .where(col(Hold.rule_id).in_(rule_ids))
        .group_by(col(Hold.rule_id))
    )
    met = {rule_id: count for rule_id, count in held if rule_id is not None}
    named = col(Decision.details)["rule"]["id"].as_integer().cast(Integer)
    passed = connection.execute(
        select(named, func.count())
        .where(col(Decision.actor) == Actor.RULE, named.in_(rule_ids))
        .group_by(named)
    )
    met.update({row[0]: row[1] for row in passed})
    return met
