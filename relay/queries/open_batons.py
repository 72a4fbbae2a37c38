"""Batons that wait, with the cards of their artworks, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from relay.models import Baton, Card, Entry
from relay.queries.published import published_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

PAGE = 24
CHUNK = 120  # numbers that are asked for at once
MOST_CHUNKS = 20  # a page looks through so many: a rare language may need another page
LOOKED_THROUGH = CHUNK * MOST_CHUNKS + 1  # and one more, to tell that there are more


@dataclass(frozen=True)
class OpenBaton:
    """A baton that its artwork's page shows, too, and that artwork's printed card."""

    no: int
    code: str
    card: str


@dataclass(frozen=True)
class OpenBatons:
    """One page of them; `beyond` is the number after which the next one goes on."""

    shown: tuple[OpenBaton, ...]
    beyond: int | None = None


def list_open_batons(
    connection: Connection, nos: Sequence[int], *, lang: str, words_lang: str = ""
) -> OpenBatons:
    """Return a page of batons of these entries, in their order.

    Left out are entries whose batons were all taken back, or whose words are in
    another language than `words_lang`.
    """
    shown: list[OpenBaton] = []
    for first in range(0, len(nos), CHUNK):
        chunk = nos[first : first + CHUNK]
        asked = {"nos": list(chunk), "card_lang": lang, "words_lang": words_lang}
        rows = connection.execute(_batons(bool(words_lang)), asked)
        found = {row.no: OpenBaton(*row) for row in rows}
        for no in chunk:
            if no in found and len(shown) == PAGE:
                return OpenBatons(tuple(shown), shown[-1].no)
            if no in found:
                shown.append(found[no])
        if first + CHUNK >= CHUNK * MOST_CHUNKS and first + CHUNK < len(nos):
            return OpenBatons(tuple(shown), chunk[-1])
    return OpenBatons(tuple(shown))


@cache
def _batons(by_language: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the key of a cache
    """Return the question for entries with the first of their batons that works."""
    first = (
        select(col(Baton.code))
        .where(col(Baton.entry_id) == col(Entry.id), col(Baton.revoked_at).is_(None))
        .order_by(col(Baton.created_at), col(Baton.code))
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    asked = (
        select(col(Entry.no), first, col(Card.pictures))
        .join(
            Card,
            (col(Card.entry_id) == col(Entry.id))
            & (col(Card.lang) == bindparam("card_lang")),
        )
        .where(
            published_with(bindparam("nos", expanding=True)),
            first.is_not(None),
        )
    )
    if by_language:
        asked = asked.where(col(Entry.lang) == bindparam("words_lang"))
    return asked
