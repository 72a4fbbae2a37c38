"""What a moderator's card shows beside the entry: all that speaks for or against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select
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
    RevisedBy,
    Revision,
    RevisionState,
    Sample,
    Season,
    Stash,
)
from relay.queries.desk_leases import Holder, list_holders

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine, Select

# Earlier entries of a maker are looked for among the newest: there is no index for it.
RECENT = 5_000
OTHERS_SHOWN = 5
BESIDE_SHOWN = 10
_HIDDEN = (Moderation.DRAFT, Moderation.WITHDRAWN)


@dataclass(frozen=True)
class OtherEntry:
    """Another entry beside this one, with the small form of its picture, in pixels."""

    ref: str
    no: int | None
    title: str
    name: str
    lang: str
    alt: str
    alt_lang: str
    city_id: int | None
    country: str
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
    """All that stands on an entry's card beside its own words. Rows are only read.

    `repair` is what its maker changed as they were asked, while that is looked at.
    """

    holder: Holder | None
    hashtags: tuple[str, ...]
    holds: tuple[Hold, ...]
    revisions: tuple[Revision, ...]
    repair: Revision | None
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
        beside = _Beside(
            *session.execute(
                _select_beside(), {"entry_id": entry_id, "version": entry.version}
            ).one()
        )
        kept = session.scalars(_select_revisions(), {"entry_id": entry_id}).all()
        repairs = [each for each in kept if each.state is RevisionState.TAKEN]
        return DeskCard(
            holder=list_holders(connection, [entry_id], now=now).get(entry_id),
            hashtags=tuple(beside.hashtags),
            holds=tuple(session.scalars(_select_holds(), {"entry_id": entry_id})),
            revisions=tuple(
                each for each in kept if each.state is RevisionState.WAITING
            ),
            repair=repairs[0]
            if repairs and entry.moderation is Moderation.PENDING
            else None,
            appeal=beside.appeal,
            aside=beside.aside,
            reveal=beside.reveal,
            approval=beside.approval,
            is_sampled=beside.is_sampled,
            twins=_twins(connection, entry),
            earlier=_earlier(connection, entry),
        )


class _Beside:
    """The row of what stands beside an entry, one of each kind at most."""

    def __init__(self, *row: Any) -> None:  # noqa: ANN401 - the columns below
        self.hashtags, self.appeal, sample, stash, *names = row
        reveal, revealer, approval, approver = names[2:]
        self.is_sampled = sample is not None
        self.aside = stash and Aside(
            names[0] or "", names[1] or "", stash.note, stash.at
        )
        self.reveal = reveal and Waits(revealer or "", reveal.moderator_id, reveal.at)
        self.approval = approval and Waits(
            approver or "", approval.moderator_id, approval.at
        )


@cache
def _select_beside() -> Select[*tuple[Any, ...]]:
    """Return a statement without values, as the next ones: made once for all.

    An approval holds still while the entry is as it was approved.
    """
    by, for_whom = aliased(Moderator), aliased(Moderator)
    revealer, approver = aliased(Moderator), aliased(Moderator)
    entry_id: Any = bindparam("entry_id")
    version: Any = bindparam("version")
    return (
        select(
            col(Season.hashtags),
            Appeal,
            col(Sample.at),
            Stash,
            _name_of(by),
            _name_of(for_whom),
            Reveal,
            _name_of(revealer),
            Approval,
            _name_of(approver),
        )
        .select_from(Entry)
        .join(Season, col(Season.id) == col(Entry.season_id))
        .outerjoin(
            Appeal,
            and_(
                col(Appeal.entry_id) == col(Entry.id), col(Appeal.decided_at).is_(None)
            ),
        )
        .outerjoin(
            Sample,
            and_(col(Sample.entry_id) == col(Entry.id), col(Sample.seen_at).is_(None)),
        )
        .outerjoin(Stash, col(Stash.entry_id) == col(Entry.id))
        .outerjoin(by, col(by.id) == col(Stash.by_id))
        .outerjoin(for_whom, col(for_whom.id) == col(Stash.for_id))
        .outerjoin(
            Reveal,
            and_(col(Reveal.entry_id) == col(Entry.id), col(Reveal.version) == version),
        )
        .outerjoin(revealer, col(revealer.id) == col(Reveal.moderator_id))
        .outerjoin(
            Approval,
            and_(
                col(Approval.entry_id) == col(Entry.id),
                col(Approval.version) == version,
            ),
        )
        .outerjoin(approver, col(approver.id) == col(Approval.moderator_id))
        .where(col(Entry.id) == entry_id)
    )


def _name_of(who: Any) -> ColumnElement[str]:  # noqa: ANN401 - an alias of Moderator
    return func.coalesce(func.nullif(col(who.name), ""), col(who.email))


@cache
def _select_holds() -> Select[*tuple[Any, ...]]:
    return (
        select(Hold)
        .where(col(Hold.entry_id) == bindparam("entry_id"))
        .order_by(col(Hold.id))
        .limit(BESIDE_SHOWN)
    )


@cache
def _select_revisions() -> Select[*tuple[Any, ...]]:
    """Return what waits, and what the maker changed as they were asked."""
    repaired = (
        (col(Revision.state) == RevisionState.TAKEN)
        & (col(Revision.by) == RevisedBy.MAKER)
        & col(Revision.decided_by).is_(None)
    )
    return (
        select(Revision)
        .where(
            col(Revision.entry_id) == bindparam("entry_id"),
            (col(Revision.state) == RevisionState.WAITING) | repaired,
        )
        .order_by(col(Revision.id).desc())
        .limit(BESIDE_SHOWN)
    )


def _twins(connection: Connection, entry: Entry) -> tuple[OtherEntry, ...]:
    """Return entries of the season that bear the same link."""
    if not entry.canonical:
        return ()
    rows = connection.execute(
        _select_twins(),
        {
            "entry_id": entry.id,
            "season_id": entry.season_id,
            "canonical": entry.canonical,
        },
    )
    return tuple(_other(*row) for row in rows)


@cache
def _select_twins() -> Select[*tuple[Any, ...]]:
    return _select_others().where(
        col(Entry.season_id) == bindparam("season_id"),
        col(Entry.canonical) == bindparam("canonical"),
    )


def _earlier(connection: Connection, entry: Entry) -> tuple[OtherEntry, ...]:
    """Return entries with the same e-mail address, or account on the platform.

    They are looked for among the newest RECENT ones before this one.
    """
    account = _account_of(entry)
    if not entry.email and not account:
        return ()
    rows = connection.execute(
        _select_earlier(),
        {
            "entry_id": entry.id,
            "since": (entry.id or 0) - RECENT,
            "email": entry.email or "-",
            "platform": entry.platform,
            "account": f"{account}/" if account else "-",
            "length": len(account) + 1,
            "canonical": entry.canonical or "-",
        },
    )
    return tuple(_other(*row) for row in rows)


@cache
def _select_earlier() -> Select[*tuple[Any, ...]]:
    return _select_others().where(
        col(Entry.id) > bindparam("since"),
        col(Entry.id) < bindparam("entry_id"),
        or_(
            col(Entry.email) == bindparam("email"),
            and_(
                col(Entry.platform) == bindparam("platform"),
                func.substr(Entry.canonical, 1, bindparam("length", type_=Integer))
                == bindparam("account"),
            ),
        ),
        col(Entry.canonical) != bindparam("canonical"),
    )


def _account_of(entry: Entry) -> str:
    """Return the beginning of the link that names the account, or nothing."""
    handle = handle_of(entry.canonical) or ""
    at = entry.canonical.find(handle) if handle else -1
    return entry.canonical[: at + len(handle)] if at >= 0 else ""


def _select_others() -> Select[*tuple[Any, ...]]:
    """Select other entries, the newest first, each with its first picture."""
    first = (
        select(col(Picture.id))
        .where(col(Picture.entry_id) == col(Entry.id))
        .order_by(col(Picture.role))
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    return (
        select(
            col(Entry.ref),
            col(Entry.no),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.alt),
            col(Entry.alt_lang),
            col(Entry.city_id),
            col(Entry.country),
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
            col(Entry.id) != bindparam("entry_id"),
            col(Entry.moderation).not_in(_HIDDEN),
        )
        .order_by(col(Entry.id).desc())
        .limit(OTHERS_SHOWN)
    )


def _other(*row: Any) -> OtherEntry:  # noqa: ANN401 - the columns above
    *values, role, width, height = row
    return OtherEntry(*(*values, role if width else None, width, height))
