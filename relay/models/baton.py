"""Batons: the codes by which an entry is passed on."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from relay.domain.baton import NAME_MAX
from relay.models.base import BIG_ID


class Baton(SQLModel, table=True):
    """One code for one entry; never its public number; can be revoked.

    `name` is its maker's own word for whom it is meant, and shown to nobody else.
    `opened` counts visits to its page, `used` the entries that were sent in with it.
    """

    code: str = Field(primary_key=True, max_length=16)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    created_at: datetime
    revoked_at: datetime | None = None
    name: str = Field(default="", max_length=NAME_MAX)
    opened: int = 0
    used: int = 0
