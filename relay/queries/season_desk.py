"""A season as organisers see it: its plan, whether it is in use, its last change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.domain.season_plan import SeasonPlan, change_key, plan_of, symbol_key
from relay.models import DeskSetting, Entry, Moderator, Season

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True)
class LastChange:
    """What was changed last, when and by whom, with each value before and after."""

    at: datetime
    by: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class SeasonAtDesk:
    """One season to be changed. With entries in it its address stays as it is."""

    id: int
    plan: SeasonPlan
    has_entries: bool
    last: LastChange | None


def find_season_at_desk(connection: Connection, slug: str) -> SeasonAtDesk | None:
    """Return the season of this name with all that its organisers may change."""
    row = connection.execute(
        select(Season.__table__).where(col(Season.slug) == slug)  # type: ignore[attr-defined]
    ).first()
    if row is None:
        return None
    kept = connection.scalar(
        select(col(DeskSetting.value)).where(col(DeskSetting.key) == symbol_key(row.id))
    )
    begun = connection.scalar(
        select(col(Entry.id)).where(col(Entry.season_id) == row.id).limit(1)
    )
    return SeasonAtDesk(
        row.id, plan_of(row, kept), begun is not None, _last(connection, row.id)
    )


def _last(connection: Connection, season_id: int) -> LastChange | None:
    row = connection.execute(
        select(
            col(DeskSetting.value), col(DeskSetting.changed_at), col(Moderator.email)
        )
        .outerjoin(Moderator, col(Moderator.id) == col(DeskSetting.moderator_id))
        .where(col(DeskSetting.key) == change_key(season_id))
    ).first()
    if row is None:
        return None
    return LastChange(
        row.changed_at, row.email or "", row.value["before"], row.value["after"]
    )
