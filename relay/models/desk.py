"""Work at the desk: who holds what, what waits for whom, what organisers chose."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID


class Lease(SQLModel, table=True):
    """An entry that one moderator holds, so that nobody else decides it by accident.

    After `until` it is anybody's again; the row is overwritten by the next holder.
    """

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    since: datetime
    until: datetime = Field(index=True)


class Stash(SQLModel, table=True):
    """An entry that was put aside: for a second opinion, or for one moderator.

    `for_id` is who it is assigned to; None is anybody but the one who put it aside.
    """

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    by_id: int | None = Field(default=None, foreign_key="moderator.id")
    for_id: int | None = Field(default=None, foreign_key="moderator.id", index=True)
    note: str = Field(default="", max_length=2000)
    at: datetime


class Reveal(SQLModel, table=True):
    """An approval that is shown later, as at a ceremony.

    It holds while the entry has this `version`: what is changed goes back to the
    queue. The entry is pending until then.
    """

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    version: int
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    at: datetime = Field(index=True)


class Approval(SQLModel, table=True):
    """The first of two approvals, where two are asked for, of this `version`."""

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    version: int
    moderator_id: int = Field(foreign_key="moderator.id")
    at: datetime


class DeskSetting(SQLModel, table=True):
    """What organisers chose for the desk; what has no row has its default."""

    __tablename__ = "desk_setting"

    key: str = Field(max_length=64, primary_key=True)
    value: Any = Field(sa_type=JSON)
    changed_at: datetime
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")


class ReasonText(SQLModel, table=True):
    """A reason that organisers added, reworded or put away.

    `texts` are `{language tag: text}`; a reason of our own (Reason) without a text in
    a language keeps our translation.
    """

    __tablename__ = "reason_text"

    key: str = Field(max_length=32, primary_key=True)
    texts: dict[str, str] = Field(sa_type=JSON)
    place: int = 0
    active: bool = True
    changed_at: datetime
