"""The wall: cards that were printed before, chosen by number and never counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import col

from relay.domain.text import fold
from relay.models import Card, Entry, Place, Tally, TallyOf
from relay.queries.published import published

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

PAGE = 48
CHAIN = 4  # steps of the newest relay that the wall shows
MOST_WORDS = 8


class View(StrEnum):
    """How a card is shown."""

    PICTURES = "pictures"
    WORDS = "words"


class Order(StrEnum):
    """Which artworks come first."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Wanted:
    """What the reader filters by; empty means everything."""

    city_id: int | None = None
    country: str = ""
    kind: str = ""
    platform: str = ""
    lang: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class WallAsk:
    """One page of the wall: a `page`, or what lies `beyond` a number where filtered."""

    season_id: int
    lang: str
    wanted: Wanted = Wanted()
    view: View = View.PICTURES
    order: Order = Order.NEWEST
    page: int = 1
    beyond: int | None = None


@dataclass(frozen=True)
class WallPage:
    """Printed cards; `pages` is 0 where they are not numbered.

    `beyond` is the number after which the next page of a filtered wall goes on.
    """

    cards: tuple[str, ...]
    page: int = 1
    pages: int = 0
    beyond: int | None = None


@dataclass(frozen=True)
class Counts:
    """How many artworks are public, from how many cities, and of what sort.

    The sorts are (value, how many), most first.
    """

    entries: int
    cities: int
    countries: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    platforms: tuple[tuple[str, int], ...]
    langs: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Hop:
    """One step of a relay: an entry, its city and when it was published."""

    no: int
    city_id: int
    at: datetime


@dataclass(frozen=True)
class Chain:
    """The last steps of a relay, the oldest first; `longer` when there were more."""

    hops: tuple[Hop, ...]
    longer: bool


def read_wall(connection: Connection, ask: WallAsk) -> WallPage:
    """Return one page of cards."""
    return (
        _read_filtered(connection, ask) if ask.wanted else _read_page(connection, ask)
    )


def _read_page(connection: Connection, ask: WallAsk) -> WallPage:
    """Return a numbered page: a range of numbers, so that page 900 costs like page 1.

    Where artworks were withdrawn a page holds a few less.
    """
    here = (col(Entry.season_id) == ask.season_id, published())
    first = select(func.min(col(Entry.no))).where(*here).scalar_subquery()
    last = select(func.max(col(Entry.no))).where(*here).scalar_subquery()
    low, high = connection.execute(select(first, last)).one()
    if low is None:
        return WallPage(())
    pages = -(-(high - low + 1) // PAGE)
    page = min(max(ask.page, 1), pages)
    if ask.order is Order.NEWEST:
        top = high - (page - 1) * PAGE
        bounds = (col(Entry.no) <= top, col(Entry.no) > top - PAGE)
    else:
        bottom = low + (page - 1) * PAGE
        bounds = (col(Entry.no) >= bottom, col(Entry.no) < bottom + PAGE)
    rows = _read_cards(connection, ask, *bounds, limit=PAGE)
    return WallPage(tuple(html for _, html in rows), page=page, pages=pages)


def _read_filtered(connection: Connection, ask: WallAsk) -> WallPage:
    clauses = clauses_of(ask.wanted)
    if ask.beyond is not None:
        newest = ask.order is Order.NEWEST
        no = col(Entry.no)
        clauses.append(no < ask.beyond if newest else no > ask.beyond)
    rows = _read_cards(connection, ask, *clauses, limit=PAGE + 1)
    more = len(rows) > PAGE
    shown = rows[:PAGE]
    return WallPage(
        tuple(html for _, html in shown), beyond=shown[-1][0] if more else None
    )


def clauses_of(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the clauses that a reader's filters mean."""
    equal = {
        col(Entry.city_id): wanted.city_id,
        col(Entry.country): wanted.country,
        col(Entry.kind): wanted.kind,
        col(Entry.platform): wanted.platform,
        col(Entry.lang): wanted.lang,
    }
    clauses: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value
    ]
    return clauses + [
        col(Entry.search_text).contains(word, autoescape=True)
        for word in fold(wanted.words).split()[:MOST_WORDS]
    ]


def _read_cards(
    connection: Connection, ask: WallAsk, *clauses: ColumnElement[bool], limit: int
) -> list[tuple[int, str]]:
    no = col(Entry.no)
    html = col(Card.pictures if ask.view is View.PICTURES else Card.words)
    rows = connection.execute(
        select(no, html)
        .join(Card, col(Card.entry_id) == col(Entry.id))
        .where(
            col(Entry.season_id) == ask.season_id,
            published(),
            col(Card.lang) == ask.lang,
            *clauses,
        )
        .order_by(no.desc() if ask.order is Order.NEWEST else no)
        .limit(limit)
    )
    return [(row[0] or 0, row[1]) for row in rows]


def read_counts(connection: Connection, season_id: int) -> Counts:
    """Return the counts that publication keeps."""
    rows = connection.execute(
        select(col(Tally.of), col(Tally.value), col(Tally.entries))
        .where(col(Tally.season_id) == season_id, col(Tally.entries) > 0)
        .order_by(col(Tally.entries).desc(), col(Tally.value))
    ).all()
    cities = connection.scalar(
        select(func.count())
        .select_from(Place)
        .where(col(Place.season_id) == season_id, col(Place.entries) > 0)
    )
    by: dict[TallyOf, list[tuple[str, int]]] = {each: [] for each in TallyOf}
    for of, value, entries in rows:
        if value or of is TallyOf.ALL:
            by[of].append((value, entries))
    return Counts(
        entries=by[TallyOf.ALL][0][1] if by[TallyOf.ALL] else 0,
        cities=cities or 0,
        countries=tuple(by[TallyOf.COUNTRY]),
        kinds=tuple(by[TallyOf.KIND]),
        platforms=tuple(by[TallyOf.PLATFORM]),
        langs=tuple(by[TallyOf.LANG]),
    )


def count_entries(connection: Connection, season_id: int) -> int:
    """Return how many artworks of a season are public."""
    found: int | None = connection.scalar(
        select(col(Tally.entries)).where(
            col(Tally.season_id) == season_id,
            col(Tally.of) == TallyOf.ALL,
            col(Tally.value) == "",
        )
    )
    return found or 0


def read_latest_relay(connection: Connection, season_id: int) -> Chain:
    """Return the way of the baton that moved last, back through a few cities."""
    above = (
        select(*_HOP)
        .where(col(Entry.season_id) == season_id, published())
        .order_by(col(Entry.no).desc())
        .limit(1)
    )
    hops: list[Hop] = []
    while len(hops) < CHAIN:
        row = connection.execute(above).first()
        if row is None:
            break
        hops.append(Hop(row.no, row.city_id, row.published_at))
        if row.from_id is None:
            return Chain(tuple(reversed(hops)), longer=False)
        above = select(*_HOP).where(col(Entry.id) == row.from_id, published())
    return Chain(tuple(reversed(hops)), longer=bool(hops))


_HOP = (
    col(Entry.no),
    col(Entry.city_id),
    col(Entry.published_at),
    col(Entry.from_id),
)
