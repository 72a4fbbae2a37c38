"""Revising: other words for an entry wait beside it until a moderator takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import col, select

from relay.domain.entry import AltBy, EntryWords, clean_words
from relay.domain.errors import Conflict, Forbidden, NotFound
from relay.domain.moderation import MAKER_MAY_REVISE, Choice, require_reason, step
from relay.domain.notice import About
from relay.domain.text import clean_lines
from relay.models import Entry, RevisedBy, Revision, RevisionState, Topic
from relay.services.audit import audit
from relay.services.change_entry import (
    call_off,
    consent_columns,
    has_agreed,
    parts_of,
    require_own,
    with_consent,
    with_own_alt,
)
from relay.services.decide_step import (
    NOTE_MAX,
    Act,
    Wish,
    require_version,
)
from relay.services.deciders import require_decider
from relay.services.edit_entry import PARTS, keep_edit, read_part
from relay.services.files_in_use import WANTED, wanted_keys_of
from relay.services.forget import forget_upload
from relay.services.notices import notify
from relay.services.publish import lock_publication
from relay.services.reasons import require_known_reason
from relay.services.seen_words import require_seen
from relay.services.submit_entry import require_whole, with_post_alt
from relay.services.trust import find_holding
from relay.services.wanted_picture import (
    carry_over,
    find_revision,
    forget_shown,
    is_coming,
    put_wanted,
)
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.domain.geo import City
    from relay.ports import CardPrinter, Clock, MediaStore
    from relay.services.decide import Decided


class RevisionOverError(Conflict):
    """Somebody has decided on these words, or its maker has sent others."""

    code = "revision_over"

    def __init__(self) -> None:
        super().__init__("These words do not wait any more.")


def revise_entry(
    engine: Engine,
    token: str,
    words: EntryWords,
    *,
    city: City | None,
    clock: Clock,
    seen: str = "",
) -> Revision | None:
    """Keep other words for a published entry, which stays as it is until then.

    They replace those of its maker that wait already. The address and the wish for a
    reminder, which nobody else sees, change at once, and so does who has agreed. None
    when the words are those that are public. `seen` is the mark of the words that the
    form showed. Raises Invalid, Forbidden (the entry is not public), NotFound and
    ChangedMeanwhileError.
    """
    words = clean_words(words)
    now = clock.now()
    with writing(engine) as session:
        entry = require_own(session, token)
        if entry.moderation not in MAKER_MAY_REVISE:
            message = "This entry is not public: there is nothing to revise."
            raise Forbidden(message)
        require_seen(entry, find_revision(session, entry.id or 0), seen)
        consent = consent_columns(entry, words, now)
        if has_agreed(entry):
            # What is ticked anew is for what waits, of which the revision tells when.
            consent["consent_at"] = entry.consent_at
        words = with_consent(entry, words)
        words = with_own_alt(entry, with_post_alt(session, entry.id or 0, words))
        require_whole(words, city)
        for name, value in consent.items():
            setattr(entry, name, value)
        entry.email, entry.remind = words.email or None, words.remind
        wanted = parts_of(words, city)
        picture = carry_over(session, entry)
        revision = propose(session, entry, wanted, by=RevisedBy.MAKER, now=now)
        if picture is not None:
            revision = revision or Revision(
                entry_id=entry.id or 0,
                by=RevisedBy.MAKER,
                before={},
                changes={},
                at=now,
            )
            revision.changes = {**revision.changes, WANTED: picture}
            session.add(revision)
        if revision is not None:
            holds = find_holding(session, entry, revision.changes)
            revision.before = {**revision.before, **({"holds": holds} if holds else {})}
        return revision


def propose(
    session: Session,
    entry: Entry,
    wanted: Mapping[str, Any],
    *,
    by: RevisedBy,
    now: datetime,
    moderator_id: int | None = None,
) -> Revision | None:
    """Keep what would change of an entry, in the caller's transaction.

    `wanted` are parts as the audit log has them (`city` is [id, country]). What waits
    already of the same kind is over. None when nothing would change.
    """
    end_waiting(session, entry, by=by, now=now)
    before = {name: read_part(entry, name) for name in wanted}
    changes = {name: each for name, each in wanted.items() if each != before[name]}
    if not changes:
        return None
    revision = Revision(
        entry_id=entry.id or 0,
        by=by,
        moderator_id=moderator_id,
        before={name: before[name] for name in changes},
        changes=changes,
        at=now,
    )
    session.add(revision)
    session.flush()
    return revision


def give_up_revision(
    engine: Engine, token: str, *, clock: Clock, media: MediaStore
) -> None:
    """End what waits of an entry's maker; there may be nothing. Raises NotFound."""
    now = clock.now()
    with writing(engine) as session:
        entry = require_own(session, token)
        waiting = find_revision(session, entry.id or 0)
        if is_coming(waiting):
            call_off(session, entry, Topic.MAKE_PICTURE, now=now)
        end_waiting(session, entry, by=RevisedBy.MAKER, now=now)
    if waiting is not None:
        made = wanted_keys_of(waiting.changes)
        forget_upload(engine, entry.id or 0, made=made, media=media)


def end_waiting(
    session: Session, entry: Entry, *, by: RevisedBy, now: datetime
) -> None:
    """End what waits of one kind in the caller's transaction."""
    session.execute(
        update(Revision)
        .where(
            col(Revision.entry_id) == entry.id,
            col(Revision.by) == by,
            col(Revision.state) == RevisionState.WAITING,
        )
        .values(state=RevisionState.OVER, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )


def take_revision(
    engine: Engine,
    revision_id: int,
    version: int,
    *,
    seen: str = "",
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
    media: MediaStore,
) -> Decided:
    """Let an entry have the words that wait; cards, search and counts follow.

    A picture that waits takes the place of the maker's own, whose files are deleted:
    the one that was `seen`, which the key of one of its files tells.

    It stands in the audit log as an edit, whose words can be taken back. Raises
    NotFound, Forbidden, RevisionOverError, PictureComingError, PictureUnseenError, and
    StaleDecisionError when the entry has another version than the moderator saw.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        revision, entry = _require_waiting(session, revision_id, moderator_id)
        require_version(session, entry, Wish(Choice.EDIT, version))
        step(entry.moderation, Choice.EDIT)
        _decide(revision, RevisionState.TAKEN, moderator_id, now)
        session.flush()
        fact, stray = put_wanted(session, entry, revision, seen=seen, now=now)
        is_makers = revision.by is RevisedBy.MAKER
        decided = keep_edit(
            session,
            entry,
            Act(Choice.EDIT, now, moderator_id),
            _details(entry, revision) | fact,
            about=About.REVISION_TAKEN if is_makers else None,
            printer=printer,
        )
    if fact:
        forget_shown(media, entry, stray, now=now)
    return decided


def refuse_revision(
    engine: Engine,
    revision_id: int,
    *,
    reason: str,
    note: str = "",
    moderator_id: int,
    clock: Clock,
    media: MediaStore,
) -> None:
    """Leave an entry as it is; its maker learns why, if the words were theirs.

    Raises NotFound, Forbidden, Invalid (`reason`) and RevisionOverError.
    """
    now, note = clock.now(), clean_lines(note)[:NOTE_MAX]
    with writing(engine) as session:
        revision, entry = _require_waiting(session, revision_id, moderator_id)
        if revision.by is RevisedBy.MAKER:
            # As for a rejection, and for the same reason.
            require_reason(Choice.REJECT, reason)
        if reason:
            require_known_reason(session, reason)
        _decide(revision, RevisionState.REFUSED, moderator_id, now)
        audit(
            session,
            "revision.refused",
            now=now,
            moderator_id=moderator_id,
            subject=revision.id,
            entry_id=entry.id,
            details={"reason": reason, "by": revision.by.value},
        )
        if revision.by is RevisedBy.MAKER:
            details = {"reason": reason, "note": note}
            notify(session, entry, About.REVISION_REFUSED, now=now, details=details)
        if is_coming(revision):
            call_off(session, entry, Topic.MAKE_PICTURE, now=now)
    if WANTED in revision.changes:
        made = wanted_keys_of(revision.changes)
        forget_upload(engine, entry.id or 0, made=made, media=media)


def _require_waiting(
    session: Session, revision_id: int, moderator_id: int
) -> tuple[Revision, Entry]:
    """Return what waits with its entry, both locked, the entry first as elsewhere."""
    entry_id = session.exec(
        select(Revision.entry_id).where(Revision.id == revision_id)
    ).first()
    if entry_id is None:
        message = "There are no such words."
        raise NotFound(message)
    entry = session.exec(
        select(Entry).where(Entry.id == entry_id).with_for_update()
    ).one()
    require_decider(session, moderator_id, entry)
    revision = session.exec(
        select(Revision).where(Revision.id == revision_id).with_for_update()
    ).one()
    if revision.state is not RevisionState.WAITING:
        raise RevisionOverError
    return revision, entry


def _decide(
    revision: Revision, state: RevisionState, moderator_id: int, now: datetime
) -> None:
    revision.state = state
    revision.decided_at, revision.decided_by = now, moderator_id


def _details(entry: Entry, revision: Revision) -> dict[str, Any]:
    """Return what changes of the entry as it is now; a describer's words are theirs."""
    wanted = {name: each for name, each in revision.changes.items() if name in PARTS}
    if "alt" in wanted:
        # Whatever language somebody else wrote in: these are other words.
        wanted.setdefault("alt_lang", "")
    if revision.by is RevisedBy.DESCRIBER:
        wanted["alt_by"] = AltBy.VOLUNTEER.value
    return {
        name: {"before": read_part(entry, name), "after": value}
        for name, value in wanted.items()
        if value != read_part(entry, name)
    }
