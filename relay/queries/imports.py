"""Imports as organisers see them: all of them, one with its rows, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select
from sqlmodel import col

from relay.domain.moderation import MAKER_MAY_WITHDRAW, Moderation
from relay.models import (
    UNFINISHED,
    Entry,
    ImportBatch,
    ImportRow,
    ImportState,
    Moderator,
    OutboxRow,
    OutboxState,
    Season,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

MOST_LISTED = 50


@dataclass(frozen=True)
class ImportView:
    """One import: its file, its counts, and whether workers are at it.

    `works` says that there is something to do for them, `given_up` that they have
    stopped for somebody to look.
    """

    id: int
    ref: str
    name: str
    institution: str
    season: str
    by: str
    state: ImportState
    publish: bool
    rows: int
    wrong: int
    done: int
    created_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None
    works: bool
    given_up: bool

    @property
    def good(self) -> int:
        """How many rows can be imported, or could."""
        return self.rows - self.wrong

    @property
    def left(self) -> int:
        """How many rows are still to be imported."""
        return self.rows - self.wrong - self.done


@dataclass(frozen=True)
class RowView:
    """One row of a file: its cells, what is wrong, and what has its link already.

    `twin` is `line:7` or `entry:` with a reference.
    """

    line: int
    cells: Mapping[str, str]
    faults: tuple[Mapping[str, Any], ...]
    twin: str


@dataclass(frozen=True)
class EntryOfRow:
    """What became of a row: its entry as it is now."""

    line: int
    ref: str
    no: int | None
    title: str
    moderation: Moderation


def list_imports(connection: Connection) -> list[ImportView]:
    """Return the newest imports."""
    rows = connection.execute(_views().limit(MOST_LISTED)).all()
    return [_view(each) for each in rows]


def find_import(connection: Connection, ref: str) -> ImportView | None:
    """Return one import."""
    row = connection.execute(_views().where(col(ImportBatch.ref) == ref)).first()
    return _view(row) if row else None


def list_good_rows(
    connection: Connection, batch_id: int, *, limit: int
) -> list[RowView]:
    """Return the first rows with nothing wrong that are not imported yet."""
    is_good = and_(
        col(ImportRow.faults).is_(None),
        col(ImportRow.entry_id).is_(None),
    )
    return _rows(connection, batch_id, is_good, limit=limit)


def list_faulty_rows(
    connection: Connection, batch_id: int, *, limit: int
) -> list[RowView]:
    """Return the rows that something is wrong with, in their order."""
    is_wrong = col(ImportRow.faults).is_not(None)
    return _rows(connection, batch_id, is_wrong, limit=limit)


def count_twins(connection: Connection, batch_id: int) -> int:
    """Return how many good rows have a link that is here already, or stands twice."""
    said = connection.scalars(
        select(col(ImportRow.words)).where(
            col(ImportRow.batch_id) == batch_id, col(ImportRow.faults).is_(None)
        )
    )
    return sum(bool(each.get("twin")) for each in said)


def count_pictures(connection: Connection, batch_id: int) -> int:
    """Return how many rows bring a picture."""
    return int(
        connection.scalar(
            select(func.count()).where(
                col(ImportRow.batch_id) == batch_id,
                col(ImportRow.picture_key).is_not(None),
            )
        )
        or 0
    )


def list_entries(
    connection: Connection, batch_id: int, *, after: int, limit: int
) -> list[EntryOfRow]:
    """Return what became of the rows behind a line."""
    rows = connection.execute(
        select(
            col(ImportRow.line),
            col(Entry.ref),
            col(Entry.no),
            col(Entry.title),
            col(Entry.moderation),
        )
        .join(Entry, col(Entry.id) == col(ImportRow.entry_id))
        .where(col(ImportRow.batch_id) == batch_id, col(ImportRow.line) > after)
        .order_by(col(ImportRow.line))
        .limit(limit)
    )
    return [EntryOfRow(*each) for each in rows]


def count_states(connection: Connection, batch_id: int) -> dict[Moderation, int]:
    """Return how many of an import's entries are in which state now."""
    rows = connection.execute(
        select(col(Entry.moderation), func.count())
        .join(ImportRow, col(Entry.id) == col(ImportRow.entry_id))
        .where(col(ImportRow.batch_id) == batch_id)
        .group_by(col(Entry.moderation))
    )
    return {moderation: count for moderation, count in rows}  # noqa: C416 - rows of two


def count_as_imported(connection: Connection, batch_id: int) -> int:
    """Return how many entries nobody has decided on or changed since the import."""
    rows = connection.execute(
        select(col(Entry.version), col(ImportRow.words))
        .join(ImportRow, col(Entry.id) == col(ImportRow.entry_id))
        .where(
            col(ImportRow.batch_id) == batch_id,
            col(Entry.moderation).in_(MAKER_MAY_WITHDRAW),
        )
    )
    return sum(version == words.get("version") for version, words in rows)


def _views() -> Any:  # noqa: ANN401 - its type names fifteen columns
    work = (
        select(col(OutboxRow.id))
        .where(
            col(OutboxRow.topic) == Topic.RUN_IMPORT,
            col(OutboxRow.subject) == col(ImportBatch.id),
        )
        .correlate(ImportBatch)
    )
    return (
        select(
            col(ImportBatch.id),
            col(ImportBatch.ref),
            col(ImportBatch.name),
            col(ImportBatch.institution),
            col(Season.slug),
            func.coalesce(Moderator.name, ""),
            col(ImportBatch.state),
            col(ImportBatch.publish),
            col(ImportBatch.rows),
            col(ImportBatch.wrong),
            col(ImportBatch.done),
            col(ImportBatch.created_at),
            col(ImportBatch.begun_at),
            col(ImportBatch.finished_at),
            work.where(col(OutboxRow.state).in_(UNFINISHED)).exists(),
            work.where(col(OutboxRow.state) == OutboxState.FAILED).exists(),
        )
        .join(Season, col(Season.id) == col(ImportBatch.season_id))
        .outerjoin(Moderator, col(Moderator.id) == col(ImportBatch.moderator_id))
        .order_by(col(ImportBatch.id).desc())
    )


def _view(row: Row[Any]) -> ImportView:
    facts: tuple[Any, ...] = tuple(row)
    return ImportView(*facts)


def _rows(
    connection: Connection, batch_id: int, wanted: ColumnElement[bool], *, limit: int
) -> list[RowView]:
    rows: Sequence[Any] = connection.execute(
        select(col(ImportRow.line), col(ImportRow.words), col(ImportRow.faults))
        .where(col(ImportRow.batch_id) == batch_id, wanted)
        .order_by(col(ImportRow.line))
        .limit(limit)
    ).all()
    return [
        RowView(
            line, words.get("cells", {}), tuple(faults or ()), words.get("twin", "")
        )
        for line, words, faults in rows
    ]
