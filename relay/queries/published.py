"""The one clause that says which entries the public may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, and_, cast, literal_column
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.models import Entry

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import BindParameter, ColumnElement


def published() -> ColumnElement[bool]:
    """Return the clause that every public question holds.

    The value is written into the statement, not bound: SQLite uses a partial index
    only when it can read its condition in the statement itself.
    """
    return col(Entry.moderation) == literal_column(f"'{Moderation.APPROVED.value}'")


def published_with(
    numbers: Collection[int] | BindParameter[int],
) -> ColumnElement[bool]:
    """Return the clause for those of some public numbers that are published.

    They are found by their numbers: the cast keeps SQLite, which has no statistics,
    from walking through every approved entry by the index of the desk.
    """
    return and_(
        col(Entry.no).in_(numbers),
        cast(col(Entry.moderation), String) == Moderation.APPROVED.value,
    )
