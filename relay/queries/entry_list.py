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


@dataclass(frozen=True)
class EntryInList:
    """One published entry as machines read it; `from_no` passed the baton on.

    `alt_lang` is the language of the alt text where it is not `lang`.
    """

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
    alt_lang: str


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
            col(Entry.alt_lang),
        )
        .outerjoin(above, col(above.id) == col(Entry.from_id))
        .where(col(Entry.season_id) == season_id, published(), *clauses_of(wanted))
        .order_by(no.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(no < before)
    return [EntryInList(*row) for row in connection.execute(asked)]
