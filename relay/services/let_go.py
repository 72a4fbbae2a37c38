"""Letting go of leases: whoever signs out holds nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Table, delete

from relay.models import Lease

if TYPE_CHECKING:
    from sqlmodel import Session

_LEASE: Table = Lease.__table__  # type: ignore[attr-defined]


def end_leases(session: Session, moderator_id: int) -> int:
    """Let go of all that somebody holds, in the caller's commit; return how many."""
    gone = delete(_LEASE).where(_LEASE.c.moderator_id == moderator_id)
    return len(session.execute(gone.returning(_LEASE.c.entry_id)).all())
