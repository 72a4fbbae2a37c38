"""What the desk shows: the queue, and one entry with its whole history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Session, col

from relay.domain.moderation import Choice, Moderation
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
from relay.queries.desk_question import (
    DeskQuestion,
    conditions_of,
    has_twin,
)
from relay.queries.look_alikes import list_look_alikes

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Engine, ScalarSelect, Select

# So many that a page is read out to its end, and seen at a glance.
QUEUE_PAGE = 10
# How many entries are compared with all others for one page; each takes about 3 ms.
SCAN_MAX = 150
EVERYBODYS = DeskQuestion()


@dataclass(frozen=True)
class SmallPicture:
    """The small picture of an entry, in pixels; the desk shows it by its role."""

    role: str
    width: int
    height: int


@dataclass(frozen=True)
class QueueItem:
    """One entry that waits for a decision, with the picture of its card."""

    id: int
    ref: str
    version: int
    title: str
    alt: str
    alt_lang: str
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
    blurred: bool
    picture: SmallPicture | None


def list_queue(
    connection: Connection,
    asked: DeskQuestion = EVERYBODYS,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = QUEUE_PAGE,
) -> list[QueueItem]:
    """Return the entries asked for, the oldest first; `after` is (time, ref)."""
    return [
        _queue_item(*row)
        for row in connection.execute(_select_items(asked, after, limit))
    ]


def list_doubles(
    connection: Connection,
    asked: DeskQuestion,
    *,
    after: tuple[datetime, str] | None = None,
) -> tuple[list[QueueItem], tuple[datetime, str] | None]:
    """Return entries that repeat another one, and after which one to look on.

    Each that may be one is compared with all others; no more than SCAN_MAX are.
    """
    seen = list_queue(connection, asked, after=after, limit=SCAN_MAX)
    found = [each for each in seen if _is_double(connection, each)]
    more = (seen[-1].submitted_at, seen[-1].ref) if len(seen) == SCAN_MAX else None
    return found, more


def _is_double(connection: Connection, item: QueueItem) -> bool:
    """Tell whether the link was sent in before or after, or nearly the same picture."""
    return connection.scalar(
        select(col(Entry.id)).where(col(Entry.id) == item.id, has_twin())
    ) is not None or bool(list_look_alikes(connection, item.id))


def list_chosen(connection: Connection, refs: Collection[str]) -> list[QueueItem]:
    """Return the sent entries with these references, the oldest first."""
    rows = connection.execute(
        _select_columns().where(
            col(Entry.ref).in_(refs), col(Entry.submitted_at).is_not(None)
        )
    )
    return [_queue_item(*row) for row in rows]


def _select_items(
    asked: DeskQuestion, after: tuple[datetime, str] | None, limit: int
) -> Select[*tuple[Any, ...]]:
    at, ref = col(Entry.submitted_at), col(Entry.ref)
    found = _select_columns().where(*conditions_of(asked)).limit(limit)
    if after is not None:
        found = found.where((at > after[0]) | ((at == after[0]) & (ref > after[1])))
    return found


def _select_columns() -> Select[*tuple[Any, ...]]:
    at, ref = col(Entry.submitted_at), col(Entry.ref)
    found: Select[*tuple[Any, ...]] = (
        select(
            col(Entry.id),
            ref,
            col(Entry.version),
            col(Entry.title),
            col(Entry.alt),
            col(Entry.alt_lang),
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
            col(Entry.blurred),
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
        .order_by(at, ref)
    )
    return found


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
    """One decision of the audit log, with who took it: a person, if `by` names one.

    `undoes_id` is the decision that it takes back.
    """

    id: int
    at: datetime
    by: str
    actor: str
    choice: str
    before: str
    after: str
    reason: str | None
    note: str
    version: int
    undoes_id: int | None


@dataclass(frozen=True)
class DeskEntry:
    """One entry with everything that moderators may see. The rows are only read."""

    entry: Entry
    preview: Preview | None
    pictures: tuple[DeskFile, ...]
    history: tuple[HistoryItem, ...]
    reports: tuple[Report, ...]


def find_desk_entry(engine: Engine, ref: str) -> DeskEntry | None:
    """Return one sent entry by its reference."""
    with Session(engine) as session:
        row = session.execute(_select_entry(), {"ref": ref}).first()
        if row is None or row[0].moderation is Moderation.DRAFT:
            return None
        entry, preview = row
        about = {"entry_id": entry.id}
        return DeskEntry(
            entry=entry,
            preview=preview,
            pictures=list_files(session, entry.id),
            history=tuple(
                HistoryItem(*each) for each in session.execute(_select_history(), about)
            ),
            reports=tuple(session.scalars(_select_reports(), about)),
        )


@cache
def _select_entry() -> Select[*tuple[Any, ...]]:
    """Return a statement without values, as the next ones: made once for all."""
    return (
        select(Entry, Preview)
        .outerjoin(Preview, col(Preview.entry_id) == col(Entry.id))
        .where(col(Entry.ref) == bindparam("ref"))
    )


def list_files(session: Session, entry_id: int) -> tuple[DeskFile, ...]:
    """Return the pictures of an entry as one page shows them, its maker's own first."""
    rows = session.execute(_select_files(), {"entry_id": entry_id})
    return tuple(DeskFile(*row) for row in rows)


@cache
def _select_files() -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(RenditionFile.key),
            col(Picture.role),
            col(RenditionFile.format),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .where(
            col(Picture.entry_id) == bindparam("entry_id"),
            col(RenditionFile.name) == "page",
            col(RenditionFile.format) == "jpeg",
        )
        .order_by(col(Picture.role))
    )


@cache
def _select_history() -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(Decision.id),
            col(Decision.at),
            func.coalesce(func.nullif(col(Moderator.name), ""), Moderator.email, ""),
            col(Decision.actor),
            col(Decision.choice),
            col(Decision.before),
            col(Decision.after),
            col(Decision.reason),
            col(Decision.note),
            col(Decision.version),
            col(Decision.undoes_id),
        )
        .outerjoin(Moderator, col(Moderator.id) == col(Decision.moderator_id))
        .where(col(Decision.entry_id) == bindparam("entry_id"))
        .order_by(col(Decision.id).desc())
    )


@cache
def _select_reports() -> Select[*tuple[Any, ...]]:
    return (
        select(Report)
        .where(col(Report.entry_id) == bindparam("entry_id"))
        .order_by(col(Report.at).desc())
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


@dataclass(frozen=True)
class OwnDecision:
    """A decision that somebody took, and where it brought the entry."""

    id: int
    no: int | None
    after: Moderation
    version: int
    reveal_at: datetime | None


def find_own_decision(
    connection: Connection,
    ref: str,
    *,
    moderator_id: int,
    choice: Choice,
    version: int,
) -> OwnDecision | None:
    """Return the decision that somebody took on an entry of this version.

    The first of two approvals leaves the version as it was; all others raise it.
    """
    rows = connection.execute(
        select(
            col(Decision.id),
            col(Entry.no),
            col(Decision.after),
            col(Decision.version),
            col(Decision.details),
        )
        .join(Entry, col(Entry.id) == col(Decision.entry_id))
        .where(
            col(Entry.ref) == ref,
            col(Decision.moderator_id) == moderator_id,
            col(Decision.choice) == choice,
            col(Decision.version).in_((version, version + 1)),
        )
        .order_by(col(Decision.id).desc())
    )
    for row in rows:
        if row.version > version or _left_beside(row.details, "approval"):
            at = _left_beside(row.details, "reveal").get("at")
            return OwnDecision(
                row.id or 0,
                row.no,
                row.after,
                row.version,
                datetime.fromisoformat(at) if at else None,
            )
    return None


def _left_beside(details: dict[str, Any] | None, name: str) -> dict[str, Any]:
    """Return what a decision left beside its entry, such as a first approval."""
    return ((details or {}).get(name) or {}).get("after") or {}
