"""The batons of one entry as its maker sees them: named, counted, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.baton import read_code
from relay.models import Baton

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

    _Own = Select[str, str, datetime, datetime | None, int, int]

MOST_REVOKED = 50  # of those that no longer work, the newest are enough


@dataclass(frozen=True)
class OwnBaton:
    """One baton: whom it is for, and how often it was opened and used.

    `is_shown` says that the entry's own public page shows this one.
    """

    code: str
    name: str
    created_at: datetime
    revoked_at: datetime | None
    opened: int
    used: int
    is_shown: bool = False


@dataclass(frozen=True)
class OwnBatons:
    """An entry's batons: those that work, the oldest first, and those that did."""

    working: tuple[OwnBaton, ...]
    revoked: tuple[OwnBaton, ...]


_COLUMNS = (
    col(Baton.code),
    col(Baton.name),
    col(Baton.created_at),
    col(Baton.revoked_at),
    col(Baton.opened),
    col(Baton.used),
)


def find_own_baton(connection: Connection, entry_id: int, code: str) -> OwnBaton | None:
    """Return one baton of an entry, however long ago it was taken back."""
    if read_code(code) != code:
        return None
    own = select(*_COLUMNS).where(col(Baton.entry_id) == entry_id)
    found = connection.execute(own.where(col(Baton.code) == code)).first()
    if found is None:
        return None
    shown = connection.execute(_working(own).limit(1)).first()
    return OwnBaton(*found, is_shown=shown is not None and shown.code == code)


def list_own_batons(connection: Connection, entry_id: int) -> OwnBatons:
    """Return the batons of an entry."""
    own = select(*_COLUMNS).where(col(Baton.entry_id) == entry_id)
    working = connection.execute(_working(own)).all()
    revoked = connection.execute(
        own.where(col(Baton.revoked_at).is_not(None))
        .order_by(col(Baton.revoked_at).desc())
        .limit(MOST_REVOKED)
    )
    return OwnBatons(
        tuple(OwnBaton(*each, is_shown=at == 0) for at, each in enumerate(working)),
        tuple(OwnBaton(*each) for each in revoked),
    )


def _working(own: _Own) -> _Own:
    """Return those that work, the oldest first: the entry's page shows that one."""
    return own.where(col(Baton.revoked_at).is_(None)).order_by(
        col(Baton.created_at), col(Baton.code)
    )
