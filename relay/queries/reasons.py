"""The reasons that moderators choose from, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.reasons import ReasonItem, list_reasons
from relay.models import ReasonText

if TYPE_CHECKING:
    from sqlalchemy import Connection


def find_reasons(connection: Connection) -> tuple[ReasonItem, ...]:
    """Return all reasons, ours and organisers', those that were put away included."""
    rows = connection.execute(
        select(
            col(ReasonText.key),
            col(ReasonText.texts),
            col(ReasonText.place),
            col(ReasonText.active),
        )
    )
    return list_reasons(ReasonItem(*row) for row in rows)
