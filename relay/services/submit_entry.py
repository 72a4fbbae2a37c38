"""Sending an entry in: from a draft on the site, or whole through the API."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from relay.domain.baton import read_code
from relay.domain.entry import (
    CONSENT_VERSION,
    AltBy,
    EntryWords,
    ParentKnown,
    check_words,
    clean_words,
)
from relay.domain.errors import Conflict, FieldError, Invalid, NotFound
from relay.domain.moderation import Moderation
from relay.domain.season import require_open
from relay.domain.secret import hash_token
from relay.domain.text import fold
from relay.models import Baton, Entry, IdempotencyKey, Preview, Season
from relay.services.notices import notify_received
from relay.services.own_link import own_token
from relay.services.proofs import spend_proof
from relay.services.start_entry import (
    check_post_link,
    draft_row,
    find_twin,
    incoming_key,
    insert_entry,
    keeping_incoming,
    link_row,
    remember_work,
    require_season,
)
from relay.services.trust import judge_entry, take_rules
from relay.services.writing import insert_rows, writing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlmodel import Session

    from relay.domain.geo import City
    from relay.domain.trust import RuleBook
    from relay.ports import Dice, Intake
    from relay.services.proofs import Proof
    from relay.services.start_entry import LinkFacts


@dataclass(frozen=True)
class PassedBy:
    """Who passed it on: a code that was given or found, or an entry that was named.

    `found` is the code that a worker found in the draft's post, and that its maker
    says is right. The first of the three counts.
    """

    code: str = ""
    found: str = ""
    claimed_no: int | None = None


@dataclass(frozen=True)
class Once:
    """An idempotency key and the hash of the whole request that came with it."""

    key: str
    request_hash: str


@dataclass(frozen=True)
class Receipt:
    """What the participant gets: the entry's ref, its secret and its baton."""

    entry_id: int
    ref: str
    token: str
    baton: str
    duplicate_of: str | None = None


@dataclass(frozen=True)
class Parent:
    """The entry that passed the baton on, how we know it, and the code it gave."""

    id: int | None
    known: ParentKnown
    code: str | None = None


@dataclass(frozen=True)
class Sending:
    """A whole entry as it comes through the API: words, place, and its baton."""

    words: EntryWords
    city: City | None
    passed_by: PassedBy
    link: str = ""
    picture: bytes | None = None
    season: str | None = None
    once: Once | None = None


def submit_draft(
    intake: Intake,
    token: str,
    words: EntryWords,
    *,
    city: City | None,
    passed_by: PassedBy,
    proof: Proof | None = None,
) -> Receipt:
    """Send a draft in; sending it twice gives the same receipt.

    Raises Invalid naming every field, SeasonClosed, NotFound for an unknown token, and
    ProofSpentError when another entry has come with the proof of work.
    """
    words = clean_words(words)
    now = intake.clock.now()
    with writing(intake.engine) as session:
        rules = take_rules(session)
        entry = session.exec(
            select(Entry).where(Entry.token_hash == hash_token(token)).with_for_update()
        ).first()
        if entry is None or entry.id is None:
            message = "There is no draft behind this link."
            raise NotFound(message)
        if entry.moderation is not Moderation.DRAFT:
            return _receipt_again(session, entry, token)
        require_season_of(session, entry, now)
        words = with_post_alt(session, entry.id, words)
        require_found(session, entry.id, passed_by)
        parent = _check_all(session, entry.season_id, words, city, passed_by)
        if proof is not None:
            spend_proof(session, proof)
        session.execute(
            update(Entry)
            .where(col(Entry.id) == entry.id)
            .values(
                **sent_columns(words, city, parent, now),
                moderation=Moderation.PENDING,
                submitted_at=now,
                version=entry.version + 1,
            )
        )
        _use_baton(session, parent)
        baton = _give_baton(session, entry.id, now, intake.dice)
        _judge(intake, session, rules, entry.id, words, now)
        twin = find_twin(session, entry.season_id, entry.canonical, other_than=entry.id)
    return Receipt(entry.id, entry.ref, token, baton, twin)


def submit_entry(intake: Intake, sending: Sending) -> Receipt:
    """Send a whole entry in: entry, baton and outbox rows in one commit.

    With an idempotency key the same request gives the same receipt for good; the
    same key with another request raises Conflict. Raises Invalid and SeasonClosed.
    """
    try:
        receipt = _submit(intake, sending)
    except IntegrityError:
        if sending.once is None:
            raise
        # The same key came twice at the same moment, and the other one is kept now.
        receipt = _submit(intake, sending)
    intake.doorbell.ring()
    return receipt


def _submit(intake: Intake, sending: Sending) -> Receipt:
    words = clean_words(sending.words)
    picture = sending.picture
    now, ref = intake.clock.now(), intake.dice.ref()
    token = own_token(intake.dice, ref)
    facts, faults = _try_link(sending, intake.allow)
    with (
        keeping_incoming(intake.media, ref, None if faults else picture),
        writing(intake.engine) as session,
    ):
        rules = take_rules(session)
        before = _done_before(session, sending.once, intake.dice)
        if before:
            intake.media.delete(incoming_key(ref))
            return before
        season_id = require_season(session, sending.season, now=now)
        parent = _check_all(
            session, season_id, words, sending.city, sending.passed_by, faults
        )
        row = {
            **draft_row(season_id, ref, token, now),
            **link_row(facts, has_picture=picture is not None),
            **sent_columns(words, sending.city, parent, now),
            "moderation": Moderation.PENDING,
            "submitted_at": now,
        }
        entry_id = insert_entry(session, row)
        remember_work(session, entry_id, facts, has_picture=bool(picture), now=now)
        _use_baton(session, parent)
        baton = _give_baton(session, entry_id, now, intake.dice)
        _remember_once(session, sending.once, entry_id, now)
        _judge(intake, session, rules, entry_id, words, now)
        twin = find_twin(session, season_id, row["canonical"], other_than=entry_id)
    return Receipt(entry_id, ref, token, baton, twin)


def _judge(
    intake: Intake,
    session: Session,
    rules: RuleBook,
    entry_id: int,
    words: EntryWords,
    now: datetime,
) -> None:
    """Let the rules hold the entry, or publish it; tell its maker that it waits."""
    is_public = judge_entry(
        session, rules, entry_id, now=now, dice=intake.dice, printer=intake.printer
    )
    if words.email and not is_public:
        notify_received(session, entry_id, now=now)


def _try_link(
    sending: Sending, allow: Collection[str]
) -> tuple[LinkFacts | None, tuple[FieldError, ...]]:
    """Return the link's facts, or what is wrong with it; a picture may do alone."""
    if not sending.link and sending.picture is not None:
        return None, ()
    if not sending.link:
        return None, (FieldError("link", "missing"),)
    try:
        return check_post_link(sending.link, allow=allow), ()
    except Invalid as error:
        return None, error.fields


def sent_columns(
    words: EntryWords, city: City | None, parent: Parent | None, now: datetime
) -> dict[str, object]:
    """Return the columns that a participant's words fill."""
    columns: dict[str, object] = {
        "title": words.title,
        "alt": words.alt,
        "alt_by": words.alt_by,
        "description": words.description,
        "name": words.name,
        "kind": words.kind,
        "lang": words.lang,
        "email": words.email or None,
        "remind": words.remind,
        "search_text": search_text(words),
        "city_id": city.id if city else None,
        "country": city.country if city else "",
        "activity": words.activity,
        "checkpoint": words.checkpoint,
        "exhibit": words.exhibit,
        "consent_version": CONSENT_VERSION,
        "consent_at": now,
        "by_child": words.by_child,
        "guardian_consent_at": now if words.guardian_consent else None,
    }
    if parent is not None:
        columns |= {
            "parent_id": parent.id,
            "parent_known": parent.known,
            "baton_code": parent.code,
        }
    return columns


def search_text(words: EntryWords | Entry) -> str:
    """Return what the wall's search looks through."""
    return fold(f"{words.title}\n{words.name}\n{words.alt}\n{words.description}")


def require_season_of(session: Session, entry: Entry, now: datetime) -> None:
    """Raise SeasonClosed unless the entry's own season takes entries now."""
    season = session.get_one(Season, entry.season_id)
    require_open(opens_at=season.opens_at, closes_at=season.closes_at, now=now)


def require_whole(
    words: EntryWords, city: City | None, faults: Collection[FieldError] = ()
) -> None:
    """Raise Invalid that names every fault at once, those found before included."""
    found = list(faults)
    try:
        check_words(words)
    except Invalid as error:
        found += error.fields
    if city is None:
        found.append(FieldError("city", "missing"))
    if found:
        raise Invalid(found)


def _check_all(
    session: Session,
    season_id: int,
    words: EntryWords,
    city: City | None,
    passed_by: PassedBy,
    faults: Collection[FieldError] = (),
) -> Parent:
    """Return the parent; raises Invalid with the faults of words, city and baton."""
    found = list(faults)
    parent = Parent(None, ParentKnown.NONE)
    try:
        parent = find_parent(session, season_id, passed_by)
    except Invalid as error:
        found += error.fields
    require_whole(words, city, found)
    return parent


def find_parent(session: Session, season_id: int, passed_by: PassedBy) -> Parent:
    """Return who passed it on; raises Invalid (field `baton`, `passed` or `saw`)."""
    if passed_by.code or passed_by.found:
        return _find_giver(session, season_id, passed_by)
    if passed_by.claimed_no is not None:
        claimed = session.exec(
            select(Entry.id).where(
                Entry.no == passed_by.claimed_no,
                Entry.season_id == season_id,
                Entry.moderation == Moderation.APPROVED,
            )
        ).first()
        if claimed is None:
            raise Invalid([FieldError("saw", "unknown")])
        return Parent(claimed, ParentKnown.CLAIMED)
    return Parent(None, ParentKnown.NONE)


def _find_giver(session: Session, season_id: int, passed_by: PassedBy) -> Parent:
    """Return whose baton it is: one that was used, or was found in the post."""
    field = "baton" if passed_by.code else "passed"
    code = read_code(passed_by.code or passed_by.found)
    giver = session.exec(
        select(Entry.id, Entry.season_id, Baton.revoked_at)
        .join(Baton, col(Baton.entry_id) == col(Entry.id))
        .where(Baton.code == code)
    ).first()
    if giver is None or giver[1] != season_id:
        raise Invalid([FieldError(field, "unknown")])
    if giver[2] is not None:
        raise Invalid([FieldError(field, "revoked")])
    if passed_by.code:
        return Parent(giver[0], ParentKnown.DECLARED, code)
    return Parent(giver[0], ParentKnown.INFERRED)


def require_found(session: Session, entry_id: int, passed_by: PassedBy) -> None:
    """Raise Invalid (field `passed`) unless the baton was found in this post."""
    if passed_by.code or not passed_by.found:
        return
    preview = session.get(Preview, entry_id)
    if preview is None or preview.baton_code != passed_by.found:
        raise Invalid([FieldError("passed", "unknown")])


def with_post_alt(session: Session, entry_id: int, words: EntryWords) -> EntryWords:
    """Use the post's own words for the picture when the maker chose so."""
    if words.alt_by is not AltBy.POST or words.alt:
        return words
    preview = session.get(Preview, entry_id)
    own = (preview.image_alt or preview.description or "") if preview else ""
    return clean_words(replace(words, alt=own[:1000]))


def _use_baton(session: Session, parent: Parent) -> None:
    """Count an entry that comes with a baton, in the commit that keeps it.

    The count never goes down: an entry that is withdrawn later was sent in all the
    same, and its leg stays in the relay. It comes after the entry is written, which
    locks the giver's row first, as those do who withdraw or revoke.
    """
    if parent.code is None:
        return
    counted = session.connection().execute(
        update(Baton)
        .where(col(Baton.code) == parent.code, col(Baton.revoked_at).is_(None))
        .values(used=Baton.used + 1)
    )
    if not counted.rowcount:
        # It was taken back a moment ago.
        raise Invalid([FieldError("baton", "revoked")])


def _give_baton(session: Session, entry_id: int, now: datetime, dice: Dice) -> str:
    code = dice.baton_code()
    row = {"code": code, "entry_id": entry_id, "created_at": now, "revoked_at": None}
    insert_rows(session, Baton, row)
    return code


def _done_before(session: Session, once: Once | None, dice: Dice) -> Receipt | None:
    if once is None:
        return None
    known = session.get(IdempotencyKey, hash_token(once.key))
    if known is None:
        return None
    if not hmac.compare_digest(known.request_hash, once.request_hash):
        message = "This Idempotency-Key was used for another request."
        raise Conflict(message)
    entry = session.get_one(Entry, known.entry_id)
    return _receipt_again(session, entry, own_token(dice, entry.ref))


def _remember_once(
    session: Session, once: Once | None, entry_id: int, now: datetime
) -> None:
    if once:
        session.execute(
            insert(IdempotencyKey).values(
                key_hash=hash_token(once.key),
                request_hash=once.request_hash,
                entry_id=entry_id,
                created_at=now,
            )
        )


def _receipt_again(session: Session, entry: Entry, token: str) -> Receipt:
    baton = session.exec(
        select(Baton.code)
        .where(Baton.entry_id == entry.id, col(Baton.revoked_at).is_(None))
        .order_by(col(Baton.created_at), col(Baton.code))
    ).first()
    twin = find_twin(
        session, entry.season_id, entry.canonical, other_than=entry.id or 0
    )
    return Receipt(entry.id or 0, entry.ref, token, baton or "", twin)
