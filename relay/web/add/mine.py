"""`/mine/…`: follow an entry, withdraw it, pass it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, url_for

from relay.domain.errors import Forbidden
from relay.domain.moderation import (
    MAKER_MAY_CHANGE,
    MAKER_MAY_REVISE,
    MAKER_MAY_WITHDRAW,
    Moderation,
)
from relay.models import PictureRole
from relay.queries.links import is_looked_at
from relay.queries.own_batons import list_own_batons
from relay.services.look_again import look_at_own
from relay.services.withdraw_entry import withdraw_entry
from relay.web.add import pages
from relay.web.add.check import require_own
from relay.web.add.done import receipt
from relay.web.context import reading, the_relay
from relay.web.limits import limited
from relay.web.media import send_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from relay.queries.own_batons import OwnBatons
    from relay.queries.own_entry import OwnEntry


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
        may_change=own.entry.moderation in MAKER_MAY_CHANGE | MAKER_MAY_REVISE,
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
