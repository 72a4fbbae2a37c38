"""Changing and withdrawing an entry, with its maker's private link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from relay.domain.entry import EntryWords, clean_words
from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import (
    MAKER_MAY_CHANGE,
    MAKER_MAY_WITHDRAW,
    Moderation,
)
from relay.domain.preview import PreviewState
from relay.domain.secret import hash_token
from relay.models import (
    UNFINISHED,
    Baton,
    Entry,
    Look,
    LookFile,
    OutboxRow,
    OutboxState,
    Picture,
    Preview,
    RenditionFile,
    Topic,
)
from relay.services.files_in_use import files_out_of_use
from relay.services.publish import lock_publication, unpublish
from relay.services.start_entry import (
    incoming_key,
    keep_incoming,
    remember_work,
)
from relay.services.submit_entry import (
    require_whole,
    sent_columns,
    with_post_alt,
)
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.domain.geo import City
    from relay.ports import Clock, Intake, MediaStore


def change_entry(
    engine: Engine,
    token: str,
    words: EntryWords,
    *,
    city: City | None,
    clock: Clock,
) -> None:
    """Change the words of an entry that waits; it goes (back) to the moderators.

    Raises Invalid, Forbidden once it is decided, NotFound.
    """
    words = clean_words(words)
    now = clock.now()
    with writing(engine) as session:
        entry = require_own(session, token)
        if entry.moderation not in MAKER_MAY_CHANGE:
            message = "This entry was decided and cannot be changed any more."
            raise Forbidden(message)
        # What only the API can say of an entry stays as it was said.
        words = replace(
            words,
            activity=words.activity or entry.activity,
            checkpoint=words.checkpoint or entry.checkpoint,
            exhibit=words.exhibit or entry.exhibit,
        )
        words = with_post_alt(session, entry.id or 0, words)
        require_whole(words, city)
        session.execute(
            update(Entry)
            .where(col(Entry.id) == entry.id)
            .values(
                **sent_columns(words, city, None, now),
                moderation=Moderation.PENDING,
                version=entry.version + 1,
            )
        )


def add_picture(intake: Intake, token: str, picture: bytes) -> None:
    """Give an entry a picture of its maker's own; a worker makes the renditions.

    The work on an older one is called off, so that an entry never asks for more than
    one, and what is kept at last is the newest. Raises Forbidden, NotFound.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        entry = _require_changeable(session, token)
        _call_off(session, entry, Topic.MAKE_PICTURE, now=now)
        keep_incoming(intake.media, entry.ref, picture)
        remember_work(session, entry.id or 0, None, has_picture=True, now=now)
        entry.version += 1
    intake.doorbell.ring()


def withdraw_entry(
    engine: Engine, token: str, *, clock: Clock, media: MediaStore
) -> None:
    """Take an entry back for good: out of the public, and its words forgotten.

    The number stays as a stone in the wall, and the baton's way through this entry
    stays known. Withdrawing twice is harmless. Raises Forbidden when moderators
    have ended it, NotFound for an unknown token.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = require_own(session, token)
        if entry.moderation is Moderation.WITHDRAWN:
            return
        if entry.moderation not in MAKER_MAY_WITHDRAW:
            message = "This entry was decided and cannot be withdrawn any more."
            raise Forbidden(message)
        if entry.moderation is Moderation.APPROVED:
            unpublish(session, entry, to=Moderation.WITHDRAWN, now=now)
        entry.moderation = Moderation.WITHDRAWN
        entry.version += 1
        for column in ("link", "canonical", "title", "alt", "description", "name"):
            setattr(entry, column, "")
        entry.search_text = ""
        entry.email = None
        entry.preview = PreviewState.GONE
        files = _forget_pictures(session, entry)
        forget_preview(session, entry)
        _call_off(session, entry, Topic.FETCH_PREVIEW, now=now)
        # The names that they were given are their maker's words, too.
        session.execute(
            update(Baton)
            .where(col(Baton.entry_id) == entry.id)
            .values(revoked_at=func.coalesce(Baton.revoked_at, now), name="")
        )
    for key in (*files, incoming_key(entry.ref)):
        media.delete(key)


def require_own(session: Session, token: str) -> Entry:
    """Return the entry behind a private link; raises NotFound."""
    entry = session.exec(
        select(Entry).where(Entry.token_hash == hash_token(token)).with_for_update()
    ).first()
    if entry is None:
        message = "There is no entry behind this link."
        raise NotFound(message)
    return entry


def _require_changeable(session: Session, token: str) -> Entry:
    entry = require_own(session, token)
    if entry.moderation not in MAKER_MAY_CHANGE | {Moderation.DRAFT}:
        message = "This entry was decided and cannot be changed any more."
        raise Forbidden(message)
    return entry


def _forget_pictures(session: Session, entry: Entry) -> list[str]:
    """Forget an entry's pictures; return the files that no other entry shows."""
    own = select(Picture.id).where(Picture.entry_id == entry.id)
    keys = [
        *session.exec(
            select(RenditionFile.key).where(col(RenditionFile.picture_id).in_(own))
        ),
        *session.exec(select(LookFile.key).where(LookFile.entry_id == entry.id)),
    ]
    session.execute(delete(Picture).where(col(Picture.entry_id) == entry.id))
    session.execute(delete(LookFile).where(col(LookFile.entry_id) == entry.id))
    return sorted(files_out_of_use(session, keys))


def forget_preview(session: Session, entry: Entry) -> None:
    """Forget what an entry's link gave."""
    for model in (Preview, Look):
        session.execute(delete(model).where(col(model.entry_id) == entry.id))


def _call_off(session: Session, entry: Entry, topic: Topic, *, now: datetime) -> None:
    """End the work that is planned or going on: its result will not count."""
    session.execute(
        update(OutboxRow)
        .where(
            col(OutboxRow.subject) == entry.id,
            col(OutboxRow.topic) == topic,
            col(OutboxRow.state).in_(UNFINISHED),
        )
        .values(
            state=OutboxState.DONE,
            attempt=OutboxRow.attempt + 1,
            lease_until=None,
            done_at=now,
        )
    )
