from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relay.domain.sign_in_pause import (
    ACCOUNTS_FREE,
    FREE,
    LONGEST_PAUSE,
    Failures,
    seconds_to_wait,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NONE = Failures(0, None)


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, 0), (FREE - 1, 0), (FREE, 30), (FREE + 1, 60), (FREE + 2, 120), (99, 3600)],
)
def test_each_further_failure_doubles_the_pause(count: int, seconds: int) -> None:
    assert seconds_to_wait(Failures(count, NOW), NONE, now=NOW) == seconds


def test_many_accounts_of_one_address_make_it_wait() -> None:
    assert seconds_to_wait(NONE, Failures(ACCOUNTS_FREE - 1, NOW), now=NOW) == 0
    assert seconds_to_wait(NONE, Failures(ACCOUNTS_FREE, NOW), now=NOW) == 30


def test_the_longer_of_the_two_counts() -> None:
    of_pair, of_address = Failures(FREE, NOW), Failures(ACCOUNTS_FREE + 3, NOW)
    assert seconds_to_wait(of_pair, of_address, now=NOW) == 240


def test_a_pause_ends_to_the_second() -> None:
    failures = Failures(FREE, NOW)
    later = NOW + timedelta(seconds=29, milliseconds=1)
    assert seconds_to_wait(failures, NONE, now=later) == 1
    assert seconds_to_wait(failures, NONE, now=NOW + timedelta(seconds=30)) == 0


def test_no_pause_is_longer_than_the_longest() -> None:
    assert seconds_to_wait(Failures(10_000, NOW), NONE, now=NOW) == int(
        LONGEST_PAUSE.total_seconds()
    )
