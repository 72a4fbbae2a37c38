"""Reports: what readers say is wrong with a published entry."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID, one_of

_OPEN = text("resolved_at IS NULL")


class Outcome(StrEnum):
    """What came of a report, as its reader learns it."""

    ACTED = "acted"
    KEPT = "kept"


class Report(SQLModel, table=True):
    """One report; `reason` is a ReportReason, `words` the reader's own.

    `reporter_hash` tells reporters apart, with a salt that changes; `email` is there
    until its reader was told what came of it.
    """

    __table_args__ = (
        Index(
            "ix_report_open",
            "entry_id",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    reason: str = Field(max_length=32)
    words: str = Field(default="", sa_type=Text)
    email: str | None = Field(default=None, max_length=254)
    lang: str = Field(default="", max_length=35)
    reporter_hash: str | None = Field(default=None, max_length=64)
    at: datetime
    resolved_at: datetime | None = None
    resolved_by: int | None = Field(default=None)
    outcome: Outcome | None = Field(
        default=None, sa_type=one_of(Outcome, "outcome"), nullable=True
    )
    told_at: datetime | None = None
