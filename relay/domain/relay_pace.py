"""How fast a relay goes: intervals between hands, R(H), open ends, and growth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relay.domain.ordered import quantile
from relay.domain.relay_forest import ROOT

if TYPE_CHECKING:
    from relay.domain.forest_sums import Ints
    from relay.domain.relay_forest import Forest

DAY = 86_400_000_000  # microseconds
H_LEAST = 7 * DAY
RESTING = 4  # times as long as until an entry is open
MATURE_LEAST = 20  # entries; with fewer R(H) says nothing
MARKS = (10, 100, 1000)  # the entries whose time is told


@dataclass(frozen=True)
class Intervals:
    """From a parent's sending to its child's, in microseconds; None without a pass."""

    median: float | None
    p90: float | None

    @property
    def h(self) -> int:
        """How long an entry is given to be passed on: the p90, at least 7 days."""
        return max(H_LEAST, math.ceil(self.p90 or 0))


@dataclass(frozen=True)
class Reproduction:
    """R(H) and how many entries it was made of; None while they are too few."""

    r: float | None
    mature: int


@dataclass(frozen=True)
class Ends:
    """Published entries that nobody took up: for some time, and for a long one."""

    open: int
    resting: int


@dataclass(frozen=True)
class Growth:
    """How quickly entries come, in microseconds; None for what has not happened.

    `marks` is the time from the first entry to the 10th, 100th and 1000th;
    `doubling` is the doubling time over the last seven days.
    """

    marks: dict[int, int | None]
    doubling: float | None


def measure_intervals(forest: Forest) -> Intervals:
    """Return median and p90 of the generation interval.

    Of submission times: approval would add the moderators' delay. Source: Ni et al.,
    BMJ 2014 (mean 2.1 days, median 1 day).
    """
    passed = forest.parents != ROOT
    spans = forest.times[passed] - forest.times[forest.parents[passed]]
    return Intervals(quantile(spans, 50), quantile(spans, 90))


def measure_reproduction(forest: Forest, *, h: int, now: int) -> Reproduction:
    """Return R(H): children within `h` per entry that is older than `h`.

    The mean of children over all entries would be (n − roots)/n, always below 1:
    young entries have not had their time. Sources: case reproduction number after
    Wallinga and Teunis, Am J Epidemiol 160 (2004); Gostic et al., PLoS Comput Biol
    16 (2020). Of the ice bucket challenge it was 1.43 (Ni et al., BMJ 2014).
    """
    times = forest.times
    mature = _older(times, now - h)
    if mature < MATURE_LEAST:
        return Reproduction(None, mature)
    parents = forest.parents
    passed = np.flatnonzero((parents != ROOT) & (parents < mature))
    in_time = times[passed] - times[parents[passed]] <= h
    children = int(np.count_nonzero(in_time))
    return Reproduction(children / mature, mature)


def measure_ends(forest: Forest, sizes: Ints, *, h: int, now: int) -> Ends:
    """Count the entries without a child that are older than `h`, and than 4 × `h`."""
    resting = _older(forest.times, now - RESTING * h)
    older = _older(forest.times, now - h)
    is_end = sizes == 1
    return Ends(
        open=int(np.count_nonzero(is_end[resting:older])),
        resting=int(np.count_nonzero(is_end[:resting])),
    )


def measure_growth(forest: Forest, *, now: int) -> Growth:
    """Return how long the first entries took, and how the number doubles now."""
    times = forest.times
    marks = {
        mark: int(times[mark - 1] - times[0]) if len(times) >= mark else None
        for mark in MARKS
    }
    entries, before = _older(times, now + 1), _older(times, now - H_LEAST + 1)
    doubling = None
    if 0 < before < entries:
        doubling = H_LEAST * math.log(2) / math.log(entries / before)
    return Growth(marks, doubling)


def _older(times: Ints, moment: int) -> int:
    """Return how many entries came before a moment; they are the first ones."""
    return int(np.searchsorted(times, moment))
