"""Who holds which entries of the queue, and what comes next of a hand-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.models import Entry, Lease, Moderator

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True)
class Holder:
    """A moderator who holds an entry until a moment, by name or else by address."""

    moderator_id: int
    name: str
    until: datetime


def list_holders(
    connection: Connection, ids: Collection[int], *, now: datetime
) -> dict[int, Holder]:
    """Return who holds which of these entries; what nobody holds is left out."""
    rows = connection.execute(
        select(
            col(Lease.entry_id),
            col(Lease.moderator_id),
            col(Moderator.name),
            col(Moderator.email),
            col(Lease.until),
        )
        .join(Moderator, col(Moderator.id) == col(Lease.moderator_id))
        .where(col(Lease.entry_id).in_(ids), col(Lease.until) > now)
    )
    return {
        entry_id: Holder(moderator_id, name or email, until)
        for entry_id, moderator_id, name, email, until in rows
    }


def list_handed(
    connection: Connection, moderator_id: int, *, now: datetime
) -> tuple[str, ...]:
    """Return the references of what somebody holds and has to decide, oldest first."""
    return tuple(
        connection.scalars(
            select(col(Entry.ref))
            .join(Lease, col(Lease.entry_id) == col(Entry.id))
            .where(
                col(Lease.moderator_id) == moderator_id,
                col(Lease.until) > now,
                col(Entry.moderation) == Moderation.PENDING,
            )
            .order_by(col(Entry.submitted_at), col(Entry.id))
        )
    )
