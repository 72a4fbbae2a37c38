"""The desk's settings: read from where they are kept, and changed by organisers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import Session, col

from relay.domain.desk_settings import DeskSettings, check_settings, settings_of
from relay.domain.errors import Conflict, NotFound
from relay.models import AuditRow, DeskSetting
from relay.models.audit import SETTINGS_CHANGED, SETTINGS_UNDONE
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.writing import take_turn, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Engine

    from relay.ports import Clock

__all__ = ["DeskSettings", "change_settings", "read_settings", "take_settings_back"]

# The lock that PostgreSQL keeps under this number; any one that nobody else takes.
SETTLING = 0x5E1C


def read_settings(where: Session | Connection) -> DeskSettings:
    """Return the settings in force; a value that cannot be used has its default."""
    connection = where.connection() if isinstance(where, Session) else where
    rows = connection.execute(select(col(DeskSetting.key), col(DeskSetting.value)))
    return settings_of({row.key: row.value for row in rows})


def change_settings(
    engine: Engine,
    changes: Mapping[str, Any],
    *,
    moderator_id: int | None,
    clock: Clock,
    seen: Mapping[str, Any] | None = None,
) -> DeskSettings:
    """Keep changed settings by name, with an audit row; return those now in force.

    `seen` is what the organiser had before: where another has changed the same in the
    meantime it raises Conflict. Raises Invalid naming each value that cannot be.
    """
    wanted = check_settings(changes)
    with writing(engine) as session:
        take_turn(session, SETTLING)
        return _change(
            session,
            wanted,
            seen=seen or {},
            who=(SETTINGS_CHANGED, moderator_id),
            now=clock.now(),
        )


def take_settings_back(
    engine: Engine, change_id: int, *, moderator_id: int, clock: Clock
) -> DeskSettings:
    """Make the settings what they were before their last change: a change of its own.

    Raises Forbidden to all but organisers, NotFound when there was no such change, and
    Conflict when it is not the last one any more.
    """
    with writing(engine) as session:
        take_turn(session, SETTLING)
        require_organiser(session, moderator_id)
        changes = col(AuditRow.what).in_((SETTINGS_CHANGED, SETTINGS_UNDONE))
        change = session.scalar(
            select(AuditRow).where(changes, col(AuditRow.id) == change_id)
        )
        if change is None or not change.details:
            message = "There was no such change of the settings."
            raise NotFound(message)
        if session.scalar(select(func.max(col(AuditRow.id))).where(changes)) != (
            change_id
        ):
            message = "The settings were changed again in the meantime."
            raise Conflict(message)
        return _change(
            session,
            check_settings(change.details["before"]),
            seen=change.details["after"],
            who=(SETTINGS_UNDONE, moderator_id),
            now=clock.now(),
        )


def _change(
    session: Session,
    wanted: Mapping[str, Any],
    *,
    seen: Mapping[str, Any],
    who: tuple[str, int | None],
    now: datetime,
) -> DeskSettings:
    """Keep what differs, with one audit row; `who` is what was done, and by whom."""
    before, (what, moderator_id) = asdict(read_settings(session)), who
    differing = {name: value for name, value in wanted.items() if value != before[name]}
    if any(
        _kept(name, value) != before[name]
        for name, value in seen.items()
        if name in differing
    ):
        message = "Somebody else changed these settings in the meantime."
        raise Conflict(message)
    for name, value in differing.items():
        row = session.get(DeskSetting, name) or DeskSetting(
            key=name, value=value, changed_at=now
        )
        row.value, row.changed_at, row.moderator_id = value, now, moderator_id
        session.add(row)
    if differing:
        details = {
            "before": {name: before[name] for name in differing},
            "after": differing,
        }
        audit(session, what, now=now, moderator_id=moderator_id, details=details)
    session.flush()
    return read_settings(session)


def _kept(name: str, value: object) -> Any:  # noqa: ANN401 - each setting has its own
    return check_settings({name: value})[name]
