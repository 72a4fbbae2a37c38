"""Artworks that somebody saw on the wall, and now names: by number, or by words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from relay.models import Entry
from relay.queries.published import published
from relay.queries.wall import Wanted, clauses_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

OFFERED = 6


@dataclass(frozen=True)
class Seen:
    """A published artwork, as far as one needs to tell it from others."""

    no: int
    title: str
    name: str
    lang: str
    city_id: int


def find_seen(connection: Connection, season_id: int, no: int) -> Seen | None:
    """Return the artwork of a season with this number."""
    asked = _seen().where(col(Entry.no) == no)
    row = connection.execute(asked, {"season_id": season_id}).first()
    return None if row is None else Seen(*row)


def search_seen(connection: Connection, season_id: int, words: str) -> tuple[Seen, ...]:
    """Return the newest artworks of a season that these words may mean."""
    clauses = clauses_of(Wanted(words=words))
    if not clauses:
        return ()
    asked = _seen().where(*clauses).order_by(col(Entry.no).desc()).limit(OFFERED)
    rows = connection.execute(asked, {"season_id": season_id})
    return tuple(Seen(*row) for row in rows)


@cache
def _seen() -> Select[*tuple[Any, ...]]:
    return select(
        col(Entry.no),
        col(Entry.title),
        col(Entry.name),
        col(Entry.lang),
        col(Entry.city_id),
    ).where(col(Entry.season_id) == bindparam("season_id"), published())
