"""What moderators ask of the queue: which state, whose, from where, and what is odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, false, func, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.picture import BANDS, PLAIN, bands, near_bands
from relay.domain.report import URGENT
from relay.domain.scope import Scope
from relay.models import (
    Appeal,
    Approval,
    Entry,
    Hold,
    Look,
    Picture,
    Report,
    Reveal,
    Revision,
    RevisionState,
    Sample,
    Stash,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Select

_HIDDEN = (Moderation.DRAFT, Moderation.WITHDRAWN)
_PLAIN_BANDS = near_bands(bands(PLAIN)[0])


class Mark(StrEnum):
    """What is special about an entry, to be asked for one at a time."""

    URGENT = "urgent"
    REPORTED = "reported"
    APPEAL = "appeal"
    HELD = "held"
    NO_ALT = "no_alt"
    DOUBLE = "double"
    REVISED = "revised"
    CHANGED = "changed"
    SAMPLED = "sampled"
    MINE = "mine"
    ASIDE = "aside"


# What is asked of entries in any state, unless one is named.
OF_ANY_STATE = frozenset(
    {Mark.URGENT, Mark.REPORTED, Mark.REVISED, Mark.CHANGED, Mark.SAMPLED}
)

# What is written down in a table of its own.
FEW = frozenset(Mark) - {Mark.NO_ALT, Mark.DOUBLE}


@dataclass(frozen=True)
class DeskQuestion:
    """Which entries somebody wants to see, with empty words for no matter which.

    `me` is who asks: what was put aside for others, or is approved already and only
    waits for its hour or a second approval, is not in the queue of the waiting.
    """

    state: Moderation | None = Moderation.PENDING
    mark: Mark | None = None
    country: str = ""
    lang: str = ""
    platform: str = ""
    kind: str = ""
    scope: Scope = field(default_factory=Scope)
    me: int | None = None


def conditions_of(asked: DeskQuestion) -> list[ColumnElement[bool]]:
    """Return what holds for the entries that are asked for.

    Of `double` only what can be said by an index: who lists them looks closer.
    """
    return [
        col(Entry.submitted_at).is_not(None),
        _is_in_state(asked),
        *(
            column == value
            for column, value in (
                (col(Entry.country), asked.country),
                (col(Entry.lang), asked.lang),
                (col(Entry.platform), asked.platform),
                (col(Entry.kind), asked.kind),
            )
            if value
        ),
        *within(asked.scope),
        *(_left_out(asked) if asked.state is Moderation.PENDING else ()),
        *((mark_clause(asked.mark, asked.me),) if asked.mark else ()),
    ]


def _is_in_state(asked: DeskQuestion) -> ColumnElement[bool]:
    """Return the condition of the state, which names an index only where it helps.

    Entries with a mark are few, and looked up by their ids: SQLite would else walk
    through all that wait, 16 ms for each mark with 10,000 of them.
    """
    if asked.state is None:
        return col(Entry.moderation).not_in(_HIDDEN)
    if asked.mark in FEW:
        plain = func.coalesce(col(Entry.moderation), col(Entry.moderation))
        return plain == asked.state
    return col(Entry.moderation) == asked.state


def select_waiting(asked: DeskQuestion) -> Select[Any]:
    """Select the ids of entries that are asked for, the oldest first."""
    return (
        select(col(Entry.id))
        .where(*conditions_of(asked))
        .order_by(col(Entry.submitted_at), col(Entry.id))
    )


def narrow(among: Select[Any], ids: Collection[int]) -> Select[Any]:
    """Return the same selection of entries, but only of these."""
    return among.where(col(Entry.id).in_(ids))


def mark_clause(mark: Mark, me: int | None) -> ColumnElement[bool]:
    """Return what holds for an entry that bears a mark."""
    return {
        Mark.URGENT: lambda: _in(
            Report, col(Report.resolved_at).is_(None), col(Report.reason).in_(URGENT)
        ),
        Mark.REPORTED: lambda: _in(Report, col(Report.resolved_at).is_(None)),
        Mark.APPEAL: lambda: _in(Appeal, col(Appeal.decided_at).is_(None)),
        Mark.HELD: lambda: _in(Hold),
        # Written into the statement, so that SQLite may use its partial index.
        Mark.NO_ALT: lambda: col(Entry.alt) == literal_column("''"),
        Mark.DOUBLE: lambda: or_(has_twin(), _may_look_alike()),
        Mark.REVISED: lambda: _in(
            Revision, col(Revision.state) == RevisionState.WAITING
        ),
        Mark.CHANGED: lambda: _in(Look, col(Look.changed_at).is_not(None)),
        Mark.SAMPLED: lambda: _in(Sample, col(Sample.seen_at).is_(None)),
        Mark.MINE: lambda: _in(Stash, _is_for(me)),
        Mark.ASIDE: lambda: _in(Stash),
    }[mark]()


def _in(model: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401 - any table with an entry
    found: ColumnElement[bool] = col(Entry.id).in_(
        select(col(model.entry_id)).where(*where)
    )
    return found


def within(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Yield the limits of a scope, as relay.domain.scope reads them."""
    if scope.countries:
        yield col(Entry.country).in_(sorted(scope.countries))
    if scope.languages:
        yield or_(
            *(
                (col(Entry.lang) == each) | col(Entry.lang).startswith(f"{each}-")
                for each in sorted(scope.languages)
            )
        )
    if scope.activities:
        yield col(Entry.activity).in_(sorted(scope.activities))


def _left_out(asked: DeskQuestion) -> Iterator[ColumnElement[bool]]:
    """Yield what keeps away entries that wait for something else than `me`."""
    yield ~exists().where(
        col(Reveal.entry_id) == col(Entry.id),
        col(Reveal.version) == col(Entry.version),
    )
    if asked.mark is not Mark.ASIDE:
        yield ~exists().where(col(Stash.entry_id) == col(Entry.id), ~_is_for(asked.me))
    if asked.me is not None:
        yield ~exists().where(
            col(Approval.entry_id) == col(Entry.id),
            col(Approval.version) == col(Entry.version),
            col(Approval.moderator_id) == asked.me,
        )


def _is_for(me: int | None) -> ColumnElement[bool]:
    """Whether what was put aside is for `me`, or for anybody else than who did it."""
    if me is None:
        return false()
    return or_(
        and_(col(Stash.for_id).is_not(None), col(Stash.for_id) == me),
        and_(col(Stash.for_id).is_(None), func.coalesce(col(Stash.by_id), 0) != me),
    )


def has_twin() -> ColumnElement[bool]:
    """Return what holds for an entry whose link was sent in another time."""
    other = aliased(Entry)
    return and_(
        col(Entry.canonical) != "",
        exists().where(
            col(other.season_id) == col(Entry.season_id),
            col(other.canonical) == col(Entry.canonical),
            col(other.id) != col(Entry.id),
            col(other.moderation).not_in(_HIDDEN),
        ),
    )


def _may_look_alike() -> ColumnElement[bool]:
    """Whether a part of the picture's fingerprint is that of another entry's.

    Not all that look alike share one: those are found when an entry is opened.
    """
    own, other = aliased(Picture), aliased(Picture)
    parts = [
        (getattr(own, f"band_{at}"), getattr(other, f"band_{at}"))
        for at in range(1, BANDS + 1)
    ]
    return or_(
        *(
            exists(
                select(col(other.id))
                .join(own, part == same)
                .where(
                    col(own.entry_id) == col(Entry.id),
                    col(other.entry_id) != col(own.entry_id),
                    part.not_in(_PLAIN_BANDS),
                )
                .correlate(Entry)
            )
            for part, same in parts
        )
    )
