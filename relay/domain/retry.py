"""When a link that could not be fetched is tried again, and when we give up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from relay.domain.errors import FetchReason
from relay.domain.preview import PreviewState

if TYPE_CHECKING:
    from relay.domain.errors import FetchFailed

# The pause after the first, second and third try; after the fourth we give up.
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24))

# A page may ask us to stay away for longer than our own pause, up to this.
LONGEST_ASKED = timedelta(days=7)


def next_pause(failed: FetchFailed, *, tries: int) -> timedelta | None:
    """Return how long to wait after the `tries`-th failure; None means give up."""
    if failed.permanent or tries > len(PAUSES):
        return None
    asked = min(failed.retry_after or 0, int(LONGEST_ASKED.total_seconds()))
    return max(PAUSES[tries - 1], timedelta(seconds=asked))


def state_after(failed: FetchFailed) -> PreviewState:
    """Return what a preview becomes when its link is not tried again."""
    if failed.reason is FetchReason.GONE:
        return PreviewState.GONE
    return PreviewState.REFUSED if failed.permanent else PreviewState.FAILED
