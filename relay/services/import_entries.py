"""Importing entries: begun, run row by row, called off; none is lost or doubled."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from relay.domain.entry import CONSENT_VERSION
from relay.domain.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    SeasonClosed,
    Unavailable,
)
from relay.domain.moderation import Choice, Moderation
from relay.domain.season import require_open
from relay.domain.secret import hash_token
from relay.models import (
    UNFINISHED,
    Entry,
    Hold,
    ImportBatch,
    ImportRow,
    ImportState,
    OutboxRow,
    OutboxState,
    Season,
    Topic,
)
from relay.services.audit import audit
from relay.services.check_import import judge_row
from relay.services.decide import Wish, decide
from relay.services.deciders import require_organiser
from relay.services.outbox import finish, remember
from relay.services.submit_entry import Once, Sending, submit_entry
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import timedelta

    from relay.ports import Importer, Intake
    from relay.services.outbox import Ticket
    from relay.services.submit_entry import Receipt

# What an entry is at, just sent in: nobody has touched it.
_FRESH = 1
_ENDED = frozenset({ImportState.DONE, ImportState.CANCELLED})


@dataclass(frozen=True)
class Begin:
    """What an organiser has chosen: what to leave out, and whether to publish."""

    consent: bool = False
    leave_out_wrong: bool = False
    leave_out_twins: bool = False
    publish: bool = False


def begin_import(
    intake: Intake,
    ref: str,
    begin: Begin,
    *,
    moderator_id: int,
    address: str | None = None,
) -> None:
    """Let the workers import the good rows of a checked file; beginning twice is once.

    Raises NotFound, Forbidden, Conflict when it was called off, SeasonClosed, and
    Invalid (`consent`: missing; `leave_out_wrong`: missing; `rows`: none).
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        require_organiser(session, moderator_id)
        batch = require_batch(session, ref)
        if batch.state is ImportState.CANCELLED:
            message = "This import was called off."
            raise Conflict(message)
        if batch.state is not ImportState.CHECKED:
            return
        season = session.get_one(Season, batch.season_id)
        require_open(opens_at=season.opens_at, closes_at=season.closes_at, now=now)
        if begin.leave_out_twins:
            batch.wrong += _leave_out_twins(session, batch)
        _require_sound(batch, begin)
        batch.state, batch.begun_at = ImportState.RUNNING, now
        batch.publish = begin.publish
        remember(session, [Topic.RUN_IMPORT], [batch.id or 0], now=now)
        audit(
            session,
            "import.begun",
            now=now,
            moderator_id=moderator_id,
            subject=ref,
            details={
                **asdict(begin),
                "consent": CONSENT_VERSION,
                "rows": batch.rows,
                "wrong": batch.wrong,
            },
            address=address,
        )
    intake.doorbell.ring()


def resume_import(intake: Intake, ref: str, *, moderator_id: int) -> None:
    """Let the workers go on with an import, or its undoing, that was given up."""
    now = intake.clock.now()
    with writing(intake.engine) as session:
        require_organiser(session, moderator_id)
        batch = require_batch(session, ref)
        given_up = session.scalars(
            select(OutboxRow).where(
                OutboxRow.topic == Topic.RUN_IMPORT,
                OutboxRow.subject == batch.id,
                OutboxRow.state == OutboxState.FAILED,
            )
        ).first()
        if given_up is not None:
            given_up.state, given_up.failures = OutboxState.DUE, 0
            given_up.due_at, given_up.done_at = now, None
    intake.doorbell.ring()


def cancel_import(
    intake: Intake, ref: str, *, moderator_id: int, address: str | None = None
) -> None:
    """Call an import off: what is an entry by now stays one, and no other row follows.

    A row that is just being imported may still arrive. Raises NotFound, Forbidden and
    Conflict when it has ended.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        require_organiser(session, moderator_id)
        batch = require_batch(session, ref)
        if batch.state in _ENDED:
            message = "This import has ended before."
            raise Conflict(message)
        batch.state, batch.finished_at = ImportState.CANCELLED, now
        session.execute(
            update(OutboxRow)
            .where(
                col(OutboxRow.topic) == Topic.RUN_IMPORT,
                col(OutboxRow.subject) == batch.id,
                col(OutboxRow.state).in_([*UNFINISHED, OutboxState.FAILED]),
            )
            .values(
                state=OutboxState.DONE,
                attempt=col(OutboxRow.attempt) + 1,
                lease_until=None,
                done_at=now,
            )
            .execution_options(synchronize_session=False)
        )
        audit(
            session,
            "import.cancelled",
            now=now,
            moderator_id=moderator_id,
            subject=ref,
            details={"done": batch.done, "rows": batch.rows},
            address=address,
        )


def import_some(
    importer: Importer, batch_id: int, *, after: int, limit: int
) -> int | None:
    """Import the next rows behind a line; return the last line, or None at the end.

    Each row is a transaction of its own. One whose entry is there already, because a
    worker died before it could say so, gets that entry.
    """
    with Session(importer.intake.engine) as session:
        rows = session.scalars(
            select(ImportRow)
            .where(
                ImportRow.batch_id == batch_id,
                ImportRow.line > after,
                col(ImportRow.faults).is_(None),
                col(ImportRow.entry_id).is_(None),
            )
            .order_by(col(ImportRow.line))
            .limit(limit)
        ).all()
        session.expunge_all()
    for row in rows:
        if not _import_row(importer, row):
            return None
    return rows[-1].line if rows else None


def end_import(intake: Intake, ticket: Ticket) -> bool:
    """Note that all rows are done; False when another worker has taken over."""
    now = intake.clock.now()
    with writing(intake.engine) as session:
        # First the import, as whoever calls it off.
        batch = session.get_one(ImportBatch, ticket.subject, with_for_update=True)
        if not finish(session, ticket, now=now):
            return False
        if batch.state is ImportState.RUNNING:
            batch.state, batch.finished_at = ImportState.DONE, now
            audit(
                session,
                "import.done",
                now=now,
                moderator_id=batch.moderator_id,
                subject=batch.ref,
                details={"done": batch.done, "wrong": batch.wrong},
            )
    return True


def hand_on(intake: Intake, ticket: Ticket, *, rest: timedelta) -> bool:
    """Let another job go on where this one stops; its losses are its own.

    It goes before all previews, so it rests meanwhile, to leave them their turn.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        # Whoever calls the import off must find the new row: it would take all back.
        session.get_one(ImportBatch, ticket.subject, with_for_update=True)
        if not finish(session, ticket, now=now):
            return False
        remember(
            session, [Topic.RUN_IMPORT], [ticket.subject], now=now, due_at=now + rest
        )
    intake.doorbell.ring()
    return True


def require_batch(session: Session, ref: str) -> ImportBatch:
    """Return an import, held until the transaction ends; raises NotFound."""
    batch = session.exec(
        select(ImportBatch).where(ImportBatch.ref == ref).with_for_update()
    ).first()
    if batch is None:
        message = "There is no such import."
        raise NotFound(message)
    return batch


def _require_sound(batch: ImportBatch, begin: Begin) -> None:
    faults = []
    if not begin.consent:
        faults.append(FieldError("consent", "missing"))
    if batch.wrong == batch.rows:
        faults.append(FieldError("rows", "none"))
    elif batch.wrong and not (begin.leave_out_wrong or begin.leave_out_twins):
        faults.append(FieldError("leave_out_wrong", "missing"))
    if faults:
        raise Invalid(faults)


def _leave_out_twins(session: Session, batch: ImportBatch) -> int:
    """Leave out rows whose link is here already, as a fault of theirs."""
    rows = session.scalars(
        select(ImportRow).where(
            ImportRow.batch_id == batch.id, col(ImportRow.faults).is_(None)
        )
    )
    twins = [each for each in rows if each.words.get("twin")]
    for each in twins:
        each.faults = [{"field": "link", "code": "twin"}]
    return len(twins)


def _import_row(importer: Importer, row: ImportRow) -> bool:
    """Import one row, unless the import was called off; tell whether it goes on."""
    intake = importer.intake
    with Session(intake.engine) as session:
        batch = session.get_one(ImportBatch, row.batch_id)
        if batch.state is not ImportState.RUNNING:
            return False
        judged = judge_row(importer, session, batch.season_id, row.words["cells"])
        slug = session.get_one(Season, batch.season_id).slug
        session.expunge_all()
    picture = intake.media.get(row.picture_key) if row.picture_key else None
    if row.picture_key and picture is None:
        _keep_faults(intake, row, [{"field": "picture", "code": "lost"}])
        return True
    try:
        receipt = submit_entry(
            intake,
            Sending(
                words=judged.words,
                city=judged.city,
                passed_by=judged.passed_by,
                link=judged.link,
                picture=picture,
                season=slug,
                once=_once(batch, row),
            ),
        )
    except Invalid as error:
        faults = [{"field": each.field, "code": each.code} for each in error.fields]
        _keep_faults(intake, row, faults)
        return True
    except SeasonClosed as error:
        _keep_faults(intake, row, [{"field": "season", "code": error.reason}])
        return True
    if batch.publish and batch.moderator_id:
        _publish(intake, receipt, batch.moderator_id)
    _keep_entry(intake, row, receipt)
    return True


def _once(batch: ImportBatch, row: ImportRow) -> Once:
    """Return what makes a row one entry for good, however often it is imported.

    No header can hold the line's end, so that nobody else's key is the same.
    """
    return Once(f"import\n{batch.ref}\n{row.line}", hash_token(batch.ref))


def _publish(intake: Intake, receipt: Receipt, moderator_id: int) -> None:
    """Approve an entry for the organiser; what a rule holds, or two must see, waits."""
    with Session(intake.engine) as session:
        entry = session.get_one(Entry, receipt.entry_id)
        held = session.scalar(
            select(func.count()).where(col(Hold.entry_id) == receipt.entry_id)
        )
    if entry.moderation is not Moderation.PENDING or entry.version != _FRESH or held:
        return
    with suppress(Forbidden, Conflict):
        decide(
            intake.engine,
            receipt.ref,
            Wish(Choice.APPROVE, _FRESH),
            moderator_id=moderator_id,
            clock=intake.clock,
            printer=intake.printer,
        )


def _keep_entry(intake: Intake, row: ImportRow, receipt: Receipt) -> None:
    """Note a row's entry, and the version that it has now; what it said is there."""
    with writing(intake.engine) as session:
        version = session.scalar(
            select(Entry.version).where(Entry.id == receipt.entry_id)
        )
        kept = session.connection().execute(
            update(ImportRow)
            .where(
                col(ImportRow.id) == row.id,
                col(ImportRow.entry_id).is_(None),
            )
            .values(entry_id=receipt.entry_id, words={"version": version})
        )
        if kept.rowcount:
            _count(session, row.batch_id, "done")
    if row.picture_key:
        # What stays behind is forgotten within a day.
        with suppress(Unavailable):
            intake.media.delete(row.picture_key)


def _keep_faults(intake: Intake, row: ImportRow, faults: list[dict[str, str]]) -> None:
    """Note why a row that was good before cannot be imported now."""
    with writing(intake.engine) as session:
        kept = session.connection().execute(
            update(ImportRow)
            .where(
                col(ImportRow.id) == row.id,
                col(ImportRow.entry_id).is_(None),
                col(ImportRow.faults).is_(None),
            )
            .values(faults=faults)
        )
        if kept.rowcount:
            _count(session, row.batch_id, "wrong")


def _count(session: Session, batch_id: int, name: str) -> None:
    column = getattr(ImportBatch, name)
    session.execute(
        update(ImportBatch)
        .where(col(ImportBatch.id) == batch_id)
        .values({name: column + 1})
        .execution_options(synchronize_session=False)
    )
