"""`/mine/…/batons`: a maker's own batons, one page each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.baton import MOST_BATONS, MOST_MADE, NAME_MAX
from relay.domain.errors import Forbidden, Invalid
from relay.queries.own_batons import find_own_baton
from relay.services.batons import make_baton, name_baton, revoke_baton
from relay.web.add import pages
from relay.web.add.baton_qr import hand_on
from relay.web.add.check import require_own
from relay.web.add.mine import draw_mine
from relay.web.context import reading, the_relay
from relay.web.errors import why_wait
from relay.web.limits import keeps_input, limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.queries.own_batons import OwnBaton


def wait(token: str, *, seconds: int) -> str:
    """Show the list again, with the name that was typed."""
    own, errors = require_own(token), {"wait": why_wait(seconds)}
    return draw_mine(token, own, errors=errors, typed=_name())


@pages.post("/mine/<token>/batons")
@limited("draft")
@keeps_input(wait)
def make(token: str) -> ResponseReturnValue:
    """Make one more baton, and show it."""
    own, relay = require_own(token), the_relay()
    try:
        code = make_baton(
            relay.engine, token, _name(), clock=relay.clock, dice=relay.dice
        )
    except Invalid as error:
        errors = _say(error)
        return draw_mine(token, own, errors=errors, typed=_name()), 422
    except Forbidden:
        return redirect(url_for("add.mine", token=token), code=303)
    return _to("add.baton", token=token, code=code, made=1)


@pages.get("/mine/<token>/batons/<code>")
@limited("token")
def baton(token: str, code: str) -> ResponseReturnValue:
    """Show one baton: to hand on, to name, to take back."""
    found = _require_baton(token, code)
    return _page(token, found, found.name, {})


def wait_name(token: str, code: str, *, seconds: int) -> str:
    """Show the page again, with the name that was typed."""
    return _page(
        token, _require_baton(token, code), _name(), {"wait": why_wait(seconds)}
    )


@pages.post("/mine/<token>/batons/<code>")
@limited("token")
@keeps_input(wait_name)
def rename(token: str, code: str) -> ResponseReturnValue:
    """Give it another name."""
    found = _require_baton(token, code)
    try:
        name_baton(the_relay().engine, token, code, _name())
    except Invalid as error:
        errors = _say(error)
        return _page(token, found, _name(), errors), 422
    except Forbidden:
        return redirect(url_for("add.mine", token=token), code=303)
    return _to("add.baton", token=token, code=code, named=1)


@pages.get("/mine/<token>/batons/<code>/revoke")
@limited("token")
def ask_revoke(token: str, code: str) -> ResponseReturnValue:
    """Ask once more, and say what happens then."""
    found = _require_baton(token, code)
    if found.revoked_at:
        return _to("add.baton", token=token, code=code)
    return render_template("add/revoke_baton.html", token=token, baton=found)


@pages.post("/mine/<token>/batons/<code>/revoke")
@limited("token")
def revoke(token: str, code: str) -> ResponseReturnValue:
    """Take it back."""
    _require_baton(token, code)
    relay = the_relay()
    try:
        revoke_baton(relay.engine, token, code, clock=relay.clock)
    except Forbidden:
        return redirect(url_for("add.mine", token=token), code=303)
    return _to("add.mine", token=token, revoked=1, _anchor="batons")


def _require_baton(token: str, code: str) -> OwnBaton:
    own = require_own(token)
    with reading() as connection:
        found = find_own_baton(connection, own.entry.id or 0, code)
    if found is None:
        abort(404)
    return found


def _page(token: str, found: OwnBaton, typed: str, errors: dict[str, object]) -> str:
    return render_template(
        "add/own_baton.html",
        token=token,
        baton=found,
        handing=None if found.revoked_at else hand_on(found.code),
        typed=typed,
        errors=errors,
    )


def _name() -> str:
    return request.form.get("baton_name", "")


def _say(error: Invalid) -> dict[str, object]:
    """Return what is wrong with a new baton or a name, by the field of the form."""
    codes = {each.code for each in error.fields}
    if "all_made" in codes:
        return {
            "baton_name": _(
                "You have made %(most)s batons for this artwork, and there can be no"
                " more. Those that work can still be passed on.",
                most=MOST_MADE,
            )
        }
    if "too_many" in codes:
        return {
            "baton_name": _(
                "You have %(most)s batons that work. Take one back before you make"
                " another.",
                most=MOST_BATONS,
            )
        }
    return {
        "baton_name": _(
            "Make the name shorter: at most %(most)s characters.", most=NAME_MAX
        )
    }


def _to(endpoint: str, **values: object) -> ResponseReturnValue:
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]
