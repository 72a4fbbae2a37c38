"""Published entries as data, newest first, paged by their public number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from relay.models import Entry
from relay.queries.published import published
from relay.queries.wall import clauses_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from relay.queries.wall import Wanted

# Ends with nobody: a tree wider than this is cut and says so.
TREE_MOST = 1_000


@dataclass(frozen=True)
class EntryInList:
    """One published entry as machines read it; `from_no` passed the baton on."""

    no: int
    title: str
    alt: str
    name: str
    kind: str
    lang: str
    city_id: int
    country: str
    link: str
    platform: str
    submitted_at: datetime
    published_at: datetime
    from_no: int | None


def list_entries(
    connection: Connection,
    season_id: int,
    *,
    wanted: Wanted,
    before: int | None,
    limit: int,
) -> list[EntryInList]:
    """Return published entries with numbers below `before`, the newest first."""
    above = aliased(Entry)
    no = col(Entry.no)
    asked: Select[*tuple[Any, ...]] = (
        select(
            no,
            col(Entry.title),
            col(Entry.alt),
            col(Entry.name),
            col(Entry.kind),
            col(Entry.lang),
            col(Entry.city_id),
            col(Entry.country),
            col(Entry.link),
            col(Entry.platform),
            col(Entry.submitted_at),
            col(Entry.published_at),
            col(above.no).label("from_no"),
        )
        .outerjoin(above, col(above.id) == col(Entry.from_id))
        .where(col(Entry.season_id) == season_id, published(), *clauses_of(wanted))
        .order_by(no.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(no < before)
    return [EntryInList(*row) for row in connection.execute(asked)]


@dataclass(frozen=True)
class TreeEdge:
    """One entry of a relay tree; `parent` is None for its root."""

    no: int
    parent: int | None
    city_id: int
    generation: int


def read_tree(connection: Connection, no: int) -> tuple[list[TreeEdge], bool] | None:
    """Return the whole tree that an entry belongs to, generation by generation.

    The second value tells whether it was cut at TREE_MOST. None: no such entry.
    """
    here = connection.execute(_node().where(col(Entry.no) == no, published())).first()
    if here is None:
        return None
    while here.from_id is not None:
        above = connection.execute(
            _node().where(col(Entry.id) == here.from_id, published())
        ).first()
        if above is None:
            break
        here = above
    edges = [TreeEdge(here.no, None, here.city_id, 0)]
    level = {here.id: here.no}
    while level and len(edges) <= TREE_MOST:
        rows = connection.execute(
            _node()
            .where(col(Entry.from_id).in_(list(level)), published())
            .order_by(col(Entry.no))
            .limit(TREE_MOST)
        ).all()
        generation = edges[-1].generation + 1
        edges += [
            TreeEdge(row.no, level[row.from_id], row.city_id, generation)
            for row in rows
        ]
        level = {row.id: row.no for row in rows}
    return edges[:TREE_MOST], len(edges) > TREE_MOST


def _node() -> Select[*tuple[Any, ...]]:
    return select(col(Entry.id), col(Entry.no), col(Entry.from_id), col(Entry.city_id))
