"""Changes of an entry's words that are kept with what they were before."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID, one_of

_WAITING = text("state = 'waiting'")


class RevisedBy(StrEnum):
    """Who wants other words."""

    MAKER = "maker"
    DESCRIBER = "describer"


class RevisionState(StrEnum):
    """What became of it: waiting → taken, refused or given up."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    OVER = "over"


class Revision(SQLModel, table=True):
    """Words that wait for a moderator while the approved ones stay public.

    `changes` are the new values by column of Entry (for a describer `alt` and its
    language alone), `before` the ones that they were made from. Another picture is
    kept in `changes` under `picture`, as relay.services.wanted_picture says; what
    rules would hold of the words, in `before` under `holds`.
    """

    __table_args__ = (
        Index(
            "ix_revision_waiting",
            "at",
            "id",
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    by: RevisedBy = Field(sa_type=one_of(RevisedBy, "by"))
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    before: dict[str, Any] = Field(sa_type=JSON)
    changes: dict[str, Any] = Field(sa_type=JSON)
    state: RevisionState = Field(
        default=RevisionState.WAITING, sa_type=one_of(RevisionState, "state")
    )
    at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = Field(default=None, foreign_key="moderator.id")


class Appeal(SQLModel, table=True):
    """A maker's one appeal against a rejection; the entry waits again."""

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    words: str = Field(default="", sa_type=Text)
    at: datetime
    decided_at: datetime | None = None
