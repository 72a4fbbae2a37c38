"""What was approved and waits to be shown at its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.models import Entry, Moderator, Reveal, Season

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

# More than a ceremony can show.
REVEALS_MAX = 500


@dataclass(frozen=True)
class RevealItem:
    """One entry that waits to be shown, and who approved it. `zone` is its season's."""

    ref: str
    version: int
    title: str
    name: str
    lang: str
    city_id: int
    country: str
    at: datetime
    by: str
    zone: str


def list_reveals(connection: Connection) -> list[RevealItem]:
    """Return what waits, the soonest first.

    What was changed since it was approved is in the queue again, and not here.
    """
    rows = connection.execute(
        select(
            col(Entry.ref),
            col(Entry.version),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.city_id),
            col(Entry.country),
            col(Reveal.at),
            func.coalesce(func.nullif(col(Moderator.name), ""), Moderator.email, ""),
            col(Season.time_zone),
        )
        .join(
            Entry,
            and_(
                col(Entry.id) == col(Reveal.entry_id),
                col(Entry.version) == col(Reveal.version),
                col(Entry.moderation) == Moderation.PENDING,
            ),
        )
        .join(Season, col(Season.id) == col(Entry.season_id))
        .outerjoin(Moderator, col(Moderator.id) == col(Reveal.moderator_id))
        .order_by(col(Reveal.at), col(Reveal.entry_id))
        .limit(REVEALS_MAX)
    )
    return [RevealItem(*row) for row in rows]
