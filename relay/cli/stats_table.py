"""The table that `relay stats` draws for people: one figure a line, with its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relay.domain.relay_shape import PARTIAL_BELOW

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_TREES = 10  # the largest ones are listed
MOST_GENERATIONS = 12
UNKNOWN = "—"


def draw_table(answer: dict[str, Any]) -> str:
    """Return an answer as lines of text; what it does not have is left out."""
    lines = [
        f"{label:34}{_say(answer[name], shape)}"
        for name, label, shape in ROWS
        if name in answer
    ]
    for name, label, shape in INTERVAL:
        lines.append(f"{label:34}{_say(answer['generation_interval'][name], shape)}")
    if "flows" in answer:
        lines += [
            f"{label:34}{_say(answer['flows'][name], shape)}"
            for name, label, shape in FLOWS
        ]
    share = answer["attribution_share"]
    if share is not None and share < PARTIAL_BELOW:
        lines.append(
            f"The trees are only a part of the relay: fewer than {PARTIAL_BELOW:.0%} "
            "of the entries say who passed the baton on."
        )
    return "\n".join([*lines, *_generations(answer), *_trees(answer)])


def _generations(answer: dict[str, Any]) -> list[str]:
    breadths = answer["breadths"]
    shown = "  ".join(map(str, breadths[:MOST_GENERATIONS]))
    more = "  …" if len(breadths) > MOST_GENERATIONS else ""
    return [f"{'entries by generation':34}{shown or UNKNOWN}{more}"]


def _trees(answer: dict[str, Any]) -> list[str]:
    trees = answer["trees"]
    lines = [f"{'trees':34}{len(trees)}"]
    if not trees:
        return lines
    lines.append(f"{'root':>12}{'entries':>10}{'passes':>8}{'virality':>10}")
    lines += [
        f"{each['root']!s:>12}{each['n']:>10}{each['depth']:>8}"
        f"{_say(each['structural_virality'], _number):>10}"
        for each in trees[:MOST_TREES]
    ]
    if len(trees) > MOST_TREES:
        lines.append(f"{'…':>12}  {len(trees) - MOST_TREES} smaller trees")
    return lines


def _say(value: Any, shape: Callable[[Any], str]) -> str:  # noqa: ANN401 - any figure
    return UNKNOWN if value is None else shape(value)


def _number(value: float) -> str:
    return f"{value:.2f}"


def _km(value: float) -> str:
    return f"{value:,.0f} km"


def _share(value: float) -> str:
    return f"{value:.0%}"


def _days(value: float) -> str:
    return f"{value:.1f} days"


Row = tuple[str, str, "Callable[[Any], str]"]
ROWS: tuple[Row, ...] = (
    ("season", "season", str),
    ("n", "entries", str),
    ("attribution_share", "say who passed the baton on", _share),
    ("depth", "longest chain in passes", str),
    ("longest_by_passes", "  ends at entry", str),
    ("longest_chain_km", "longest chain", _km),
    ("longest_by_km", "  ends at entry", str),
    ("forest_km", "all legs together", _km),
    ("laps", "times around the earth", _number),
    ("cities", "cities", str),
    ("countries", "countries and regions", str),
    ("unlocated", "entries without a city", str),
    ("farthest_km", "farthest city from its root", _km),
    ("median_km", "half of the cities are within", _km),
    ("structural_virality", "structural virality", _number),
    ("r", "R(H): passes an entry, in time H", _number),
    ("mature", "  of entries older than H", str),
    ("h_days", "  H", _days),
    ("open", "open batons, older than H", str),
    ("resting", "resting ones, older than 4 × H", str),
    ("pass_acceptance", "batons that were used", _share),
    ("doubling_days", "entries double in", _days),
)
INTERVAL: tuple[Row, ...] = (
    ("median_days", "median time between two hands", _days),
    ("p90_days", "nine in ten take at most", _days),
)
FLOWS: tuple[Row, ...] = (
    ("between_cities", "passes between two cities", str),
    ("within_one_city", "passes within one city", str),
    ("reciprocity", "pairs of cities with both ways", _share),
)
