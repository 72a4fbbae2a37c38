"""The rows that a season's relay is measured from: who passed on to whom, when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Text, case, cast, func, literal, literal_column, select
from sqlmodel import col

from relay.domain.iso_times import read_times
from relay.domain.relay_columns import KINDS, KNOWN, pack_column
from relay.domain.relay_forest import NOWHERE, Entries
from relay.models import Baton, Entry
from relay.queries.published import published

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt
    from sqlalchemy import BindParameter, ColumnElement, Connection, Select
    from sqlalchemy.orm import Mapped

    from relay.domain.forest_sums import Ints
    from relay.domain.geo import City, Point
    from relay.ports import Gazetteer

    Letters = npt.NDArray[np.uint8]

CITIES_AT_ONCE = 500  # in one question

# A time in UTC, always in so many characters: "2026-09-01 12:00:00.000000".
_TIMES = {
    "sqlite": "entry.submitted_at",
    "postgresql": "to_char(entry.submitted_at AT TIME ZONE 'UTC',"
    " 'YYYY-MM-DD HH24:MI:SS.US')",
}
_FORM = "9999-99-99 99:99:99.999999"


@dataclass(frozen=True)
class RelayRows:
    """A season's entries, published or hidden, in packed columns.

    `entries.cities` points into `city_ids` and `city_countries`. `nos` are public
    numbers, 0 for what was never published; `known` are places in KNOWN, `kinds` in
    KINDS. `unlocated` has by id the country or region of those published entries
    whose city nobody knows any more.
    """

    entries: Entries
    city_ids: list[int]
    city_countries: list[str]
    nos: array[int]
    known: bytes
    kinds: bytes
    unlocated: dict[int | str, str]


@dataclass(frozen=True)
class Batons:
    """How many batons were given out in a season, and how many of them were used."""

    given: int
    used: int

    @property
    def acceptance(self) -> float | None:
        """Which share was used. BookCrossing's yardstick is 0.1 to 0.2."""
        return self.used / self.given if self.given else None


def read_relay(
    connection: Connection, season_id: int, *, gazetteer: Gazetteer
) -> RelayRows:
    """Return everything that was sent in to a season, so that hidden ones are known.

    In the order of sending. A city that the gazetteer does not know any more counts
    as none.
    """
    read = _read_columns(connection, season_id)
    order = np.lexsort((read.ids, read.times))
    places = _Places(gazetteer)
    return RelayRows(
        Entries(
            ids=pack_column("q", read.ids[order]),
            parents=pack_column("q", read.parents[order]),
            times=pack_column("q", read.times[order]),
            cities=pack_column("i", places.find_all(read.city_ids[order])),
            public=read.public[order].tobytes(),
            points=places.points,
        ),
        city_ids=places.ids,
        city_countries=places.countries,
        nos=pack_column("i", read.nos[order]),
        known=read.known[order].tobytes(),
        kinds=read.kinds[order].tobytes(),
        unlocated=_find_unlocated(connection, season_id, places.unknown),
    )


def count_batons(connection: Connection, season_id: int) -> Batons:
    """Count a season's batons; one was used if somebody sent an entry in with it."""
    given, were_used = connection.execute(
        select(func.count(), func.sum(case((col(Baton.used) > 0, 1), else_=0)))
        .select_from(Baton)
        .join(Entry, col(Entry.id) == col(Baton.entry_id))
        .where(col(Entry.season_id) == season_id)
    ).one()
    return Batons(given, were_used or 0)


@dataclass(frozen=True)
class _Read:
    """What was read of a season's entries, in any order; 0 is none."""

    times: Ints
    public: Letters
    known: Letters
    kinds: Letters
    ids: Ints
    parents: Ints
    city_ids: Ints
    nos: Ints


def _read_columns(connection: Connection, season_id: int) -> _Read:
    """Read every row of a season as one: each column is one text of numbers.

    All come from one index, and in one order. As rows they would take four times as
    long, most of it to make a million of them.
    """
    found = connection.execute(_columns(season_id, connection.dialect.name)).one()
    texts = [each or "" for each in found]
    public, known, kinds = (
        np.frombuffer(each.encode(), np.uint8) - np.uint8(ord("0"))
        for each in texts[1:4]
    )
    numbers = (np.fromstring(each, np.int64, sep=",") for each in texts[4:])
    return _Read(read_times(texts[0], _FORM), public, known, kinds, *numbers)


def _columns(season_id: int, dialect: str) -> Select[*tuple[str | None, ...]]:
    """Return the question for all columns of a season; of no entry each is NULL."""
    times: ColumnElement[str] = literal_column(_TIMES[dialect], Text)
    even = (
        times,
        case((published(), _written("1")), else_=_written("0")),
        _letter(col(Entry.parent_known), KNOWN),
        _letter(col(Entry.kind), KINDS),
    )
    numbers = (
        col(Entry.id),
        *(
            func.coalesce(column, literal_column("0"))
            for column in (col(Entry.parent_id), col(Entry.city_id), col(Entry.no))
        ),
    )
    return select(
        *(func.aggregate_strings(each, "") for each in even),
        *(func.aggregate_strings(cast(each, Text), ",") for each in numbers),
    ).where(col(Entry.submitted_at).is_not(None), col(Entry.season_id) == season_id)


def _letter(column: Mapped[Any], choices: Iterable[str]) -> ColumnElement[str]:
    """Return the clause for the place of a column's value among its choices.

    As one letter each, of those from "0" on, they need nothing between them.
    """
    letters = {
        _written(each): _written(chr(ord("0") + at)) for at, each in enumerate(choices)
    }
    return case(*letters.items(), value=column, else_=_written("0"))


def _written(value: str) -> BindParameter[str]:
    """Return a text that is written into the statement.

    SQLite copies what is bound once more for every row, which takes half as long again.
    """
    return literal(str(value), Text, literal_execute=True)


def _find_unlocated(
    connection: Connection, season_id: int, unknown: Sequence[int]
) -> dict[int | str, str]:
    """Return the country or region of each published entry of these cities."""
    found: dict[int | str, str] = {}
    for at in range(0, len(unknown), CITIES_AT_ONCE):
        some = unknown[at : at + CITIES_AT_ONCE]
        rows = connection.execute(
            select(col(Entry.id), col(Entry.country))
            .where(published(), col(Entry.season_id) == season_id)
            .where(col(Entry.city_id).in_(some))
        )
        found.update((entry_id or 0, country) for entry_id, country in rows)
    return found


class _Places:
    """The cities that were met, each with its place in the columns."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.ids: list[int] = []
        self.countries: list[str] = []
        self.points: list[Point] = []
        self.unknown: list[int] = []
        self._gazetteer = gazetteer

    def find_all(self, city_ids: Ints) -> Ints:
        """Return the place of each city, or NOWHERE; those met first come first."""
        met, first, which = np.unique(city_ids, return_index=True, return_inverse=True)
        cities = self._gazetteer.find_many(met.tolist())
        places = np.empty_like(met)
        for at in np.argsort(first).tolist():
            places[at] = self._add(int(met[at]), cities)
        return places[which]

    def _add(self, city_id: int, cities: Mapping[int, City]) -> int:
        if not city_id:
            return NOWHERE
        city = cities.get(city_id)
        if city is None:
            self.unknown.append(city_id)
            return NOWHERE
        self.ids.append(city.id)
        self.countries.append(city.country)
        self.points.append((city.lat, city.lon))
        return len(self.ids) - 1
