"""`/b/…`: somebody passes the baton on, by a link, a QR code, or a code typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from relay.domain.baton import read_code
from relay.queries.baton import find_baton
from relay.web.add import batons
from relay.web.context import find_season, reading, the_relay
from relay.web.i18n import current_language
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@batons.get("/b/<code>")
@limited("token")
def take(code: str) -> ResponseReturnValue:
    """Say who passes the baton on, and lead to the form with it."""
    with reading() as connection:
        baton = find_baton(connection, code, lang=current_language().tag)
    season = find_season()
    is_open = season is not None and season.is_open(the_relay().clock.now())
    page = render_template(
        "add/baton.html", baton=baton, typed=code, season=season, is_open=is_open
    )
    return page, 200 if baton else 404


@batons.get("/b/")
@limited("token")
def type_code() -> ResponseReturnValue:
    """Ask for a code, or go to the page of the one that was typed."""
    typed = request.args.get("code", "")
    code = read_code(typed)
    if code:
        return redirect(url_for("baton.take", code=code))
    return render_template(
        "add/baton.html", baton=None, typed=typed, season=find_season(), is_open=True
    )
