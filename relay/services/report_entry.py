"""Reporting a published entry to the moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from relay.domain.errors import NotFound
from relay.domain.moderation import Moderation, Reason
from relay.domain.text import clean_lines
from relay.models import Entry, Report
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import Clock

WORDS_MAX = 1_000


def report_entry(
    engine: Engine, no: int, *, reason: Reason, words: str, clock: Clock
) -> None:
    """Keep a reader's report; raises NotFound when the entry is not public."""
    with writing(engine) as session:
        entry_id = session.exec(
            select(Entry.id).where(
                Entry.no == no, Entry.moderation == Moderation.APPROVED
            )
        ).first()
        if entry_id is None:
            message = f"There is no published entry number {no}."
            raise NotFound(message)
        session.add(
            Report(
                entry_id=entry_id,
                reason=reason.value,
                words=clean_lines(words)[:WORDS_MAX],
                at=clock.now(),
            )
        )
