"""The pictures of entries for the feeds: the largest that any reader can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.models import Entry, Picture, PictureRole, RenditionFile
from relay.queries.published import published_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

FORMAT = "jpeg"  # every feed reader shows it
CARD = "share"  # a card for other sites, which is no picture of the whole work


@dataclass(frozen=True)
class FeedPicture:
    """One file of an entry's picture; `size` is in bytes."""

    url: str
    width: int
    height: int
    size: int


def read_pictures(connection: Connection, nos: Sequence[int]) -> dict[int, FeedPicture]:
    """Return the largest JPEG of each entry: of its maker's own picture, if any.

    What moderators have veiled is left out: no feed has a veil.
    """
    rows = connection.execute(
        select(
            col(Entry.no),
            col(Picture.role),
            col(RenditionFile.key),
            col(RenditionFile.width),
            col(RenditionFile.height),
            col(RenditionFile.size),
        )
        .join(Picture, col(Picture.entry_id) == col(Entry.id))
        .join(RenditionFile, col(RenditionFile.picture_id) == col(Picture.id))
        .where(
            published_with(nos),
            ~col(Entry.blurred),
            col(RenditionFile.format) == FORMAT,
            col(RenditionFile.name) != CARD,
        )
    )
    # The last one of each number stays: own pictures after the posts', large ones last.
    ordered = sorted(
        rows, key=lambda each: (each.role is PictureRole.OWN, each.width, each.key)
    )
    return {
        row.no: FeedPicture(f"/media/{row.key}", row.width, row.height, row.size)
        for row in ordered
    }
