"""The milestones of a season's relay, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select
from sqlmodel import col

from relay.models import Entry, Milestone
from relay.queries.published import published

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from relay.domain.milestones import MilestoneOf


@dataclass(frozen=True)
class MilestoneView:
    """A mark that was passed once.

    `value` is a number of cities or kilometres, or the code of a country or region.
    `no` is the entry that passed it, None when it is not published any more.
    """

    of: MilestoneOf
    value: str
    at: datetime
    no: int | None


def list_milestones(
    connection: Connection, season_id: int, *, limit: int | None = None
) -> list[MilestoneView]:
    """Return a season's milestones, the newest first."""
    rows = connection.execute(
        select(
            col(Milestone.of), col(Milestone.value), col(Milestone.at), col(Entry.no)
        )
        .outerjoin(Entry, and_(col(Entry.no) == col(Milestone.no), published()))
        .where(col(Milestone.season_id) == season_id)
        .order_by(col(Milestone.at).desc(), col(Milestone.of), col(Milestone.value))
        .limit(limit)
    )
    return [MilestoneView(*row) for row in rows]
