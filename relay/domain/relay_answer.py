"""The figures of a relay as data: the names under which machines read them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from relay.domain.relay_pace import DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from relay.domain.relay_figures import Figures
    from relay.domain.relay_flows import Flows
    from relay.domain.relay_pace import Growth


def tell_figures(figures: Figures, *, names: Sequence[Any]) -> dict[str, Any]:
    """Return the figures that any list of entries has; None is unknown.

    `names` says how an entry is called, by its row: its id, or its public number.
    Trees stand with the largest first, and then with the eldest.
    """
    shape, distances, reach = figures.shape, figures.distances, figures.reach
    trees = sorted(shape.trees, key=attrgetter("n"), reverse=True)
    roots = figures.forest.rows[[tree.root for tree in trees]].tolist()
    return {
        "n": figures.n,
        "depth": figures.depth,
        "breadths": shape.breadths,
        "trees": [
            {
                "root": names[row],
                "n": n,
                "depth": depth,
                "structural_virality": virality,
            }
            for row, (_, n, depth, virality) in zip(roots, trees, strict=True)
        ],
        "structural_virality": figures.structural_virality,
        "attribution_share": figures.attribution_share,
        "forest_km": distances.forest_km,
        "longest_chain_km": distances.longest_chain_km,
        "longest_chain_passes": figures.depth,
        "unlocated": distances.unlocated,
        "cities": reach.cities,
        "farthest_km": reach.farthest_km,
        "median_km": reach.median_km,
        "r": figures.reproduction.r,
        "mature": figures.reproduction.mature,
        "h_days": figures.intervals.h / DAY,
        "generation_interval": {
            "median_days": _days(figures.intervals.median),
            "p90_days": _days(figures.intervals.p90),
        },
        "open": figures.ends.open,
        "resting": figures.ends.resting,
    }


def tell_growth(growth: Growth) -> dict[str, Any]:
    """Return how long the first entries took, and how the number doubles now."""
    return {
        "days_to_entry": {str(mark): _days(at) for mark, at in growth.marks.items()},
        "doubling_days": _days(growth.doubling),
    }


def tell_chains(figures: Figures, *, names: Sequence[Any]) -> dict[str, Any]:
    """Return the entries to which the longest chains lead."""
    rows = figures.forest.rows

    def name(place: int | None) -> Any:  # noqa: ANN401 - a number or a text
        return None if place is None else names[rows[place]]

    return {
        "longest_by_passes": name(figures.shape.deepest),
        "longest_by_km": name(figures.distances.longest_chain_end),
    }


def tell_flows(flows: Flows) -> dict[str, Any]:
    """Return the passes between cities and within one, month by month and in all."""
    return {
        "between_cities": flows.between,
        "within_one_city": flows.within,
        "reciprocity": flows.reciprocity,
        "by_month": flows.months,
    }


def leave_out(answer: dict[str, Any], gone: Collection[int]) -> dict[str, Any]:
    """Return kept figures without the numbers of entries that are gone: None instead.

    The figures themselves remain as they were measured.
    """
    if not gone:
        return answer

    def told(no: int | None) -> int | None:
        return None if no in gone else no

    rings = answer["rings"]
    if "nos" in rings:
        rings = {**rings, "nos": [told(no) for no in rings["nos"]]}
    return {
        **answer,
        **{name: told(answer[name]) for name in ("longest_by_passes", "longest_by_km")},
        "trees": [
            {**tree, "root": None} if tree["root"] in gone else tree
            for tree in answer["trees"]
        ],
        "first_entries": {
            by: {place: told(no) for place, no in first.items()}
            for by, first in answer["first_entries"].items()
        },
        "rings": rings,
    }


def _days(microseconds: float | None) -> float | None:
    return None if microseconds is None else microseconds / DAY
