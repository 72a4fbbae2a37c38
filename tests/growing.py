"""Relays for tests of the figures: a few entries by hand, or a forest at random."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from relay.domain.entry import Kind, ParentKnown
from relay.domain.relay_columns import KINDS, KNOWN, Labels, lay_out
from relay.domain.relay_figures import measure
from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import NOWHERE, Entries, grow_forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.geo import Point
    from relay.domain.relay_columns import Columns

BEGIN = datetime(2026, 9, 1, 12, tzinfo=UTC)
NANJING, PARIS, FIJI = (32.06167, 118.77778), (48.85341, 2.3488), (-18.14161, 178.44149)
HONOLULU = (21.30694, -157.85833)


@dataclass(frozen=True)
class Record:
    """One entry as a file or a database has it; `at` are days since BEGIN."""

    id: int | str
    parent: int | str | None
    at: float
    point: Point | None = NANJING
    public: bool = True

    @property
    def submitted(self) -> datetime:
        return BEGIN + timedelta(days=self.at)


def entries_of(records: Sequence[Record]) -> Entries:
    """Return records in columns."""
    points = list(dict.fromkeys(each.point for each in records if each.point))
    return Entries(
        ids=[each.id for each in records],
        parents=[each.parent for each in records],
        times=[microseconds(each.submitted) for each in records],
        cities=[
            points.index(each.point) if each.point else NOWHERE for each in records
        ],
        public=[each.public for each in records],
        points=points,
    )


def columns_of(records: Sequence[Record]) -> Columns:
    """Return records in preorder; an entry's number is its id and 100.

    The cities are numbered from 1, and lie in two countries, turn by turn.
    """
    entries = entries_of(records)
    many = len(records)
    cities = len(entries.points)
    labels = Labels(
        nos=[100 + int(each.id) if each.public else 0 for each in records],
        kinds=bytes([KINDS.index(Kind.INDIVIDUAL)]) * many,
        known=bytes([KNOWN.index(ParentKnown.DECLARED)]) * many,
        city_ids=list(range(1, cities + 1)),
        city_countries=[("CN", "FR")[at % 2] for at in range(cities)],
    )
    return lay_out(measure(grow_forest(entries), now=10**18), labels)


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def one_a_day(parents: Sequence[int | None]) -> list[Record]:
    """Return entries 0, 1, 2 …, each sent in a day after the one before."""
    return [Record(at, parent, at) for at, parent in enumerate(parents)]


def random_records(seed: int) -> list[Record]:
    """Return a relay with everything that may be wrong with one, shuffled.

    Hidden entries, entries without a city, several at one moment, parents that are
    unknown, later, hidden, or in a circle.
    """
    dice = random.Random(seed)  # noqa: S311 - an invented relay, no secret
    count = dice.choice([0, 1, 2, 3, 8, 20, 60])
    places: list[Point | None] = [None, NANJING, PARIS, FIJI, HONOLULU]
    places += [(dice.uniform(-90, 90), dice.uniform(-180, 180)) for _ in range(4)]
    span = dice.choice([1, 10, 200])
    hidden, wrong = dice.choice([0, 0.1, 0.5]), dice.choice([0, 0.05, 0.3])
    records = []
    for number in range(count):
        parent: int | None = dice.randrange(number) if number else None
        if dice.random() < wrong:
            parent = dice.randrange(count + 2)
        if dice.random() < 0.2:
            parent = None
        at = number * span / count
        records.append(
            Record(
                id=number,
                parent=parent,
                at=round(at) if dice.random() < 0.2 else at,
                point=dice.choice(places[: dice.choice([1, 3, 9])]),
                public=dice.random() >= hidden,
            )
        )
    dice.shuffle(records)
    return records
