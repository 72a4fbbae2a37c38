"""Undoing an import: its entries are withdrawn that are still as they were imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.domain.errors import Conflict
from relay.domain.moderation import MAKER_MAY_WITHDRAW, Moderation
from relay.models import (
    UNFINISHED,
    AuditRow,
    Entry,
    ImportBatch,
    ImportRow,
    ImportState,
    OutboxRow,
    Topic,
)
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.import_entries import import_some, require_batch
from relay.services.outbox import remember
from relay.services.publish import lock_publication
from relay.services.withdraw_entry import end_entry, forget_files
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from relay.ports import Importer, Intake

UNDONE = "import.undone"
# So many rows are read at a time.
AT_ONCE = 20
_ENDED = frozenset({ImportState.DONE, ImportState.CANCELLED})


def undo_import(
    intake: Intake, ref: str, *, moderator_id: int, address: str | None = None
) -> None:
    """Let the workers withdraw what an ended import has brought; asking twice is once.

    What somebody has decided on or changed since then stays. Raises NotFound,
    Forbidden, and Conflict while the import has not ended.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        require_organiser(session, moderator_id)
        batch = require_batch(session, ref)
        if batch.state not in _ENDED:
            message = "This import has not ended yet."
            raise Conflict(message)
        under_way = session.scalars(
            select(OutboxRow.id).where(
                OutboxRow.topic == Topic.RUN_IMPORT,
                OutboxRow.subject == batch.id,
                col(OutboxRow.state).in_(UNFINISHED),
            )
        ).first()
        if under_way is not None:
            return
        remember(session, [Topic.RUN_IMPORT], [batch.id or 0], now=now)
        audit(
            session,
            UNDONE,
            now=now,
            moderator_id=moderator_id,
            subject=ref,
            details={"done": batch.done},
            address=address,
        )
    intake.doorbell.ring()


def undo_some(
    intake: Intake, batch_id: int, ref: str, *, after: int, limit: int
) -> int | None:
    """Withdraw the next entries behind a line; return the last line, or None."""
    with Session(intake.engine) as session:
        rows = session.execute(
            select(ImportRow.line, ImportRow.entry_id, ImportRow.words)
            .where(
                ImportRow.batch_id == batch_id,
                ImportRow.line > after,
                col(ImportRow.entry_id).is_not(None),
            )
            .order_by(col(ImportRow.line))
            .limit(limit)
        ).all()
        by = _who_undid(session, ref)
    for _line, entry_id, words in rows:
        if "version" in words:
            _withdraw(intake, entry_id, words["version"], by=by)
    return int(rows[-1][0]) if rows else None


def step_of(importer: Importer, batch_id: int) -> Callable[[int], int | None]:
    """Return what workers do next with an import: go on with it, or take it back.

    They are asked to work on one that has ended only to take it back.
    """
    with Session(importer.intake.engine) as session:
        batch = session.get(ImportBatch, batch_id)
    if batch is None:
        return lambda _after: None
    ref = batch.ref
    if batch.state is ImportState.RUNNING:
        return lambda after: import_some(importer, batch_id, after=after, limit=AT_ONCE)
    return lambda after: undo_some(
        importer.intake, batch_id, ref, after=after, limit=AT_ONCE
    )


def is_as_imported(entry: Entry, words: dict[str, Any]) -> bool:
    """Tell whether nobody has decided on an entry, or changed it, since its import."""
    return (
        entry.moderation in MAKER_MAY_WITHDRAW
        and entry.moderation is not Moderation.DRAFT
        and entry.version == words.get("version")
    )


def _withdraw(intake: Intake, entry_id: int, version: int, *, by: int | None) -> None:
    now = intake.clock.now()
    with writing(intake.engine) as session:
        lock_publication(session)
        entry = session.get(Entry, entry_id, with_for_update=True)
        if entry is None or not is_as_imported(entry, {"version": version}):
            return
        end_entry(session, entry, now=now, moderator_id=by)
    forget_files(intake.engine, entry_id, clock=intake.clock, media=intake.media)


def _who_undid(session: Session, ref: str) -> int | None:
    return session.exec(
        select(AuditRow.moderator_id)
        .where(AuditRow.what == UNDONE, AuditRow.subject == ref)
        .order_by(col(AuditRow.id).desc())
        .limit(1)
    ).first()
