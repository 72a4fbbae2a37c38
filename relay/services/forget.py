"""Forgetting what nobody needs any more: finished work, drafts, stray files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.share import FOLDER, shared_number
from relay.models import (
    NOT_OF_ENTRIES,
    UNFINISHED,
    Baton,
    Entry,
    IdempotencyKey,
    OutboxRow,
    OutboxState,
    Picture,
    Preview,
    RenditionFile,
    SpentProof,
    Topic,
)
from relay.services.files_in_use import files_out_of_use
from relay.services.outbox import has_work, lock_entry
from relay.services.start_entry import INCOMING, incoming_key, wanted_key
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, MediaStore
    from relay.services.outbox import Ticket

KEEP_FINISHED = timedelta(days=7)
KEEP_DRAFTS = timedelta(days=30)
KEEP_UPLOADS = timedelta(days=1)
# A drawing that somebody still asks for is drawn again in a tenth of a second.
KEEP_DRAWINGS = timedelta(days=30)

# As many as are forgotten at a time, so that no transaction lasts long.
BATCH = 500


def forget_finished(engine: Engine, *, clock: Clock) -> int:
    """Delete old finished rows; returns how many."""
    with writing(engine) as session:
        rows = session.scalars(
            select(col(OutboxRow.id))
            .where(
                col(OutboxRow.state).in_([OutboxState.DONE, OutboxState.FAILED]),
                col(OutboxRow.done_at) < clock.now() - KEEP_FINISHED,
            )
            .limit(BATCH)
        ).all()
        session.execute(
            delete(OutboxRow)
            .where(col(OutboxRow.id).in_(rows))
            .execution_options(synchronize_session=False)
        )
    return len(rows)


def forget_proofs(engine: Engine, *, clock: Clock) -> int:
    """Delete proofs that would be too old to be used again; returns how many."""
    with writing(engine) as session:
        old = session.scalars(
            select(col(SpentProof.proof_hash))
            .where(col(SpentProof.until) < clock.now())
            .limit(BATCH)
        ).all()
        session.execute(
            delete(SpentProof)
            .where(col(SpentProof.proof_hash).in_(old))
            .execution_options(synchronize_session=False)
        )
    return len(old)


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
        # The numbers of what is no entry may be the same.
        session.execute(
            delete(OutboxRow)
            .where(
                col(OutboxRow.subject).in_(ids),
                col(OutboxRow.topic).not_in(NOT_OF_ENTRIES),
            )
            .execution_options(synchronize_session=False)
        )
        for model, column in (
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
        orphans = files_out_of_use(session, keys)
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


def forget_uploads(engine: Engine, *, clock: Clock, media: MediaStore) -> int:
    """Delete old uploads that no work waits for; returns how many.

    An upload is kept before the commit that names it, and deleted after the commit
    that ends its work: a process that dies in between leaves it behind, with all that
    a camera wrote into it. Raises Unavailable.
    """
    # First the uploads, then who waits: what is kept from now on is not old.
    old = set(
        media.list_old(
            INCOMING.removesuffix("/"), written_before=clock.now() - KEEP_UPLOADS
        )
    )
    stray = old - _awaited(engine) if old else old
    for key in stray:
        media.delete(key)
    return len(stray)


def forget_drawings(engine: Engine, *, clock: Clock, media: MediaStore) -> int:
    """Delete shared pictures that are old, or whose entry is public no more.

    Returns how many. Nobody is sent those meanwhile: the web asks first whether the
    entry is public. Raises Unavailable.
    """
    kept = set(media.list_old(FOLDER, written_before=clock.now()))
    old = set(media.list_old(FOLDER, written_before=clock.now() - KEEP_DRAWINGS))
    numbers = {shared_number(each) for each in kept} - {None}
    public = _published_among(engine, sorted(filter(None, numbers)))
    gone = {each for each in kept if shared_number(each) not in public} | old
    for key in gone:
        media.delete(key)
    return len(gone)


def _published_among(engine: Engine, numbers: list[int]) -> set[int]:
    found: set[int] = set()
    with engine.connect() as connection:
        for at in range(0, len(numbers), BATCH):
            some = numbers[at : at + BATCH]
            rows = connection.execute(
                select(col(Entry.no), col(Entry.moderation)).where(
                    col(Entry.no).in_(some)
                )
            )
            found.update(
                no
                for no, moderation in rows
                if no and moderation is Moderation.APPROVED
            )
    return found


def forget_upload(
    engine: Engine,
    entry_id: int,
    *,
    made: Collection[str] = (),
    media: MediaStore,
) -> None:
    """Delete an entry's upload whose work has ended, unless a newer one has come.

    With it go those files that were `made` of it and that nothing shows, nor wants.
    The newer one has the same name. Who sends it in holds the entry's row until the
    work for it is written down, and so does this. Raises Unavailable.
    """
    with writing(engine) as session:
        entry = session.get(Entry, entry_id, with_for_update=True)
        if entry is None or has_work(session, Topic.MAKE_PICTURE, entry_id):
            return
        uploads = {incoming_key(entry.ref), wanted_key(entry.ref)}
        for key in uploads | files_out_of_use(session, made):
            media.delete(key)


def forget_made(
    engine: Engine, ticket: Ticket, made: Collection[str], *, media: MediaStore
) -> None:
    """Delete files that a job has made in vain, because its work was called off.

    Those that something shows stay, and all of them while the work is done again, which
    makes the same. Raises Unavailable.
    """
    with writing(engine) as session:
        lock_entry(session, ticket)
        if not has_work(session, ticket.topic, ticket.subject):
            for key in files_out_of_use(session, made):
                media.delete(key)


def _awaited(engine: Engine) -> set[str]:
    """Return the keys of the uploads that a worker has yet to make pictures of."""
    with engine.connect() as connection:
        refs = connection.scalars(
            select(col(Entry.ref))
            .join(OutboxRow, col(OutboxRow.subject) == col(Entry.id))
            .where(
                col(OutboxRow.topic) == Topic.MAKE_PICTURE,
                col(OutboxRow.state).in_(UNFINISHED),
            )
        ).all()
        return {key(ref) for ref in refs for key in (incoming_key, wanted_key)}
