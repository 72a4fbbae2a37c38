"""A measured relay, as it is kept: its figures, when, and of which edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from relay.domain.milestones import Passed
    from relay.domain.relay_columns import Columns

# How the answer and the columns are kept. Count on when either changes its shape: what
# an earlier version of the software measured is then measured anew, and not read.
FORMAT = 1


@dataclass(frozen=True)
class MeasuredRelay:
    """The figures of a season's relay; `seconds` is how long it took to measure them.

    `edition` is the relay's own, read before its entries were: what changed meanwhile
    only makes them newer. `answer` is plain data, as `relay stats --json` prints it.
    """

    season_id: int
    edition: int
    measured_at: datetime
    seconds: float
    answer: dict[str, Any]
    columns: Columns
    milestones: tuple[Passed, ...] = ()


def relay_edition(season_id: int) -> str:
    """Return the name under which the editions of a season's relay are counted."""
    return f"relay-{season_id}"


def tell_format() -> str:
    """Return how a kept answer begins that this version of the software can read."""
    return f'{{"format": {FORMAT}, '
