"""Reports: what readers say is wrong with a published entry."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID


class Report(SQLModel, table=True):
    """One report; `reason` is a moderation Reason, `words` the reader's own."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    reason: str = Field(max_length=32)
    words: str = Field(default="", sa_type=Text)
    at: datetime
    resolved_at: datetime | None = None
