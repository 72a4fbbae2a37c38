"""Editions: numbers that grow with what the public pages show, and with each relay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from relay.domain.measured import relay_edition
from relay.models import Counter
from relay.services.writing import add_up

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

EDITION = "edition"


def turn_edition(session: Session) -> None:
    """Count a new edition in this session's commit, so that no kept page is shown on.

    It is counted last of all: every commit that the public sees waits for this row.
    """
    event.listen(session, "before_commit", _count_edition, once=True)


def turn_relay(session: Session, season_id: int) -> None:
    """Count a new edition of a season's relay: its figures must be measured anew."""
    _count(session, relay_edition(season_id))


def _count_edition(session: Session) -> None:
    _count(session, EDITION)


def _count(session: Session, name: str) -> None:
    table: Table = Counter.__table__  # type: ignore[attr-defined]
    add_up(session, table, {"name": name, "value": 1}, counted=("value",))
