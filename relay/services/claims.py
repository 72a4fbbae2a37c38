"""Who passed an entry on: moderators mend what its maker said, or what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.baton import read_code
from relay.domain.entry import ParentKnown
from relay.domain.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from relay.domain.moderation import Moderation
from relay.models import Baton, Entry, ParentDecision, Preview
from relay.services.deciders import require_decider
from relay.services.publish import follow_parent, lock_publication
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock

# Of an entry in these states nobody asks any more where it came from.
_OVER = frozenset({Moderation.DRAFT, Moderation.WITHDRAWN})


@dataclass(frozen=True)
class ParentWish:
    """From whom an entry came, as a moderator sees it who saw it in one `version`.

    By the public number of the entry, or by a baton that was found in the post;
    neither: it begins a relay.
    """

    version: int
    no: int | None = None
    code: str = ""


@dataclass(frozen=True)
class ParentChanged:
    """From whom an entry came after a change, and the entry's version by now."""

    parent_id: int | None
    known: ParentKnown
    version: int


class StaleParentError(Conflict):
    """Somebody changed the entry first; `version` is the one that it has by now."""

    code = "stale_parent"

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(f"The entry was changed meanwhile (version {version}).")


def change_parent(
    engine: Engine,
    ref: str,
    wish: ParentWish,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> ParentChanged:
    """Change from whom an entry came, with its audit row, in one commit.

    The tree, the counts and the cards of a published entry follow. Asking for what
    is so already changes nothing. Raises NotFound, Forbidden, StaleParentError, and
    Invalid (field `parent`: unknown, own, later, circle).
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = _require_entry(session, ref)
        require_decider(session, moderator_id, entry)
        if entry.version != wish.version:
            raise StaleParentError(entry.version)
        parent = _find_parent(session, entry, wish)
        known = _how_known(session, entry, parent)
        before = (entry.parent_id, entry.parent_known)
        after = (parent.id if parent else None, known)
        if after == before:
            return ParentChanged(*before, entry.version)
        _put_parent(session, entry, after, now, moderator_id, printer)
        return ParentChanged(*after, entry.version)


def undo_parent(
    engine: Engine,
    ref: str,
    change_id: int,
    version: int,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> ParentChanged:
    """Take a change of the parent back, as a new row of the log.

    Raises NotFound, Forbidden, Invalid (`parent`: circle), and StaleParentError when
    the entry was changed since `version` or comes from elsewhere by now.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = _require_entry(session, ref)
        require_decider(session, moderator_id, entry)
        wanted = session.get(ParentDecision, change_id)
        if wanted is None or wanted.entry_id != entry.id:
            message = "There is no such change of this entry's parent."
            raise NotFound(message)
        is_so = (entry.parent_id, entry.parent_known)
        if entry.version != version or is_so != (
            wanted.parent_after,
            wanted.known_after,
        ):
            raise StaleParentError(entry.version)
        after = (wanted.parent_before, wanted.known_before)
        parent = session.get(Entry, after[0]) if after[0] else None
        if parent and comes_from(session, parent, entry):
            raise _wrong("circle")
        _put_parent(session, entry, after, now, moderator_id, printer)
        return ParentChanged(*after, entry.version)


def _put_parent(
    session: Session,
    entry: Entry,
    after: tuple[int | None, ParentKnown],
    now: datetime,
    moderator_id: int,
    printer: CardPrinter,
) -> None:
    """Let an entry come from elsewhere, with its row in the log."""
    before = (entry.parent_id, entry.parent_known)
    entry.parent_id, entry.parent_known = after
    entry.version += 1
    follow_parent(session, entry, now=now, printer=printer)
    session.add(
        ParentDecision(
            entry_id=entry.id or 0,
            moderator_id=moderator_id,
            at=now,
            parent_before=before[0],
            parent_after=after[0],
            known_before=before[1],
            known_after=after[1],
            version=entry.version,
        )
    )


def _require_entry(session: Session, ref: str) -> Entry:
    entry = session.exec(
        select(Entry).where(Entry.ref == ref).with_for_update()
    ).first()
    if entry is None:
        message = "There is no entry with this reference."
        raise NotFound(message)
    if entry.moderation in _OVER:
        message = f"The parent of an entry that is {entry.moderation} is not asked for."
        raise Forbidden(message)
    return entry


def _find_parent(session: Session, entry: Entry, wish: ParentWish) -> Entry | None:
    """Return the entry that is meant; raises Invalid when it cannot be the parent."""
    if wish.no is None and not wish.code:
        return None
    parent = _of_baton(session, wish.code) if wish.code else _of_no(session, wish.no)
    if parent is None or parent.season_id != entry.season_id:
        raise _wrong("unknown")
    if parent.id == entry.id:
        raise _wrong("own")
    if not (
        parent.submitted_at
        and entry.submitted_at
        and parent.submitted_at < entry.submitted_at
    ):
        raise _wrong("later")
    if comes_from(session, parent, entry):
        raise _wrong("circle")
    return parent


def _wrong(code: str) -> Invalid:
    return Invalid([FieldError("parent", code)])


def _of_no(session: Session, no: int | None) -> Entry | None:
    return session.exec(
        select(Entry).where(Entry.no == no, Entry.moderation == Moderation.APPROVED)
    ).first()


def _of_baton(session: Session, typed: str) -> Entry | None:
    """Return whose baton it is: the giver may wait for moderators, too."""
    return session.exec(
        select(Entry)
        .join(Baton, col(Baton.entry_id) == col(Entry.id))
        .where(
            Baton.code == read_code(typed),
            col(Baton.revoked_at).is_(None),
            col(Entry.moderation).not_in(_OVER),
        )
    ).first()


def comes_from(session: Session, entry: Entry, other: Entry) -> bool:
    """Whether an entry came from another one, by whatever way."""
    seen: set[int | None] = set()
    above = entry.parent_id
    while above is not None and above not in seen:
        if above == other.id:
            return True
        seen.add(above)
        above = session.exec(
            select(Entry.parent_id).where(Entry.id == above)
        ).one_or_none()
    return False


def _how_known(session: Session, entry: Entry, parent: Entry | None) -> ParentKnown:
    """Return how we know it: by the baton it came with, one in the post, or by word.

    So what a moderator removes by mistake can be put back as it was.
    """
    if parent is None:
        return ParentKnown.NONE
    if parent.id == _owner(session, entry.baton_code):
        return ParentKnown.DECLARED
    preview = session.get(Preview, entry.id)
    if preview and parent.id == _owner(session, preview.baton_code):
        return ParentKnown.INFERRED
    return ParentKnown.CLAIMED


def _owner(session: Session, code: str | None) -> int | None:
    """Return whose a baton is or was: a revoked one was used all the same."""
    if not code:
        return None
    return session.exec(select(Baton.entry_id).where(Baton.code == code)).one_or_none()
