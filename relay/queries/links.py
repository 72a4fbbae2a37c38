"""Published links that moderators may want to look at: changed, gone, or never read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, text, union_all
from sqlmodel import col

from relay.domain.looks import LinkTrouble
from relay.domain.preview import PreviewState
from relay.models import (
    UNFINISHED,
    Entry,
    LinkDecision,
    Look,
    LookFile,
    Moderator,
    OutboxRow,
    Picture,
    PictureRole,
    Preview,
    RenditionFile,
    Season,
    Topic,
)
from relay.queries.published import published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from relay.domain.looks import LinkChoice

LINKS_PAGE = 20

# Nobody needs to know whether 300 or 400 links are gone, and nothing is counted on.
COUNT_MAX = 99

_STATES = {
    LinkTrouble.GONE: PreviewState.GONE,
    LinkTrouble.REFUSED: PreviewState.REFUSED,
    LinkTrouble.FAILED: PreviewState.FAILED,
}

# The condition of the partial index, in the words that it has there.
_HAS_TROUBLE = text("entry.preview IN ('refused', 'failed', 'gone')")


@dataclass(frozen=True)
class LookPicture:
    """One picture of the comparison, in pixels; `key` lies in the media store."""

    key: str
    format: str
    width: int
    height: int


@dataclass(frozen=True)
class Page:
    """What a page says of itself, as it was approved or as it is now."""

    title: str | None
    description: str | None
    picture: LookPicture | None


@dataclass(frozen=True)
class LinkItem:
    """One published entry whose link needs a look.

    `place` is where it stands in its list. `season_titles` is `{language tag: text}`.
    `now` is the page where it has changed, and `version` counts its changes.
    `shows_own` tells that the card shows the maker's own picture.
    """

    place: int
    ref: str
    no: int
    season_id: int
    season_titles: Mapping[str, str]
    title: str
    name: str
    lang: str
    platform: str
    link: str
    reason: str | None
    looked_at: datetime | None
    changed_at: datetime | None
    version: int
    shows_own: bool
    approved: Page
    now: Page | None


@dataclass(frozen=True)
class LinkDecided:
    """One choice about a changed page, with who took it."""

    at: datetime
    by: str
    choice: LinkChoice
    title_before: str | None
    title_after: str | None


@dataclass(frozen=True)
class LinkStory:
    """What the desk shows of one entry's link: the newest look, and what was chosen."""

    looked_at: datetime | None
    reason: str | None
    is_changed: bool
    is_looking: bool
    decisions: tuple[LinkDecided, ...]


def count_links(connection: Connection) -> dict[LinkTrouble, int]:
    """Return how many links of all seasons need a look, each up to COUNT_MAX + 1.

    Indexes hold these entries only, so that it costs the same in a relay of any size.
    """
    seasons = _season_ids(connection)
    return {
        trouble: connection.scalar(
            select(func.count()).select_from(
                _newest(seasons, trouble, limit=COUNT_MAX + 1).subquery()
            )
        )
        or 0
        for trouble in LinkTrouble
    }


def list_links(
    connection: Connection,
    trouble: LinkTrouble,
    *,
    below: int | None = None,
    limit: int = LINKS_PAGE,
) -> list[LinkItem]:
    """Return the links of all seasons that need a look, the newest entry first.

    `below` is the place after which this page of the list begins.
    """
    asked = _newest(_season_ids(connection), trouble, below=below, limit=limit)
    return [
        _item(connection, row.id, row.place) for row in connection.execute(asked).all()
    ]


def find_new_picture(connection: Connection, ref: str) -> LookPicture | None:
    """Return the picture of a changed page, which only moderators may see."""
    entry_id = connection.scalar(select(col(Entry.id)).where(col(Entry.ref) == ref))
    return _new_picture(connection, entry_id) if entry_id else None


def read_link_story(
    connection: Connection, entry_id: int, *, now: datetime
) -> LinkStory:
    """Return what is known of the looks at one entry's link."""
    entry = {"entry_id": entry_id}
    look = connection.execute(_select_look(), entry).first()
    rows = connection.execute(_select_decided(), entry)
    return LinkStory(
        looked_at=look.looked_at if look else None,
        reason=look.reason if look else None,
        is_changed=bool(look and look.changed_at),
        is_looking=is_looked_at(connection, entry_id, now=now),
        decisions=tuple(LinkDecided(*row) for row in rows),
    )


def is_looked_at(connection: Connection, entry_id: int, *, now: datetime) -> bool:
    """Tell whether a visit to an entry's link is due or under way."""
    found = connection.scalar(_select_visit(), {"entry_id": entry_id, "now": now})
    return found is not None


@cache
def _select_look() -> Select[*tuple[Any, ...]]:
    """Return a statement without values, as the next ones: made once for all."""
    return select(col(Look.looked_at), col(Look.reason), col(Look.changed_at)).where(
        col(Look.entry_id) == bindparam("entry_id")
    )


@cache
def _select_decided() -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(LinkDecision.at),
            # Whoever was erased since is nobody any more; what was decided stays.
            func.coalesce(Moderator.email, ""),
            col(LinkDecision.choice),
            col(LinkDecision.title_before),
            col(LinkDecision.title_after),
        )
        .outerjoin(Moderator, col(Moderator.id) == col(LinkDecision.moderator_id))
        .where(col(LinkDecision.entry_id) == bindparam("entry_id"))
        .order_by(col(LinkDecision.id).desc())
    )


@cache
def _select_visit() -> Select[*tuple[Any, ...]]:
    return (
        select(col(OutboxRow.id))
        .where(
            col(OutboxRow.subject) == bindparam("entry_id"),
            col(OutboxRow.topic) == Topic.FETCH_PREVIEW,
            col(OutboxRow.state).in_(UNFINISHED),
            col(OutboxRow.due_at) <= bindparam("now"),
        )
        .limit(1)
    )


def _season_ids(connection: Connection) -> list[int]:
    return list(connection.scalars(select(col(Season.id)).order_by(col(Season.id))))


def _newest(
    seasons: Sequence[int],
    trouble: LinkTrouble,
    *,
    limit: int,
    below: int | None = None,
) -> Select[*tuple[Any, ...]]:
    """Select the newest entries of one kind: their ids, and their places in the list.

    The index goes by season, so each season gives its newest from its end, and the
    newest of these are taken: nothing that is not near the page is read or sorted.
    """
    if trouble is LinkTrouble.CHANGED:
        return _cut(_list_changed(), limit, below)
    newest = [
        _cut(_list_troubled(season_id, trouble), limit, below).subquery()
        for season_id in seasons or (0,)  # before the first season there is nothing
    ]
    every = union_all(*(select(each.c.id, each.c.place) for each in newest)).subquery()
    return _cut(select(every.c.id, every.c.place), limit)


def _cut(
    asked: Select[*tuple[Any, ...]], limit: int, below: int | None = None
) -> Select[*tuple[Any, ...]]:
    place = asked.selected_columns.place
    if below is not None:
        asked = asked.where(place < below)
    return asked.order_by(place.desc()).limit(limit)


def _list_changed() -> Select[*tuple[Any, ...]]:
    # Few pages have changed, so the changes come first and each looks for its entry.
    # In a join SQLite would begin with all that is published; ordered by the bare key
    # it would walk along the whole table instead of the index of the changes.
    is_public = (
        select(col(Entry.id))
        .where(col(Entry.id) == col(Look.entry_id), published())
        .exists()
    )
    return select(
        col(Look.entry_id).label("id"), (col(Look.entry_id) + 0).label("place")
    ).where(col(Look.changed_at).is_not(None), is_public)


def _list_troubled(season_id: int, trouble: LinkTrouble) -> Select[*tuple[Any, ...]]:
    return select(col(Entry.id).label("id"), col(Entry.no).label("place")).where(
        published(),
        _HAS_TROUBLE,
        col(Entry.season_id) == season_id,
        col(Entry.preview) == _STATES[trouble],
    )


def _item(connection: Connection, entry_id: int, place: int) -> LinkItem:
    row = connection.execute(
        select(
            col(Entry.ref),
            col(Entry.no),
            col(Entry.season_id),
            col(Season.titles),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.platform),
            col(Entry.link),
            func.coalesce(col(Look.reason), col(Preview.reason)).label("reason"),
            col(Look.looked_at),
            col(Look.changed_at),
            col(Look.version),
            col(Look.facts),
            col(Preview.title).label("page_title"),
            col(Preview.description).label("page_description"),
        )
        .join(Season, col(Season.id) == col(Entry.season_id))
        .outerjoin(Look, col(Look.entry_id) == col(Entry.id))
        .outerjoin(Preview, col(Preview.entry_id) == col(Entry.id))
        .where(col(Entry.id) == entry_id)
    ).one()
    shown = _approved_pictures(connection, entry_id)
    facts = row.facts or {}
    return LinkItem(
        place=place,
        ref=row.ref,
        no=row.no,
        season_id=row.season_id,
        season_titles=row.titles,
        title=row.title,
        name=row.name,
        lang=row.lang,
        platform=row.platform,
        link=row.link,
        reason=row.reason,
        looked_at=row.looked_at,
        changed_at=row.changed_at,
        version=row.version or 0,
        shows_own=PictureRole.OWN in shown,
        approved=Page(
            row.page_title, row.page_description, shown.get(PictureRole.POST)
        ),
        now=Page(
            facts.get("title"),
            facts.get("description"),
            _new_picture(connection, entry_id),
        )
        if row.changed_at
        else None,
    )


def _approved_pictures(
    connection: Connection, entry_id: int
) -> dict[PictureRole, LookPicture]:
    rows = connection.execute(
        select(
            col(Picture.role),
            col(RenditionFile.key),
            col(RenditionFile.format),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .join(RenditionFile, col(RenditionFile.picture_id) == col(Picture.id))
        .where(
            col(Picture.entry_id) == entry_id,
            col(RenditionFile.name) == "page",
            col(RenditionFile.format) == "jpeg",
        )
    )
    return {
        row.role: LookPicture(row.key, row.format, row.width, row.height)
        for row in rows
    }


def _new_picture(connection: Connection, entry_id: int) -> LookPicture | None:
    row = connection.execute(
        select(
            col(LookFile.key),
            col(LookFile.format),
            col(LookFile.width),
            col(LookFile.height),
        ).where(
            col(LookFile.entry_id) == entry_id,
            col(LookFile.name) == "page",
            col(LookFile.format) == "jpeg",
        )
    ).first()
    return LookPicture(*row) if row else None
