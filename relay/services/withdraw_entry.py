"""Withdrawing an entry: out of the public at once, and every word of it forgotten.

What stays is what the relay needs: the number, the city, and who passed it on to whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from relay.domain.errors import Forbidden, Unavailable
from relay.domain.moderation import MAKER_MAY_WITHDRAW, Moderation
from relay.domain.notice import About
from relay.domain.preview import PreviewState
from relay.domain.share import FOLDER, shared_number
from relay.models import (
    UNFINISHED,
    Appeal,
    Approval,
    Baton,
    Decision,
    Entry,
    Hold,
    ImportRow,
    Lease,
    LinkDecision,
    Look,
    LookFile,
    Notice,
    OutboxRow,
    OutboxState,
    Picture,
    Preview,
    RenditionFile,
    Reveal,
    Revision,
    Sample,
    Stash,
    Topic,
)
from relay.services.answer_reports import end_reports
from relay.services.audit import audit
from relay.services.change_entry import call_off, require_own
from relay.services.edit_entry import PARTS
from relay.services.files_in_use import files_out_of_use
from relay.services.notices import notify
from relay.services.publish import lock_publication, unpublish
from relay.services.start_entry import incoming_key, wanted_key
from relay.services.wanted_picture import (
    delete_revisions,
    forget_revisions,
    take_revised_files,
)
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from relay.ports import Clock, MediaStore

_Quoting = Look | LinkDecision | Notice | ImportRow

# What is beside an entry and goes with it.
_BESIDE = (Appeal, Approval, Hold, Lease, Preview, Reveal, Sample, Stash)
# What stays and must not say anything any more. A look stays until its files are gone.
_BLANK: tuple[tuple[type[_Quoting], dict[str, Any]], ...] = (
    (Look, dict.fromkeys(("facts", "picture", "declined_title", "changed_at"))),
    (LinkDecision, dict.fromkeys(("title_before", "title_after"))),
    (Notice, {"details": None}),
    (ImportRow, {"words": {}, "faults": None}),
)
_WORDS = (
    "link",
    "canonical",
    "title",
    "alt",
    "alt_lang",
    "description",
    "name",
    "search_text",
)
# The entries whose files are forgotten at a time.
BATCH = 100


def withdraw_entry(
    engine: Engine, token: str, *, clock: Clock, media: MediaStore
) -> None:
    """Take an entry back for good: out of the public, and its words forgotten.

    The number stays as a stone in the wall, and the baton's way through this entry
    stays known. Withdrawing twice is harmless. Raises NotFound for an unknown token.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = require_own(session, token)
        if entry.moderation is not Moderation.WITHDRAWN:
            end_entry(session, entry, now=now)
    forget_files(engine, entry.id or 0, clock=clock, media=media)


def end_entry(
    session: Session, entry: Entry, *, now: datetime, moderator_id: int | None = None
) -> None:
    """Withdraw an entry in the caller's transaction, who holds the publication's lock.

    `moderator_id` is who does it where a maker has asked. The files are forgotten
    after the commit (`forget_files`). Raises Forbidden when it was withdrawn before.
    """
    if entry.moderation not in MAKER_MAY_WITHDRAW:
        message = "This entry was withdrawn before."
        raise Forbidden(message)
    was_sent = entry.moderation is not Moderation.DRAFT
    if entry.moderation is Moderation.APPROVED:
        unpublish(session, entry, to=Moderation.WITHDRAWN, now=now)
    entry.moderation = Moderation.WITHDRAWN
    entry.version += 1
    _forget_words(session, entry)
    _call_off_all(session, entry, now=now)
    end_reports(session, entry, now=now)
    if was_sent:
        notify(session, entry, About.WITHDRAWN, now=now)
        audit(
            session,
            "entry.withdrawn",
            now=now,
            moderator_id=moderator_id,
            subject=entry.ref,
            entry_id=entry.id,
        )


def _forget_words(session: Session, entry: Entry) -> None:
    """Forget what its maker has said, wherever it was written down."""
    for column in _WORDS:
        setattr(entry, column, "")
    entry.email, entry.remind, entry.blurred = None, False, False
    entry.preview = PreviewState.GONE
    session.flush()
    for model in _BESIDE:
        session.execute(delete(model).where(col(model.entry_id) == entry.id))
    forget_revisions(session, entry.id or 0)
    for row, blank in _BLANK:
        session.execute(
            update(row).where(col(row.entry_id) == entry.id).values(**blank)
        )
    _forget_quotes(session, entry)


def _forget_quotes(session: Session, entry: Entry) -> None:
    """Take out of the audit log what it quotes of a maker, and what they were told.

    Who decided what, when and for which reason stays.
    """
    for decision in session.scalars(
        select(Decision).where(col(Decision.entry_id) == entry.id)
    ):
        decision.note = ""
        decision.details = _without_words(decision.details)


def _without_words(details: dict[str, Any] | None) -> dict[str, Any] | None:
    kept = dict(details or {})
    for name in kept:
        if name in PARTS - {"city"}:
            kept[name] = {"before": None, "after": None}
    if "stash" in kept:
        kept["stash"] = {
            side: each and each | {"note": ""} for side, each in kept["stash"].items()
        }
    return kept or None


def _call_off_all(session: Session, entry: Entry, *, now: datetime) -> None:
    """End what was planned for it: mails above all. No baton of it works any more."""
    for topic in (Topic.FETCH_PREVIEW, Topic.MAKE_PICTURE, Topic.REMIND_MAKER):
        call_off(session, entry, topic, now=now)
    notices = select(col(Notice.id)).where(col(Notice.entry_id) == entry.id)
    session.execute(
        update(OutboxRow)
        .where(
            col(OutboxRow.topic) == Topic.TELL_MAKER,
            col(OutboxRow.subject).in_(notices),
            col(OutboxRow.state).in_(UNFINISHED),
        )
        .values(
            state=OutboxState.DONE,
            attempt=col(OutboxRow.attempt) + 1,
            lease_until=None,
            done_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    # The names that they were given are their maker's words, too.
    session.execute(
        update(Baton)
        .where(col(Baton.entry_id) == entry.id)
        .values(revoked_at=func.coalesce(Baton.revoked_at, now), name="")
    )


def forget_files(
    engine: Engine, entry_id: int, *, clock: Clock, media: MediaStore
) -> bool:
    """Delete the files of a withdrawn entry, then what names them; tell whether done.

    Who dies in between, or finds the store away, leaves the names: the dispatcher goes
    on with them (`forget_withdrawn`). Doing it twice is harmless.
    """
    with Session(engine) as session:
        entry = session.get(Entry, entry_id)
        if entry is None or entry.moderation is not Moderation.WITHDRAWN:
            return False
        keys = _files_of(session, entry)
    try:
        for key in keys | _drawings_of(entry.no, clock=clock, media=media):
            media.delete(key)
    except Unavailable:
        return False
    with writing(engine) as session:
        for model in (Picture, Look):
            session.execute(delete(model).where(col(model.entry_id) == entry_id))
        delete_revisions(session, entry_id)
        session.execute(
            update(ImportRow)
            .where(col(ImportRow.entry_id) == entry_id)
            .values(picture_key=None)
        )
    return True


def forget_withdrawn(engine: Engine, *, clock: Clock, media: MediaStore) -> int:
    """Delete files that withdrawing has left behind; returns of how many entries."""
    with Session(engine) as session:
        left = session.scalars(
            select(col(Entry.id))
            .where(
                col(Entry.moderation) == Moderation.WITHDRAWN,
                col(Entry.id).in_(select(col(Picture.entry_id)))
                | col(Entry.id).in_(select(col(Look.entry_id)))
                | col(Entry.id).in_(select(col(Revision.entry_id))),
            )
            .limit(BATCH)
        ).all()
    return sum(
        forget_files(engine, each or 0, clock=clock, media=media) for each in left
    )


def _files_of(session: Session, entry: Entry) -> set[str]:
    """Return the files that no other entry shows, and what its maker has sent in."""
    own = select(col(Picture.id)).where(col(Picture.entry_id) == entry.id)
    shown = set(
        session.scalars(
            select(col(RenditionFile.key)).where(col(RenditionFile.picture_id).in_(own))
        )
    ) | set(
        session.scalars(
            select(col(LookFile.key)).where(col(LookFile.entry_id) == entry.id)
        )
    )
    imported = session.scalars(
        select(col(ImportRow.picture_key)).where(
            col(ImportRow.entry_id) == entry.id, col(ImportRow.picture_key).is_not(None)
        )
    )
    shown |= take_revised_files(session, entry.id or 0)
    sent = {incoming_key(entry.ref), wanted_key(entry.ref), *filter(None, imported)}
    return files_out_of_use(session, shown, except_of=entry.id) | sent


def _drawings_of(no: int | None, *, clock: Clock, media: MediaStore) -> set[str]:
    """Return the pictures to share that were drawn of an entry; raises Unavailable."""
    if no is None:
        return set()
    drawn = media.list_old(FOLDER, written_before=clock.now())
    return {each for each in drawn if shared_number(each) == no}
