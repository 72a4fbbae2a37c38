"""Leases: entries are handed out, so that two moderators never do the same work.

A lease is a courtesy and no lock: what decides is the version of the entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Table, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import Moderation
from relay.models import Entry, Lease, Moderator
from relay.models.moderator import Role
from relay.services.audit import audit
from relay.services.deciders import require_decider
from relay.services.desk_settings import read_settings
from relay.services.let_go import end_leases
from relay.services.writing import take_turn, writing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Engine, Select

    from relay.ports import Clock

# The lock that PostgreSQL keeps while entries are handed out, under this number.
HANDING_OUT = 0x5E1D


@dataclass(frozen=True)
class Handed:
    """How many entries somebody was given now, and holds altogether, until when."""

    new: int
    held: int
    until: datetime


class HeldByOtherError(Forbidden):
    """Somebody else holds the entry, and may go on with it until `until`."""

    code = "held_by_other"

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"Somebody else holds this entry until {until.isoformat()}.")


def hand_out(
    engine: Engine, among: Select[Any], *, moderator_id: int, clock: Clock
) -> Handed:
    """Hand out the first of the entries `among` which nobody holds.

    `among` selects the ids of entries in the order wanted. Whoever still holds some
    gets fewer, so that nobody has more than the settings allow; those are renewed.
    Two who ask at once never get the same entry. Raises Forbidden.
    """
    now = clock.now()
    with writing(engine) as session:
        take_turn(session, HANDING_OUT)
        require_decider(session, moderator_id)
        settings = read_settings(session)
        until = now + timedelta(minutes=settings.lease_minutes)
        _drop_over(session, moderator_id, now)
        held = _renew(session, moderator_id, until)
        wanted = among.where(~_is_held(now)).limit(max(0, settings.hand_out - held))
        ids = session.scalars(wanted).all() if held < settings.hand_out else []
        _give(session, ids, moderator_id=moderator_id, since=now, until=until)
        return Handed(len(ids), held + len(ids), until)


def take_over(engine: Engine, ref: str, *, moderator_id: int, clock: Clock) -> Handed:
    """Hold one entry that waits; what somebody else holds only organisers may take.

    Whoever may not decide on it would only keep it from others. Taking it from
    somebody is audited. Raises NotFound, Forbidden, HeldByOtherError.
    """
    now = clock.now()
    with writing(engine) as session:
        take_turn(session, HANDING_OUT)
        require_decider(session, moderator_id)
        entry = session.scalar(
            select(Entry).where(
                col(Entry.ref) == ref, col(Entry.moderation) == Moderation.PENDING
            )
        )
        if entry is None:
            message = "There is no entry with this reference that waits."
            raise NotFound(message)
        require_decider(session, moderator_id, entry)
        entry_id = entry.id or 0
        held = session.get(Lease, entry_id)
        is_others = held and held.until > now and held.moderator_id != moderator_id
        if held and is_others:
            if session.get_one(Moderator, moderator_id).role is not Role.ORGANISER:
                raise HeldByOtherError(held.until)
            audit(
                session,
                "lease.taken_over",
                now=now,
                moderator_id=moderator_id,
                subject=ref,
                entry_id=entry_id,
                details={"from": held.moderator_id},
            )
        until = now + timedelta(minutes=read_settings(session).lease_minutes)
        _give(session, [entry_id], moderator_id=moderator_id, since=now, until=until)
        return Handed(1, 1, until)


def renew_leases(engine: Engine, *, moderator_id: int, clock: Clock) -> None:
    """Let somebody who works keep what is held, for as long as when it was given.

    Nothing is written before a third of that time has passed: pages are looked at
    far more often.
    """
    now = clock.now()
    with Session(engine) as session:
        minutes = timedelta(minutes=read_settings(session).lease_minutes)
        first = session.scalar(
            select(func.min(col(Lease.until))).where(
                col(Lease.moderator_id) == moderator_id, col(Lease.until) > now
            )
        )
    if first is None or first > now + minutes * 2 / 3:
        return
    with writing(engine) as session:
        session.execute(
            update(_LEASE)
            .where(
                col(Lease.moderator_id) == moderator_id,
                col(Lease.until) > now,
            )
            .values(until=now + minutes)
        )


def give_back(engine: Engine, *, moderator_id: int) -> int:
    """Let go of everything that somebody holds; return how many those were."""
    with writing(engine) as session:
        return end_leases(session, moderator_id)


_LEASE: Table = Lease.__table__  # type: ignore[attr-defined]


def _is_held(now: datetime) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy's
    return exists().where(col(Lease.entry_id) == col(Entry.id), col(Lease.until) > now)


def _drop_over(session: Session, moderator_id: int, now: datetime) -> None:
    """Forget what somebody held but lost, or what no longer waits."""
    waits = exists().where(
        col(Entry.id) == _LEASE.c.entry_id,
        col(Entry.moderation) == Moderation.PENDING,
    )
    session.execute(
        delete(_LEASE).where(
            _LEASE.c.moderator_id == moderator_id,
            (_LEASE.c.until <= now) | ~waits,
        )
    )


def _renew(session: Session, moderator_id: int, until: datetime) -> int:
    renewed = (
        update(_LEASE)
        .where(_LEASE.c.moderator_id == moderator_id)
        .values(until=until)
        .returning(_LEASE.c.entry_id)
    )
    return len(session.execute(renewed).all())


def _give(
    session: Session,
    ids: Collection[int],
    *,
    moderator_id: int,
    since: datetime,
    until: datetime,
) -> None:
    """Write the leases; one that had run out is overwritten by its next holder."""
    if not ids:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"moderator_id": moderator_id, "since": since, "until": until}
    statement = dialect.insert(_LEASE).values(
        [{"entry_id": each, **row} for each in ids]
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=[_LEASE.c.entry_id], set_=row)
    )
