"""The one clause that says which entries the public may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import literal_column
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.models import Entry

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def published() -> ColumnElement[bool]:
    """Return the clause that every public question holds.

    The value is written into the statement, not bound: SQLite uses a partial index
    only when it can read its condition in the statement itself.
    """
    return col(Entry.moderation) == literal_column(f"'{Moderation.APPROVED.value}'")
