"""How long wrong attempts to sign in make one wait: who guesses, and nobody else.

What waits is an account from one address. Its owner elsewhere, or with a passkey, never
does: whoever could lock others out by guessing would have a better weapon than guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# So many wrong attempts on one account from one address are nobody's business.
FREE = 5
# From so many accounts that an address failed at, it is no slip of the memory.
ACCOUNTS_FREE = 10
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Older failures are forgotten.
REMEMBERED = timedelta(hours=24)
ADDRESS_REMEMBERED = timedelta(hours=1)


@dataclass(frozen=True)
class Failures:
    """What went wrong lately: how often, and when the last time was, if ever."""

    count: int
    last: datetime | None


def seconds_to_wait(of_pair: Failures, of_address: Failures, *, now: datetime) -> int:
    """Return for how many seconds nothing more is checked; 0 is not at all.

    `of_pair` counts failures at one account from one address, `of_address` the accounts
    that an address has failed at.
    """
    return max(
        _left(of_pair, FREE, now=now),
        _left(of_address, ACCOUNTS_FREE, now=now),
    )


def _left(failures: Failures, free: int, *, now: datetime) -> int:
    over = failures.count - free
    if over < 0 or failures.last is None:
        return 0
    # Twice as long each time. 2 ** 7 half minutes are above an hour already.
    pause = min(FIRST_PAUSE * 2 ** min(over, 7), LONGEST_PAUSE)
    left = (failures.last + pause - now).total_seconds()
    return max(0, -int(-left // 1))
