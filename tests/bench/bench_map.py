"""The map: what a page of it costs when it is made anew, and how large it is.

    python -m tests.bench.bench_map [--entries 1000000] [--cities 10000] [--rounds 5]

Makes databases that hold what a map is drawn from, one with so many entries and cities
and one with 2,000 entries and 200 cities, and asks for pages after each turn of the
edition, so that none was kept; in several languages in turn. Counted are CPU seconds,
without the first round, in which city names are read for the first time. It says which
promise was missed: a page in 300 ms and 120 kB, and the drawing of 200 cities in 70 kB,
all before compression.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import sys
import time
from array import array
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from sqlalchemy import insert

from relay.adapters.database import migrate
from relay.bootstrap import open_relay
from relay.domain.map_choice import Choice, count_cities, mark, rank_passes
from relay.domain.measured import FORMAT
from relay.domain.relay_columns import KINDS, Columns, pack
from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import ROOT
from relay.models import Flow, Place, RelayFigures
from relay.services.edition import turn_edition
from relay.services.open_season import ensure_first_season
from relay.services.seed_counts import table_of
from relay.services.writing import writing
from relay.settings import Settings
from relay.web.app import build_app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from relay.domain.geo import City

BEGIN = datetime(2026, 6, 21, tzinfo=UTC)
DAYS = 150
SMALL = (2_000, 200)
MOST_MS = 300.0
MOST_PAGE = 120_000
MOST_DRAWING = 70_000
PARIS = 2988507
ASKED = {
    "the whole": ("/en/map",),
    "in Chinese": ("/zh-Hans/map",),
    "closer": ("/en/map?zoom=4",),
    "around another city": (f"/en/map?centre={PARIS}",),
    "one kind": ("/en/map?kind=individual",),
    "some days": ("/en/map?since=2026-07-01&until=2026-11-01",),
    "one tree": ("/en/map?relay=1000",),
    "data, three languages": tuple(
        f"/{lang}/map/data.json" for lang in ("en", "zh-Hans", "he")
    ),
}

_DRAWING = re.compile(r'<svg class="map".*?</svg>', re.DOTALL)


@click.command()
@click.option("--entries", type=click.IntRange(1_000), default=1_000_000)
@click.option("--cities", type=click.IntRange(10, 30_000), default=10_000)
@click.option("--rounds", type=click.IntRange(1, 50), default=5)
def main(*, entries: int, cities: int, rounds: int) -> None:
    """Print the table, and which promises were kept."""
    missed = []
    for many, places in ((entries, cities), SMALL):
        sys.stdout.write(f"{many:,} entries, {places:,} cities\n")
        with TemporaryDirectory() as folder:
            relay = fill(Path(folder), many, places)
            missed += measure(relay, rounds, is_small=places == SMALL[1])
            relay.engine.dispose()
    for each in missed:
        sys.stdout.write(f"missed: {each}\n")
    sys.exit(bool(missed))


def fill(data: Path, entries: int, cities: int) -> Relay:
    """Make a database with the counters and the measured relay, without entries."""
    settings = Settings(data=data)
    migrate(settings.database)
    relay = open_relay(settings)
    ensure_first_season(relay.engine, clock=relay.clock)
    columns = plan(entries, relay.gazetteer.list_largest(cities))
    everything = mark(columns, Choice())
    places = [
        {
            "season_id": 1,
            "city_id": city,
            "country": country,
            "entries": many,
            "first_no": at,
            "first_at": BEGIN,
        }
        for at, (city, (country, many)) in enumerate(
            count_cities(columns, everything).items(), start=1
        )
    ]
    flows = [
        {"season_id": 1, "from_city": start, "to_city": end, "passes": many}
        for start, end, many in rank_passes(columns, everything, most=entries)
    ]
    figures = {
        "season_id": 1,
        "edition": 1,
        "measured_at": BEGIN,
        "seconds": 1.0,
        "answer": json.dumps({"format": FORMAT, "n": entries}),
        "columns": pack(columns),
    }
    with relay.engine.begin() as connection:
        connection.execute(insert(table_of(Place)), places)
        connection.execute(insert(table_of(Flow)), flows)
        connection.execute(insert(table_of(RelayFigures)), figures)
    return relay


def plan(entries: int, cities: Sequence[City]) -> Columns:
    """Return an invented relay: one in eight begins a tree, a third stays in its city.

    It is planned in preorder, each tree a chain with short branches.
    """
    dice = random.Random(1)  # noqa: S311 - an invented relay, no secret
    parents, held, above = array("i"), array("i"), list[int]()
    for at in range(entries):
        chance = dice.random()
        if chance < 1 / 8:
            above.clear()
        elif above:
            del above[max(1, len(above) - dice.randrange(3)) :]
        parent = above[-1] if above else ROOT
        parents.append(parent)
        stays = parent != ROOT and dice.random() < 1 / 3
        anywhere = min(int(dice.expovariate(8) * len(cities)), len(cities) - 1)
        held.append(held[parent] if stays else anywhere)
        above.append(at)
    sizes = array("i", [1]) * entries
    for at in range(entries - 1, -1, -1):
        if parents[at] != ROOT:
            sizes[parents[at]] += sizes[at]
    begin, step = (BEGIN - EPOCH) // MICROSECOND, timedelta(days=DAYS) // MICROSECOND
    return Columns(
        nos=array("i", range(1, entries + 1)),
        parents=parents,
        sizes=sizes,
        depths=array("i", bytes(4 * entries)),
        cities=held,
        km=array("f", bytes(4 * entries)),
        times=array("q", (begin + at * step // entries for at in range(entries))),
        kinds=bytes(dice.choices(range(len(KINDS)), (70, 15, 12, 3), k=entries)),
        known=bytes(entries),
        city_ids=[city.id for city in cities],
        city_countries=[city.country for city in cities],
        via_hidden={},
    )


def measure(relay: Relay, rounds: int, *, is_small: bool) -> list[str]:
    """Print a row for each page, and return what was promised but not kept."""
    client, missed = build_app(relay).test_client(), list[str]()
    for name, paths in ASKED.items():
        spent, html = [], ""
        for path in paths * (rounds + 1):
            seconds, html = ask(relay, client, path)
            spent.append(seconds)
        found = _DRAWING.search(html)
        page, drawing = len(html.encode()), len(found[0].encode()) if found else 0
        ms = 1000 * statistics.median(spent[len(paths) :])
        sys.stdout.write(
            f"  {name:21} {ms:6.0f} ms (first {1000 * spent[0]:.0f})"
            f" page {page:8,} B, drawing {drawing:7,} B\n"
        )
        if ms > MOST_MS or page > MOST_PAGE:
            missed.append(f"{name}: {ms:.0f} ms, {page:,} B")
        if is_small and drawing > MOST_DRAWING:
            missed.append(f"{name} of 200 cities: {drawing:,} B")
    return missed


def ask(relay: Relay, client: FlaskClient, path: str) -> tuple[float, str]:
    """Return what a page costs that nobody kept, in CPU seconds, and the page."""
    with writing(relay.engine) as session:
        turn_edition(session)
    begun = time.process_time()
    html = client.get(path).text
    return time.process_time() - begun, html


if __name__ == "__main__":
    main()
