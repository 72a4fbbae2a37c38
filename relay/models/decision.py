"""The audit log of decisions: rows are added, never changed."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from relay.domain.moderation import Choice, Moderation, Reason
from relay.models.base import BIG_ID, one_of


class Decision(SQLModel, table=True):
    """Who decided what, when, from which state to which, and why."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    moderator_id: int = Field(foreign_key="moderator.id")
    at: datetime
    choice: Choice = Field(sa_type=one_of(Choice, "choice"))
    before: Moderation = Field(sa_type=one_of(Moderation, "before"))
    after: Moderation = Field(sa_type=one_of(Moderation, "after"))
    reason: Reason | None = Field(
        default=None, sa_type=one_of(Reason, "reason"), nullable=True
    )
    note: str = Field(default="", sa_type=Text)
    version: int
