"""Published links that moderators may want to look at: changed, gone, or never read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlmodel import col

from relay.domain.looks import LinkTrouble
from relay.domain.preview import PreviewState
from relay.models import (
    Entry,
    LinkDecision,
    Look,
    LookFile,
    Moderator,
    OutboxRow,
    OutboxState,
    Picture,
    PictureRole,
    Preview,
    RenditionFile,
    Topic,
)
from relay.queries.published import published

if TYPE_CHECKING:
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

    `place` is where it stands in its list. `now` is the page where it has changed, and
    `version` counts its changes. `shows_own` tells that the card shows the maker's own
    picture.
    """

    place: int
    ref: str
    no: int
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


def count_links(connection: Connection, season_id: int) -> dict[LinkTrouble, int]:
    """Return how many links of a season need a look, each up to COUNT_MAX + 1.

    Indexes hold these entries only, so that it costs the same in a relay of any size.
    """
    return {
        trouble: connection.scalar(
            select(func.count()).select_from(
                _list_ids(season_id, trouble).limit(COUNT_MAX + 1).subquery()
            )
        )
        or 0
        for trouble in LinkTrouble
    }


def list_links(
    connection: Connection,
    season_id: int,
    trouble: LinkTrouble,
    *,
    below: int | None = None,
    limit: int = LINKS_PAGE,
) -> list[LinkItem]:
    """Return the links of a season that need a look, the newest entry first.

    `below` is the place after which this page of the list begins.
    """
    asked = _list_ids(season_id, trouble)
    place = asked.selected_columns.place
    if below is not None:
        asked = asked.where(place < below)
    rows = connection.execute(asked.order_by(place.desc()).limit(limit)).all()
    return [_item(connection, row.id, row.place) for row in rows]


def find_new_picture(connection: Connection, ref: str) -> LookPicture | None:
    """Return the picture of a changed page, which only moderators may see."""
    entry_id = connection.scalar(select(col(Entry.id)).where(col(Entry.ref) == ref))
    return _new_picture(connection, entry_id) if entry_id else None


def read_link_story(
    connection: Connection, entry_id: int, *, now: datetime
) -> LinkStory:
    """Return what is known of the looks at one entry's link."""
    look = connection.execute(
        select(col(Look.looked_at), col(Look.reason), col(Look.changed_at)).where(
            col(Look.entry_id) == entry_id
        )
    ).first()
    rows = connection.execute(
        select(
            col(LinkDecision.at),
            col(Moderator.email),
            col(LinkDecision.choice),
            col(LinkDecision.title_before),
            col(LinkDecision.title_after),
        )
        .join(Moderator, col(Moderator.id) == col(LinkDecision.moderator_id))
        .where(col(LinkDecision.entry_id) == entry_id)
        .order_by(col(LinkDecision.id).desc())
    )
    return LinkStory(
        looked_at=look.looked_at if look else None,
        reason=look.reason if look else None,
        is_changed=bool(look and look.changed_at),
        is_looking=is_looked_at(connection, entry_id, now=now),
        decisions=tuple(LinkDecided(*row) for row in rows),
    )


def is_looked_at(connection: Connection, entry_id: int, *, now: datetime) -> bool:
    """Tell whether a visit to an entry's link is due or under way."""
    found = connection.scalar(
        select(col(OutboxRow.id))
        .where(
            col(OutboxRow.subject) == entry_id,
            col(OutboxRow.topic) == Topic.FETCH_PREVIEW,
            col(OutboxRow.state).in_(
                (OutboxState.DUE, OutboxState.SENT, OutboxState.RUNNING)
            ),
            col(OutboxRow.due_at) <= now,
        )
        .limit(1)
    )
    return found is not None


def _list_ids(season_id: int, trouble: LinkTrouble) -> Select[*tuple[Any, ...]]:
    """Select the entries of one kind: their ids, and their places in the list."""
    if trouble is LinkTrouble.CHANGED:
        # Few pages have changed, so the changes come first and each looks for its
        # entry. In a join SQLite would begin with all that is published.
        is_of_season = (
            select(col(Entry.id))
            .where(
                col(Entry.id) == col(Look.entry_id),
                col(Entry.season_id) == season_id,
                published(),
            )
            .exists()
        )
        return select(
            col(Look.entry_id).label("id"), col(Look.entry_id).label("place")
        ).where(col(Look.changed_at).is_not(None), is_of_season)
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
