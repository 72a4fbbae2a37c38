"""One published entry with its neighbours in the relay, or the stone in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import Baton, Entry, Picture, PictureRole, RenditionFile, Season
from relay.queries.published import published

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from relay.domain.entry import AltBy, Kind

PASSED_ON = 24  # neighbours that a page shows


@dataclass(frozen=True)
class PictureFile:
    """One file of a picture, with its size in pixels."""

    url: str
    name: str
    format: str
    width: int
    height: int


@dataclass(frozen=True)
class EntryPicture:
    """The picture of an entry; `files` hold every format and size."""

    width: int
    height: int
    colour: str
    files: tuple[PictureFile, ...]

    def largest(self, wanted: str) -> PictureFile | None:
        """Return the largest file of a format."""
        found = [each for each in self.files if each.format == wanted]
        return max(found, key=lambda each: each.width, default=None)

    def srcset(self, wanted: str) -> str:
        """Return the candidates of a format as HTML writes them."""
        found = {each.width: each.url for each in self.files if each.format == wanted}
        return ", ".join(f"{url} {width}w" for width, url in sorted(found.items()))


@dataclass(frozen=True)
class Neighbour:
    """An entry before or after another one in the relay."""

    no: int
    title: str
    name: str
    lang: str
    city_id: int


@dataclass(frozen=True)
class EntryView:
    """All that the public may see of one entry."""

    no: int
    title: str
    alt: str
    alt_by: AltBy
    description: str
    name: str
    kind: Kind
    lang: str
    city_id: int
    country: str
    link: str
    platform: str
    link_gone: bool
    submitted_at: datetime
    published_at: datetime
    season_titles: Mapping[str, str]
    picture: EntryPicture | None
    came_from: Neighbour | None
    passed_on: tuple[Neighbour, ...]
    passed_further: bool
    baton: str | None
    older_no: int | None
    newer_no: int | None


@dataclass(frozen=True)
class Stone:
    """What stays of a published entry that was taken away: its number, and by whom."""

    no: int
    by_maker: bool


def find_entry(connection: Connection, no: int) -> EntryView | Stone | None:
    """Return the entry of a public number; a Stone when it was taken away."""
    row = connection.execute(
        select(Entry.__table__, col(Season.titles))  # type: ignore[attr-defined]
        .join(Season, col(Season.id) == col(Entry.season_id))
        .where(col(Entry.no) == no)
    ).first()
    if row is None:
        return None
    if row.moderation is Moderation.APPROVED:
        return _view(connection, row)
    if row.moderation in {Moderation.TAKEN_DOWN, Moderation.WITHDRAWN}:
        return Stone(no, by_maker=row.moderation is Moderation.WITHDRAWN)
    return None


def _view(connection: Connection, row: Row[*tuple[Any, ...]]) -> EntryView:
    below = _list_neighbours(
        connection,
        _neighbours()
        .where(col(Entry.from_id) == row.id, published())
        .order_by(col(Entry.no))
        .limit(PASSED_ON + 1),
    )
    above = _list_neighbours(
        connection, _neighbours().where(col(Entry.id) == row.from_id, published())
    )
    return EntryView(
        no=row.no,
        title=row.title,
        alt=row.alt,
        alt_by=row.alt_by,
        description=row.description,
        name=row.name,
        kind=row.kind,
        lang=row.lang,
        city_id=row.city_id,
        country=row.country,
        link=row.link,
        platform=row.platform,
        link_gone=row.preview is PreviewState.GONE,
        submitted_at=row.submitted_at,
        published_at=row.published_at,
        season_titles=row.titles,
        picture=_find_picture(connection, row.id),
        came_from=above[0] if above else None,
        passed_on=tuple(below[:PASSED_ON]),
        passed_further=len(below) > PASSED_ON,
        baton=_find_baton(connection, row.id),
        older_no=_next_no(connection, row, older=True),
        newer_no=_next_no(connection, row, older=False),
    )


def _neighbours() -> Select[*tuple[Any, ...]]:
    return select(
        col(Entry.no),
        col(Entry.title),
        col(Entry.name),
        col(Entry.lang),
        col(Entry.city_id),
    )


def _list_neighbours(
    connection: Connection, asked: Select[*tuple[Any, ...]]
) -> list[Neighbour]:
    return [Neighbour(*row) for row in connection.execute(asked)]


def _find_picture(connection: Connection, entry_id: int) -> EntryPicture | None:
    """Return the maker's own picture, else the post's."""
    pictures = connection.execute(
        select(Picture.__table__).where(col(Picture.entry_id) == entry_id)  # type: ignore[attr-defined]
    ).all()
    chosen = min(pictures, key=lambda each: each.role is PictureRole.POST, default=None)
    if chosen is None:
        return None
    files = connection.execute(
        select(
            col(RenditionFile.key),
            col(RenditionFile.name),
            col(RenditionFile.format),
            col(RenditionFile.width),
            col(RenditionFile.height),
        ).where(col(RenditionFile.picture_id) == chosen.id)
    )
    return EntryPicture(
        chosen.width,
        chosen.height,
        chosen.colour,
        tuple(
            PictureFile(
                f"/media/{each.key}", each.name, each.format, each.width, each.height
            )
            for each in files
        ),
    )


def _find_baton(connection: Connection, entry_id: int) -> str | None:
    code: str | None = connection.scalar(
        select(col(Baton.code))
        .where(col(Baton.entry_id) == entry_id, col(Baton.revoked_at).is_(None))
        .order_by(col(Baton.created_at))
        .limit(1)
    )
    return code


def _next_no(
    connection: Connection, row: Row[*tuple[Any, ...]], *, older: bool
) -> int | None:
    no = col(Entry.no)
    found: int | None = connection.scalar(
        select(no)
        .where(
            col(Entry.season_id) == row.season_id,
            published(),
            no < row.no if older else no > row.no,
        )
        .order_by(no.desc() if older else no)
        .limit(1)
    )
    return found
