"""How the desk fares: what waits and for how long, what fails, and how large it is.

Every count stops at some rows, and indexes hold all that is asked for, so that it costs
the same in a relay of any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, union_all
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import Entry, OutboxRow, OutboxState, Season, Topic
from relay.queries.published import published

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

# Nobody acts otherwise on 5,000 rows than on 1,000.
COUNT_MAX = 1_000
# Waiting entries by how long: up to an hour, a day, three days, and longer.
AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=3))
# A row that is due for longer than this is late: the dispatcher looks every second.
LATE = timedelta(minutes=2)

_FAILING = (PreviewState.FAILED, PreviewState.REFUSED)
# The condition of the partial index, in the words that it has there.
_HAS_TROUBLE = text("entry.preview IN ('refused', 'failed', 'gone')")


@dataclass(frozen=True)
class Waiting:
    """Entries that wait for a decision: by age, each up to COUNT_MAX, and the oldest.

    `ages` begins with the youngest; there is one more of them than AGES.
    """

    ages: tuple[int, ...]
    oldest: datetime | None

    @property
    def total(self) -> int:
        """How many wait, as far as they were counted."""
        return sum(self.ages)


@dataclass(frozen=True)
class Outbox:
    """The rows of the outbox by state and topic, up to COUNT_MAX of each state.

    `oldest_due` is when the row was due that waits for the longest time.
    """

    counts: Mapping[OutboxState, Mapping[Topic, int]]
    oldest_due: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Tell whether work waits that somebody should have begun."""
        return self.oldest_due is not None and now - self.oldest_due > LATE


@dataclass(frozen=True)
class Failing:
    """Links of one platform that could not be read; `newest` are some of them."""

    platform: str
    failed: int
    refused: int
    newest: tuple[str, ...]


def read_waiting(connection: Connection, *, now: datetime) -> Waiting:
    """Return how many entries wait for a decision, and for how long."""
    edges = [now + timedelta(days=1), *(now - age for age in AGES), None]
    at = col(Entry.submitted_at)
    counts = []
    for younger, older in pairwise(edges):
        rows = select(col(Entry.id)).where(
            col(Entry.moderation) == Moderation.PENDING, at <= younger
        )
        if older is not None:
            rows = rows.where(at > older)
        counted = select(func.count()).select_from(rows.limit(COUNT_MAX).subquery())
        counts.append(connection.scalar(counted) or 0)
    oldest = connection.scalar(
        select(at)
        .where(col(Entry.moderation) == Moderation.PENDING, at.is_not(None))
        .order_by(at)
        .limit(1)
    )
    return Waiting(tuple(counts), oldest)


def read_outbox(connection: Connection, *, now: datetime) -> Outbox:
    """Return what the outbox holds that is not done, and since when it is due."""
    shown = [each for each in OutboxState if each is not OutboxState.DONE]
    return Outbox(
        {state: _count_topics(connection, state, now) for state in shown},
        connection.scalar(
            select(func.min(col(OutboxRow.due_at))).where(
                col(OutboxRow.state) == OutboxState.DUE, col(OutboxRow.due_at) <= now
            )
        ),
    )


def _count_topics(
    connection: Connection, state: OutboxState, now: datetime
) -> dict[Topic, int]:
    """Return how many rows of each topic are in a state; due ones that are due now."""
    rows = select(col(OutboxRow.topic)).where(col(OutboxRow.state) == state)
    if state is OutboxState.DUE:
        rows = rows.where(col(OutboxRow.due_at) <= now)
    some = rows.limit(COUNT_MAX).subquery()
    counted = (
        select(some.c.topic, func.count()).group_by(some.c.topic).order_by(some.c.topic)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def list_failing(connection: Connection, *, samples: int = 3) -> list[Failing]:
    """Return the platforms whose links could not be read, the most failing first.

    It looks at the newest COUNT_MAX published links with trouble in each season, and
    at as many of the entries that have waited longest.
    """
    seasons = connection.scalars(select(col(Season.id)).order_by(col(Season.id))).all()
    shown = (col(Entry.platform), col(Entry.preview), col(Entry.ref))
    looks = [
        select(*shown)
        .where(
            published(),
            _HAS_TROUBLE,
            col(Entry.season_id) == season_id,
            col(Entry.preview) == state,
        )
        .order_by(col(Entry.no).desc())
        .limit(COUNT_MAX)
        .subquery()
        for season_id in seasons
        for state in _FAILING
    ]
    waiting = (
        select(*shown)
        .where(
            col(Entry.moderation) == Moderation.PENDING,
            col(Entry.submitted_at).is_not(None),
        )
        .order_by(col(Entry.submitted_at))
        .limit(COUNT_MAX)
        .subquery()
    )
    every = union_all(*(select(each) for each in (*looks, waiting)))
    found: dict[str, dict[str, list[str]]] = {}
    for platform, state, ref in connection.execute(every):
        if state in _FAILING and platform != "none":
            found.setdefault(platform, {}).setdefault(state, []).append(ref)
    failing = [
        Failing(
            platform,
            len(states.get(PreviewState.FAILED, [])),
            len(states.get(PreviewState.REFUSED, [])),
            tuple(
                [ref for state in _FAILING for ref in states.get(state, [])][:samples]
            ),
        )
        for platform, states in found.items()
    ]
    return sorted(failing, key=lambda each: (-each.failed, -each.refused))


def read_size(connection: Connection) -> int:
    """Return how many bytes the database has."""
    if connection.dialect.name == "postgresql":
        asked = text("SELECT pg_database_size(current_database())")
        return int(connection.scalar(asked) or 0)
    pages = connection.scalar(text("PRAGMA page_count")) or 0
    return int(pages) * int(connection.scalar(text("PRAGMA page_size")) or 0)
