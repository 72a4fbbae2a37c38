"""`/b/…`: somebody passes the baton on, by a link, a QR code, or a code typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from relay.domain.baton import list_corrections, read_code
from relay.domain.visits import Asking, is_visit
from relay.queries.baton import find_any_baton, find_meant
from relay.queries.entry import EntryView, find_entry
from relay.services.batons import count_opened
from relay.web.add import batons
from relay.web.add.baton_qr import hand_on
from relay.web.add.start import find_closing
from relay.web.context import find_season, reading, the_relay
from relay.web.errors import why_closed, why_wait
from relay.web.limits import keeps_input, limited, note_miss, who_asks

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.queries.baton import BatonView


def wait(code: str = "", *, seconds: int) -> str:
    """Show the code as it was typed, and when it can be tried again."""
    typed = code or request.args.get("code", "")
    return _typed_page(typed, errors={"wait": why_wait(seconds)})


def has_slip() -> bool:
    """Tell whether a code has a slip, so that we look which baton may be meant."""
    typed = _typed()
    return read_code(typed) is None and bool(list_corrections(typed))


@batons.get("/b/<code>")
@limited("token")
@limited("code", when=has_slip)
@keeps_input(wait)
def take(code: str) -> ResponseReturnValue:
    """Say who passes the baton on, and lead to the form with it."""
    with reading() as connection:
        baton = find_any_baton(connection, code)
    if baton is None:
        return _unknown(code)
    if baton.is_revoked:
        return render_template("add/baton_over.html", baton=baton), 410
    _count_visit(baton)
    return _page(baton)


@batons.get("/b/")
@limited("token")
@limited("code", when=has_slip)
@keeps_input(wait)
def type_code() -> ResponseReturnValue:
    """Ask for a code, or go to the page of the one that was typed."""
    typed = _typed()
    code = read_code(typed)
    if code:
        return redirect(url_for("baton.take", code=code))
    return _unknown(typed) if typed.strip() else _typed_page("")


def _typed() -> str:
    """Return the code that is asked for, wherever it stands."""
    typed: str = (request.view_args or {}).get("code") or request.args.get("code", "")
    return typed


def _page(baton: BatonView) -> str:
    """Return the page of a baton that works."""
    season = find_season()
    closed = find_closing(season)
    with reading() as connection:
        entry = find_entry(connection, baton.no) if baton.no else None
    return render_template(
        "add/baton.html",
        baton=baton,
        entry=entry if isinstance(entry, EntryView) else None,
        handing=hand_on(baton.code),
        closed=why_closed(closed) if closed else "",
        is_of_now=season is not None and season.id == baton.season_id,
    )


def _unknown(typed: str) -> ResponseReturnValue:
    """Ask again, and say where the slip is if one baton alone may be meant."""
    note_miss()
    with reading() as connection:
        meant = find_meant(connection, typed)
    return _typed_page(typed, meant=meant, is_unknown=True), 404


def _typed_page(typed: str, **more: object) -> str:
    known = {"errors": {}, "meant": None, "is_unknown": False, **more}
    return render_template(
        "add/baton_typed.html",
        typed=typed,
        is_whole=read_code(typed) is not None,
        **known,
    )


def _count_visit(baton: BatonView) -> None:
    """Count a person's visit; whatever happens, they get their page."""
    headers = request.headers
    asking = Asking(
        method=request.method,
        accept=headers.get("Accept", ""),
        agent=headers.get("User-Agent", ""),
        purpose=headers.get("Sec-Purpose", "")
        or headers.get("Purpose", "")
        or headers.get("X-Moz", ""),
        mode=headers.get("Sec-Fetch-Mode", ""),
    )
    relay = the_relay()
    if not is_visit(asking):
        return
    if not relay.visits.is_first(baton.code, who_asks(), now=relay.clock.now()):
        return
    try:
        count_opened(relay.engine, baton.code)
    except SQLAlchemyError:
        current_app.logger.warning("a visit to a baton was not counted")
