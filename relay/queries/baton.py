"""Who passes a baton on, as far as the public may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.baton import Correction, list_corrections, read_code
from relay.domain.moderation import MAKER_MAY_CHANGE, Moderation
from relay.models import Baton, Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class BatonView:
    """A baton as its page shows it. The giver is named once it is published only.

    `is_coming` says that moderators have yet to look at the giver's entry,
    `is_revoked` that the baton cannot be taken any more, and `is_withdrawn` that its
    giver has taken the whole entry back.
    """

    code: str
    season_id: int
    no: int | None = None
    title: str = ""
    name: str = ""
    lang: str = ""
    city_id: int | None = None
    is_coming: bool = False
    is_revoked: bool = False
    is_withdrawn: bool = False


def find_baton(connection: Connection, typed: str) -> BatonView | None:
    """Return the baton of a typed code or link; None when it cannot be taken."""
    found = find_any_baton(connection, typed)
    return None if found is None or found.is_revoked else found


def find_any_baton(connection: Connection, typed: str) -> BatonView | None:
    """Return the baton of a typed code or link, one that was taken back included."""
    code = read_code(typed)
    if code is None:
        return None
    row = connection.execute(
        select(
            col(Entry.season_id),
            col(Entry.no),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.city_id),
            col(Entry.moderation),
            col(Baton.revoked_at),
        )
        .join(Baton, col(Baton.entry_id) == col(Entry.id))
        .where(col(Baton.code) == code)
    ).first()
    if row is None:
        return None
    is_revoked = row.revoked_at is not None
    if row.moderation is not Moderation.APPROVED:
        return BatonView(
            code,
            row.season_id,
            is_coming=row.moderation in MAKER_MAY_CHANGE,
            is_revoked=is_revoked,
            is_withdrawn=row.moderation is Moderation.WITHDRAWN,
        )
    return BatonView(
        code,
        row.season_id,
        row.no,
        row.title,
        row.name,
        row.lang,
        row.city_id,
        is_revoked=is_revoked,
    )


def find_meant(connection: Connection, typed: str) -> Correction | None:
    """Return the one baton that is a single slip away from a code; None is usual.

    Of all codes one in 29^11 is a baton's, times as many as there are: that two would
    be within a slip of one another is past belief, and then neither is named. What
    this tells to somebody who guesses, and why it is safe: see docs/adr/0008.
    """
    possible = {each.code: each for each in list_corrections(typed)}
    if not possible:
        return None
    found = connection.scalars(
        select(col(Baton.code)).where(col(Baton.code).in_(possible)).limit(2)
    ).all()
    return possible[found[0]] if len(found) == 1 else None
