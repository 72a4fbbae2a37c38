"""Pictures of an entry and the files that were made of them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from relay.domain.picture import bands
from relay.models.base import BIG_ID, one_of


class PictureRole(StrEnum):
    """Where a picture came from: the maker's own upload, or the post's page."""

    OWN = "own"
    POST = "post"


def _cut(band: int) -> Callable[[Any], str]:
    """Return what cuts a part out of the fingerprint of the row being inserted."""

    def cut(context: Any) -> str:  # noqa: ANN401 - SQLAlchemy's, of any dialect
        return bands(context.get_current_parameters()["fingerprint"])[band]

    return cut


def _band(band: int) -> Any:  # noqa: ANN401 - what Field returns
    return Field(
        default=None,
        max_length=4,
        nullable=False,
        index=True,
        sa_column_kwargs={"default": _cut(band)},
    )


class Picture(SQLModel, table=True):
    """One picture of one entry, in pixels after orientation."""

    __table_args__ = (UniqueConstraint("entry_id", "role"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID)
    role: PictureRole = Field(sa_type=one_of(PictureRole, "role"))
    digest: str = Field(max_length=64)
    width: int
    height: int
    colour: str = Field(max_length=7)
    placeholder: str = Field(default="", sa_type=Text)
    fingerprint: str = Field(max_length=16)
    # Parts of the fingerprint, filled in by themselves: look-alikes are found by them.
    band_1: str | None = _band(0)
    band_2: str | None = _band(1)
    band_3: str | None = _band(2)
    band_4: str | None = _band(3)
    created_at: datetime


class RenditionFile(SQLModel, table=True):
    """One file in the media store, under a name made of its own content."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("picture_id", "name", "format"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    picture_id: int = Field(
        foreign_key="picture.id", sa_type=BIG_ID, ondelete="CASCADE"
    )
    name: str = Field(max_length=16)
    format: str = Field(max_length=8)
    width: int
    height: int
    key: str = Field(max_length=120, index=True)
    size: int
