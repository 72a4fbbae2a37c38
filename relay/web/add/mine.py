"""`/mine/…`: follow an entry, change it, withdraw it, pass it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, request, url_for

from relay.domain.errors import Forbidden, Invalid
from relay.domain.moderation import MAKER_MAY_CHANGE, MAKER_MAY_WITHDRAW, Moderation
from relay.models import PictureRole
from relay.queries.links import is_looked_at
from relay.queries.own_batons import list_own_batons
from relay.services.change_entry import add_picture, change_entry
from relay.services.look_again import look_at_own
from relay.services.withdraw_entry import withdraw_entry
from relay.web.add import pages
from relay.web.add.check import require_own
from relay.web.add.done import receipt
from relay.web.add.form import form_of, read_form, say_errors
from relay.web.add.start import read_picture
from relay.web.context import reading, the_relay
from relay.web.errors import why_wait
from relay.web.i18n import current_language
from relay.web.limits import keeps_input, limited, makes_work
from relay.web.media import send_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from relay.queries.own_batons import OwnBatons
    from relay.queries.own_entry import OwnEntry
    from relay.web.add.form import Typed


@pages.get("/mine/<token>")
@limited("token")
def mine(token: str) -> ResponseReturnValue:
    """Show how far the entry has come, and what its maker can do."""
    own = require_own(token)
    if own.entry.moderation is Moderation.DRAFT:
        return redirect(url_for("add.check", draft=token))
    return draw_mine(token, own)


def draw_mine(
    token: str,
    own: OwnEntry,
    *,
    errors: Mapping[str, object] | None = None,
    typed: str = "",
) -> str:
    """Return the maker's page; `typed` is the name that a new baton should have."""
    return render_template(
        "add/mine.html",
        **receipt(own, token),
        batons=own_batons(own),
        errors=errors or {},
        typed=typed,
        may_change=own.entry.moderation in MAKER_MAY_CHANGE,
        may_withdraw=own.entry.moderation in MAKER_MAY_WITHDRAW,
        may_look=bool(own.entry.link)
        and own.entry.moderation in MAKER_MAY_CHANGE | {Moderation.APPROVED},
        is_looking=_is_looked_at(own),
    )


@pages.post("/mine/<token>/look")
@limited("token")
def look(token: str) -> ResponseReturnValue:
    """Look at the entry's link again, because its maker asks."""
    require_own(token)
    try:
        asked = look_at_own(the_relay().intake, token).asked.value
    except Forbidden:
        asked = None
    return redirect(url_for("add.mine", token=token, looked=asked), code=303)


@pages.get("/mine/<token>/change")
@limited("token")
def change(token: str) -> ResponseReturnValue:
    """Show the entry's form again while it may be changed."""
    own = require_own(token)
    if own.entry.moderation not in MAKER_MAY_CHANGE:
        return redirect(url_for("add.mine", token=token))
    typed = form_of(own.entry, the_relay().gazetteer, current_language().tag)
    return _change_page(token, own, typed, {})


def wait(token: str, *, seconds: int) -> str:
    """Show the form as it was typed, and when it can be sent."""
    typed = read_form(request.form, the_relay().gazetteer)
    return _change_page(token, require_own(token), typed, {"wait": why_wait(seconds)})


@pages.post("/mine/<token>/change")
@limited("submit")
@limited("draft", when=makes_work)
@keeps_input(wait)
def save(token: str) -> ResponseReturnValue:
    """Keep the changed words, and a new picture when one was chosen."""
    own = require_own(token)
    relay = the_relay()
    typed = read_form(request.form, relay.gazetteer)
    try:
        picture = read_picture(request.files.get("picture"))
        change_entry(
            relay.engine, token, typed.words, city=typed.city, clock=relay.clock
        )
        if picture:
            add_picture(relay.intake, token, picture)
    except Invalid as error:
        errors = say_errors(error.fields, city_code=typed.city_code)
        return _change_page(token, own, typed, errors), 422
    except Forbidden:
        return redirect(url_for("add.mine", token=token), code=303)
    return redirect(url_for("add.mine", token=token, saved=1), code=303)


def _change_page(
    token: str, own: OwnEntry, typed: Typed, errors: dict[str, object]
) -> str:
    return render_template(
        "add/change.html", own=own, token=token, typed=typed, errors=errors
    )


@pages.get("/mine/<token>/withdraw")
@limited("token")
def ask_withdraw(token: str) -> ResponseReturnValue:
    """Ask once more: withdrawing is for good."""
    own = require_own(token)
    if own.entry.moderation not in MAKER_MAY_WITHDRAW:
        return redirect(url_for("add.mine", token=token))
    return render_template("add/withdraw.html", own=own, token=token)


@pages.post("/mine/<token>/withdraw")
@limited("token")
def withdraw(token: str) -> ResponseReturnValue:
    """Take the entry back for good."""
    require_own(token)
    relay = the_relay()
    withdraw_entry(relay.engine, token, clock=relay.clock, media=relay.media)
    return redirect(url_for("add.mine", token=token), code=303)


@pages.get("/mine/<token>/picture/<any(own, post):role>")
@limited("token")
def picture(token: str, role: str) -> ResponseReturnValue:
    """Send a picture to its maker, before anybody else may see it."""
    found = require_own(token).pictures.get(PictureRole(role))
    if found is None:
        abort(404)
    return send_picture(found.key, found.format)


def own_batons(own: OwnEntry) -> OwnBatons:
    """Return the batons of an entry that its maker looks at."""
    with reading() as connection:
        return list_own_batons(connection, own.entry.id or 0)


def _is_looked_at(own: OwnEntry) -> bool:
    relay = the_relay()
    with reading() as connection:
        return is_looked_at(connection, own.entry.id or 0, now=relay.clock.now())
