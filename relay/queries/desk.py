"""What the desk shows: the queue, and one entry with its whole history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from relay.domain.moderation import Moderation
from relay.domain.secret import hash_token
from relay.models import (
    Decision,
    Entry,
    Moderator,
    ModeratorToken,
    Picture,
    Preview,
    RenditionFile,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine, ScalarSelect, Select

QUEUE_PAGE = 50

# Two pages: whether 300 or 400 wait, nobody decides otherwise.
COUNT_MAX = 99
WAITING = Moderation.PENDING


@dataclass(frozen=True)
class SmallPicture:
    """The small picture of an entry, in pixels; the desk shows it by its role."""

    role: str
    width: int
    height: int


@dataclass(frozen=True)
class QueueItem:
    """One entry that waits for a decision, with the picture of its card."""

    ref: str
    version: int
    title: str
    alt: str
    alt_by: str
    description: str
    name: str
    kind: str
    lang: str
    city_id: int
    country: str
    link: str
    platform: str
    preview: str
    by_child: bool
    submitted_at: datetime
    no: int | None
    moderation: str
    picture: SmallPicture | None


def list_queue(
    connection: Connection,
    *,
    state: Moderation = WAITING,
    after: tuple[datetime, str] | None = None,
    limit: int = QUEUE_PAGE,
) -> list[QueueItem]:
    """Return entries in one state, the oldest first; `after` is (time, ref)."""
    at, ref = col(Entry.submitted_at), col(Entry.ref)
    asked: Select[*tuple[Any, ...]] = (
        select(
            ref,
            col(Entry.version),
            col(Entry.title),
            col(Entry.alt),
            col(Entry.alt_by),
            col(Entry.description),
            col(Entry.name),
            col(Entry.kind),
            col(Entry.lang),
            col(Entry.city_id),
            col(Entry.country),
            col(Entry.link),
            col(Entry.platform),
            col(Entry.preview),
            col(Entry.by_child),
            at,
            col(Entry.no),
            col(Entry.moderation),
            col(Picture.role),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .outerjoin(Picture, col(Picture.id) == _shown_picture())
        .outerjoin(
            RenditionFile,
            and_(
                col(RenditionFile.picture_id) == col(Picture.id),
                col(RenditionFile.name) == "small",
                col(RenditionFile.format) == "webp",
            ),
        )
        .where(col(Entry.moderation) == state, at.is_not(None))
        .order_by(at, ref)
        .limit(limit)
    )
    if after is not None:
        asked = asked.where((at > after[0]) | ((at == after[0]) & (ref > after[1])))
    return [_queue_item(*row) for row in connection.execute(asked)]


def _queue_item(*row: Any) -> QueueItem:  # noqa: ANN401 - the columns above
    *columns, role, width, height = row
    shown = SmallPicture(role, width, height) if width else None
    return QueueItem(*(*columns, shown))


def _shown_picture() -> ScalarSelect[Any]:
    """Select an entry's picture; the maker's own comes before the post's, as cards do.

    An entry has one picture of each role, and "own" sorts before "post".
    """
    return (
        select(col(Picture.id))
        .where(col(Picture.entry_id) == col(Entry.id))
        .order_by(col(Picture.role))
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )


def count_states(
    connection: Connection, states: Sequence[Moderation]
) -> dict[Moderation, int]:
    """Return how many sent entries are in each state, up to COUNT_MAX + 1 of each.

    The index of the queue answers, and no further than that, so it costs the same in
    a relay of any size. A counter would be exact, but one row that everybody who
    sends an entry in, changes or withdraws one must wait for.
    """
    bounded = [
        select(func.count())
        .select_from(
            select(col(Entry.id))
            .where(col(Entry.moderation) == state, col(Entry.submitted_at).is_not(None))
            .limit(COUNT_MAX + 1)
            .subquery()
        )
        .scalar_subquery()
        for state in states
    ]
    return dict(zip(states, connection.execute(select(*bounded)).one(), strict=True))


@dataclass(frozen=True)
class DeskFile:
    """One picture of an entry at the desk, in pixels."""

    key: str
    role: str
    format: str
    width: int
    height: int


@dataclass(frozen=True)
class HistoryItem:
    """One decision of the audit log, with who took it."""

    at: datetime
    by: str
    choice: str
    before: str
    after: str
    reason: str | None
    note: str
    version: int


@dataclass(frozen=True)
class DeskEntry:
    """One entry with everything that moderators may see. The rows are only read."""

    entry: Entry
    preview: Preview | None
    pictures: tuple[DeskFile, ...]
    history: tuple[HistoryItem, ...]
    parent: Entry | None
    twins: tuple[Entry, ...]
    reports: tuple[Report, ...]


def find_desk_entry(engine: Engine, ref: str) -> DeskEntry | None:
    """Return one sent entry by its reference."""
    with Session(engine) as session:
        entry = session.scalar(select(Entry).where(col(Entry.ref) == ref))
        if entry is None or entry.moderation is Moderation.DRAFT:
            return None
        return DeskEntry(
            entry=entry,
            preview=session.get(Preview, entry.id),
            pictures=_files(session, entry.id or 0),
            history=_history(session, entry.id or 0),
            parent=session.get(Entry, entry.parent_id) if entry.parent_id else None,
            twins=_twins(session, entry),
            reports=tuple(
                session.scalars(
                    select(Report)
                    .where(col(Report.entry_id) == entry.id)
                    .order_by(col(Report.at).desc())
                )
            ),
        )


def _files(session: Session, entry_id: int) -> tuple[DeskFile, ...]:
    rows = session.execute(
        select(
            col(RenditionFile.key),
            col(Picture.role),
            col(RenditionFile.format),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .where(
            col(Picture.entry_id) == entry_id,
            col(RenditionFile.name) == "page",
            col(RenditionFile.format) == "jpeg",
        )
        .order_by(col(Picture.role))
    )
    return tuple(DeskFile(*row) for row in rows)


def _history(session: Session, entry_id: int) -> tuple[HistoryItem, ...]:
    rows = session.execute(
        select(
            col(Decision.at),
            col(Moderator.email),
            col(Decision.choice),
            col(Decision.before),
            col(Decision.after),
            col(Decision.reason),
            col(Decision.note),
            col(Decision.version),
        )
        .join(Moderator, col(Moderator.id) == col(Decision.moderator_id))
        .where(col(Decision.entry_id) == entry_id)
        .order_by(col(Decision.id).desc())
    )
    return tuple(HistoryItem(*row) for row in rows)


def _twins(session: Session, entry: Entry) -> tuple[Entry, ...]:
    if not entry.canonical:
        return ()
    return tuple(
        session.scalars(
            select(Entry)
            .where(
                col(Entry.season_id) == entry.season_id,
                col(Entry.canonical) == entry.canonical,
                col(Entry.id) != entry.id,
                col(Entry.moderation) != Moderation.DRAFT,
            )
            .order_by(col(Entry.id))
            .limit(5)
        )
    )


def find_token_owner(engine: Engine, token: str) -> Moderator | None:
    """Return the active moderator of an API token."""
    with Session(engine) as session:
        return session.scalar(
            select(Moderator)
            .join(ModeratorToken, col(ModeratorToken.moderator_id) == col(Moderator.id))
            .where(
                col(ModeratorToken.token_hash) == hash_token(token),
                col(ModeratorToken.revoked_at).is_(None),
                col(Moderator.active),
            )
        )
