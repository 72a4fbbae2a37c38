"""The relay's figures: what they cost by entry, beside reading the rows.

    python -m tests.bench.bench_relay [--entries 1000000] [--rounds 3]

Makes a database with so many entries (a million in some minutes), and one with a tenth
of them, and lets a process of its own measure each, in turns, first as `relay stats`
does and then packed in columns as a worker keeps it. Counted are CPU seconds. It says
which promise was missed: a million measured in 5 s, reading and all, in 1 GiB, at most
13 times as slowly as a tenth, and in at most 1.1 × reading the rows + 0.5 s beside it.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import insert

from relay.adapters.database import migrate
from relay.bootstrap import open_relay
from relay.domain.entry import AltBy, Kind, ParentKnown
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.domain.relay_answer import tell_figures
from relay.domain.relay_columns import Labels, lay_out, pack
from relay.domain.relay_figures import measure
from relay.domain.relay_flows import EPOCH, MICROSECOND, measure_flows
from relay.domain.relay_forest import grow_forest
from relay.models import Entry
from relay.queries.relay_rows import read_relay
from relay.services.open_season import ensure_first_season
from relay.services.seed_counts import table_of
from relay.settings import Settings
from tests.bench.measuring import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BEGIN = datetime(2026, 6, 21, tzinfo=UTC)
DAYS = 150
CITIES = 10_000
WORDS = "A boat of paper on the river, and who waits for it. " * 6
PACKING = "packing"  # comes after all that `relay stats` does
MOST_SECONDS = 5.0
MOST_MIB = 1024
MOST_RATIO = 13


@click.command()
@click.option("--entries", type=click.IntRange(1_000), default=1_000_000)
@click.option("--rounds", type=click.IntRange(1, 50), default=3)
@click.option("--measure", "data", type=click.Path(path_type=Path), hidden=True)
def main(*, entries: int, rounds: int, data: Path | None) -> None:
    """Print the table, and which promises were kept."""
    if data:
        click.echo(json.dumps(measure_here(data)))
        return
    sizes = entries // 10, entries
    with TemporaryDirectory() as folder:
        folders = {size: Path(folder) / str(size) for size in sizes}
        for size, each in folders.items():
            fill(each, size)
        found: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
        for _ in range(rounds):
            for size in sizes:
                found[size].append(ask(folders[size]))
    print_table(found)


def fill(data: Path, entries: int) -> None:
    """Make a database with a plausible relay: its rows alone, as wide as real ones.

    `relay bench seed` would print a million cards as well, in eleven languages.
    """
    settings = Settings(data=data)
    migrate(settings.database)
    relay = open_relay(settings)
    ensure_first_season(relay.engine, clock=relay.clock)
    cities = [(each.id, each.country) for each in relay.gazetteer.list_largest(CITIES)]
    with relay.engine.begin() as connection:
        rows = iter(list_rows(entries, cities))
        while some := list(islice(rows, 10_000)):
            connection.execute(insert(table_of(Entry)), some)
    relay.engine.dispose()


def list_rows(
    entries: int, cities: Sequence[tuple[int, str]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows: one in eight begins a tree, one in 30 is hidden.

    Some follow a star of long ago, the others somebody near.
    """
    dice = random.Random(1)  # noqa: S311 - an invented relay, no secret
    step = timedelta(days=DAYS) / entries
    for number in range(1, entries + 1):
        parent = None
        if number > 1 and (chance := dice.random()) > 1 / 8:
            near = max(1, number - 400)
            parent = dice.randrange(1 if chance < 0.3 else near, number)
            if chance < 0.3:
                parent -= (parent - 1) % 23
        city, country = cities[min(int(dice.expovariate(8) * CITIES), CITIES - 1)]
        public = dice.random() > 1 / 30
        at = BEGIN + number * step
        yield {
            "id": number,
            "ref": f"ref{number}",
            "season_id": 1,
            "no": number if public else None,
            "token_hash": f"{number:064}",
            "link": f"https://example.org/post/{number}",
            "canonical": f"https://example.org/post/{number}",
            "platform": "web",
            "title": WORDS[:40],
            "alt": WORDS[:120],
            "alt_by": AltBy.MAKER,
            "description": WORDS,
            "name": "Lin",
            "kind": Kind.INDIVIDUAL,
            "lang": "en",
            "search_text": WORDS,
            "city_id": city,
            "country": country,
            "parent_id": parent,
            "parent_known": ParentKnown.DECLARED if parent else ParentKnown.NONE,
            "activity": "",
            "checkpoint": "",
            "exhibit": "",
            "consent_at": at,
            "by_child": False,
            "moderation": Moderation.APPROVED if public else Moderation.PENDING,
            "preview": PreviewState.READY,
            "version": 1,
            "started_at": at,
            "submitted_at": at,
            "published_at": at if public else None,
        }


def ask(data: Path) -> dict[str, float]:
    """Measure in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_relay", "--measure", str(data)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def measure_here(data: Path) -> dict[str, float]:
    """Return the CPU seconds of each step, and the most memory in MiB."""
    gc.disable()  # as the command does
    relay = open_relay(Settings(data=data))
    spent: dict[str, float] = {}
    begun = time.process_time()

    def lap(name: str) -> None:
        nonlocal begun
        now = time.process_time()
        spent[name], begun = now - begun, now

    with relay.engine.connect() as connection:
        rows = read_relay(connection, 1, gazetteer=relay.gazetteer)
    lap("reading")
    forest = grow_forest(rows.entries)
    lap("forest")
    figures = measure(
        forest, now=(BEGIN - EPOCH) // MICROSECOND + DAYS * 86_400 * 10**6
    )
    lap("figures")
    measure_flows(forest, figures.distances.starts)
    lap("flows")
    json.dumps(tell_figures(figures, names=rows.nos))
    lap("telling")
    pack(
        lay_out(
            figures,
            Labels(
                nos=rows.nos,
                kinds=rows.kinds,
                known=rows.known,
                city_ids=rows.city_ids,
                city_countries=rows.city_countries,
            ),
        )
    )
    lap(PACKING)
    spent["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return spent


def print_table(found: dict[int, list[dict[str, float]]]) -> None:
    """Print the medians, and what was promised of them."""
    write = sys.stdout.write
    small, large = sorted(found)
    middle = {
        size: {
            name: statistics.median(each[name] for each in rounds) for name in rounds[0]
        }
        for size, rounds in found.items()
    }
    for each in middle.values():
        each["measured"] = sum(
            each[name] for name in each if name not in {"memory", PACKING}
        )
        each["share read"] = each["reading"] / each["measured"]
    write(f"{'CPU seconds':12}{small:>12,}{large:>12,}{'ratio':>8}\n")
    for name in middle[small]:
        one, other = middle[small][name], middle[large][name]
        write(f"{name:12}{one:12.2f}{other:12.2f}{other / one:8.1f}\n")
    done = middle[large]
    computed = done["forest"] + done["figures"]
    promises = [
        (
            f"measured, with reading, below {MOST_SECONDS} s",
            done["measured"] < MOST_SECONDS,
        ),
        (f"memory below {MOST_MIB} MiB", done["memory"] < MOST_MIB),
        (
            f"ratio at most {MOST_RATIO}",
            done["measured"] / middle[small]["measured"] <= MOST_RATIO,
        ),
        (
            "forest and figures at most 1.1 × reading + 0.5 s",
            computed <= 1.1 * done["reading"] + 0.5,
        ),
    ]
    for words, kept in promises:
        write(f"{'kept  ' if kept else 'MISSED'}  {words}\n")


if __name__ == "__main__":
    main()
