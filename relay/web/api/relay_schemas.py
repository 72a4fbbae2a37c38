"""The relay as the API tells it: its figures, and one entry's tree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from relay.domain.entry import ParentKnown
from relay.web.api.schemas import MOST_NO, Strict

NODES = 200  # of a page, unless somebody asks for more
MOST_NODES = 1_000


class TreeShapeOut(BaseModel):
    """One tree of the relay, by the number of the entry that began it."""

    root: int | None = Field(description="Null when it was just taken away.")
    n: int
    depth: int
    structural_virality: float | None = Field(
        description="Mean distance between two entries; never rank trees by it alone."
    )


class IntervalOut(BaseModel):
    """How long a baton stays in one hand."""

    median_days: float | None
    p90_days: float | None


class RelayOut(BaseModel):
    """The figures of a season's relay; null is unknown, never 0.

    They were measured at `measured_at`, within seconds after the last change. What
    each of them means stands beside `relay stats`; there may be more of them.
    """

    model_config = ConfigDict(extra="allow")

    measured_at: datetime
    edition: int = Field(description="Grows with each change of the relay.")
    n: int = Field(description="Published entries.")
    depth: int | None = Field(description="Passes of the longest chain.")
    breadths: list[int] = Field(description="Entries by generation, over all trees.")
    trees: list[TreeShapeOut] = Field(description="The largest first.")
    structural_virality: float | None = Field(description="Of the only tree.")
    attribution_share: float | None = Field(
        description="Share of the entries but the first that name their parent."
    )
    is_partial: bool = Field(
        description="Whether too few do so for the tree to be the whole story."
    )
    forest_km: float | None
    laps: float | None = Field(description="Times around the earth.")
    longest_chain_km: float | None
    longest_chain_passes: int | None
    longest_by_km: int | None = Field(description="The entry at its end.")
    longest_by_passes: int | None = Field(description="The entry at its end.")
    unlocated: int
    cities: int | None
    countries: int | None = Field(description="Countries or regions.")
    farthest_km: float | None
    median_km: float | None
    r: float | None = Field(
        description="R(H): children within H by entry older than H; null below 20."
    )
    mature: int = Field(description="How many entries are older than H.")
    h_days: float
    generation_interval: IntervalOut
    open: int
    resting: int


class TreeQuery(Strict):
    """A page of a tree, and of the chain that leads to it."""

    cursor: int | None = Field(
        default=None, ge=1, le=MOST_NO, description="`next` of the page before."
    )
    limit: int = Field(default=NODES, ge=1, le=MOST_NODES)
    chain_from: int = Field(
        default=0,
        ge=0,
        le=MOST_NO,
        description="How many hands of the chain are passed over: `chain_next`.",
    )


class TreeNodeOut(BaseModel):
    """One entry of a relay. Null is unknown, never 0.

    `parent` is the nearest published ancestor; null for the first hand. `depth` counts
    the passes from the first hand.
    """

    no: int
    parent: int | None
    depth: int
    city: int | None = Field(description="GeoNames id; null where it is not located.")
    leg_km: float | None = Field(
        description="From its parent, or the nearest ancestor that is located."
    )
    km: float = Field(description="Of all legs from the first hand.")
    submitted: datetime
    known: ParentKnown = Field(description="How the pass to it is known.")
    via_hidden: int = Field(
        description="Entries between it and its parent that are not published."
    )


class TreeTotalsOut(BaseModel):
    """All that came of an entry, exactly, however large it is."""

    entries: int = Field(description="With the entry itself.")
    generations: int = Field(description="Passes of the longest chain below it.")
    cities: int | None = Field(description="With its own.")
    countries: int | None = Field(description="Countries or regions, with its own.")
    km: float | None = Field(description="Of all legs below it.")
    farthest_km: float | None = Field(description="Of all its cities, from its own.")
    farthest_city: int | None
    unlocated: int
    via_hidden: int = Field(description="Passes that lead past unpublished entries.")


class TreeOut(BaseModel):
    """One entry's relay: the chain that led to it, and all that came of it.

    `tree` is in preorder, each entry followed by all that came of it, the entry that
    was asked for first.
    """

    no: int
    measured_at: datetime
    edition: int
    totals: TreeTotalsOut
    chain: list[TreeNodeOut] = Field(description="From the first hand to this entry.")
    chain_next: int | None = Field(description="`chain_from` of the next page.")
    tree: list[TreeNodeOut]
    next: int | None = Field(description="`cursor` of the next page.")


def tell_relay(measured_at: datetime, edition: int, answer: dict[str, Any]) -> RelayOut:
    """Return stored figures with their time."""
    return RelayOut(measured_at=measured_at, edition=edition, **answer)
