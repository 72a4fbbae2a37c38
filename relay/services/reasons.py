"""Reasons as organisers keep them: added, reworded, put in order, put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from relay.domain.errors import FieldError, Invalid
from relay.domain.moderation import Reason
from relay.domain.reasons import ReasonItem, list_reasons
from relay.models import ReasonText

if TYPE_CHECKING:
    from sqlmodel import Session


def require_known_reason(session: Session, key: str) -> None:
    """Raise Invalid (field `reason`) unless a reason with this key is in use."""
    kept = session.get(ReasonText, key)
    if not (kept.active if kept else key in set(Reason)):
        raise Invalid([FieldError("reason", "unknown")])


def read_reasons(session: Session) -> tuple[ReasonItem, ...]:
    """Return all reasons in their order, those that were put away included."""
    return list_reasons(
        ReasonItem(each.key, each.texts, each.place, each.active)
        for each in session.exec(select(ReasonText))
    )
