"""Trust: rules hold entries for people, or let them through at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import delete, func, select
from sqlmodel import col

from relay.domain.errors import NotFound
from relay.domain.links import check_link
from relay.domain.moderation import Actor, Choice, Moderation
from relay.domain.trust import Rule, RuleBook, Verdict
from relay.models import Decision, Entry, Hold, Preview, Sample, TrustRule
from relay.services.audit import audit
from relay.services.decide_step import RULE, Act, take_step
from relay.services.deciders import require_decider
from relay.services.desk_settings import read_settings
from relay.services.publish import lock_publication
from relay.services.start_entry import find_twin
from relay.services.writing import insert_rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine, Pool
    from sqlmodel import Session

    from relay.domain.trust import Hit
    from relay.ports import CardPrinter, Clock, Dice

MOST_HOLDS = 50  # kept of one entry: a card with more of them helps nobody
FOUND_MAX = 500  # characters

# The states in which what the rules find matters to somebody.
_JUDGED = frozenset({Moderation.PENDING, Moderation.CHANGES_ASKED, Moderation.APPROVED})

# How many rules are active, the sum of their ids, and when one was changed last: a rule
# keeps its words for good, so another set of rules has another stamp.
_Stamp = tuple[int, int, str]

# The rules of each database, read again when their stamp is another.
_BOOKS: WeakKeyDictionary[Pool, tuple[_Stamp, RuleBook]] = WeakKeyDictionary()


def take_rules(session: Session) -> RuleBook:
    """Return the rules that count; call it before anything is read or locked.

    Where one of them could let an entry through nobody else publishes until the
    transaction is over.
    """
    book = read_rules(session)
    if book.allows:
        lock_publication(session)
    return book


def read_rules(session: Session) -> RuleBook:
    """Return the rules that count, kept by this process until they change."""
    pool = session.connection().engine.pool
    stamp = _read_stamp(session)
    kept = _BOOKS.get(pool)
    if kept is None or kept[0] != stamp:
        kept = (stamp, RuleBook(list_active(session)))
        _BOOKS[pool] = kept
    return kept[1]


def judge_entry(
    session: Session,
    book: RuleBook,
    entry_id: int,
    *,
    now: datetime,
    dice: Dice,
    printer: CardPrinter,
) -> bool:
    """Hold an entry or let it through, as the rules say; tell whether it is public now.

    `book` is what `take_rules` returned. What held it before is forgotten. One that
    somebody has decided on, whose link was sent in before, or that two must approve, is
    never let through. What holds a public entry takes it nowhere: people look at it.
    """
    session.execute(
        delete(Hold)
        .where(col(Hold.entry_id) == entry_id)
        .execution_options(synchronize_session=False)
    )
    if book.is_empty:
        return False
    session.flush()
    entry = session.get_one(Entry, entry_id, populate_existing=True)
    if entry.moderation not in _JUDGED:
        return False
    verdict = judge_words(book, entry, session.get(Preview, entry_id))
    _keep_holds(session, entry_id, verdict.hits, now=now)
    if verdict.hits and entry.moderation is Moderation.APPROVED:
        _keep_sample(session, entry_id, verdict.hits[0].rule, now=now)
    rule = verdict.allowed_by
    if rule is None or not verdict.lets_through or not _may_pass(session, entry):
        return False
    _let_through(session, entry, rule, now=now, printer=printer)
    every = read_settings(session).sample_one_in
    if every and dice.one_in(every):
        _keep_sample(session, entry_id, rule, now=now)
    return True


def see_sample(engine: Engine, ref: str, *, moderator_id: int, clock: Clock) -> None:
    """Note that somebody has looked at what a rule let through; seen twice is once.

    Raises NotFound and Forbidden.
    """
    now = clock.now()
    with writing(engine) as session:
        row = session.execute(
            select(Sample, Entry)
            .join(Entry, col(Entry.id) == col(Sample.entry_id))
            .where(col(Entry.ref) == ref)
        ).first()
        if row is None:
            message = "No rule let this entry through to be looked at."
            raise NotFound(message)
        sample, entry = row
        require_decider(session, moderator_id, entry)
        if sample.seen_at is None:
            sample.seen_at, sample.seen_by = now, moderator_id
            audit(
                session,
                "sample.seen",
                now=now,
                moderator_id=moderator_id,
                subject=sample.rule_id or "",
                entry_id=entry.id,
            )


def judge_words(book: RuleBook, entry: Entry, preview: Preview | None) -> Verdict:
    """Return what rules say of an entry's words, of its post's, and of its link."""
    final = preview.final_url if preview else ""
    arrived = check_link(final).work if final else None
    return book.judge(
        _words_of(entry, preview), canonical=entry.canonical, arrived=arrived or ""
    )


def find_holding(
    session: Session, entry: Entry, changes: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Return what rules would hold of other words for an entry, as it is kept.

    Nothing lets them through: the entry was decided on before.
    """
    book = read_rules(session)
    words = {name: changes[name] for name in _words_of(entry, None) if name in changes}
    return [
        {
            "pattern": hit.rule.pattern,
            "place": hit.place,
            "found": hit.found[:FOUND_MAX],
        }
        for hit in book.judge(words, canonical=entry.canonical).hits[:MOST_HOLDS]
    ]


def list_active(session: Session) -> list[Rule]:
    """Return the rules that count, the oldest first."""
    rows = session.execute(
        select(col(TrustRule.id), col(TrustRule.kind), col(TrustRule.pattern))
        .where(col(TrustRule.active).is_(True))
        .order_by(col(TrustRule.id))
    )
    return [Rule(*row) for row in rows]


def _words_of(entry: Entry, preview: Preview | None) -> dict[str, str]:
    """Return all words by their place."""
    words = {
        "title": entry.title,
        "alt": entry.alt,
        "description": entry.description,
        "name": entry.name,
    }
    if preview is not None:
        words |= {
            "post_title": preview.title or "",
            "post_author": preview.author or "",
            "post_description": preview.description or "",
            "post_alt": preview.image_alt or "",
        }
    return words


def _may_pass(session: Session, entry: Entry) -> bool:
    """Tell whether nothing but the rules is to be asked about an entry."""
    if entry.moderation is not Moderation.PENDING:
        return False
    if entry.kind.value in read_settings(session).second_approval:
        return False
    me = entry.id or 0
    if find_twin(session, entry.season_id, entry.canonical, other_than=me):
        return False
    decided = select(col(Decision.id)).where(col(Decision.entry_id) == me).limit(1)
    return session.execute(decided).first() is None


def _let_through(
    session: Session, entry: Entry, rule: Rule, *, now: datetime, printer: CardPrinter
) -> None:
    kept = {"id": rule.id, "kind": rule.kind.value, "pattern": rule.pattern}
    act = Act(Choice.APPROVE, now, actor=Actor.RULE)
    take_step(session, entry, act, printer=printer, details={RULE: kept})


def _keep_holds(
    session: Session, entry_id: int, hits: tuple[Hit, ...], *, now: datetime
) -> None:
    rows = [
        {
            "entry_id": entry_id,
            "rule_id": hit.rule.id,
            "kind": hit.rule.kind,
            "pattern": hit.rule.pattern,
            "place": hit.place,
            "found": hit.found[:FOUND_MAX],
            "at": now,
        }
        for hit in hits[:MOST_HOLDS]
    ]
    if rows:
        insert_rows(session, Hold, *rows)


def _keep_sample(session: Session, entry_id: int, rule: Rule, *, now: datetime) -> None:
    sample = session.get(Sample, entry_id) or Sample(entry_id=entry_id, at=now)
    sample.rule_id, sample.at = rule.id, now
    sample.seen_at = sample.seen_by = None
    session.add(sample)


def _read_stamp(session: Session) -> _Stamp:
    count, ids, changed_at = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(col(TrustRule.id)), 0),
            func.max(col(TrustRule.changed_at)),
        ).where(col(TrustRule.active).is_(True))
    ).one()
    return count, int(ids), str(changed_at)
