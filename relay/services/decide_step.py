"""One step of an entry, in the transaction of whoever takes it, with all that follows.

Whoever decides (a moderator, a rule, reports, the clock, the maker who appeals) comes
through here, so that publication, the audit log and the notice are never apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from relay.domain.errors import Conflict, NotFound
from relay.domain.moderation import Actor, Choice, Moderation, step
from relay.domain.notice import STANDING, About
from relay.domain.text import clean_lines
from relay.models import Appeal, Approval, Decision, Entry, Lease, Reveal, Stash
from relay.services.answer_reports import follow_reports
from relay.services.notices import notify
from relay.services.publish import publish, unpublish

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from relay.ports import CardPrinter

NOTE_MAX = 2_000

# What the maker is told of each decision; of the others it is nobody's business.
TOLD: dict[Choice, About] = {
    Choice.APPROVE: About.APPROVED,
    Choice.REJECT: About.REJECTED,
    Choice.ASK_CHANGES: About.CHANGES_ASKED,
    Choice.TAKE_DOWN: About.TAKEN_DOWN,
    Choice.RESTORE: About.RESTORED,
    Choice.MERGE: About.MERGED,
    Choice.EDIT: About.EDITED,
    Choice.UNDO: About.TAKEN_BACK,
}

# Where the log names the rule that let an entry through: a fact, and no change.
RULE = "rule"

# What stands beside an entry.
Beside = Approval | Reveal | Stash

# What was changed, by its name: {"before": …, "after": …}, plain data.
Details = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """What somebody does, as it will stand in the audit log."""

    choice: Choice
    at: datetime
    moderator_id: int | None = None
    actor: Actor = Actor.MODERATOR
    reason: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Taken:
    """A decision that somebody has taken already."""

    choice: Choice
    reason: str | None
    note: str
    at: datetime
    version: int


@dataclass(frozen=True)
class Wish:
    """What a moderator wants, having seen the entry in one `version`.

    `reason` is the key of one of the reasons in use. An approval with `reveal_at` (in
    aware UTC) is public from then on.
    """

    choice: Choice
    version: int
    reason: str | None = None
    note: str = ""
    reveal_at: datetime | None = None


class StaleDecisionError(Conflict):
    """Somebody changed the entry first; holds the newest decision and the wish."""

    code = "stale_decision"

    def __init__(self, wish: Wish, newest: Taken | None, version: int) -> None:
        self.wish = wish
        self.newest = newest
        self.version = version
        super().__init__(
            f"The entry was changed meanwhile (version {version}, not {wish.version})."
        )


def require_sent(session: Session, ref: str) -> Entry:
    """Return an entry that was sent in, its row locked; raises NotFound."""
    entry = session.exec(
        select(Entry).where(Entry.ref == ref).with_for_update()
    ).first()
    if entry is None or entry.moderation is Moderation.DRAFT:
        message = "There is no entry with this reference."
        raise NotFound(message)
    return entry


def require_version(session: Session, entry: Entry, wish: Wish) -> None:
    """Raise StaleDecisionError unless the entry is as the moderator saw it."""
    if entry.version != wish.version:
        raise StaleDecisionError(wish, find_newest(session, entry), entry.version)


def find_newest(session: Session, entry: Entry) -> Taken | None:
    """Return the newest decision on an entry."""
    found = session.exec(
        select(Decision)
        .where(Decision.entry_id == entry.id)
        .order_by(col(Decision.id).desc())
    ).first()
    return (
        None
        if found is None
        else Taken(found.choice, found.reason, found.note, found.at, found.version)
    )


def take_step(
    session: Session,
    entry: Entry,
    act: Act,
    *,
    printer: CardPrinter,
    details: Details | None = None,
) -> Decision:
    """Bring an entry where a decision brings it; return the row of the audit log.

    Hold the publication's lock, and the entry's row. What waited beside the entry (a
    first approval, a reveal, somebody's second opinion) is over. Raises Forbidden when
    the step is not allowed.
    """
    before = entry.moderation
    after = step(before, act.choice)
    details = {**_clear_table(session, entry), **(details or {})}
    entry.version += 1
    move(session, entry, after, now=act.at, printer=printer)
    return keep_decision(session, entry, act, before=before, details=details)


def move(
    session: Session,
    entry: Entry,
    to: Moderation,
    *,
    now: datetime,
    printer: CardPrinter,
) -> None:
    """Move an entry to a state, into the public or out of it where that means so."""
    if to is entry.moderation:
        return
    if to is Moderation.APPROVED:
        publish(session, entry, now=now, printer=printer)
    elif entry.moderation is Moderation.APPROVED:
        unpublish(session, entry, to=to, now=now)
    else:
        entry.moderation = to


def keep_decision(
    session: Session,
    entry: Entry,
    act: Act,
    *,
    before: Moderation,
    details: Details | None = None,
    undoes_id: int | None = None,
    about: About | None = None,
) -> Decision:
    """Write a decision into the audit log, and tell the maker what is theirs to know.

    The entry is by now as the decision leaves it. It is in nobody's hands any more.
    `about` is what the maker is told when it is not what such a decision usually means.
    """
    decision = Decision(
        entry_id=entry.id or 0,
        moderator_id=act.moderator_id,
        actor=act.actor,
        at=act.at,
        choice=act.choice,
        before=before,
        after=entry.moderation,
        reason=act.reason,
        note=clean_lines(act.note)[:NOTE_MAX],
        version=entry.version,
        details=details or None,
        undoes_id=undoes_id,
    )
    session.add(decision)
    session.execute(delete(Lease).where(col(Lease.entry_id) == entry.id))
    if before is not entry.moderation:
        _follow_appeal(session, entry, now=act.at)
        follow_reports(session, entry, decision)
    about = about or TOLD.get(act.choice)
    if about and (before is not entry.moderation or about not in STANDING):
        notify(session, entry, about, now=act.at, decision=decision)
    return decision


def _follow_appeal(session: Session, entry: Entry, *, now: datetime) -> None:
    """Note that a maker's appeal is decided, or that it waits again."""
    waits = entry.moderation is Moderation.PENDING
    session.execute(
        update(Appeal)
        .where(col(Appeal.entry_id) == entry.id)
        .values(decided_at=None if waits else now)
        .execution_options(synchronize_session=False)
    )


def as_kept(row: Beside | None) -> Details | None:
    """Return what stands beside an entry as plain data for the audit log."""
    if row is None:
        return None
    kept = row.model_dump(exclude={"entry_id"})
    kept["at"] = row.at.isoformat()
    return kept


def _clear_table(session: Session, entry: Entry) -> Details:
    """Take away what waited beside an entry; return it for the audit log.

    What was of an older version of it had lapsed, and does not come back.
    """
    details: Details = {}
    beside: tuple[tuple[str, Beside | None], ...] = (
        ("stash", session.get(Stash, entry.id)),
        ("approval", session.get(Approval, entry.id)),
        ("reveal", session.get(Reveal, entry.id)),
    )
    for name, row in beside:
        if row is None:
            continue
        session.delete(row)
        if isinstance(row, Stash) or row.version == entry.version:
            details[name] = {"before": as_kept(row), "after": None}
    return details
