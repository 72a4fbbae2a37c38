"""The figures of a relay as they were last measured, and which are out of date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.domain.measured import relay_edition, tell_format
from relay.domain.moderation import Moderation
from relay.domain.relay_columns import unpack
from relay.models import Counter, Entry, RelayFigures, Season

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from relay.domain.relay_columns import Columns

_READABLE = col(RelayFigures.answer).startswith(tell_format(), autoescape=True)


@dataclass(frozen=True)
class KeptRelay:
    """What is kept of a measured relay, but for its columns; see MeasuredRelay."""

    season_id: int
    edition: int
    measured_at: datetime
    seconds: float
    answer: dict[str, Any]


@dataclass(frozen=True)
class KeptColumns:
    """A measured relay in columns, with the time that it was measured."""

    measured_at: datetime
    columns: Columns


@dataclass(frozen=True)
class StaleRelay:
    """A relay whose figures are out of date; `measured_at` is None before the first."""

    season_id: int
    edition: int
    measured_at: datetime | None
    seconds: float


def find_relay(connection: Connection, season_id: int) -> KeptRelay | None:
    """Return the figures of a season's relay; None when nobody has measured it yet."""
    row = connection.execute(
        select(
            col(RelayFigures.edition),
            col(RelayFigures.measured_at),
            col(RelayFigures.seconds),
            col(RelayFigures.answer),
        ).where(col(RelayFigures.season_id) == season_id, _READABLE)
    ).first()
    if row is None:
        return None
    edition, measured_at, seconds, told = row
    answer = json.loads(told)
    del answer["format"]
    return KeptRelay(season_id, edition, measured_at, seconds, answer)


def find_measured_at(connection: Connection, season_id: int) -> datetime | None:
    """Return when a season's relay was measured last."""
    return connection.scalar(
        select(col(RelayFigures.measured_at)).where(
            col(RelayFigures.season_id) == season_id, _READABLE
        )
    )


def find_columns(connection: Connection, season_id: int) -> KeptColumns | None:
    """Return the measured relay in columns; some milliseconds for 10,000 entries."""
    row = connection.execute(
        select(col(RelayFigures.measured_at), col(RelayFigures.columns)).where(
            col(RelayFigures.season_id) == season_id, _READABLE
        )
    ).first()
    return None if row is None else KeptColumns(row[0], unpack(row[1]))


def list_gone(connection: Connection) -> frozenset[int]:
    """Return the numbers of entries that were published once and are not any more.

    Of all seasons, as an index has them so; what is kept may still name some of them.
    """
    rows = connection.scalars(
        select(col(Entry.no)).where(
            col(Entry.moderation).in_((Moderation.TAKEN_DOWN, Moderation.WITHDRAWN))
        )
    )
    return frozenset(no for no in rows if no is not None)


def read_relay_edition(connection: Connection, season_id: int) -> int:
    """Return the edition of a season's relay: it grows with each change."""
    return (
        connection.scalar(
            select(col(Counter.value)).where(
                col(Counter.name) == relay_edition(season_id)
            )
        )
        or 0
    )


def list_stale(
    connection: Connection, *, measured_before: datetime
) -> list[StaleRelay]:
    """Return the relays that have changed since they were measured, or long ago.

    What rests and what is open depends on the time of day, too.
    """
    rows = connection.execute(
        select(
            Season.__table__.c.id,  # type: ignore[attr-defined]
            col(RelayFigures.edition),
            col(RelayFigures.measured_at),
            col(RelayFigures.seconds),
        ).outerjoin(
            RelayFigures,
            (col(RelayFigures.season_id) == col(Season.id)) & _READABLE,
        )
    ).all()
    found = []
    for season_id, measured, measured_at, seconds in rows:
        edition = read_relay_edition(connection, season_id)
        if measured != edition or measured_at < measured_before:
            found.append(StaleRelay(season_id, edition, measured_at, seconds or 0.0))
    return found
