"""Changing an entry that waits for moderators, with its maker's private link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from relay.domain.entry import CONSENT_VERSION, AltBy, EntryWords, clean_words
from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import (
    MAKER_MAY_CHANGE,
    Moderation,
)
from relay.domain.secret import hash_token
from relay.models import (
    UNFINISHED,
    Entry,
    Look,
    OutboxRow,
    OutboxState,
    Preview,
    RevisedBy,
    Revision,
    RevisionState,
    Topic,
)
from relay.services.edit_entry import read_part
from relay.services.end_description import end_descriptions
from relay.services.seen_words import require_seen
from relay.services.start_entry import keep_incoming, remember_work
from relay.services.submit_entry import (
    require_whole,
    sent_columns,
    with_post_alt,
)
from relay.services.trust import judge_entry, take_rules
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from relay.domain.geo import City
    from relay.ports import Intake


def change_entry(
    intake: Intake, token: str, words: EntryWords, *, city: City | None, seen: str = ""
) -> None:
    """Change the words of an entry that waits; it goes (back) to the moderators.

    What was changed because they asked is kept beside it, with what it was before. The
    rules look at the new words. `seen` is the mark of the words that the form showed.
    Raises Invalid, Forbidden once it is decided, ChangedMeanwhileError, NotFound.
    """
    words = clean_words(words)
    now = intake.clock.now()
    with writing(intake.engine) as session:
        rules = take_rules(session)
        entry = require_own(session, token)
        if entry.moderation not in MAKER_MAY_CHANGE:
            message = "This entry was decided and cannot be changed any more."
            raise Forbidden(message)
        require_seen(entry, None, seen)
        consent = consent_columns(entry, words, now)
        words = with_consent(entry, words)
        # What only the API can say of an entry stays as it was said.
        words = replace(
            words,
            activity=words.activity or entry.activity,
            checkpoint=words.checkpoint or entry.checkpoint,
            exhibit=words.exhibit or entry.exhibit,
        )
        words = with_own_alt(entry, with_post_alt(session, entry.id or 0, words))
        require_whole(words, city)
        if entry.moderation is Moderation.CHANGES_ASKED:
            _keep_repair(session, entry, parts_of(words, city), now=now)
        session.execute(
            update(Entry)
            .where(col(Entry.id) == entry.id)
            .values(
                **(sent_columns(words, city, None, now) | consent),
                alt_lang=entry.alt_lang if words.alt == entry.alt else "",
                moderation=Moderation.PENDING,
                version=entry.version + 1,
            )
        )
        if words.alt:
            end_descriptions(session, entry.id or 0, now=now)
        judge_entry(
            session,
            rules,
            entry.id or 0,
            now=now,
            dice=intake.dice,
            printer=intake.printer,
        )


def has_agreed(entry: Entry) -> bool:
    """Tell whether its maker has agreed to the text of today.

    Other words need no other consent; another picture does, which its form asks for.
    """
    return bool(entry.consent_at) and entry.consent_version == CONSENT_VERSION


def with_consent(entry: Entry, words: EntryWords) -> EntryWords:
    """Let the consent stand that was given for an entry."""
    return replace(words, consent=words.consent or has_agreed(entry))


def consent_columns(
    entry: Entry, words: EntryWords, now: datetime
) -> dict[str, object]:
    """Return when who agreed: now where it was ticked anew, else when it was."""
    since = entry.guardian_consent_at or now
    return {
        "consent_version": CONSENT_VERSION if words.consent else entry.consent_version,
        "consent_at": now if words.consent else entry.consent_at,
        "by_child": words.by_child,
        "guardian_consent_at": since if words.guardian_consent else None,
    }


def with_own_alt(entry: Entry, words: EntryWords) -> EntryWords:
    """Call an alt text its maker's where they have changed a volunteer's."""
    is_changed = words.alt and words.alt != entry.alt
    if words.alt_by is AltBy.VOLUNTEER and is_changed:
        return replace(words, alt_by=AltBy.MAKER)
    return words


def parts_of(words: EntryWords, city: City | None) -> dict[str, Any]:
    """Return what a maker says of an entry in parts, as the audit log has them."""
    return {
        "title": words.title,
        "alt": words.alt,
        "alt_by": words.alt_by.value,
        "description": words.description,
        "name": words.name,
        "kind": words.kind.value,
        "lang": words.lang,
        "city": [city.id, city.country] if city else [None, ""],
    }


def _keep_repair(
    session: Session, entry: Entry, wanted: dict[str, Any], *, now: datetime
) -> None:
    """Keep what a maker has changed as they were asked, for whoever looks next."""
    before = {name: read_part(entry, name) for name in wanted}
    changes = {name: each for name, each in wanted.items() if each != before[name]}
    session.add(
        Revision(
            entry_id=entry.id or 0,
            by=RevisedBy.MAKER,
            before={name: before[name] for name in changes},
            changes=changes,
            state=RevisionState.TAKEN,
            at=now,
            decided_at=now,
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
        call_off(session, entry, Topic.MAKE_PICTURE, now=now)
        keep_incoming(intake.media, entry.ref, picture)
        remember_work(session, entry.id or 0, None, has_picture=True, now=now)
        entry.version += 1
    intake.doorbell.ring()


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


def forget_preview(session: Session, entry: Entry) -> None:
    """Forget what an entry's link gave."""
    for model in (Preview, Look):
        session.execute(delete(model).where(col(model.entry_id) == entry.id))


def call_off(session: Session, entry: Entry, topic: Topic, *, now: datetime) -> None:
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
