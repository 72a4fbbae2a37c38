"""The wall: cards that were printed before, chosen by number and never counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from relay.domain.text import fold
from relay.models import Card, Entry, Tally, TallyOf
from relay.queries.published import published

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

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

    @property
    def is_rare(self) -> bool:
        """Whether the reader chose by more than a city and words."""
        return bool(self.country or self.kind or self.platform or self.lang)


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
    low, high = connection.execute(_numbers(), {"season_id": ask.season_id}).one()
    if low is None:
        return WallPage(())
    pages = -(-(high - low + 1) // PAGE)
    page = min(max(ask.page, 1), pages)
    skipped = (page - 1) * PAGE
    first = high - skipped - PAGE if ask.order is Order.NEWEST else low + skipped - 1
    rows = connection.execute(
        _cards_between(ask.view, ask.order),
        {
            "season_id": ask.season_id,
            "card_lang": ask.lang,
            "above": first,
            "up_to": first + PAGE,
        },
    )
    return WallPage(tuple(row[1] for row in rows), page=page, pages=pages)


def _read_filtered(connection: Connection, ask: WallAsk) -> WallPage:
    clauses = clauses_of(ask.wanted)
    if ask.beyond is not None:
        newest = ask.order is Order.NEWEST
        no = col(Entry.no)
        clauses.append(no < ask.beyond if newest else no > ask.beyond)
    rows = connection.execute(
        _cards(ask.view, ask.order).where(*clauses).limit(PAGE + 1),
        {"season_id": ask.season_id, "card_lang": ask.lang},
    ).all()
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


# Statements are built once: building one costs more than running it.


@cache
def _numbers() -> Select[*tuple[Any, ...]]:
    """Return the question for the lowest and the highest number of a season."""
    here = (col(Entry.season_id) == bindparam("season_id"), published())
    return select(
        select(func.min(col(Entry.no))).where(*here).scalar_subquery(),
        select(func.max(col(Entry.no))).where(*here).scalar_subquery(),
    )


@cache
def _cards(view: View, order: Order) -> Select[int | None, str]:
    """Return the question for numbers and cards in one language, in their order."""
    no = col(Entry.no)
    html = col(Card.pictures if view is View.PICTURES else Card.words)
    return (
        select(no, html)
        .join(Card, col(Card.entry_id) == col(Entry.id))
        .where(
            col(Entry.season_id) == bindparam("season_id"),
            published(),
            col(Card.lang) == bindparam("card_lang"),
        )
        .order_by(no.desc() if order is Order.NEWEST else no)
    )


@cache
def _cards_between(view: View, order: Order) -> Select[int | None, str]:
    """Return the question for the cards of a range of numbers."""
    no = col(Entry.no)
    return _cards(view, order).where(no > bindparam("above"), no <= bindparam("up_to"))


def read_counts(connection: Connection, season_id: int) -> Counts:
    """Return the counts that publication keeps."""
    rows = connection.execute(
        select(col(Tally.of), col(Tally.value), col(Tally.entries), col(Tally.cities))
        .where(col(Tally.season_id) == season_id, col(Tally.entries) > 0)
        .order_by(col(Tally.entries).desc(), col(Tally.value))
    ).all()
    every = next((row for row in rows if row.of is TallyOf.ALL), None)
    by: dict[TallyOf, list[tuple[str, int]]] = {each: [] for each in TallyOf}
    for row in rows:
        if row.value:
            by[row.of].append((row.value, row.entries))
    return Counts(
        entries=every.entries if every else 0,
        cities=every.cities if every else 0,
        countries=tuple(by[TallyOf.COUNTRY]),
        kinds=tuple(by[TallyOf.KIND]),
        platforms=tuple(by[TallyOf.PLATFORM]),
        langs=tuple(by[TallyOf.LANG]),
    )


def read_latest_relay(connection: Connection, season_id: int) -> Chain:
    """Return the way of the baton that moved last, back through a few cities."""
    newest, of_entry = _hops()
    asked, key = newest, {"season_id": season_id}
    hops: list[Hop] = []
    while len(hops) < CHAIN:
        row = connection.execute(asked, key).first()
        if row is None:
            break
        hops.append(Hop(row.no, row.city_id, row.published_at))
        if row.from_id is None:
            return Chain(tuple(reversed(hops)), longer=False)
        asked, key = of_entry, {"entry_id": row.from_id}
    return Chain(tuple(reversed(hops)), longer=bool(hops))


@cache
def _hops() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Return the questions for a season's newest step, and for that of one entry."""
    hop = select(
        col(Entry.no), col(Entry.city_id), col(Entry.published_at), col(Entry.from_id)
    ).where(published())
    newest = hop.where(col(Entry.season_id) == bindparam("season_id"))
    return (
        newest.order_by(col(Entry.no).desc()).limit(1),
        hop.where(col(Entry.id) == bindparam("entry_id")),
    )
