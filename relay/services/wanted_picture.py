"""Another picture for a public entry: it waits in its maker's revision, seen by nobody.

What is made of it stands in the revision's `changes` under `picture`: first only that
it is coming, then its columns and files, or why it could not be used.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from relay.domain.errors import Conflict, FieldError, Forbidden, Invalid
from relay.domain.moderation import MAKER_MAY_CHANGE, MAKER_MAY_REVISE
from relay.domain.preview import PreviewState
from relay.domain.share import FOLDER, shared_number
from relay.models import (
    Entry,
    Picture,
    PictureRole,
    RenditionFile,
    RevisedBy,
    Revision,
    RevisionState,
    Topic,
)
from relay.services.change_entry import call_off, require_own
from relay.services.files_in_use import WANTED, files_out_of_use, wanted_keys_of
from relay.services.outbox import finish, has_work, lock_entry, remember
from relay.services.start_entry import wanted_key
from relay.services.store_look import picture_columns
from relay.services.store_preview import replace_picture
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from relay.domain.picture import PictureSet
    from relay.ports import Clock, Intake, MediaStore
    from relay.services.outbox import Ticket
    from relay.services.store_preview import StoredFile


class PictureComingError(Conflict):
    """The picture that waits is still being made: nobody could have seen it."""

    code = "picture_coming"

    def __init__(self) -> None:
        super().__init__("The picture is still being made.")


class PictureUnseenError(Conflict):
    """Another picture waits than the moderator saw: its maker sent it in since."""

    code = "picture_unseen"

    def __init__(self) -> None:
        super().__init__("Another picture waits than the one that was looked at.")


def revise_picture(intake: Intake, token: str, picture: bytes) -> None:
    """Keep another picture for a published entry, beside other words that wait.

    It replaces the one that waits already. Raises Forbidden (the entry is not public),
    NotFound, and Invalid (`picture`: busy) while the first one is being made.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        entry = require_own(session, token)
        if entry.moderation not in MAKER_MAY_REVISE:
            message = "This entry is not public: there is nothing to revise."
            raise Forbidden(message)
        waiting = find_revision(session, entry.id or 0)
        is_busy = has_work(session, Topic.MAKE_PICTURE, entry.id or 0)
        if is_busy and not is_coming(waiting):
            raise Invalid([FieldError("picture", "busy")])
        call_off(session, entry, Topic.MAKE_PICTURE, now=now)
        revision = waiting or Revision(
            entry_id=entry.id or 0, by=RevisedBy.MAKER, before={}, changes={}, at=now
        )
        older = wanted_keys_of(revision.changes)
        intake.media.put(
            wanted_key(entry.ref), picture, content_type="application/octet-stream"
        )
        remember(session, [Topic.MAKE_PICTURE], [entry.id or 0], now=now)
        revision.changes = {**revision.changes, WANTED: {"state": "coming"}}
        session.add(revision)
        session.flush()
        stray = files_out_of_use(session, older)
    intake.doorbell.ring()
    for key in stray:
        intake.media.delete(key)


def carry_over(session: Session, entry: Entry) -> dict[str, Any] | None:
    """Return the picture that waits, for words that replace those beside it."""
    waiting = find_revision(session, entry.id or 0)
    kept: dict[str, Any] | None = waiting.changes.get(WANTED) if waiting else None
    return kept if kept and kept["state"] != "refused" else None


def find_revision(session: Session, entry_id: int) -> Revision | None:
    """Return what waits of an entry's maker; whoever changes it locks the entry."""
    found: Revision | None = session.scalar(
        select(Revision).where(
            col(Revision.entry_id) == entry_id,
            col(Revision.by) == RevisedBy.MAKER,
            col(Revision.state) == RevisionState.WAITING,
        )
    )
    return found


def is_coming(revision: Revision | None) -> bool:
    """Tell whether a revision waits for its picture to be made."""
    return revision is not None and _state_of(revision.changes) == "coming"


def awaits_picture(engine: Engine, entry_id: int) -> bool:
    """Tell whether the picture that is made for an entry is a revision's.

    It still is when the entry was taken down meanwhile. What a maker sends in for one
    that waits for moderators is its own.
    """
    with Session(engine) as session:
        entry = session.get(Entry, entry_id)
        is_own = entry is None or entry.moderation in MAKER_MAY_CHANGE
        return not is_own and is_coming(find_revision(session, entry_id))


def store_wanted(
    engine: Engine,
    ticket: Ticket,
    pictures: PictureSet,
    files: Sequence[StoredFile],
    *,
    clock: Clock,
) -> bool:
    """Keep what was made of the picture that waits, and finish the row.

    Tells whether it was kept, like `store_picture`; what nobody waits for is not.
    """
    ready = {
        "state": "ready",
        "columns": picture_columns(pictures),
        "files": [asdict(each) for each in files],
    }
    return _store(engine, ticket, ready, clock=clock)


def refuse_wanted(engine: Engine, ticket: Ticket, reason: str, *, clock: Clock) -> bool:
    """Keep why the picture that waits could not be used, and finish the row."""
    refused = {"state": "refused", "reason": reason}
    return _store(engine, ticket, refused, clock=clock)


def _store(
    engine: Engine, ticket: Ticket, wanted: dict[str, Any], *, clock: Clock
) -> bool:
    now = clock.now()
    with writing(engine) as session:
        lock_entry(session, ticket)
        if not finish(session, ticket, now=now):
            return False
        revision = find_revision(session, ticket.subject)
        if revision is None or not is_coming(revision):
            return False
        revision.changes = {**revision.changes, WANTED: wanted}
        if wanted["state"] == "refused" and set(revision.changes) == {WANTED}:
            revision.state, revision.decided_at = RevisionState.OVER, now
    return True


def put_wanted(
    session: Session, entry: Entry, revision: Revision, *, seen: str, now: datetime
) -> tuple[dict[str, Any], set[str]]:
    """Show the picture that waits in place of the maker's own of before.

    `seen` is the key of one of its files: the moderator looked at it. Returns what the
    audit log says of it, and the files that nothing shows any more, to be deleted after
    the commit. Raises PictureComingError and PictureUnseenError.
    """
    if is_coming(revision):
        raise PictureComingError
    if _state_of(revision.changes) != "ready":
        return {}, set()
    if seen not in wanted_keys_of(revision.changes):
        raise PictureUnseenError
    wanted = revision.changes[WANTED]
    before = _read_own(session, entry)
    older = _own_keys(session, entry)
    replace_picture(
        session,
        entry.id or 0,
        PictureRole.OWN,
        wanted["columns"],
        wanted["files"],
        now=now,
    )
    if not entry.link:
        entry.preview = PreviewState.READY
    fact = {"before": before, "after": wanted["columns"]["digest"]}
    return {WANTED: fact}, files_out_of_use(session, older)


def forget_revisions(session: Session, entry_id: int) -> None:
    """Forget what was wanted of a withdrawn entry, but for the names of files.

    Those are needed until the files are deleted, as `forget_files` does.
    """
    for row in session.scalars(
        select(Revision).where(col(Revision.entry_id) == entry_id)
    ):
        keys = wanted_keys_of(row.changes)
        if row.state is RevisionState.WAITING and keys:
            row.before, row.state = {}, RevisionState.OVER
            row.changes = {WANTED: {"state": "over", "files": _bare(keys)}}
        else:
            session.delete(row)
    session.flush()


def take_revised_files(session: Session, entry_id: int) -> set[str]:
    """Return the files that revisions of a withdrawn entry still name."""
    rows = session.scalars(
        select(col(Revision.changes)).where(col(Revision.entry_id) == entry_id)
    )
    return set().union(*(wanted_keys_of(each) for each in rows))


def delete_revisions(session: Session, entry_id: int) -> None:
    """Delete what is left of a withdrawn entry's revisions."""
    session.execute(delete(Revision).where(col(Revision.entry_id) == entry_id))


def forget_shown(
    media: MediaStore, entry: Entry, keys: Iterable[str], *, now: datetime
) -> None:
    """Delete files that are shown no more, and what was drawn of them to be shared."""
    drawn = media.list_old(FOLDER, written_before=now)
    for key in {*keys, *(each for each in drawn if shared_number(each) == entry.no)}:
        media.delete(key)


def _bare(keys: Iterable[str]) -> list[dict[str, str]]:
    return [{"key": each} for each in sorted(keys)]


def _state_of(changes: Mapping[str, Any]) -> str:
    return str(changes.get(WANTED, {}).get("state", ""))


def _read_own(session: Session, entry: Entry) -> str | None:
    digest: str | None = session.scalar(
        select(col(Picture.digest)).where(
            col(Picture.entry_id) == entry.id, col(Picture.role) == PictureRole.OWN
        )
    )
    return digest


def _own_keys(session: Session, entry: Entry) -> set[str]:
    return set(
        session.scalars(
            select(col(RenditionFile.key))
            .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
            .where(
                col(Picture.entry_id) == entry.id,
                col(Picture.role) == PictureRole.OWN,
            )
        )
    )
