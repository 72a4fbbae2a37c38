"""Which picture files the public may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.season_plan import read_symbol, symbol_key
from relay.models import DeskSetting, Entry, Picture, RenditionFile, Season
from relay.queries.published import published

if TYPE_CHECKING:
    from sqlalchemy import Connection


def find_public_format(connection: Connection, key: str) -> str | None:
    """Return the format (avif, webp, jpeg) of a published entry's or symbol's file."""
    found: str | None = connection.scalar(
        select(col(RenditionFile.format))
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .join(Entry, col(Entry.id) == col(Picture.entry_id))
        .where(col(RenditionFile.key) == key, published())
        .limit(1)
    )
    return found or _find_symbol_format(connection, key)


def _find_symbol_format(connection: Connection, key: str) -> str | None:
    """Return the format of a symbol's file; seasons are few enough to ask them all."""
    seasons = connection.scalars(
        select(col(Season.id)).where(col(Season.symbol_picture).is_not(None))
    )
    kept = connection.scalars(
        select(col(DeskSetting.value)).where(
            col(DeskSetting.key).in_([symbol_key(each or 0) for each in seasons])
        )
    )
    files = [file for each in kept for file in read_symbol(each)["symbol_files"]]
    return next((file.format for file in files if file.key == key), None)
