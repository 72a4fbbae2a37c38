"""Who passes a baton on, as far as the public may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.baton import read_code
from relay.domain.moderation import Moderation
from relay.models import Baton, Card, Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class BatonView:
    """A baton that can be taken. The giver is named once it is published only."""

    code: str
    season_id: int
    no: int | None = None
    title: str = ""
    name: str = ""
    lang: str = ""
    city_id: int | None = None
    card: str = ""


def find_baton(connection: Connection, typed: str, *, lang: str) -> BatonView | None:
    """Return the baton of a typed code or link; None when it cannot be taken."""
    code = read_code(typed)
    row = connection.execute(
        select(
            col(Entry.season_id),
            col(Entry.no),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.city_id),
            col(Entry.moderation),
            col(Card.pictures),
        )
        .join(Baton, col(Baton.entry_id) == col(Entry.id))
        .outerjoin(
            Card, (col(Card.entry_id) == col(Entry.id)) & (col(Card.lang) == lang)
        )
        .where(col(Baton.code) == code, col(Baton.revoked_at).is_(None))
    ).first()
    if row is None or code is None:
        return None
    if row.moderation is not Moderation.APPROVED:
        return BatonView(code, row.season_id)
    return BatonView(
        code,
        row.season_id,
        row.no,
        row.title,
        row.name,
        row.lang,
        row.city_id,
        row.pictures or "",
    )
