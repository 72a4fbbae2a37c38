"""The desk's settings: read from where they are kept, and changed by organisers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from relay.domain.desk_settings import DeskSettings, check_settings, settings_of
from relay.domain.errors import Conflict
from relay.models import DeskSetting
from relay.services.audit import audit
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy import Connection, Engine

    from relay.ports import Clock

__all__ = ["DeskSettings", "change_settings", "read_settings"]


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
    now = clock.now()
    with writing(engine) as session:
        before = asdict(read_settings(session))
        differing = {
            name: value for name, value in wanted.items() if value != before[name]
        }
        if any(
            _kept(name, value) != before[name]
            for name, value in (seen or {}).items()
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
            audit(
                session,
                "settings.changed",
                now=now,
                moderator_id=moderator_id,
                details={
                    "before": {name: before[name] for name in differing},
                    "after": differing,
                },
            )
        session.flush()
        return read_settings(session)


def _kept(name: str, value: object) -> Any:  # noqa: ANN401 - each setting has its own
    return check_settings({name: value})[name]
