"""One entry's relay: the hands that led to it, and all that came of it.

The shape is that of the last measuring, the words are those of now: what was taken
away since is passed over here, too, before the relay is measured anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.relay_branch import measure_legs
from relay.domain.relay_columns import KNOWN
from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import NOWHERE, ROOT
from relay.models import Entry
from relay.queries.entry import Stone
from relay.queries.published import published_with

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from relay.domain.entry import ParentKnown
    from relay.domain.relay_branch import Twigs
    from relay.domain.relay_columns import Columns

FIRST, LAST = 6, 12  # hands of a long chain that a page shows
CHAIN_PAGE = 100  # hands of it that are shown when somebody asks for them


@dataclass(frozen=True)
class Hand:
    """One entry of a relay, as a page shows it.

    `city_id` is None where we know none. `leg_km` is the way from the hand before,
    `way_km` that from the first one. `via_hidden` counts the entries between it and
    the hand before that are not shown.
    """

    no: int
    title: str
    name: str
    lang: str
    city_id: int | None
    country: str
    at: datetime
    leg_km: float | None
    way_km: float
    via_hidden: int


@dataclass(frozen=True)
class ChainPart:
    """Hands in their order; `begin` is how many of the chain stand before them."""

    begin: int
    hands: tuple[Hand, ...]


@dataclass(frozen=True)
class Branch:
    """A run of hands, each the only one after the one before, and where it forks.

    `more` entries came of the last hand of the run that are not listed.
    """

    run: tuple[Hand, ...]
    branches: tuple[Branch, ...]
    more: int


@dataclass(frozen=True)
class TreeNode:
    """One entry of a relay as data; `parent` is None for the root.

    `depth` counts the passes from the root.
    """

    no: int
    parent: int | None
    depth: int
    city_id: int | None
    leg_km: float | None
    way_km: float
    submitted_at: datetime
    known: ParentKnown
    via_hidden: int


def find_season_of(connection: Connection, no: int) -> int | Stone | None:
    """Return the season of a published entry; a Stone when it was taken away."""
    row = connection.execute(
        select(col(Entry.season_id), col(Entry.moderation)).where(col(Entry.no) == no)
    ).first()
    if row is None:
        return None
    if row.moderation is Moderation.APPROVED:
        season_id: int = row.season_id
        return season_id
    if row.moderation in {Moderation.TAKEN_DOWN, Moderation.WITHDRAWN}:
        return Stone(no, by_maker=row.moderation is Moderation.WITHDRAWN)
    return None


def read_chain(
    connection: Connection, columns: Columns, place: int, *, begin: int | None = None
) -> list[ChainPart]:
    """Return the hands from the first one to an entry, in one part or two.

    Of a long chain the first ones and the last ones; with `begin` a page of it.
    """
    chain = columns.chain(place)
    if begin is not None:
        parts = [(begin, chain[begin : begin + CHAIN_PAGE])]
    elif len(chain) > FIRST + LAST + 1:
        parts = [(0, chain[:FIRST]), (len(chain) - LAST, chain[-LAST:])]
    else:
        parts = [(0, chain)]
    hands = _read_hands(
        connection, columns, [each for _, part in parts for each in part]
    )
    return [
        ChainPart(at, tuple(hands[each] for each in part if each in hands))
        for at, part in parts
    ]


def read_branches(
    connection: Connection, columns: Columns, top: int, twigs: Twigs
) -> tuple[Branch, ...]:
    """Return the entries that were chosen to be listed below the one at a place."""
    hands = _read_hands(connection, columns, [each.place for each in twigs.listed])
    more = dict.fromkeys([*hands, top], 0)
    children: dict[int, list[int]] = {each: [] for each in more}
    for twig in twigs.listed:
        above = _climb(columns, twig.place, shown=more)
        if twig.place in hands:
            more[twig.place] += twig.more
            children[above].append(twig.place)
        else:
            more[above] += twig.more

    def grow(place: int) -> Branch:
        run = [place]
        while len(children[run[-1]]) == 1 and not more[run[-1]]:
            run += children[run[-1]]
        return Branch(
            tuple(hands[each] for each in run),
            tuple(grow(each) for each in children[run[-1]]),
            more[run[-1]],
        )

    return tuple(grow(each) for each in children[top])


def list_nodes(
    connection: Connection, columns: Columns, places: Sequence[int]
) -> list[TreeNode]:
    """Return entries as data, in the order given."""
    above = {columns.parents[each] for each in places} - {ROOT}
    legs = measure_legs(columns, places)
    shown = find_published(connection, columns, {*places, *above})
    return [
        TreeNode(
            no=columns.nos[place],
            parent=None if parent == ROOT else columns.nos[parent],
            depth=columns.depths[place],
            city_id=_city_id(columns, place),
            leg_km=legs[place],
            way_km=columns.km[place],
            submitted_at=_submitted_at(columns, place),
            known=KNOWN[columns.known[place]],
            via_hidden=via_hidden,
        )
        for place in places
        if place in shown
        for parent, via_hidden in [_find_above(connection, columns, place, shown)]
    ]


def _read_hands(
    connection: Connection, columns: Columns, places: Sequence[int]
) -> dict[int, Hand]:
    """Return those of some entries that are published now, by their places."""
    rows = connection.execute(
        select(
            col(Entry.no),
            col(Entry.title),
            col(Entry.name),
            col(Entry.lang),
            col(Entry.country),
        ).where(published_with([columns.nos[each] for each in places]))
    )
    words = {row.no: row for row in rows}
    legs = measure_legs(columns, places)
    hands: dict[int, Hand] = {}
    hidden: dict[int, int] = {}
    for place in places:
        parent = columns.parents[place]
        between = columns.via_hidden.get(place, 0) + hidden.get(parent, 0)
        row = words.get(columns.nos[place])
        if row is None:
            hidden[place] = between + 1
            continue
        hands[place] = Hand(
            no=row.no,
            title=row.title,
            name=row.name,
            lang=row.lang,
            city_id=_city_id(columns, place),
            country=row.country,
            at=_submitted_at(columns, place),
            leg_km=legs[place],
            way_km=columns.km[place],
            via_hidden=between,
        )
    return hands


def find_published(
    connection: Connection, columns: Columns, places: Iterable[int]
) -> set[int]:
    """Return those of some places whose entries are published now."""
    by_no = {columns.nos[each]: each for each in places}
    rows = connection.scalars(select(col(Entry.no)).where(published_with(list(by_no))))
    return {by_no[no] for no in rows if no is not None}


def _find_above(
    connection: Connection, columns: Columns, place: int, shown: set[int]
) -> tuple[int, int]:
    """Return the nearest published ancestor, or ROOT, and past how many hidden ones."""
    hidden = columns.via_hidden.get(place, 0)
    above = columns.parents[place]
    while above != ROOT and above not in shown:
        hidden += 1 + columns.via_hidden.get(above, 0)
        above = columns.parents[above]
        # Seldom: an entry was taken away since the relay was measured.
        shown |= find_published(connection, columns, {above} - {ROOT})
    return above, 0 if above == ROOT else hidden


def _climb(columns: Columns, place: int, *, shown: Collection[int]) -> int:
    """Return the nearest ancestor that is shown."""
    above = columns.parents[place]
    while above not in shown:
        above = columns.parents[above]
    return above


def _city_id(columns: Columns, place: int) -> int | None:
    city = columns.cities[place]
    return None if city == NOWHERE else columns.city_ids[city]


def _submitted_at(columns: Columns, place: int) -> datetime:
    return EPOCH + columns.times[place] * MICROSECOND
