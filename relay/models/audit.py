"""The audit log of everything at the desk that is no decision on an entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID

# What a describer did; who could not describe an entry is not asked again.
DESCRIPTION_WRITTEN = "description.written"
DESCRIPTION_DECLINED = "description.declined"

# What organisers did to the settings; its details say what was before and after.
SETTINGS_CHANGED = "settings.changed"
SETTINGS_UNDONE = "settings.undone"


class AuditRow(SQLModel, table=True):
    """Who did what to what: people, rules, reasons, seasons, imports, sign-ins.

    `what` is a name such as `person.invited`; `subject` the id that it is about.
    Rows are added; only `address` and who it was are blanked when the time has come.
    """

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    at: datetime = Field(index=True)
    moderator_id: int | None = Field(
        default=None, foreign_key="moderator.id", index=True
    )
    what: str = Field(max_length=64)
    entry_id: int | None = Field(default=None, sa_type=BIG_ID, index=True)
    subject: str = Field(default="", max_length=120)
    details: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    address: str | None = Field(default=None, max_length=45)
