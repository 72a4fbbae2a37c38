"""`relay stats`: how far a relay went, from the database or from a file."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from relay.bootstrap import Relay
    from relay.domain.relay_figures import Figures
    from relay.domain.relay_forest import Dropped, Entries
    from relay.queries.season import SeasonView

MOST_WARNINGS = 20  # edges that are named; of the others only the number is told
FAULTS = {
    "unknown": "which is not there",
    "not_later": "which is not earlier",
    "cycle": "which leads back to itself",
}


@click.command("stats")
@click.option(
    "--parents",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Measure the entries in FILE instead; - is standard input.",
)
@click.option("--season", metavar="SLUG", help="Another season than the current one.")
@click.option(
    "--now",
    "moment",
    metavar="TIME",
    help="Count ages up to this time, such as 2026-09-01T12:00:00Z. Without it: up to "
    "now, or for a file up to when its last entry was sent in.",
)
@click.option("--flows", is_flag=True, help="List each city's passes by month, too.")
@click.option("--json", "as_json", is_flag=True, help="Answer in one line of JSON.")
def stats(
    file: str | None,
    season: str | None,
    moment: str | None,
    *,
    flows: bool,
    as_json: bool,
) -> None:
    """Measure a relay: its trees, generations, kilometres, and how it is passed on.

    FILE is a JSON list, in any order, of entries {"id", "parent", "submitted", "lat",
    "lon", "published"}. An entry with "published": null is hidden: its children count
    as those of the nearest published entry above it. Edges to an unknown parent, or to
    one that is not earlier, are dropped with a warning.

    What is not known is null, and a dash in the table.
    """
    now = _moment(moment) if moment else None
    if file is not None and (season or flows):
        message = "--parents cannot be used together with --season or --flows."
        raise click.UsageError(message)
    with _undisturbed():
        if file is None:
            answer = _measure_season(season, now, flows=flows)
        else:
            answer = _measure_file(file, now)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))
        return
    from relay.cli.stats_table import draw_table

    click.echo(draw_table(answer))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Python from looking for circles of objects: here is none.

    To look through columns of a million, again and again, takes a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _measure_file(file: str, now: int | None) -> dict[str, Any]:
    from relay.cli.stats_file import WrongFileError, read_entries
    from relay.domain.relay_answer import tell_figures

    try:
        with click.open_file(file, encoding="utf-8-sig") as opened:
            entries = read_entries(opened.read())
    except OSError as error:
        raise click.FileError(file, error.strerror) from error
    except (WrongFileError, UnicodeDecodeError) as error:
        message = f"{file}: {error}."
        raise click.ClickException(message) from error
    last = max(entries.times, default=0)
    figures = _measure_entries(entries, last if now is None else now)
    return tell_figures(figures, names=entries.ids)


def _measure_season(
    slug: str | None, now: int | None, *, flows: bool
) -> dict[str, Any]:
    from relay.bootstrap import open_relay
    from relay.queries.relay_figures import measure_season, tell_flow_list, tell_season

    relay = open_relay()
    at = _microseconds(relay.clock.now()) if now is None else now
    with relay.engine.connect() as connection:
        season = _find_season(relay, connection, slug)
        found = measure_season(connection, season.id, gazetteer=relay.gazetteer, now=at)
    _warn(found.figures.forest.dropped)
    answer = {"season": season.slug, **tell_season(found)}
    return answer | ({"flow_list": tell_flow_list(found)} if flows else {})


def _find_season(relay: Relay, connection: Connection, slug: str | None) -> SeasonView:
    from relay.queries.season import find_current_season, find_season

    if slug is None:
        found = find_current_season(connection, now=relay.clock.now())
    else:
        found = find_season(connection, slug)
    if found is None:
        named = f"season {slug}" if slug else "season"
        message = f"There is no {named}; see `relay season list`."
        raise click.ClickException(message)
    return found


def _measure_entries(entries: Entries, now: int) -> Figures:
    from relay.domain.relay_figures import measure
    from relay.domain.relay_forest import grow_forest

    forest = grow_forest(entries)
    _warn(forest.dropped)
    return measure(forest, now=now)


def _warn(dropped: Sequence[Dropped]) -> None:
    """Say on stderr which edges break the rules."""
    for each in dropped[:MOST_WARNINGS]:
        click.echo(
            f"relay: entry {each.child} names {each.parent}, {FAULTS[each.fault]}: "
            "it begins a tree of its own.",
            err=True,
        )
    if len(dropped) > MOST_WARNINGS:
        more = len(dropped) - MOST_WARNINGS
        click.echo(f"relay: so do {more} more entries.", err=True)


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"--now: {text} is no time such as 2026-09-01T12:00:00Z."
        raise click.UsageError(message) from error
    return _microseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _microseconds(moment: datetime) -> int:
    from relay.domain.relay_flows import EPOCH, MICROSECOND

    return (moment - EPOCH) // MICROSECOND
