"""Standing: which notice a maker is mailed of where an entry stands, if any is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.notice import About

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.moderation import Moderation

# These say that something holds again: whether that is news depends on what was told.
_AGAIN = frozenset({About.RESTORED, About.TAKEN_BACK})


@dataclass(frozen=True)
class Standing:
    """A notice of where an entry stands: the state it led to, and what came of it.

    It `is_live` unless its decision was taken back, and `is_told` once it was mailed.
    """

    id: int
    about: About
    state: Moderation
    is_live: bool
    is_told: bool


def choose_standing(
    log: Sequence[Standing], due_id: int, *, now: Moderation
) -> int | None:
    """Return the id of the notice that is mailed when one is due; None for no mail.

    `log` are all of an entry, the oldest first, and `now` is where it stands. Only
    the newest leads to a mail: it may be an older one's, which holds again and which
    nobody was told of. What a maker knows already is not told twice.
    """
    newest = log[-1]
    if newest.id != due_id or newest.is_told or newest.state is not now:
        return None
    if newest.about is not About.TAKEN_BACK:
        return _choose(log, newest)
    told = _last_told(log)
    holds = _last_live(log, now)
    if holds is not None and not holds.is_told and not _is_after(told, holds):
        return _choose(log, holds)
    return newest.id if told is not None and not told.is_live else None


def is_received_news(log: Sequence[Standing]) -> bool:
    """Tell whether it is still news that an entry is in: nothing else is to be told."""
    return not any(
        each.is_told or (each.is_live and each.about is not About.TAKEN_BACK)
        for each in log
    )


def _choose(log: Sequence[Standing], wanted: Standing) -> int | None:
    """Return what says best that `wanted` holds, which nobody was told of."""
    told = _last_told(log)
    if wanted.about not in _AGAIN | {About.APPROVED}:
        return wanted.id
    if told is not None and told.state is wanted.state:
        return None
    for each in reversed(log if wanted.about in _AGAIN else ()):
        is_first = each.state is wanted.state and each.about not in _AGAIN
        if each.is_live and is_first and not each.is_told:
            return wanted.id if _is_after(told, each) else each.id
    return wanted.id


def _last_told(log: Sequence[Standing]) -> Standing | None:
    return next((each for each in reversed(log) if each.is_told), None)


def _last_live(log: Sequence[Standing], now: Moderation) -> Standing | None:
    """Return the newest that holds, beside those that say only what holds no more."""
    return next(
        (
            each
            for each in reversed(log)
            if each.is_live and each.state is now and each.about is not About.TAKEN_BACK
        ),
        None,
    )


def _is_after(told: Standing | None, other: Standing) -> bool:
    return told is not None and told.id > other.id
