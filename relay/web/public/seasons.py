"""The seasons: each one's symbol, statement and wall stay readable for good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import render_template

from relay.domain.errors import NotFound
from relay.queries.season import find_season, find_symbol, list_seasons
from relay.queries.wall import Wanted, read_counts, read_wall
from relay.web.answer import send_page
from relay.web.context import reading, the_relay
from relay.web.public import pages
from relay.web.public.question import read_question
from relay.web.public.wall import join_cards

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@pages.get("/seasons")
def seasons() -> Response:
    """List all seasons."""
    with reading() as connection:
        found = list_seasons(connection)
    now = the_relay().clock.now()
    return send_page(render_template("public/seasons.html", seasons=found, now=now))


@pages.get("/season/<slug>")
def season(slug: str) -> Response:
    """Show one season with its wall."""
    with reading() as connection:
        found = find_season(connection, slug)
        if found is None:
            message = f"There is no season called {slug}."
            raise NotFound(message)
        ask = replace(read_question(found.id).ask, wanted=Wanted())
        shown = read_wall(connection, ask)
        counts = read_counts(connection, found.id)
        picture = find_symbol(connection, found.id)
    return send_page(
        render_template(
            "public/season.html",
            season=found,
            picture=picture,
            counts=counts,
            ask=ask,
            wall=shown,
            cards=join_cards(shown, ask),
            now=the_relay().clock.now(),
        )
    )
