"""What the workers learnt of an entry's link."""

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID


class Preview(SQLModel, table=True):
    """The facts of one link, or the reason why there are none.

    `reason` is a FetchReason, `image_reason` a FetchReason or PictureReason;
    `steps` is what was done, as `[{name, detail, ms}]`. `baton_code` is a baton that
    was found in the post's words.
    """

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=BIG_ID)
    final_url: str = Field(default="", sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    author: str | None = Field(default=None, sa_type=Text)
    publisher: str | None = Field(default=None, sa_type=Text)
    image_url: str | None = Field(default=None, sa_type=Text)
    image_alt: str | None = Field(default=None, sa_type=Text)
    date: str | None = Field(default=None, max_length=40)
    lang: str | None = Field(default=None, max_length=35)
    reason: str | None = Field(default=None, max_length=32)
    image_reason: str | None = Field(default=None, max_length=32)
    steps: list[dict[str, str | float]] = Field(default_factory=list, sa_type=JSON)
    baton_code: str | None = Field(default=None, max_length=16)
    attempts: int = 0
    next_try_at: datetime | None = None
    fetched_at: datetime | None = None
