"""When a season takes entries."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import SeasonClosed

if TYPE_CHECKING:
    from datetime import datetime


class SymbolKind(StrEnum):
    """What a season revolves around."""

    ANTIQUE = "antique"
    ARTWORK = "artwork"
    ACT_OF_LOVE = "act_of_love"


def require_open(
    *, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> None:
    """Raise SeasonClosed with the deciding moment unless entries are taken now."""
    if now < opens_at:
        raise SeasonClosed("not_yet_open", at=opens_at)
    if closes_at is not None and now >= closes_at:
        raise SeasonClosed("closed", at=closes_at)
