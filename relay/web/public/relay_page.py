"""`/relay`: a season's relay as ripples, with its figures, charts and milestones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from relay.domain.chart_bars import BarChart, RowChart, draw_bars, draw_rows
from relay.domain.chart_steps import StepChart, draw_steps
from relay.domain.errors import NotFound
from relay.domain.relay_answer import leave_out
from relay.domain.relay_pace import MATURE_LEAST
from relay.domain.relay_shape import PARTIAL_BELOW
from relay.domain.ripple_rings import RingDot, RingsDrawing, draw_rings
from relay.domain.text import clean_text
from relay.queries.kept_relay import list_gone
from relay.queries.milestones import list_milestones
from relay.queries.season import find_season
from relay.queries.wall import read_counts
from relay.web.answer import send_page
from relay.web.context import reading, require_season
from relay.web.kept_relay import the_figures
from relay.web.milestone_words import say_milestone
from relay.web.public import pages, relay_words  # noqa: F401 - its filters are used
from relay.web.words import kind_name, language_name, platform_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from werkzeug.wrappers import Response

    from relay.queries.season import SeasonView
    from relay.queries.wall import Counts

SLUG_MAX = 100
ICE_BUCKETS = 1.43  # R of the ice bucket challenge: Ni et al., BMJ 2014
HEARD_OF = (0.1, 0.2)  # of the books of BookCrossing: the yardstick for batons
ROWS = 10  # languages and platforms that have a bar of their own
TREES = 12  # relays that are listed, the largest ones
MILESTONES, SHOWN_MILESTONES = 300, 10  # the later ones at once
MONTHS = 36  # the latest ones that are shown
GROWING = ("entries", "cities", "countries")


@dataclass(frozen=True)
class Grown:
    """One number over time: its chart, its days, and how much it is now."""

    name: str
    chart: StepChart
    days: tuple[tuple[date, int], ...]
    now: int


@dataclass(frozen=True)
class Shares:
    """Who takes part: names with their entries, `others` beyond the listed ones."""

    name: str
    chart: RowChart
    rows: tuple[tuple[str, int], ...]
    others: int


@dataclass(frozen=True)
class Day:
    """The numbers of one day, in the order of the charts."""

    day: date
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """A measured relay as the page shows it; `answer` are the figures as data.

    `by_ring` has the dots of each generation, where entries are drawn as dots.
    """

    answer: dict[str, Any]
    rings: RingsDrawing
    by_ring: dict[int, list[RingDot]]
    generations: BarChart
    grown: tuple[Grown, ...]
    by_day: tuple[Day, ...]
    months: BarChart
    by_month: tuple[tuple[date, int], ...]
    shares: tuple[Shares, ...]
    trees: tuple[dict[str, Any], ...]


@pages.get("/relay")
def relay_page() -> Response:
    """Show the figures of the current season, or of `?season=`."""
    season = wanted_season()
    with reading() as connection:
        counts = read_counts(connection, season.id)
        milestones = list_milestones(connection, season.id, limit=MILESTONES)
        gone = list_gone(connection)
    kept = the_figures(season.id)
    return send_page(
        render_template(
            "public/relay.html",
            season=season,
            kept=kept,
            told=_tell(leave_out(kept.answer, gone), counts) if kept else None,
            milestones=milestones,
            shown_milestones=SHOWN_MILESTONES,
            mature_least=MATURE_LEAST,
            partial_below=PARTIAL_BELOW,
            heard_of=HEARD_OF,
            ice_buckets=ICE_BUCKETS,
            milestone=say_milestone,
        )
    )


def wanted_season() -> SeasonView:
    """Return the season of `?season=`, else the current one; raises NotFound."""
    slug = clean_text(request.args.get("season", "")[:SLUG_MAX])
    if not slug:
        return require_season()
    with reading() as connection:
        found = find_season(connection, slug)
    if found is None:
        message = f"There is no season called {slug}."
        raise NotFound(message)
    return found


def _tell(answer: dict[str, Any], counts: Counts) -> Told:
    rings = draw_rings(answer["rings"])
    by_ring: dict[int, list[RingDot]] = {}
    for dot in sorted(rings.dots, key=lambda each: each.no or 0):
        if dot.no:
            by_ring.setdefault(dot.depth, []).append(dot)
    grown = [_grow(name, answer["days"]) for name in GROWING]
    months: dict[str, int] = answer["flows"]["by_month"]
    # The largest, but in the order in which they began: nobody is ranked.
    trees = sorted(answer["trees"][:TREES], key=lambda each: each["root"] or 0)
    return Told(
        answer=answer,
        rings=rings,
        by_ring=by_ring,
        generations=draw_bars(answer["breadths"]),
        grown=tuple(grown),
        by_day=tuple(
            Day(days[0][0], tuple(number for _, number in days))
            for days in zip(*(each.days for each in grown), strict=True)
        ),
        months=draw_bars(list(months.values())[-MONTHS:]),
        by_month=tuple(
            (date.fromisoformat(f"{month}-01"), passes)
            for month, passes in list(months.items())[-MONTHS:]
        ),
        shares=(
            _share("langs", counts.langs, language_name),
            _share("platforms", counts.platforms, platform_name),
            _share("kinds", counts.kinds, lambda value: str(kind_name(value))),
        ),
        trees=tuple(trees),
    )


def _grow(name: str, told: Sequence[dict[str, Any]]) -> Grown:
    days = tuple((date.fromisoformat(each["day"]), int(each[name])) for each in told)
    chart = draw_steps(
        [day.toordinal() for day, _ in days], [number for _, number in days]
    )
    return Grown(name, chart, days, now=days[-1][1] if days else 0)


def _share(
    name: str, counts: Sequence[tuple[str, int]], say: Callable[[str], str]
) -> Shares:
    listed = [(say(value), entries) for value, entries in counts[:ROWS]]
    return Shares(
        name,
        draw_rows([entries for _, entries in listed]),
        tuple(listed),
        others=sum(entries for _, entries in counts[ROWS:]),
    )
