"""From whom an entry came, as the desk sees it: what was said, found and decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.models import (
    Baton,
    Entry,
    Moderator,
    ParentDecision,
    Picture,
    Preview,
    RenditionFile,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

_HIDDEN = (Moderation.DRAFT, Moderation.WITHDRAWN)


@dataclass(frozen=True)
class Giver:
    """An entry that another one may have come from; `role` is that of its picture.

    Sizes are in pixels, None without a picture.
    """

    id: int
    ref: str
    no: int | None
    title: str
    name: str
    lang: str
    city_id: int | None
    country: str
    moderation: str
    submitted_at: datetime
    role: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True)
class FoundBaton:
    """A baton that was found in the post of an entry, and whose it is."""

    code: str
    giver: Giver


@dataclass(frozen=True)
class ParentChange:
    """One change of from whom an entry came: (number or reference, how known)."""

    id: int
    at: datetime
    by: str
    before: str
    known_before: str
    after: str
    known_after: str


def find_giver(connection: Connection, entry_id: int | None) -> Giver | None:
    """Return an entry that was sent in, with the small form of its first picture."""
    if entry_id is None:
        return None
    row = connection.execute(_select_giver(), {"entry_id": entry_id}).first()
    return None if row is None else _giver(row)


def find_found(connection: Connection, entry_id: int) -> FoundBaton | None:
    """Return the baton in an entry's post, unless it is known who passed that on.

    Only one that moderators could take: of an earlier entry, and not revoked.
    """
    row = connection.execute(_select_found(), {"entry_id": entry_id}).first()
    giver = find_giver(connection, row.id) if row else None
    return FoundBaton(row.code, giver) if row and giver else None


def list_parent_changes(
    connection: Connection, entry_id: int
) -> tuple[ParentChange, ...]:
    """Return what moderators changed of an entry's parent, the newest first."""
    rows = connection.execute(_select_changes(), {"entry_id": entry_id})
    return tuple(
        ParentChange(
            id_, at, by or "", _name(no_1, ref_1), known_1, _name(no_2, ref_2), known_2
        )
        for id_, at, by, no_1, ref_1, known_1, no_2, ref_2, known_2 in rows
    )


@cache
def _select_giver() -> Select[*tuple[Any, ...]]:
    """Return a statement without values, as the others here: made once for all."""
    return (
        select(
            *_COLUMNS,
            col(Picture.role),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .outerjoin(Picture, col(Picture.entry_id) == col(Entry.id))
        .outerjoin(
            RenditionFile,
            (col(RenditionFile.picture_id) == col(Picture.id))
            & (col(RenditionFile.name) == "small")
            & (col(RenditionFile.format) == "webp"),
        )
        .where(
            col(Entry.id) == bindparam("entry_id"),
            col(Entry.moderation).not_in(_HIDDEN),
        )
        # The maker's own picture comes before the post's, as on the cards.
        .order_by(col(RenditionFile.width).is_(None), col(Picture.role))
        .limit(1)
    )


@cache
def _select_found() -> Select[*tuple[Any, ...]]:
    child = aliased(Entry)
    return (
        select(col(Baton.code), col(Entry.id))
        .join(Preview, col(Preview.baton_code) == col(Baton.code))
        .join(Entry, col(Entry.id) == col(Baton.entry_id))
        .join(child, col(child.id) == col(Preview.entry_id))
        .where(
            col(Preview.entry_id) == bindparam("entry_id"),
            col(Baton.revoked_at).is_(None),
            col(Entry.season_id) == col(child.season_id),
            col(Entry.submitted_at) < col(child.submitted_at),
            col(child.parent_id).is_distinct_from(col(Entry.id)),
        )
    )


@cache
def _select_changes() -> Select[*tuple[Any, ...]]:
    before, after = aliased(Entry), aliased(Entry)
    return (
        select(
            col(ParentDecision.id),
            col(ParentDecision.at),
            col(Moderator.email),
            col(before.no),
            col(before.ref),
            col(ParentDecision.known_before),
            col(after.no),
            col(after.ref),
            col(ParentDecision.known_after),
        )
        # Whoever was erased since is nobody any more; what was decided stays.
        .outerjoin(Moderator, col(Moderator.id) == col(ParentDecision.moderator_id))
        .outerjoin(before, col(before.id) == col(ParentDecision.parent_before))
        .outerjoin(after, col(after.id) == col(ParentDecision.parent_after))
        .where(col(ParentDecision.entry_id) == bindparam("entry_id"))
        .order_by(col(ParentDecision.id).desc())
    )


_COLUMNS = (
    col(Entry.id),
    col(Entry.ref),
    col(Entry.no),
    col(Entry.title),
    col(Entry.name),
    col(Entry.lang),
    col(Entry.city_id),
    col(Entry.country),
    col(Entry.moderation),
    col(Entry.submitted_at),
)


def _giver(row: Row[*tuple[Any, ...]]) -> Giver:
    *columns, role, width, height = row
    values: list[Any] = [*columns, role if width else None, width, height]
    return Giver(*values)


def _name(no: int | None, ref: str | None) -> str:
    """Return what an entry is called at the desk; nothing when there is none."""
    return str(no) if no else ref or ""
