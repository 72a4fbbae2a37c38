"""The counts of a seeded relay: made in memory as publication makes them, kept once."""

from __future__ import annotations

from collections import Counter as Count
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, insert, select
from sqlmodel import col

from relay.models import Counter, Flow, Place, Tally, TallyOf
from relay.services.publish import NUMBER

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from relay.services.seed_plan import Planned

CHUNK = 5_000  # rows a statement


@dataclass
class _First:
    country: str
    entries: int
    no: int
    at: datetime


@dataclass
class SeedCounts:
    """Entries by what they are counted by, cities, and passes between cities."""

    tallies: Count[tuple[TallyOf, str]] = field(default_factory=Count)
    places: dict[int, _First] = field(default_factory=dict)
    flows: Count[tuple[int, int]] = field(default_factory=Count)
    cities: Count[tuple[TallyOf, str]] = field(default_factory=Count)
    last_no: int = 0

    def count(self, planned: Planned, no: int, from_city: int | None) -> None:
        """Count one entry, whose number is higher than all before it."""
        city = planned.city
        self.last_no = no
        self.tallies.update(
            (
                (TallyOf.ALL, ""),
                (TallyOf.COUNTRY, city.country),
                (TallyOf.KIND, planned.kind.value),
                (TallyOf.PLATFORM, planned.platform),
                (TallyOf.LANG, planned.words.lang),
            )
        )
        if city.id in self.places:
            self.places[city.id].entries += 1
        else:
            self.cities.update(((TallyOf.ALL, ""), (TallyOf.COUNTRY, city.country)))
            self.places[city.id] = _First(city.country, 1, no, planned.published_at)
        if from_city is not None:
            self.flows[from_city, city.id] += 1


def read_counts(connection: Connection, season_id: int) -> SeedCounts:
    """Return what a season counts already."""
    counts = SeedCounts()
    for tally in connection.execute(_rows(Tally, season_id)):
        counts.tallies[tally.of, tally.value] = tally.entries
        if tally.cities is not None:
            counts.cities[tally.of, tally.value] = tally.cities
    for place in connection.execute(_rows(Place, season_id)):
        counts.places[place.city_id] = _First(
            place.country, place.entries, place.first_no, place.first_at
        )
    for flow in connection.execute(_rows(Flow, season_id)):
        counts.flows[flow.from_city, flow.to_city] = flow.passes
    last = connection.scalar(
        select(col(Counter.value)).where(col(Counter.name) == NUMBER)
    )
    counts.last_no = last or 0
    return counts


def store_counts(connection: Connection, season_id: int, counts: SeedCounts) -> None:
    """Keep the counts in place of those that were there."""
    season = {"season_id": season_id}
    for model, rows in (
        (
            Tally,
            [
                {
                    **season,
                    "of": key[0],
                    "value": key[1],
                    "entries": entries,
                    "cities": counts.cities.get(key),
                }
                for key, entries in counts.tallies.items()
            ],
        ),
        (
            Place,
            [
                {
                    **season,
                    "city_id": city_id,
                    "country": each.country,
                    "entries": each.entries,
                    "first_no": each.no,
                    "first_at": each.at,
                }
                for city_id, each in counts.places.items()
            ],
        ),
        (
            Flow,
            [
                {**season, "from_city": one, "to_city": other, "passes": passes}
                for (one, other), passes in counts.flows.items()
            ],
        ),
    ):
        table = table_of(model)
        connection.execute(delete(table).where(table.c.season_id == season_id))
        insert_many(connection, model, rows)
    connection.execute(delete(table_of(Counter)).where(col(Counter.name) == NUMBER))
    insert_many(connection, Counter, [{"name": NUMBER, "value": counts.last_no}])


def insert_many(
    connection: Connection, model: type, rows: list[dict[str, Any]]
) -> None:
    """Insert rows in chunks, without making objects of them."""
    for at in range(0, len(rows), CHUNK):
        connection.execute(insert(table_of(model)), rows[at : at + CHUNK])


def table_of(model: type) -> Table:
    """Return a model's table."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]


def _rows(model: type, season_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own type names every column
    table = table_of(model)
    return select(table).where(table.c.season_id == season_id)
