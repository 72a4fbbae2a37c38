"""Imports: many entries of an institution at once, row by row."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID, one_of


class ImportState(StrEnum):
    """How far an import has come: checked → running → done, or cancelled."""

    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class ImportBatch(SQLModel, table=True):
    """One file that an organiser sent in; nothing of it is an entry before `running`.

    `ref` is unguessable; the counts are kept as rows are done.
    """

    __tablename__ = "import_batch"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    ref: str = Field(max_length=32, unique=True)
    season_id: int = Field(foreign_key="season.id")
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    name: str = Field(max_length=200)
    institution: str = Field(default="", max_length=200)
    publish: bool = False
    state: ImportState = Field(sa_type=one_of(ImportState, "state"))
    rows: int = 0
    wrong: int = 0
    done: int = 0
    created_at: datetime
    begun_at: datetime | None = None
    finished_at: datetime | None = None


class ImportRow(SQLModel, table=True):
    """One row of the file: what it says, what is wrong with it, and its entry."""

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("batch_id", "line"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    batch_id: int = Field(
        foreign_key="import_batch.id", sa_type=BIG_ID, ondelete="CASCADE"
    )
    line: int
    words: dict[str, Any] = Field(sa_type=JSON)
    faults: list[dict[str, Any]] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    picture_key: str | None = Field(default=None, max_length=120)
    entry_id: int | None = Field(default=None, sa_type=BIG_ID)
