"""One entry's relay: the hands that led to it, and all that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.numbers import format_compact_decimal
from flask import render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.map_labels import width_of
from relay.domain.relay_branch import choose_twigs, measure_way
from relay.domain.relay_forest import NOWHERE
from relay.domain.tree_drawing import draw_tree
from relay.queries.entry import Stone
from relay.queries.relay_tree import (
    CHAIN_PAGE,
    FIRST,
    find_published,
    read_branches,
    read_chain,
)
from relay.web.answer import send_page
from relay.web.context import reading
from relay.web.i18n import babel_locale, current_language
from relay.web.kept_relay import the_columns
from relay.web.kept_totals import the_totals
from relay.web.public import pages
from relay.web.public.shown import require_entry, send_stone
from relay.web.words import city_name, show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

    from relay.domain.relay_branch import Totals
    from relay.domain.relay_columns import Columns
    from relay.domain.tree_drawing import Edge, Node
    from relay.queries.entry import EntryView
    from relay.queries.relay_tree import Branch, ChainPart

LETTERS = 14.0  # height of the picture's letters, in its units
AIR = 6.0  # between two words of one row
MOST_NO = 2**31 - 1


@dataclass(frozen=True)
class Dot:
    """One dot or bundle of the picture; without a `href` it is nobody's any more."""

    node: Node
    href: str
    title: str
    label: str


@dataclass(frozen=True)
class Picture:
    """The picture of a tree, named for the reader."""

    width: float
    height: float
    dots: Sequence[Dot]
    edges: Sequence[Edge]


@dataclass(frozen=True)
class TreePage:
    """All that the page shows; `way_km` is that from the first hand.

    `hands` are how many there are in the chain. `more` came of children of the entry
    that are not listed; the list goes on with number `beyond`.
    """

    totals: Totals
    farthest_city: int | None
    way_km: float | None
    hands: int
    chain: Sequence[ChainPart]
    branches: Sequence[Branch]
    more: int
    beyond: int | None
    picture: Picture | None

    @property
    def earlier(self) -> int | None:
        """The number of the hand with which the page of the chain before begins."""
        begin = self.chain[0].begin
        return max(1, begin + 1 - CHAIN_PAGE) if begin else None

    @property
    def later(self) -> int | None:
        """The number of the hand with which the next page of the chain begins."""
        last = self.chain[-1]
        end = last.begin + CHAIN_PAGE
        return end + 1 if end < self.hands and len(self.chain) == 1 else None

    @property
    def skipped(self) -> int:
        """How many hands of a long chain stand in none of its two parts."""
        return self.chain[-1].begin - FIRST if len(self.chain) > 1 else 0


@pages.get("/relay/<int(max=2147483647):no>")
def relay_tree(no: int) -> Response:
    """Show where an entry came from and what came of it; for one withdrawn, a stone."""
    entry = require_entry(no)
    if isinstance(entry, Stone):
        return send_stone(entry)
    columns = the_columns(entry.season_id)
    place = columns.find(no) if columns else None
    told = None
    if columns is not None and place is not None:
        with reading() as connection:
            told = _tell(connection, entry.season_id, columns, place)
    return send_page(
        render_template(
            "public/relay_tree.html",
            entry=entry,
            told=told,
        )
    )


def count_after(entry: EntryView) -> int | None:
    """Return how many entries came of one; None when it was not measured yet."""
    columns = the_columns(entry.season_id)
    place = columns.find(entry.no) if columns else None
    if columns is None or place is None:
        return None
    return columns.sizes[place] - 1


def _asked(name: str) -> int | None:
    """Return a number of the reader's question; None for nonsense."""
    text = request.args.get(name, "")
    number = int(text) if text.isdecimal() and len(text) < len(str(MOST_NO)) else 0
    return number or None


def _tell(
    connection: Connection, season_id: int, columns: Columns, place: int
) -> TreePage:
    totals = the_totals(season_id, columns, place)
    farthest = totals.farthest
    twigs = choose_twigs(columns, place, begin=_find_begin(columns, place))
    return TreePage(
        totals=totals,
        farthest_city=columns.city_ids[farthest] if farthest is not None else None,
        way_km=measure_way(columns, place),
        hands=columns.depths[place] + 1,
        chain=read_chain(connection, columns, place, begin=_find_hand(columns, place)),
        branches=read_branches(connection, columns, place, twigs),
        more=twigs.more,
        beyond=None if twigs.beyond is None else columns.nos[twigs.beyond],
        picture=_draw(connection, columns, place) if totals.after else None,
    )


def _find_hand(columns: Columns, place: int) -> int | None:
    """Return how many hands stand before those asked for; None for a short chain."""
    asked = _asked("hands")
    return asked - 1 if asked and asked <= columns.depths[place] + 1 else None


def _find_begin(columns: Columns, place: int) -> int | None:
    """Return the child with which the list begins; None for the first one."""
    asked = _asked("from")
    begin = None if asked is None else columns.find(asked)
    return begin if begin is not None and columns.parents[begin] == place else None


def _draw(connection: Connection, columns: Columns, place: int) -> Picture:
    mirrored = current_language().direction == "rtl"
    drawing = draw_tree(columns, place, mirrored=mirrored)
    published = find_published(
        connection, columns, {each.place for each in drawing.nodes}
    )
    dots = [
        Dot(node, "", "", "")
        if node.place not in published
        else (_bundle(columns, node, place) if node.many else _dot(columns, node))
        for node in drawing.nodes
    ]
    return Picture(drawing.width, drawing.height, dots, drawing.edges)


def _dot(columns: Columns, node: Node) -> Dot:
    no, city = columns.nos[node.place], columns.cities[node.place]
    name = "" if city == NOWHERE else city_name(columns.city_ids[city])
    title = _("No. %(no)s", no=show_number(no))
    if name:
        title = _("%(name)s, %(city)s", name=title, city=name)
    fits = width_of(name) * LETTERS + AIR <= node.room
    end = "public.entry" if node.ended else "public.relay_tree"
    return Dot(node, url_for(end, no=no), title, name if fits else "")


def _bundle(columns: Columns, node: Node, top: int) -> Dot:
    many = format_compact_decimal(node.many, locale=babel_locale())
    no = columns.nos[node.place]
    href = "#list" if node.place == top else url_for("public.relay_tree", no=no)
    title = _("%(many)s more from here", many=show_number(node.many))
    return Dot(node, href, title, f"+{many}")
