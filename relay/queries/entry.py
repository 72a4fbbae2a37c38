"""One published entry with its neighbours in the relay, or the stone in its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import Baton, Entry, Picture, PictureRole, RenditionFile, Season
from relay.queries.published import published

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

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
    """The picture of an entry; `files` hold every format and size.

    One of them, `share`, is cut for other sites' cards and stands for no other file.
    """

    width: int
    height: int
    colour: str
    files: tuple[PictureFile, ...]

    def largest(self, wanted: str) -> PictureFile | None:
        """Return the largest file of a format that shows the whole picture."""
        found = self._whole(wanted)
        return max(found, key=lambda each: each.width, default=None)

    def srcset(self, wanted: str) -> str:
        """Return the candidates of a format as HTML writes them."""
        found = {each.width: each.url for each in self._whole(wanted)}
        return ", ".join(f"{url} {width}w" for width, url in sorted(found.items()))

    def _whole(self, wanted: str) -> list[PictureFile]:
        return [
            each
            for each in self.files
            if each.format == wanted and each.name != "share"
        ]


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
    """All that the public may see of one entry.

    `alt_lang` is the language of the alt text where it is not that of the words.

    A picture that moderators have veiled is no `picture`, so that nothing shows it by
    accident, but `veiled`: for those who ask to see it.
    """

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
    season_id: int
    veiled: EntryPicture | None = None
    alt_lang: str = ""


@dataclass(frozen=True)
class Stone:
    """What stays of a published entry that was taken away: its number, and by whom.

    `kept_no` is the number of the entry that it repeated, while that one is public.
    """

    no: int
    by_maker: bool
    kept_no: int | None = None


def find_entry(connection: Connection, no: int) -> EntryView | Stone | None:
    """Return the entry of a public number; a Stone when it was taken away."""
    row = connection.execute(_entry(), {"entry_no": no}).first()
    if row is None:
        return None
    if row.moderation is Moderation.APPROVED:
        return _view(connection, row)
    if row.moderation in {Moderation.TAKEN_DOWN, Moderation.WITHDRAWN}:
        return Stone(
            no,
            by_maker=row.moderation is Moderation.WITHDRAWN,
            kept_no=_find_kept(connection, row.merged_into),
        )
    return None


def _find_kept(connection: Connection, entry_id: int | None) -> int | None:
    """Return the number of the entry that a duplicate was merged with."""
    if entry_id is None:
        return None
    no: int | None = connection.scalar(
        select(col(Entry.no)).where(col(Entry.id) == entry_id, published())
    )
    return no


def _view(connection: Connection, row: Row[*tuple[Any, ...]]) -> EntryView:
    before, after = _neighbours()
    above = connection.execute(before, {"entry_id": row.from_id}).first()
    below = connection.execute(after, {"entry_id": row.id}).all()
    here = {"season_id": row.season_id, "here": row.no}
    picture = _find_picture(connection, row.id)
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
        picture=None if row.blurred else picture,
        veiled=picture if row.blurred else None,
        came_from=Neighbour(*above) if above else None,
        passed_on=tuple(Neighbour(*each) for each in below[:PASSED_ON]),
        passed_further=len(below) > PASSED_ON,
        baton=_find_baton(connection, row.id),
        older_no=connection.scalar(_older(), here),
        newer_no=connection.scalar(_newer(), here),
        season_id=row.season_id,
        alt_lang=row.alt_lang,
    )


# Statements are built once: building one costs more than running it.


@cache
def _entry() -> Select[*tuple[Any, ...]]:
    """Return the question for an entry and its season's titles."""
    return (
        select(Entry.__table__, col(Season.titles))  # type: ignore[attr-defined]
        .join(Season, col(Season.id) == col(Entry.season_id))
        .where(col(Entry.no) == bindparam("entry_no"))
    )


@cache
def _neighbours() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Return the questions for who passed the baton on, and for whom it went to."""
    shown = select(
        col(Entry.no),
        col(Entry.title),
        col(Entry.name),
        col(Entry.lang),
        col(Entry.city_id),
    ).where(published())
    after = shown.where(col(Entry.from_id) == bindparam("entry_id"))
    return (
        shown.where(col(Entry.id) == bindparam("entry_id")),
        after.order_by(col(Entry.no)).limit(PASSED_ON + 1),
    )


def _find_picture(connection: Connection, entry_id: int) -> EntryPicture | None:
    """Return the maker's own picture, else the post's."""
    of_entry, of_picture = _pictures()
    pictures = connection.execute(of_entry, {"entry_id": entry_id}).all()
    chosen = min(pictures, key=lambda each: each.role is PictureRole.POST, default=None)
    if chosen is None:
        return None
    files = connection.execute(of_picture, {"picture_id": chosen.id})
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


@cache
def _pictures() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Return the questions for an entry's pictures, and for a picture's files."""
    pictures = select(Picture.__table__)  # type: ignore[attr-defined]
    files = select(
        col(RenditionFile.key),
        col(RenditionFile.name),
        col(RenditionFile.format),
        col(RenditionFile.width),
        col(RenditionFile.height),
    )
    return (
        pictures.where(col(Picture.entry_id) == bindparam("entry_id")),
        files.where(col(RenditionFile.picture_id) == bindparam("picture_id")),
    )


def _find_baton(connection: Connection, entry_id: int) -> str | None:
    code: str | None = connection.scalar(_baton(), {"entry_id": entry_id})
    return code


@cache
def _baton() -> Select[str]:
    """Return the question for an entry's baton."""
    return (
        select(col(Baton.code))
        .where(
            col(Baton.entry_id) == bindparam("entry_id"),
            col(Baton.revoked_at).is_(None),
        )
        .order_by(col(Baton.created_at), col(Baton.code))
        .limit(1)
    )


@cache
def _older() -> Select[int | None]:
    """Return the question for the next lower number."""
    no = col(Entry.no)
    return _numbers().where(no < bindparam("here")).order_by(no.desc()).limit(1)


@cache
def _newer() -> Select[int | None]:
    """Return the question for the next higher number."""
    no = col(Entry.no)
    return _numbers().where(no > bindparam("here")).order_by(no).limit(1)


def _numbers() -> Select[int | None]:
    return select(col(Entry.no)).where(
        col(Entry.season_id) == bindparam("season_id"), published()
    )
