"""The people of the desk: their role, what they are for, and whether they come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from relay.domain.errors import Conflict, NotFound
from relay.models import Moderator
from relay.models.moderator import Role
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.sessions import end_sessions
from relay.services.writing import take_turn, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock


# The lock that PostgreSQL keeps under this number; any one that nobody else takes.
PEOPLE = 0x5E1F


class LastOrganiserError(Conflict):
    """Somebody must stay who can let others in."""

    code = "last_organiser"


@dataclass(frozen=True)
class Duties:
    """What a person does at the desk; an empty scope is no limit."""

    role: Role
    scope: dict[str, Any] = field(default_factory=dict)


def change_duties(
    engine: Engine,
    person_id: int,
    duties: Duties,
    *,
    moderator_id: int,
    address: str,
    clock: Clock,
) -> None:
    """Give a person another role or scope; raises NotFound, Forbidden, Conflict."""
    now = clock.now()
    with writing(engine) as session:
        lock_people(session)
        require_organiser(session, moderator_id)
        person = _require_person(session, person_id)
        before = Duties(person.role, dict(person.scope or {}))
        if before == duties:
            return
        if duties.role is not Role.ORGANISER:
            require_another_organiser(session, person)
        person.role, person.scope = duties.role, duties.scope or None
        changed = "role" if before.role is not duties.role else "scope"
        audit(
            session,
            f"person.{changed}_changed",
            now=now,
            moderator_id=moderator_id,
            subject=person_id,
            details={"before": _told(before), "after": _told(duties)},
            address=address,
        )


def set_active(
    engine: Engine,
    person_id: int,
    *,
    active: bool,
    moderator_id: int | None,
    address: str | None = None,
    clock: Clock,
) -> None:
    """Let a person in again, or shut the desk to them and end what is open.

    Without `moderator_id` it was said at the command line. Raises NotFound, Forbidden
    and Conflict when it is the last organiser.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_people(session)
        if moderator_id is not None:
            require_organiser(session, moderator_id)
        person = _require_person(session, person_id)
        if person.active == active:
            return
        if not active:
            require_another_organiser(session, person)
            end_sessions(session, person_id, now=now)
        person.active = active
        audit(
            session,
            "person.let_in" if active else "person.deactivated",
            now=now,
            moderator_id=moderator_id,
            subject=person_id,
            address=address,
        )


def lock_people(session: Session) -> None:
    """Wait until nobody else changes who may come in; call it before reading.

    Two organisers who remove each other would each hold the row that the other needs.
    """
    take_turn(session, PEOPLE)


def _told(duties: Duties) -> dict[str, Any]:
    return {"role": duties.role.value, "scope": duties.scope}


def _require_person(session: Session, person_id: int) -> Moderator:
    person = session.get(Moderator, person_id, with_for_update=True)
    if person is None or person.erased_at:
        message = "There is no such account."
        raise NotFound(message)
    return person


def require_another_organiser(session: Session, person: Moderator) -> None:
    """Raise Conflict when nobody else could let people in.

    All organisers are locked, so that two of them cannot remove each other at once.
    """
    if person.role is not Role.ORGANISER or not person.active:
        return
    organisers = session.exec(
        select(Moderator)
        .where(
            Moderator.role == Role.ORGANISER,
            col(Moderator.active),
            col(Moderator.password).is_not(None),
        )
        .order_by(col(Moderator.id))
        .with_for_update()
    ).all()
    if all(each.id == person.id for each in organisers):
        message = "This is the last organiser: name another one first."
        raise LastOrganiserError(message)
