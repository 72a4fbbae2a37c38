"""Ending describers' words for an entry that has an alt text by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import col

from relay.models import RevisedBy, Revision, RevisionState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


def end_descriptions(session: Session, entry_id: int, *, now: datetime) -> None:
    """End what waits of describers, in the commit that gives the entry an alt text."""
    session.execute(
        update(Revision)
        .where(
            col(Revision.entry_id) == entry_id,
            col(Revision.by) == RevisedBy.DESCRIBER,
            col(Revision.state) == RevisionState.WAITING,
        )
        .values(state=RevisionState.OVER, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )
