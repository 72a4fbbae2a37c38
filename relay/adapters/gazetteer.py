"""The gazetteer: every city over 15,000 people, in a read-only SQLite file."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
import zlib
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from relay.domain.errors import Unavailable
from relay.domain.geo import City
from relay.domain.spelling import drop_letters, edit_distance, fold, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

LONGEST_TEXT = 120  # characters of a question that are read
MOST_SCANNED = 400  # spellings read for a prefix that has no stored answer
MOST_SLIPS = 2  # and never more than half of the letters
MOST_NEAR = 60  # cities compared letter by letter, largest first
BEGINNING = 3  # letters that a name with two letters missing shares with its like
LONGEST_COUNTRY = 8  # ideographs or syllables tried as a country before a city
MOST_ID = 2**63  # SQLite holds no larger number
FORMS_KEPT = 20_000  # cities whose spellings are remembered, folded

_SPLIT = re.compile(r"\s*[,，、;；(（]\s*")
_MUNICIPALITY = re.compile(r"[市县縣區区시군구]$")
_FIND = (
    "SELECT id, name, country, lat, lon, population, region FROM city "
    "WHERE id IN (SELECT value FROM json_each(?))"
)
_LARGEST = (
    "SELECT id, name, country, lat, lon, population, region FROM city "
    "ORDER BY rank LIMIT ?"
)
_NAMED = (
    "SELECT city, name FROM name "
    "WHERE city IN (SELECT value FROM json_each(?)) AND lang = ?"
)
_NAMES = "SELECT name FROM name WHERE city = ? UNION SELECT name FROM city WHERE id = ?"
_EXACT = (
    "SELECT shown, id, name, country, lat, lon, population, region "
    "FROM spelling JOIN city USING (rank) WHERE folded = ?"
)
_PREFIX = (
    "SELECT shown, id, name, country, lat, lon, population, region "
    "FROM spelling JOIN city USING (rank) WHERE folded > ? AND folded < ? LIMIT ?"
)
_CROWD = (
    "SELECT listed.value & 1, city.id, name, country, lat, lon, population, region "
    "FROM crowd CROSS JOIN json_each(crowd.ranks) AS listed "
    "CROSS JOIN city ON city.rank = listed.value >> 1 WHERE prefix = ?"
)
_NEAR = (
    "SELECT DISTINCT id, name, country, lat, lon, population, region "
    "FROM near JOIN city USING (rank) "
    "WHERE form IN (SELECT value FROM json_each(?)) ORDER BY city.rank LIMIT ?"
)
_PLACE = "SELECT country, region FROM place WHERE folded = ? ORDER BY region"


class SqliteGazetteer:
    """Answers from the file that `packaging/build_gazetteer.py` builds.

    Safe in threads and after a fork: each thread of each process opens its own.

    Cities and names that were read are remembered, and what is unknown is not, so that
    the file is the bound: all its 34,000 cities in three languages are 19 MB.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            message = f"The gazetteer {path} is missing: it is built when installing."
            raise Unavailable(message)
        self._uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self._cities: dict[int, City] = {}
        self._names = defaultdict[str, dict[int, str]](dict)
        self._forms = lru_cache(maxsize=FORMS_KEPT)(self._read_forms)

    def find(self, city_id: int) -> City | None:
        """Return the city with this GeoNames id."""
        return self._cities.get(city_id) or self.find_many((city_id,)).get(city_id)

    def find_many(self, city_ids: Iterable[int]) -> Mapping[int, City]:
        """Return those of the cities that are known, in one reading for all.

        Ten thousand cost a fifth of what they cost one by one.
        """
        asked = {each for each in city_ids if 0 < each < MOST_ID}
        found = {each: city for each in asked if (city := self._cities.get(each))}
        if unread := asked - found.keys():
            rows = self._rows(_FIND, json.dumps([*unread]))
            read = {row[0]: City(*row) for row in rows}
            self._cities |= read
            found |= read
        return found

    def name(self, city_id: int, lang: str) -> str:
        """Return the city's name in a language of the interface; "" when unknown."""
        name = self._names[lang].get(city_id)
        return name or self.list_names((city_id,), lang).get(city_id, "")

    def list_names(self, city_ids: Iterable[int], lang: str) -> Mapping[int, str]:
        """Return the names of those of the cities that are known, in one reading."""
        asked = {each for each in city_ids if 0 < each < MOST_ID}
        kept = self._names[lang]
        found = {each: name for each in asked if (name := kept.get(each))}
        if unread := asked - found.keys():
            cities = self.find_many(unread)
            read = {each: city.name for each, city in cities.items()}
            read |= dict(self._rows(_NAMED, json.dumps([*cities]), lang))
            kept |= read
            found |= read
        return found

    def search(
        self, text: str, *, limit: int = 10, country: str | None = None
    ) -> Sequence[City]:
        """Return the cities that a spelling in any script may mean, best first.

        `text` may be the beginning of a name, and may name the country after a comma
        ("Nanjing, CN", "Paris, France", "Portland, Oregon") or before it (中国南京).
        """
        first, *rest = _split(text)
        if country:
            return self._match(first, limit, country.upper())
        for code, region in self._places(rest):
            found = self._match(first, limit, code, region)
            if found:
                return found
        return [] if rest else self._match_joined(first, limit)

    def similar(self, text: str, *, limit: int = 5) -> Sequence[City]:
        """Return the cities whose names are one or two slips of the pen away."""
        first, *rest = _split(text)
        folded = fold(first)
        wanted = {code for code, _ in self._places(rest)} - {""}
        for slips in range(1, min(len(folded) // 2, MOST_SLIPS) + 1):
            near = [
                (self._slips(city.id, folded, most=slips), city)
                for city in self._near(folded, slips)
                if not wanted or city.country in wanted
            ]
            found = [each for each in near if each[0] <= slips]
            if found:
                found.sort(key=lambda each: (each[0], -each[1].population))
                return [city for _, city in found][:limit]
        return []

    def is_called(self, city_id: int, text: str) -> bool:
        """Tell whether a whole spelling, its country aside, is a name of the city."""
        words = _split(text)
        return bool(words) and fold(words[0]) in self._forms(city_id)

    def list_largest(self, limit: int) -> Sequence[City]:
        """Return the most populous cities, the largest first."""
        return [City(*row) for row in self._rows(_LARGEST, limit)]

    def _near(self, folded: str, slips: int) -> Iterable[City]:
        """Return cities that share a form with letters left out, or the beginning."""
        forms = drop_letters(folded, most=slips)
        keys = json.dumps([zlib.crc32(form.encode()) for form in forms if form])
        found = [City(*row) for row in self._rows(_NEAR, keys, MOST_NEAR)]
        if slips == MOST_SLIPS:
            found += _by_weight(self._begin(folded[:BEGINNING]))[:MOST_NEAR]
        return dict.fromkeys(found)

    def _slips(self, city_id: int, folded: str, *, most: int) -> int:
        return min(
            edit_distance(folded, form, most=most) for form in self._forms(city_id)
        )

    def _places(self, words: Iterable[str]) -> list[tuple[str, str]]:
        """Return what the words after the comma may mean: (country, region) pairs."""
        for word in reversed(list(words)):
            found = self._rows(_PLACE, fold(word))
            if found:
                return [(code, region) for code, region in found]
        return [("", "")]

    def _match(
        self, text: str, limit: int, country: str, region: str = ""
    ) -> list[City]:
        """Return cities called so, largest first, then those that may be meant.

        Another spelling in full counts like the beginning of a name that we show.
        """
        folded = fold(text)
        if not folded:
            return []
        exact = self._rows(_EXACT, folded)
        named = _by_weight(row for row in exact if row[0])
        found = named
        meant = [(1, *columns) for shown, *columns in exact if not shown]
        for prefix in [f"{country.lower()}:{folded}", folded] if country else [folded]:
            if len(found) < limit:
                meant += self._begin(prefix)
                every = dict.fromkeys(named + _by_weight(meant))
                found = [city for city in every if _fits(city, country, region)]
        return [city for city in found if _fits(city, country, region)][:limit]

    def _begin(self, prefix: str) -> list[tuple[Any, ...]]:
        """Return (shown, city…) of spellings that begin so, of a crowd the heaviest."""
        crowd = self._rows(_CROWD, prefix)
        end = prefix + "\U0010ffff"
        return crowd or self._rows(_PREFIX, prefix, end, MOST_SCANNED)

    def _match_joined(self, text: str, limit: int) -> Sequence[City]:
        """Read "Paris France", 中国南京 and 大津市, where nothing else was found."""
        city, _, place = text.rpartition(" ")
        tries = [(city, place)] if city else []
        if not text.isascii():
            most = min(len(text), LONGEST_COUNTRY + 1)
            tries += [(text[at:], text[:at]) for at in range(most - 1, 1, -1)]
        for name, country in tries:
            for code, region in self._rows(_PLACE, fold(country)):
                if found := self._match(name, limit, code, region):
                    return found
        bare = _MUNICIPALITY.sub("", text)
        return self._match(bare, limit, "") if bare != text else []

    def _read_forms(self, city_id: int) -> frozenset[str]:
        return frozenset(fold(name) for (name,) in self._rows(_NAMES, city_id, city_id))

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(sql, values).fetchall()
        except sqlite3.Error as error:
            message = f"The gazetteer cannot be read: {error}."
            raise Unavailable(message) from error

    def _connection(self) -> sqlite3.Connection:
        pid = os.getpid()
        if getattr(self._local, "pid", None) != pid:
            self._local.connection = sqlite3.connect(self._uri, uri=True)
            self._local.pid = pid
        connection: sqlite3.Connection = self._local.connection
        return connection


def _split(text: str) -> list[str]:
    parts = [part.strip(" )）") for part in _SPLIT.split(text[:LONGEST_TEXT])]
    return [part for part in parts if part] or [""]


def _by_weight(rows: Iterable[tuple[Any, ...]]) -> list[City]:
    weighed = [(City(*columns), shown) for shown, *columns in rows]
    weighed.sort(
        key=lambda each: (-weigh(each[0].population, shown=each[1]), each[0].id)
    )
    return [city for city, _ in weighed]


def _fits(city: City, country: str, region: str) -> bool:
    return (not country or city.country == country) and region in {"", city.region}
