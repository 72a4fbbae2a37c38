"""Keeping milestones: each is kept once, and never moved or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.models import Milestone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Table
    from sqlmodel import Session

    from relay.domain.milestones import Passed


def store_milestones(session: Session, season_id: int, found: Iterable[Passed]) -> None:
    """Keep the marks that a relay has passed; those that are kept already stay.

    What is approved late, or withdrawn, would move them: but a mark was passed when it
    was passed.
    """
    rows = [
        {
            "season_id": season_id,
            "of": each.of,
            "value": each.value,
            "at": EPOCH + each.at * MICROSECOND,
            "no": each.no,
        }
        for each in found
    ]
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    table: Table = Milestone.__table__  # type: ignore[attr-defined]
    session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
