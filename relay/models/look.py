"""Looks at links that were read before, and what moderators made of a change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from relay.domain.looks import LinkChoice
from relay.models.base import BIG_ID, one_of

_CHANGED = text("changed_at IS NOT NULL")


class Look(SQLModel, table=True):
    """The newest look at one link.

    `looked_at` is when we looked, or decided to: the next look is counted from it.
    `tries` and `reason` (a FetchReason) tell of a look that does not succeed.

    A published page that has changed waits for moderators: `facts` are the columns of
    Preview and `picture` those of Picture as they are now, kept apart from what was
    approved; `version` counts the changes. What was declined is not asked again.
    """

    __table_args__ = (
        Index(
            "ix_look_changed_at",
            "changed_at",
            postgresql_where=_CHANGED,
            sqlite_where=_CHANGED,
        ),
    )

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    looked_at: datetime = Field(index=True)
    tries: int = 0
    reason: str | None = Field(default=None, max_length=32)
    gone_since: datetime | None = None
    changed_at: datetime | None = None
    version: int = 0
    facts: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    picture: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    declined_title: str | None = Field(default=None, sa_type=Text)
    declined_fingerprint: str | None = Field(default=None, max_length=16)


class LookFile(SQLModel, table=True):
    """One file of a picture that nobody has approved: in no table the public sees."""

    __tablename__ = "look_file"
    __table_args__ = (UniqueConstraint("entry_id", "name", "format"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(
        foreign_key="look.entry_id", sa_type=BIG_ID, ondelete="CASCADE"
    )
    name: str = Field(max_length=16)
    format: str = Field(max_length=8)
    width: int
    height: int
    key: str = Field(max_length=120, index=True)
    size: int


class LinkDecision(SQLModel, table=True):
    """The audit log of changed pages: rows are added, never changed.

    The pictures are the SHA-256 of their originals; `version` is the entry's.
    """

    __tablename__ = "link_decision"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    at: datetime
    choice: LinkChoice = Field(sa_type=one_of(LinkChoice, "choice"))
    title_before: str | None = Field(default=None, sa_type=Text)
    title_after: str | None = Field(default=None, sa_type=Text)
    picture_before: str | None = Field(default=None, max_length=64)
    picture_after: str | None = Field(default=None, max_length=64)
    version: int
