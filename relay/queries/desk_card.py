"""What a moderator's card shows beside the entry: all that speaks for or against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from relay.domain.moderation import Moderation
from relay.domain.platforms import handle_of
from relay.models import (
    Appeal,
    Approval,
    Entry,
    Hold,
    Moderator,
    Picture,
    RenditionFile,
    Reveal,
    Revision,
    RevisionState,
    Sample,
    Season,
    Stash,
)
from relay.queries.desk_leases import Holder, list_holders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine

# Earlier entries of a maker are looked for among the newest: there is no index for it.
RECENT = 5_000
OTHERS_SHOWN = 5
_HIDDEN = (Moderation.DRAFT, Moderation.WITHDRAWN)


@dataclass(frozen=True)
class OtherEntry:
    """Another entry beside this one, with the small form of its picture, in pixels."""

    ref: str
    no: int | None
    title: str
    name: str
    lang: str
    moderation: str
    submitted_at: datetime
    role: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True)
class Aside:
    """An entry that was put aside: by whom, for whom (or anybody), and why."""

    by: str
    for_name: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Waits:
    """Who approved an entry that waits for its hour (`at`), or a second approval."""

    by: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class DeskCard:
    """All that stands on an entry's card beside its own words. Rows are only read."""

    holder: Holder | None
    hashtags: tuple[str, ...]
    holds: tuple[Hold, ...]
    revisions: tuple[Revision, ...]
    appeal: Appeal | None
    aside: Aside | None
    reveal: Waits | None
    approval: Waits | None
    is_sampled: bool
    twins: tuple[OtherEntry, ...]
    earlier: tuple[OtherEntry, ...]


def read_card(engine: Engine, entry: Entry, *, now: datetime) -> DeskCard:
    """Return what is known of an entry besides itself."""
    entry_id = entry.id or 0
    with Session(engine) as session:
        connection = session.connection()
        season = session.get(Season, entry.season_id)
        appeal = session.get(Appeal, entry_id)
        sample = session.get(Sample, entry_id)
        return DeskCard(
            holder=list_holders(connection, [entry_id], now=now).get(entry_id),
            hashtags=tuple(season.hashtags) if season else (),
            holds=_all_of(session, Hold, entry_id),
            revisions=tuple(
                each
                for each in _all_of(session, Revision, entry_id)
                if each.state is RevisionState.WAITING
            ),
            appeal=appeal if appeal and appeal.decided_at is None else None,
            aside=_aside(session, entry_id),
            reveal=_waits(session, Reveal, entry),
            approval=_waits(session, Approval, entry),
            is_sampled=sample is not None and sample.seen_at is None,
            twins=_twins(connection, entry),
            earlier=_earlier(connection, entry),
        )


def _all_of(session: Session, model: Any, entry_id: int) -> tuple[Any, ...]:  # noqa: ANN401 - rows of that table
    return tuple(
        session.scalars(
            select(model)
            .where(col(model.entry_id) == entry_id)
            .order_by(col(model.id))
            .limit(OTHERS_SHOWN * 2)
        )
    )


def _aside(session: Session, entry_id: int) -> Aside | None:
    by, for_whom = aliased(Moderator), aliased(Moderator)
    row = session.execute(
        select(
            col(by.name),
            col(by.email),
            col(for_whom.name),
            col(for_whom.email),
            col(Stash.note),
            col(Stash.at),
        )
        .outerjoin(by, col(by.id) == col(Stash.by_id))
        .outerjoin(for_whom, col(for_whom.id) == col(Stash.for_id))
        .where(col(Stash.entry_id) == entry_id)
    ).first()
    if row is None:
        return None
    by_name, by_email, for_name, for_email, note, at = row
    return Aside(by_name or by_email or "", for_name or for_email or "", note, at)


def _waits(session: Session, model: Any, entry: Entry) -> Waits | None:  # noqa: ANN401 - Reveal or Approval
    """Return an approval that holds still: the entry is as it was approved."""
    row = session.execute(
        select(
            col(Moderator.name), col(Moderator.email), col(Moderator.id), col(model.at)
        )
        .select_from(model)
        .outerjoin(Moderator, col(Moderator.id) == col(model.moderator_id))
        .where(col(model.entry_id) == entry.id, col(model.version) == entry.version)
    ).first()
    return None if row is None else Waits(row[0] or row[1] or "", row[2], row[3])


def _twins(connection: Connection, entry: Entry) -> tuple[OtherEntry, ...]:
    """Return entries of the season that bear the same link."""
    if not entry.canonical:
        return ()
    return _others(
        connection,
        entry,
        col(Entry.season_id) == entry.season_id,
        col(Entry.canonical) == entry.canonical,
    )


def _earlier(connection: Connection, entry: Entry) -> tuple[OtherEntry, ...]:
    """Return entries with the same e-mail address, or account on the platform.

    They are looked for among the newest RECENT ones.
    """
    same = list(_same_maker(entry))
    if not same:
        return ()
    newest = select(func.max(Entry.id)).scalar_subquery()
    return _others(
        connection,
        entry,
        col(Entry.id) > newest - RECENT,
        or_(*same),
        col(Entry.submitted_at) <= entry.submitted_at,
        *([col(Entry.canonical) != entry.canonical] if entry.canonical else []),
    )


def _same_maker(entry: Entry) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if entry.email:
        found.append(col(Entry.email) == entry.email)
    handle = handle_of(entry.canonical) or ""
    at = entry.canonical.find(handle) if handle else -1
    if at >= 0:
        account = entry.canonical[: at + len(handle)]
        found.append(
            and_(
                col(Entry.platform) == entry.platform,
                col(Entry.canonical).startswith(f"{account}/", autoescape=True),
            )
        )
    return found


def _others(
    connection: Connection, entry: Entry, *where: ColumnElement[bool]
) -> tuple[OtherEntry, ...]:
    """Return other entries, the newest first, each with its first picture."""
    first = (
        select(col(Picture.id))
        .where(col(Picture.entry_id) == col(Entry.id))
        .order_by(col(Picture.role))
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            col(Entry.ref),
            col(Entry.no),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.moderation),
            col(Entry.submitted_at),
            col(Picture.role),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .outerjoin(Picture, col(Picture.id) == first)
        .outerjoin(
            RenditionFile,
            and_(
                col(RenditionFile.picture_id) == col(Picture.id),
                col(RenditionFile.name) == "small",
                col(RenditionFile.format) == "webp",
            ),
        )
        .where(
            *where,
            col(Entry.id) != entry.id,
            col(Entry.moderation).not_in(_HIDDEN),
        )
        .order_by(col(Entry.id).desc())
        .limit(OTHERS_SHOWN)
    )
    return tuple(_other(*row) for row in rows)


def _other(*row: Any) -> OtherEntry:  # noqa: ANN401 - the columns above
    *values, role, width, height = row
    return OtherEntry(*(*values, role if width else None, width, height))
