"""One city's own page: its story, its first artwork's card, and its passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.models import Card, Entry, Place, Story
from relay.queries.published import published

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True)
class CityTold:
    """What a city's page tells beside its wall.

    `story` is `{language tag: text}`, and empty where nobody wrote one. `first_card`
    is the printed card of its first artwork, "" without one.
    """

    story: Mapping[str, str]
    first_at: datetime | None
    first_card: str


def read_city(
    connection: Connection, season_id: int, city_id: int, *, lang: str
) -> CityTold:
    """Return a city's story, and its first artwork as a card in a language."""
    story = connection.scalar(
        select(col(Story.words)).where(
            col(Story.season_id) == season_id, col(Story.city_id) == city_id
        )
    )
    first = connection.execute(
        select(col(Place.first_at), col(Card.pictures))
        .select_from(Place)
        .join(Entry, (col(Entry.no) == col(Place.first_no)) & published())
        .join(Card, (col(Card.entry_id) == col(Entry.id)) & (col(Card.lang) == lang))
        .where(
            col(Place.season_id) == season_id,
            col(Place.city_id) == city_id,
            col(Place.entries) > 0,
        )
    ).first()
    return CityTold(
        story=story or {},
        first_at=first.first_at if first else None,
        first_card=first.pictures if first else "",
    )
