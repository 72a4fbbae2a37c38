"""When a season takes entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relay.domain.errors import SeasonClosed
from relay.domain.season import require_open

OPENS = datetime(2026, 6, 21, 1, tzinfo=UTC)
CLOSES = datetime(2026, 6, 25, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_it_is_open_from_its_first_second_to_the_one_before_its_end() -> None:
    for now in (OPENS, CLOSES - SECOND):
        require_open(opens_at=OPENS, closes_at=CLOSES, now=now)


@pytest.mark.parametrize(
    ("now", "reason", "at"),
    [(OPENS - SECOND, "not_yet_open", OPENS), (CLOSES, "closed", CLOSES)],
)
def test_outside_of_it_the_reason_and_the_moment_are_told(
    now: datetime, reason: str, at: datetime
) -> None:
    with pytest.raises(SeasonClosed) as caught:
        require_open(opens_at=OPENS, closes_at=CLOSES, now=now)
    assert (caught.value.reason, caught.value.at) == (reason, at)


def test_a_season_may_never_end() -> None:
    require_open(opens_at=OPENS, closes_at=None, now=OPENS + timedelta(days=9999))
