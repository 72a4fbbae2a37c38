"""The relay as data: the figures of a season, and one entry's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, jsonify

from relay.domain.errors import FieldError, Invalid, NotFound
from relay.domain.relay_answer import leave_out
from relay.queries.entry import Stone
from relay.queries.kept_relay import list_gone
from relay.queries.relay_tree import TreeNode, find_season_of, list_nodes
from relay.web.answer import send_shared
from relay.web.api import api
from relay.web.api.relay_schemas import (
    RelayOut,
    TreeNodeOut,
    TreeOut,
    TreeQuery,
    TreeTotalsOut,
    tell_relay,
)
from relay.web.api.schemas import MOST_NO, SeasonQuery
from relay.web.api.season import season_id_of
from relay.web.context import reading
from relay.web.errors import problem
from relay.web.kept_relay import the_figures, the_figures_and_columns
from relay.web.kept_totals import the_totals
from relay.web.limits import limited

if TYPE_CHECKING:
    from pydantic import BaseModel

    from relay.domain.relay_branch import Totals
    from relay.domain.relay_columns import Columns
    from relay.web.kept_relay import Measured

CHAIN = 200  # hands of a chain in one answer
MEASURING_SECONDS = 10  # until a change is measured, as a rule


@api.get("/relay")
@api.input(SeasonQuery, location="query", arg_name="query")
@api.output(RelayOut)
@limited("api")
def read_relay(query: SeasonQuery) -> Response:
    """Read the figures of a season's relay, as they were measured last.

    The number of an entry that was taken away since then is null.
    503 with `Retry-After` while they have not been measured for the first time.
    """
    kept = the_figures(season_id_of(query.season))
    if kept is None:
        return _not_measured()
    with reading() as connection:
        answer = leave_out(kept.answer, list_gone(connection))
    return _send(tell_relay(kept.measured_at, kept.edition, answer))


@api.get("/entries/<int:no>/tree")
@api.input(TreeQuery, location="query", arg_name="query")
@api.output(TreeOut)
@limited("api")
def read_entry_tree(no: int, query: TreeQuery) -> Response:
    """Read the chain that led to an entry, and all that came of it.

    503 with `Retry-After` while it is so new that it has not been measured.
    """
    season_id = _require_season_of(no)
    measured = the_figures_and_columns(season_id)
    place = measured.columns.find(no) if measured else None
    if measured is None or place is None:
        return _not_measured()
    return _send(_tell_tree(measured, place, query))


def _require_season_of(no: int) -> int:
    """Return the season of a published entry; 410 when it was taken away."""
    found: int | Stone | None = None
    if no <= MOST_NO:
        with reading() as connection:
            found = find_season_of(connection, no)
    if isinstance(found, Stone):
        abort(410)
    if found is None:
        message = f"There is no published entry number {no}."
        raise NotFound(message)
    return found


def _tell_tree(measured: Measured, top: int, query: TreeQuery) -> TreeOut:
    kept, columns = measured.figures, measured.columns
    branch = columns.branch(top)
    begin = top if query.cursor is None else columns.find(query.cursor)
    if begin is None or not branch.start <= begin < branch.stop:
        raise Invalid([FieldError("cursor", "invalid")])
    end = min(begin + query.limit, branch.stop)
    whole = columns.chain(top)
    part = whole[query.chain_from : query.chain_from + CHAIN]
    chain_end = query.chain_from + CHAIN
    totals = the_totals(kept.season_id, columns, top)
    with reading() as connection:
        chain = list_nodes(connection, columns, part)
        tree = list_nodes(connection, columns, range(begin, end))
    return TreeOut(
        no=columns.nos[top],
        measured_at=kept.measured_at,
        edition=kept.edition,
        totals=_tell_totals(columns, totals),
        chain=[_tell_node(each) for each in chain],
        chain_next=chain_end if chain_end < len(whole) else None,
        tree=[_tell_node(each) for each in tree],
        next=columns.nos[end] if end < branch.stop else None,
    )


def _tell_totals(columns: Columns, totals: Totals) -> TreeTotalsOut:
    farthest = totals.farthest
    return TreeTotalsOut(
        entries=totals.size,
        generations=totals.generations,
        cities=totals.cities,
        countries=totals.countries,
        km=_round(totals.km),
        farthest_km=_round(totals.farthest_km),
        farthest_city=None if farthest is None else columns.city_ids[farthest],
        unlocated=totals.unlocated,
        via_hidden=totals.via_hidden,
    )


def _tell_node(node: TreeNode) -> TreeNodeOut:
    return TreeNodeOut(
        no=node.no,
        parent=node.parent,
        depth=node.depth,
        city=node.city_id,
        leg_km=_round(node.leg_km),
        km=round(node.way_km, 1),
        submitted=node.submitted_at,
        known=node.known,
        via_hidden=node.via_hidden,
    )


def _round(km: float | None) -> float | None:
    """Return kilometres to the hundred metres: centroids of cities are no finer."""
    return None if km is None else round(km, 1)


def _not_measured() -> Response:
    answer = problem(503, "not_measured")
    answer.headers["Retry-After"] = str(MEASURING_SECONDS)
    return answer


def _send(told: BaseModel) -> Response:
    """Send data that caches may keep for a moment and then ask again."""
    return send_shared(jsonify(told.model_dump(mode="json")))
