"""Forgetting what nobody needs any more: finished work, and drafts never sent in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.models import (
    Baton,
    Entry,
    IdempotencyKey,
    OutboxRow,
    OutboxState,
    Picture,
    Preview,
    RenditionFile,
    Topic,
)
from relay.services.start_entry import incoming_key
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, MediaStore

KEEP_FINISHED = timedelta(days=7)
KEEP_DRAFTS = timedelta(days=30)

# As many as are forgotten at a time, so that no transaction lasts long.
BATCH = 500


def forget_finished(engine: Engine, *, clock: Clock, media: MediaStore) -> int:
    """Delete old finished rows; returns how many.

    A worker that died right after storing a picture left the upload behind: it
    goes now, and with it all that a camera wrote into it.
    """
    with writing(engine) as session:
        rows = session.execute(
            select(col(OutboxRow.id), col(OutboxRow.topic), col(Entry.ref))
            .outerjoin(Entry, col(Entry.id) == col(OutboxRow.subject))
            .where(
                col(OutboxRow.state).in_([OutboxState.DONE, OutboxState.FAILED]),
                col(OutboxRow.done_at) < clock.now() - KEEP_FINISHED,
            )
            .limit(BATCH)
        ).all()
        for row in rows:
            if row.topic is Topic.MAKE_PICTURE and row.ref is not None:
                media.delete(incoming_key(row.ref))
        _delete(session, OutboxRow, [row.id for row in rows])
    return len(rows)


def forget_drafts(engine: Engine, *, clock: Clock, media: MediaStore) -> int:
    """Delete drafts that were never sent in, and their pictures; returns how many."""
    with writing(engine) as session:
        drafts = session.execute(
            select(col(Entry.id), col(Entry.ref))
            .where(
                col(Entry.moderation) == Moderation.DRAFT,
                col(Entry.started_at) < clock.now() - KEEP_DRAFTS,
            )
            .limit(BATCH)
            .with_for_update()
        ).all()
        ids = [draft.id for draft in drafts]
        keys = _picture_keys(session, ids)
        for model, column in (
            (OutboxRow, OutboxRow.subject),
            (Preview, Preview.entry_id),
            (Picture, Picture.entry_id),
            (Baton, Baton.entry_id),
            (IdempotencyKey, IdempotencyKey.entry_id),
            (Entry, Entry.id),
        ):
            session.execute(
                delete(model)
                .where(col(column).in_(ids))
                .execution_options(synchronize_session=False)
            )
        orphans = keys - _still_used(session, keys)
    for key in orphans | {incoming_key(draft.ref) for draft in drafts}:
        media.delete(key)
    return len(drafts)


def _picture_keys(session: Session, entry_ids: list[int]) -> set[str]:
    return set(
        session.scalars(
            select(col(RenditionFile.key))
            .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
            .where(col(Picture.entry_id).in_(entry_ids))
        )
    )


def _still_used(session: Session, keys: set[str]) -> set[str]:
    """Return those that another entry shows too: the same picture sent in twice."""
    return set(
        session.scalars(
            select(col(RenditionFile.key)).where(col(RenditionFile.key).in_(keys))
        )
    )


def _delete(session: Session, model: type[OutboxRow], ids: list[int]) -> None:
    session.execute(
        delete(model)
        .where(col(model.id).in_(ids))
        .execution_options(synchronize_session=False)
    )
