"""Finding in a post's words whose baton its maker took; people say whether it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.baton_in_text import find_batons
from relay.domain.moderation import Moderation
from relay.models import Baton, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlmodel import Session

    from relay.domain.baton_in_text import Mentions

_OVER = (Moderation.DRAFT, Moderation.WITHDRAWN)


def find_baton_in(
    session: Session,
    entry: Entry,
    words: Iterable[str | None],
    *,
    base_url: str,
    now: datetime,
) -> str | None:
    """Return the code of a baton that a post's words name; None without one.

    Of another entry of the same season, sent in before this one, and not revoked. The
    address of an entry's page stands for the baton that this page shows.
    """
    named = find_batons("\n".join(each for each in words if each), base_url)
    if not (named.codes or named.nos):
        return None
    rows = session.exec(
        select(Baton.code, Entry.no)
        .join(Entry, col(Entry.id) == col(Baton.entry_id))
        .where(
            col(Baton.code).in_(named.codes)
            | (
                col(Entry.no).in_(named.nos)
                & (col(Entry.moderation) == Moderation.APPROVED)
            ),
            col(Baton.revoked_at).is_(None),
            Entry.season_id == entry.season_id,
            Entry.id != entry.id,
            col(Entry.submitted_at) < (entry.submitted_at or now),
            col(Entry.moderation).not_in(_OVER),
        )
        .order_by(col(Baton.created_at), col(Baton.code))
    ).all()
    return min(rows, key=lambda row: _place(named, *row), default=(None, None))[0]


def _place(named: Mentions, code: str, no: int | None) -> int:
    """Return how surely a baton is meant: codes before pages, in the text's order."""
    if code in named.codes:
        return named.codes.index(code)
    return len(named.codes) + (named.nos.index(no) if no in named.nos else 0)
