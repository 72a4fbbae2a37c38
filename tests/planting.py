"""Relays of any shape in a real database, and the slow way to know what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from relay.domain.entry import ParentKnown
from relay.domain.geo import City, great_circle_km
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.bootstrap import Relay
    from tests.growing import Record

UNKNOWN_CITY = 1  # no city of the gazetteer


@dataclass(frozen=True)
class Planted:
    """Records as they stand in a database: an entry's number is its id and 100."""

    records: dict[int, Record]
    cities: dict[int, City | None]

    def no(self, entry: int) -> int:
        return 100 + entry

    def above(self, entry: int) -> tuple[int | None, int]:
        """Return the nearest published ancestor, and past how many hidden ones."""
        seen: set[object] = set()
        hidden = 0
        above = self.records[entry].parent
        while above in self.records and not self.records[int(above)].public:
            if above in seen:
                return None, 0
            seen.add(above)
            hidden += 1
            above = self.records[int(above)].parent
        if above not in self.records:
            return None, 0
        if self.records[int(above)].at >= self.records[entry].at:
            return None, 0
        return int(above), hidden

    def leg(self, entry: int) -> float | None:
        """Return the kilometres from the nearest located ancestor."""
        above, _ = self.above(entry)
        while above is not None and self.cities[above] is None:
            above, _ = self.above(above)
        start = None if above is None else self.cities[above]
        end = self.cities[entry]
        return None if start is None or end is None else great_circle_km(start, end)

    def chain(self, entry: int) -> list[int]:
        """Return the published entries from the root to this one."""
        found, above = [entry], self.above(entry)[0]
        while above is not None:
            found.append(above)
            above = self.above(above)[0]
        return found[::-1]

    def branch(self, entry: int) -> set[int]:
        """Return a published entry and all that came of it."""
        return {
            each
            for each, record in self.records.items()
            if record.public and entry in self.chain(each)
        }


def plant(relay: Relay, records: Sequence[Record], season_id: int = 1) -> Planted:
    """Write records as entries; the points become cities of the gazetteer."""
    points = list(dict.fromkeys(each.point for each in records if each.point))
    largest = relay.gazetteer.list_largest(len(points))
    by_point: dict[Any, City] = dict(zip(points, largest, strict=True))
    # In the order of their ids: the table's own order says nothing of time.
    ordered = sorted(records, key=lambda each: int(each.id))
    with Session(relay.engine) as session:
        rows = {int(each.id): _entry(each, by_point, season_id) for each in ordered}
        session.add_all(rows.values())
        session.flush()
        for each in ordered:
            above = rows.get(-1 if each.parent is None else int(each.parent))
            if above is not None and above is not rows[int(each.id)]:
                rows[int(each.id)].parent_id = above.id
                rows[int(each.id)].parent_known = ParentKnown.DECLARED
        session.commit()
    return Planted(
        {int(each.id): each for each in ordered},
        {int(each.id): by_point.get(each.point) for each in ordered},
    )


def _entry(record: Record, by_point: dict[Any, City], season_id: int) -> Entry:
    city = by_point.get(record.point)
    number = 100 + int(record.id)
    return Entry(
        ref=f"ref{season_id}-{number}",
        season_id=season_id,
        token_hash=f"{season_id}-{number}".rjust(64, "0"),
        no=number,
        title=f"Title {number}",
        name=f"Maker {number}",
        lang="en",
        city_id=city.id if city else UNKNOWN_CITY,
        country=city.country if city else "CN",
        moderation=Moderation.APPROVED if record.public else Moderation.TAKEN_DOWN,
        preview=PreviewState.READY,
        started_at=record.submitted,
        submitted_at=record.submitted,
        published_at=record.submitted,
        consent_at=record.submitted,
    )
