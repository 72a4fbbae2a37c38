"""The audit log of decisions: rows are added, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from relay.domain.moderation import Actor, Choice, Moderation
from relay.models.base import BIG_ID, one_of


class Decision(SQLModel, table=True):
    """Who decided what, when, from which state to which, and why.

    Where a person's trace was erased `moderator_id` is None, as it is where a rule or
    the clock decided. `reason` is the key of a ReasonText. `details` is what else is
    needed to take the decision back: for an edit the words before and after.
    `undoes_id` is the decision that this one takes back.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    actor: Actor = Field(default=Actor.MODERATOR, sa_type=one_of(Actor, "actor"))
    at: datetime
    choice: Choice = Field(sa_type=one_of(Choice, "choice"))
    before: Moderation = Field(sa_type=one_of(Moderation, "before"))
    after: Moderation = Field(sa_type=one_of(Moderation, "after"))
    reason: str | None = Field(default=None, max_length=32)
    note: str = Field(default="", sa_type=Text)
    version: int
    details: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    undoes_id: int | None = Field(
        default=None, foreign_key="decision.id", sa_type=BIG_ID
    )
