"""`/add`: paste a link, or choose a picture; the draft is kept at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from relay.adapters.picture_header import find_kind
from relay.domain.errors import FieldError, Invalid, SeasonClosed
from relay.domain.links import find_link
from relay.domain.season import require_open
from relay.queries.baton import find_baton
from relay.queries.seen import find_seen
from relay.services.start_entry import start_entry
from relay.web.add import pages
from relay.web.add.form import say_errors
from relay.web.add.seen import asked_no
from relay.web.context import find_season, reading, the_relay
from relay.web.errors import why_closed, why_wait
from relay.web.i18n import current_language
from relay.web.limits import keeps_input, limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection
    from werkzeug.datastructures import FileStorage

    from relay.domain.links import FoundLink
    from relay.queries.season import SeasonView
    from relay.queries.seen import Seen

PICTURE_BYTES = 10 * 1024 * 1024


def brings_baton() -> bool:
    """Tell whether a page is asked for with a baton, which it would tell of."""
    return bool(request.args.get("baton"))


def keeps_baton() -> bool:
    """Tell whether the form comes with a baton, which its next page would tell of."""
    return bool(request.form.get("baton"))


@pages.get("/add")
@limited("token", when=brings_baton)
def start() -> ResponseReturnValue:
    """Ask for the link; a baton that cannot be taken explains itself first."""
    code = request.args.get("baton", "")
    if code.strip() and not find_closing(find_season()):
        with reading() as connection:
            baton = find_baton(connection, code)
        if baton is None:
            return redirect(url_for("baton.type_code", code=code))
    return _page()


def wait(*, seconds: int) -> ResponseReturnValue:
    """Show the form with what was pasted, and when it can be sent.

    A baton is kept, but not looked up: guesses that are refused learn nothing.
    """
    pasted, code = request.form.get("link", ""), request.form.get("baton", "")
    return _page(pasted=pasted, errors={"wait": why_wait(seconds)}, kept=code)


@pages.post("/add")
@limited("draft")
@limited("token", when=keeps_baton)
@keeps_input(wait)
def begin() -> ResponseReturnValue:
    """Keep the draft and go on to its own page."""
    pasted = request.form.get("link", "").strip()
    try:
        found = _require_link(pasted) if pasted else None
        started = start_entry(
            the_relay().intake,
            link=found.url if found else "",
            picture=read_picture(request.files.get("picture")),
            title=found.rest if found else "",
            lang=current_language().tag,
        )
    except Invalid as error:
        return _page(pasted=pasted, errors=say_errors(error.fields), status=422)
    except SeasonClosed as error:
        return _closed_page(error, pasted)
    baton, saw = request.form.get("baton", ""), asked_no()
    here = url_for("add.check", draft=started.token, baton=baton or None, saw=saw)
    return redirect(here, code=303)


def _require_link(pasted: str) -> FoundLink:
    found = find_link(pasted)
    if found is None:
        raise Invalid([FieldError("link", "no_link")])
    return found


def read_picture(file: FileStorage | None) -> bytes | None:
    """Return an uploaded picture; None when none was chosen; raises Invalid."""
    if file is None or not file.filename:
        return None
    data = file.stream.read(PICTURE_BYTES + 1)
    file.close()  # a large one lies in a temporary file
    if not data:
        raise Invalid([FieldError("picture", "empty")])
    if len(data) > PICTURE_BYTES:
        raise Invalid([FieldError("picture", "too_large")])
    if find_kind(data) is None:
        raise Invalid([FieldError("picture", "unknown_format")])
    return data


def _page(
    *,
    pasted: str = "",
    errors: dict[str, object] | None = None,
    status: int = 200,
    kept: str = "",
) -> ResponseReturnValue:
    season = find_season()
    closed = find_closing(season)
    if closed:
        return _closed_page(closed, pasted)
    asked = request.form if request.method == "POST" else request.args
    code = "" if kept else asked.get("baton", "")
    with reading() as connection:
        baton = find_baton(connection, code)
        seen = _find_seen(connection, season) if season and not baton else None
    page = render_template(
        "add/start.html",
        season=season,
        pasted=pasted,
        baton=baton,
        kept=kept,
        seen=seen,
        errors=errors or {},
    )
    return page, status


def _find_seen(connection: Connection, season: SeasonView) -> Seen | None:
    """Return the artwork that moved somebody to take part, as `?saw=` says."""
    no = asked_no()
    return find_seen(connection, season.id, no) if no else None


def _closed_page(closed: SeasonClosed, pasted: str) -> ResponseReturnValue:
    page = render_template("add/closed.html", why=why_closed(closed), pasted=pasted)
    return page, 403 if request.method == "POST" else 200


def find_closing(season: SeasonView | None) -> SeasonClosed | None:
    """Return why a season takes nothing now; None while it takes entries."""
    if season is None:
        return SeasonClosed("no_season")
    try:
        require_open(
            opens_at=season.opens_at,
            closes_at=season.closes_at,
            now=the_relay().clock.now(),
        )
    except SeasonClosed as closed:
        return closed
    return None
