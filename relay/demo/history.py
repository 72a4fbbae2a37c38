"""The demo's history: its own artworks are dated back, as if weeks had passed.

A relay that is sent in within two minutes has no days to play back, and nobody in it
rests. So each entry of the demo gets a time of its own after it was decided, by a plan
that is the same each time. Nothing else is touched, and never outside of a demo.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import Session, col, select

from relay.demo.makers import plan
from relay.domain.entry import ParentKnown
from relay.domain.errors import Conflict
from relay.models import Baton, Decision, Entry, Milestone, Place, Season
from relay.services.edition import turn_edition, turn_relay
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

# How long ago the relay began; where it is large, what was played ended long before
# today, and the others follow it. And how long a moderator takes.
BEGAN, LARGE_BEGAN, LARGE_PLAYED = (timedelta(days=days) for days in (75, 110, 65))
REVIEW = timedelta(hours=3)
SHARE = 0.98  # of the way to today: the last ones came some hours ago

CLAIMED_EVERY, INFERRED_EVERY = 9, 31


@dataclass(frozen=True)
class Era:
    """The days that a demo's entries are spread over, the first of `entries` first."""

    begin: datetime
    end: datetime
    entries: int

    def sent_at(self, n: int) -> datetime:
        """Return when entry `n` was sent in: later ones come in quicker succession."""
        passed = SHARE * math.pow(n / self.entries, 0.8)
        return self.begin + (self.end - self.begin) * passed


def find_era(began: datetime, *, is_large: bool) -> Era:
    """Return the days of a demo's played entries, by when it was first started."""
    if is_large:
        return Era(began - LARGE_BEGAN, began - LARGE_PLAYED, len(plan()))
    return Era(began - BEGAN, began, len(plan()))


class TimeMachine:
    """Dates entries of the demo back; raises Conflict where there is no demo.

    `links` is how the links of the demo's own site begin: an entry that leads anywhere
    else is somebody's real one, and stays as it is.
    """

    def __init__(self, engine: Engine, *, demo: bool, links: str) -> None:
        if not demo or not links:
            message = "Only a demo's own artworks can be dated back."
            raise Conflict(message)
        self._engine = engine
        self._links = links

    def set_back(self, ref: str, n: int, era: Era) -> None:
        """Let entry `n` have been sent in, decided on and passed on in its time."""
        sent = era.sent_at(n)
        with writing(self._engine) as session:
            entry = session.exec(select(Entry).where(Entry.ref == ref)).first()
            if entry is None or not entry.link.startswith(self._links):
                return
            entry.started_at = entry.submitted_at = sent
            if entry.consent_at:
                entry.consent_at = sent
            if entry.published_at:
                entry.published_at = sent + REVIEW
            self._vary_parent(session, entry, n)
            session.add(entry)
            session.flush()
            self._follow(session, entry, sent)
            turn_relay(session, entry.season_id)
            turn_edition(session)

    def _vary_parent(self, session: Session, entry: Entry, n: int) -> None:
        """Let some have claimed their parent, or been found to have one."""
        if entry.baton_code is None:
            return
        if n % CLAIMED_EVERY == CLAIMED_EVERY - 1:
            known = ParentKnown.CLAIMED
        elif n % INFERRED_EVERY == INFERRED_EVERY - 1:
            known = ParentKnown.INFERRED
        else:
            return
        session.execute(
            update(Baton)
            .where(col(Baton.code) == entry.baton_code, col(Baton.used) > 0)
            .values(used=col(Baton.used) - 1)
        )
        entry.parent_known, entry.baton_code = known, None

    def _follow(self, session: Session, entry: Entry, sent: datetime) -> None:
        """Bring what was written beside the entry to its time."""
        published = sent + REVIEW
        for change in (
            update(Baton)
            .where(col(Baton.entry_id) == entry.id)
            .values(created_at=sent),
            update(Decision)
            .where(col(Decision.entry_id) == entry.id)
            .values(at=published),
            update(Place)
            .where(
                col(Place.season_id) == entry.season_id,
                col(Place.first_no) == entry.no,
            )
            .values(first_at=published),
            # It may have been measured between its publication and now.
            update(Milestone)
            .where(
                col(Milestone.season_id) == entry.season_id,
                col(Milestone.no) == entry.no,
            )
            .values(at=sent),
            update(Season)
            .where(col(Season.id) == entry.season_id, col(Season.opens_at) > sent)
            .values(opens_at=sent),
        ):
            session.execute(change)
