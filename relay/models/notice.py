"""Notices: what a maker is told of an entry, on its private page and by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from relay.domain.notice import About
from relay.models.base import BIG_ID, one_of


class Notice(SQLModel, table=True):
    """One thing that happened to an entry; `details` are facts, never sentences.

    `mailed_at` is when the mail server took it; None where there is no address.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    about: About = Field(sa_type=one_of(About, "about"))
    decision_id: int | None = Field(
        default=None, foreign_key="decision.id", sa_type=BIG_ID
    )
    details: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    at: datetime
    mailed_at: datetime | None = None
