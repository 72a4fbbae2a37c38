"""Trying rules on past entries before they are switched on; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from relay.domain.moderation import Moderation
from relay.domain.trust import ALLOWS, Rule, RuleBook
from relay.models import Entry, Preview
from relay.services.trust import judge_words, list_active

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from relay.domain.trust import Verdict
    from relay.ports import Clock
    from relay.services.trust_rules import Wanted

LATEST = 5_000  # entries
PATIENCE = timedelta(seconds=2)
EXAMPLES = 25
FOUND_MAX = 120  # characters

_CHUNK = 200
_NEVER_SENT = (Moderation.DRAFT, Moderation.WITHDRAWN)


@dataclass(frozen=True)
class Example:
    """A past entry that the rules would have met: where, and what is written there.

    `place` is empty where it would have been let through.
    """

    ref: str
    no: int | None
    title: str
    lang: str
    moderation: Moderation
    place: str
    found: str
    pattern: str


@dataclass(frozen=True)
class Trial:
    """What rules would have done to the newest `looked_at` entries.

    `is_whole` is False when time was over before all of the newest were looked at.
    `still_held` would have been let through, but other rules hold them.
    """

    looked_at: int
    since: datetime | None
    is_whole: bool
    held: int
    let_through: int
    still_held: int
    examples: tuple[Example, ...]


def try_rules(engine: Engine, wanted: Sequence[Wanted], *, clock: Clock) -> Trial:
    """Run rules over the newest entries, for two seconds at the most."""
    begun = clock.now()
    with Session(engine) as session:
        tried = [
            Rule(-at, each.kind, each.pattern) for at, each in enumerate(wanted, 1)
        ]
        allows = [each for each in tried if each.kind in ALLOWS]
        blocks = [each for each in tried if each.kind not in ALLOWS]
        # What is let through must not be held by the rules that count already.
        others = [each for each in list_active(session) if each.kind not in ALLOWS]
        book = RuleBook([*allows, *blocks, *(others if allows else ())])
        tally = _Tally()
        for rows in _read_newest(session):
            for entry, preview in rows:
                tally.count(entry, judge_words(book, entry, preview))
            if clock.now() - begun > PATIENCE:
                return tally.close(is_whole=tally.looked_at >= LATEST)
        return tally.close(is_whole=True)


class _Tally:
    """Counts what was met, and keeps the first examples."""

    def __init__(self) -> None:
        self.looked_at = 0
        self._since: datetime | None = None
        self._counts = {"held": 0, "let_through": 0, "still_held": 0}
        self._examples: list[Example] = []

    def count(self, entry: Entry, verdict: Verdict) -> None:
        self.looked_at += 1
        self._since = entry.submitted_at
        hits = [each for each in verdict.hits if each.rule.id < 0]
        if hits:
            self._counts["held"] += 1
            first = hits[0]
            self._show(entry, first.rule, first.place, first.found)
        elif verdict.allowed_by is not None and verdict.hits:
            self._counts["still_held"] += 1
        elif verdict.allowed_by is not None:
            self._counts["let_through"] += 1
            self._show(entry, verdict.allowed_by, "", "")

    def close(self, *, is_whole: bool) -> Trial:
        return Trial(
            looked_at=self.looked_at,
            since=self._since,
            is_whole=is_whole,
            examples=tuple(self._examples),
            **self._counts,
        )

    def _show(self, entry: Entry, rule: Rule, place: str, found: str) -> None:
        if len(self._examples) < EXAMPLES:
            self._examples.append(
                Example(
                    entry.ref,
                    entry.no,
                    entry.title,
                    entry.lang,
                    entry.moderation,
                    place,
                    found[:FOUND_MAX],
                    rule.pattern,
                )
            )


def _read_newest(
    session: Session,
) -> Iterator[Sequence[tuple[Entry, Preview | None]]]:
    """Yield the newest entries with what their posts said, some at a time."""
    before: int | None = None
    for _ in range(0, LATEST, _CHUNK):
        asked = (
            select(Entry, Preview)
            .outerjoin(Preview, col(Preview.entry_id) == col(Entry.id))
            .where(
                col(Entry.submitted_at).is_not(None),
                col(Entry.moderation).not_in(_NEVER_SENT),
            )
            .order_by(col(Entry.id).desc())
            .limit(_CHUNK)
        )
        if before is not None:
            asked = asked.where(col(Entry.id) < before)
        rows = [(row[0], row[1]) for row in session.execute(asked)]
        if not rows:
            return
        yield rows
        before = rows[-1][0].id
        session.expunge_all()
