"""Forgetting imports: files that nobody began, rows that no one will mend any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlmodel import col

from relay.models import ImportBatch, ImportRow, ImportState
from relay.services.check_import import FOLDER
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import Clock, MediaStore

# A file that was checked and never begun is called off.
KEEP_CHECKED = timedelta(days=7)
# Rows that were left out say who made what: long enough to send them in again.
KEEP_ROWS = timedelta(days=30)
# A picture is kept before the commit that names it.
KEEP_PICTURES = timedelta(days=1)
# As many imports as are looked at a time.
BATCH = 20

_OPEN = (ImportState.CHECKED, ImportState.RUNNING)
_ENDED = (ImportState.DONE, ImportState.CANCELLED)


def forget_imports(engine: Engine, *, clock: Clock, media: MediaStore) -> int:
    """Forget what old imports have left behind; returns how many files those were.

    Raises Unavailable.
    """
    now = clock.now()
    with writing(engine) as session:
        session.execute(
            update(ImportBatch)
            .where(
                col(ImportBatch.state) == ImportState.CHECKED,
                col(ImportBatch.created_at) < now - KEEP_CHECKED,
            )
            .values(state=ImportState.CANCELLED, finished_at=now)
            .execution_options(synchronize_session=False)
        )
        old = session.scalars(
            select(col(ImportBatch.id))
            .join(ImportRow, col(ImportRow.batch_id) == col(ImportBatch.id))
            .where(
                col(ImportBatch.state).in_(_ENDED),
                col(ImportBatch.finished_at) < now - KEEP_ROWS,
                col(ImportRow.entry_id).is_(None),
            )
            .distinct()
            .limit(BATCH)
        ).all()
        session.execute(
            delete(ImportRow)
            .where(col(ImportRow.batch_id).in_(old), col(ImportRow.entry_id).is_(None))
            .execution_options(synchronize_session=False)
        )
    # First the files, then who waits for them: what is kept from now on is not old.
    files = set(media.list_old(FOLDER, written_before=now - KEEP_PICTURES))
    stray = files - _awaited(engine) if files else files
    for key in stray:
        media.delete(key)
    return len(stray)


def _awaited(engine: Engine) -> set[str]:
    """Return the pictures of rows that are still to be imported."""
    with engine.connect() as connection:
        return set(
            connection.scalars(
                select(col(ImportRow.picture_key))
                .join(ImportBatch, col(ImportBatch.id) == col(ImportRow.batch_id))
                .where(
                    col(ImportBatch.state).in_(_OPEN),
                    col(ImportRow.entry_id).is_(None),
                    col(ImportRow.picture_key).is_not(None),
                )
            )
        )
