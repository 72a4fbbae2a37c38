"""The last change of the desk's settings: who, when, and what was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.models import AuditRow, Moderator
from relay.models.audit import SETTINGS_CHANGED, SETTINGS_UNDONE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True)
class SettingsChange:
    """One change of the settings: values before and after, as plain data by name."""

    id: int
    at: datetime
    by: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def find_last_change(connection: Connection) -> SettingsChange | None:
    """Return the newest change of the settings; one taken back is a change, too."""
    row = connection.execute(
        select(
            col(AuditRow.id),
            col(AuditRow.at),
            col(Moderator.email),
            col(AuditRow.details),
        )
        # Whoever was erased since is nobody any more; what was changed stays.
        .outerjoin(Moderator, col(Moderator.id) == col(AuditRow.moderator_id))
        .where(col(AuditRow.what).in_((SETTINGS_CHANGED, SETTINGS_UNDONE)))
        .order_by(col(AuditRow.id).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    details = row.details or {}
    return SettingsChange(
        row.id or 0,
        row.at,
        row.email or "",
        details.get("before") or {},
        details.get("after") or {},
    )
