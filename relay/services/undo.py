"""Taking a decision back: a new row in the log, and the entry as it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import BESIDE, Choice, Moderation
from relay.domain.undoing import (
    NEVER_UNDONE,
    PICTURE,
    Line,
    list_in_the_way,
    parts_touched,
)
from relay.models import Approval, Decision, Entry, Reveal, Stash
from relay.services.approve import put_approval, put_reveal
from relay.services.decide import Decided
from relay.services.decide_step import (
    RULE,
    Act,
    StaleDecisionError,
    Taken,
    Wish,
    as_kept,
    keep_decision,
    move,
    require_sent,
    require_version,
)
from relay.services.deciders import require_decider
from relay.services.edit_entry import PARTS, put_words, read_part
from relay.services.merge import is_there, join, part
from relay.services.print_again import print_if_public
from relay.services.publish import lock_publication
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock
    from relay.services.decide_step import Beside, Details

# What stands beside an entry, and is good for one version of it.
_BESIDE = frozenset({"stash", "approval", "reveal"})
# What of it changes with the entry, and says nothing of whether it is still there.
_PASSING = frozenset({"version", "reveal_at"})


@dataclass(frozen=True)
class _Undoing:
    """One entry, the decision on it that is taken back, and who takes it back."""

    session: Session
    entry: Entry
    wanted: Decision
    act: Act
    printer: CardPrinter


def undo(
    engine: Engine,
    ref: str,
    decision_id: int,
    version: int | None,
    *,
    note: str = "",
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> Decided:
    """Take one decision back, however old; what took one back can be, too.

    Without a `version` the one is meant that the decision left, as right after it.

    The entry keeps its number. Raises NotFound, Forbidden (an appeal is never taken
    back), and StaleDecisionError with what stands in the way when the entry is not as
    the decision left it any more, or was changed since `version`.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = require_sent(session, ref)
        require_decider(session, moderator_id, entry)
        log = _read_log(session, entry)
        wanted = _require_decision(log, decision_id)
        seen = wanted.version if version is None else version
        wish = Wish(Choice.UNDO, seen, note=note)
        require_version(session, entry, wish)
        _require_undoable(session, entry, log, wanted, wish)
        act = Act(Choice.UNDO, now, moderator_id, note=note)
        undone = _take_back(_Undoing(session, entry, wanted, act, printer))
        session.flush()
        return Decided(entry.no, entry.moderation, entry.version, undone.id or 0)


def _take_back(undoing: _Undoing) -> Decision:
    session, entry, wanted = undoing.session, undoing.entry, undoing.wanted
    before, seen = entry.moderation, entry.version
    if read_line(wanted).touches != {"stash"}:
        entry.version += 1
    # The words first: what is published shows them, and is counted by them.
    details = _put_words_back(undoing)
    if wanted.before is not wanted.after:
        move(
            session,
            entry,
            wanted.before,
            now=undoing.act.at,
            printer=undoing.printer,
        )
    details |= _put_merge_back(undoing)
    details |= _put_beside_back(undoing, seen)
    return keep_decision(
        session,
        entry,
        undoing.act,
        before=before,
        details=details,
        undoes_id=wanted.id,
    )


def _read_log(session: Session, entry: Entry) -> Sequence[Decision]:
    return session.exec(
        select(Decision).where(Decision.entry_id == entry.id).order_by(col(Decision.id))
    ).all()


def _require_decision(log: Sequence[Decision], decision_id: int) -> Decision:
    for each in log:
        if each.id == decision_id:
            return each
    message = "There is no such decision on this entry."
    raise NotFound(message)


def _require_undoable(
    session: Session,
    entry: Entry,
    log: Sequence[Decision],
    wanted: Decision,
    wish: Wish,
) -> None:
    if wanted.choice in NEVER_UNDONE:
        message = f"What is decided {wanted.choice.value} is not taken back."
        raise Forbidden(message)
    in_the_way = list_in_the_way([read_line(each) for each in log], wanted.id or 0)
    if in_the_way:
        raise _stale(wish, log, in_the_way[-1], entry)
    if not _is_as_left(session, entry, wanted):
        raise _stale(wish, log, log[-1].id or 0, entry)


def read_line(decision: Decision) -> Line:
    """Return a decision as undoing looks at it."""
    return Line(
        decision.id or 0,
        decision.choice,
        parts_touched(decision.before, decision.after, decision.details),
        decision.undoes_id,
    )


def _stale(
    wish: Wish, log: Sequence[Decision], found_id: int, entry: Entry
) -> StaleDecisionError:
    found = next(each for each in log if each.id == found_id)
    taken = Taken(found.choice, found.reason, found.note, found.at, found.version)
    return StaleDecisionError(wish, taken, entry.version)


def _is_as_left(session: Session, entry: Entry, wanted: Decision) -> bool:
    """Tell whether an entry is as a decision left it, in all that it has touched.

    What its maker has withdrawn never is, nor a duplicate of what is gone itself.
    """
    if entry.moderation is Moderation.WITHDRAWN:
        return False
    merged = (wanted.details or {}).get("merged")
    if merged and merged["after"] is None and not is_there(session, merged["before"]):
        return False
    if wanted.before is not wanted.after and entry.moderation is not wanted.after:
        return False
    return all(
        _read(session, entry, name) == _comparable(name, each["after"])
        for name, each in (wanted.details or {}).items()
        if name not in {RULE, PICTURE}
    )


def _read(session: Session, entry: Entry, name: str) -> Any:  # noqa: ANN401 - as kept
    """Return a part of an entry as the log's details hold it."""
    if name in PARTS:
        return read_part(entry, name)
    if name == "blurred":
        return entry.blurred
    if name == "merged":
        return entry.merged_into
    return _comparable(name, as_kept(_find_beside(session, entry, name, entry.version)))


def _find_beside(
    session: Session, entry: Entry, name: str, version: int
) -> Beside | None:
    """Return what stands beside an entry under a name, if it is of this version."""
    if name == "stash":
        return session.get(Stash, entry.id)
    found: Approval | Reveal | None = (
        session.get(Approval, entry.id)
        if name == "approval"
        else session.get(Reveal, entry.id)
    )
    return found if found and found.version == version else None


def _may_wait(entry: Entry, name: str) -> bool:
    if name == "stash":
        return entry.moderation in BESIDE[Choice.STASH]
    return entry.moderation is Moderation.PENDING


def _comparable(name: str, kept: Any) -> Any:  # noqa: ANN401 - as before
    """Return what of a part must be the same for it to count as unchanged."""
    if name == "merged":
        return kept["into"] if kept else None
    if name in _BESIDE and kept:
        return {key: kept[key] for key in kept if key not in _PASSING}
    return kept


def _put_words_back(undoing: _Undoing) -> Details:
    """Put back words, city and veil; return what has changed."""
    entry = undoing.entry
    details = undoing.wanted.details or {}
    words = {name: details[name]["before"] for name in details if name in PARTS}
    changed = {
        name: {"before": read_part(entry, name), "after": words[name]} for name in words
    }
    if words:
        put_words(
            undoing.session, entry, words, now=undoing.act.at, printer=undoing.printer
        )
    if "blurred" in details:
        blurred = details["blurred"]["before"]
        changed["blurred"] = {"before": entry.blurred, "after": blurred}
        entry.blurred = blurred
        undoing.session.flush()
        print_if_public(undoing.session, entry, printer=undoing.printer)
    return changed


def _put_merge_back(undoing: _Undoing) -> Details:
    """Take a duplicate out of the entry that was kept, or merge it again."""
    merged = (undoing.wanted.details or {}).get("merged")
    if merged is None:
        return {}
    session, entry, act = undoing.session, undoing.entry, undoing.act
    if merged["after"] is not None:
        part(session, entry, merged["after"], act=act, printer=undoing.printer)
        return {"merged": {"before": merged["after"], "after": None}}
    kept = session.get_one(Entry, merged["before"]["into"])
    moved = join(session, entry, kept, act=act, printer=undoing.printer)
    return {"merged": {"before": None, "after": moved}}


def _put_beside_back(undoing: _Undoing, seen: int) -> Details:
    """Put back what stood beside the entry: a stash, a first approval, a reveal.

    An approval or a reveal is of the entry as it was: it comes back only when nothing
    has happened in between, and a reveal only while its time is to come.
    """
    session, entry = undoing.session, undoing.entry
    changed: Details = {}
    for name, each in (undoing.wanted.details or {}).items():
        if name not in _BESIDE:
            continue
        row = _find_beside(session, entry, name, seen)
        before = as_kept(row)
        is_same = undoing.wanted.version == seen or name == "stash"
        after = _put_one_back(undoing, name, row, each["before"] if is_same else None)
        if before != after:
            changed[name] = {"before": before, "after": after}
    return changed


def _put_one_back(
    undoing: _Undoing, name: str, row: Beside | None, kept: Details | None
) -> Details | None:
    session, entry = undoing.session, undoing.entry
    at = datetime.fromisoformat(kept["at"]) if kept else None
    is_over = name == "reveal" and at is not None and at <= undoing.act.at
    if kept is None or at is None or is_over or not _may_wait(entry, name):
        if row is not None:
            session.delete(row)
        return None
    if name == "reveal":
        row = put_reveal(session, entry, at, moderator_id=kept["moderator_id"])
    elif name == "approval":
        row = put_approval(session, entry, at, moderator_id=kept["moderator_id"])
    else:
        row = row if isinstance(row, Stash) else Stash(entry_id=entry.id or 0, at=at)
        row.by_id, row.for_id = kept["by_id"], kept["for_id"]
        row.note, row.at = kept["note"], at
        session.add(row)
    return as_kept(row)
