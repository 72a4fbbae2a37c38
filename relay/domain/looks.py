"""Looking at links again: how often, what counts as a change, when one is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import FetchReason
from relay.domain.picture import look_alike
from relay.domain.preview import FINAL_STATES, PreviewState
from relay.domain.retry import next_pause, state_after
from relay.domain.spelling import fold as fold_letters
from relay.domain.text import fold

if TYPE_CHECKING:
    from datetime import datetime

    from relay.domain.errors import FetchFailed

# A link that was good is looked at again after so many days; a setting may change it.
LOOK_AGAIN_DAYS = 14

# Platforms answer 404 while they are repaired, and to programs that they mistrust. So a
# link is gone when it was so twice with a day between: a badge that comes a day late
# harms nobody, one that is wrong tells the public something untrue about its maker.
GONE_AFTER = timedelta(days=1)

# People may ask for another look, but not more often than this: each one is a visit to
# somebody else's site.
LOOK_PAUSE = timedelta(minutes=10)
# Who is just writing a draft has perhaps mended the post meanwhile, and waits for us.
DRAFT_PAUSE = timedelta(minutes=1)


class LinkTrouble(StrEnum):
    """Why a moderator may want to look at a published link."""

    CHANGED = "changed"
    GONE = "gone"
    REFUSED = "refused"
    FAILED = "failed"


class LinkChoice(StrEnum):
    """What a moderator may do about a page that has changed. Values are stored."""

    TAKE = "take"
    KEEP = "keep"


@dataclass(frozen=True)
class Sight:
    """What people would notice of a page: its title, its picture's fingerprint."""

    title: str | None = None
    fingerprint: str | None = None


def is_settled(state: PreviewState) -> bool:
    """Whether the work on a link is over, so that another visit is another look."""
    return state in FINAL_STATES


def has_changed(before: Sight, now: Sight) -> bool:
    """Whether a page shows another title or picture than before.

    Case, accents and punctuation of a title do not count, nor does how a picture was
    encoded or scaled. What is missing now is no change: we keep what we have.
    """
    return _is_other_title(before.title, now.title) or _is_other_picture(
        before.fingerprint, now.fingerprint
    )


def is_as_before(before: Sight, now: Sight) -> bool:
    """Whether a page shows, as far as we can tell, all that it showed before.

    Not the opposite of `has_changed`: a page that shows less is neither.
    """
    is_whole = (now.title or not before.title) and (
        now.fingerprint or not before.fingerprint
    )
    return bool(is_whole) and not has_changed(before, now)


def next_look(
    failed: FetchFailed,
    state: PreviewState,
    *,
    tries: int,
    gone_since: datetime | None,
    now: datetime,
) -> datetime | None:
    """Return when to look again after a look that failed `tries` times; None: settled.

    A failure that may pass follows the pauses of every first visit; a link that
    seems to be gone is asked once more when a day has passed.
    """
    if failed.reason is not FetchReason.GONE:
        pause = next_pause(failed, tries=tries)
        return now + pause if pause else None
    if state is PreviewState.GONE:
        return None
    sure_at = (gone_since or now) + GONE_AFTER
    return sure_at if sure_at > now else None


def state_after_look(before: PreviewState, failed: FetchFailed) -> PreviewState:
    """Return the state after a look that failed for good.

    What is ready stays ready, and what is gone stays gone: that a platform was down,
    or now shows the post to its members only, is no news of the post itself.
    """
    if failed.reason is FetchReason.GONE:
        return PreviewState.GONE
    if before in {PreviewState.READY, PreviewState.GONE}:
        return before
    return state_after(failed)


def _is_other_title(before: str | None, now: str | None) -> bool:
    return bool(now) and _comparable(before or "") != _comparable(now or "")


def _comparable(title: str) -> str:
    # A title may have no letters at all: then its signs are what can be compared.
    return fold_letters(title) or fold(title)


def _is_other_picture(before: str | None, now: str | None) -> bool:
    if not now:
        return False
    return not before or not look_alike(before, now)
