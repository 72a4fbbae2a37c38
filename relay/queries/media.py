"""Which picture files the public may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.models import Entry, Picture, RenditionFile
from relay.queries.published import published

if TYPE_CHECKING:
    from sqlalchemy import Connection


def find_public_format(connection: Connection, key: str) -> str | None:
    """Return the format (avif, webp, jpeg) of a published entry's file."""
    found: str | None = connection.scalar(
        select(col(RenditionFile.format))
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .join(Entry, col(Entry.id) == col(Picture.entry_id))
        .where(col(RenditionFile.key) == key, published())
        .limit(1)
    )
    return found
