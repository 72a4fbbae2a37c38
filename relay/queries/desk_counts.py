"""How much there is to do at the desk, and what the queue can be narrowed to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.scope import Scope
from relay.models import Entry
from relay.queries.desk_question import (
    OF_ANY_STATE,
    DeskQuestion,
    Mark,
    conditions_of,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

EVERYTHING = Scope()
# Two digits: whether 300 or 400 wait, nobody decides otherwise.
COUNT_MAX = 99
# Doubles are found by comparing, which nobody waits for.
COUNTED = tuple(each for each in Mark if each is not Mark.DOUBLE)


@dataclass(frozen=True)
class Choices:
    """What is there to be chosen from among the entries that wait, in no order."""

    countries: frozenset[str]
    langs: frozenset[str]
    platforms: frozenset[str]
    kinds: frozenset[str]


def with_mark(asked: DeskQuestion, mark: Mark | None) -> DeskQuestion:
    """Return the same question about a mark, in the states where it is looked for."""
    state = None if mark in OF_ANY_STATE else Moderation.PENDING
    return replace(asked, mark=mark, state=state)


def count_marks(connection: Connection, asked: DeskQuestion) -> dict[Mark, int]:
    """Return how many entries bear each mark, up to COUNT_MAX + 1 of each."""
    return dict(
        zip(
            COUNTED,
            _count(
                connection,
                (conditions_of(with_mark(asked, each)) for each in COUNTED),
            ),
            strict=True,
        )
    )


def count_states(
    connection: Connection, states: Iterable[Moderation], scope: Scope = EVERYTHING
) -> dict[Moderation, int]:
    """Return how many sent entries are in each state, up to COUNT_MAX + 1 of each.

    The index of the queue answers, and no further than that, so it costs the same in
    a relay of any size. A counter would be exact, but one row that everybody who
    sends an entry in, changes or withdraws one must wait for. Those published within
    a scope are left out: to find few of them, all would be read.
    """
    wanted = tuple(
        each for each in states if scope.is_open or each is not Moderation.APPROVED
    )
    conditions = (
        [
            col(Entry.moderation) == each,
            col(Entry.submitted_at).is_not(None),
            *within(scope),
        ]
        for each in wanted
    )
    return dict(zip(wanted, _count(connection, conditions), strict=True))


def count_asked(connection: Connection, asked: DeskQuestion) -> int:
    """Return how many entries a question finds, up to COUNT_MAX + 1."""
    return _count(connection, [conditions_of(asked)])[0]


def find_oldest(connection: Connection, asked: DeskQuestion) -> datetime | None:
    """Return since when the oldest of the entries asked for waits."""
    return connection.scalar(
        select(col(Entry.submitted_at))
        .where(*conditions_of(asked))
        .order_by(col(Entry.submitted_at))
        .limit(1)
    )


def list_choices(connection: Connection, scope: Scope) -> Choices:
    """Return from where, in which languages, and on what the waiting entries are."""
    rows = connection.execute(
        select(
            col(Entry.country), col(Entry.lang), col(Entry.platform), col(Entry.kind)
        )
        .where(col(Entry.moderation) == Moderation.PENDING, *within(scope))
        .distinct()
    ).all()
    countries, langs, platforms, kinds = zip(*rows, strict=True) if rows else ((),) * 4
    return Choices(
        frozenset(countries), frozenset(langs), frozenset(platforms), frozenset(kinds)
    )


def _count(
    connection: Connection, conditions: Iterable[Sequence[ColumnElement[bool]]]
) -> list[int]:
    bounded = [
        select(func.count())
        .select_from(select(col(Entry.id)).where(*each).limit(COUNT_MAX + 1).subquery())
        .scalar_subquery()
        for each in conditions
    ]
    return list(connection.execute(select(*bounded)).one())
