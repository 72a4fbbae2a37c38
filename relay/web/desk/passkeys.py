"""Passkeys: what the script on our pages asks and answers, and the owner's list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Conflict, Forbidden
from relay.queries.people import list_credentials
from relay.services.passkeys import (
    NAME_MAX,
    add_passkey,
    remove_passkey,
    rename_passkey,
    require_handle,
)
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.accounts import enter, find_account
from relay.web.desk.confirm import fresh
from relay.web.desk.guard import (
    EVERYONE,
    may,
    open_to_anyone,
    without_second_factor,
)
from relay.web.desk.passkey_ceremony import (
    ask_for_any,
    ask_for_new,
    check_any,
    check_new,
    passkeys_work,
)
from relay.web.desk.sign_in import where_next
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.post("/sign-in/passkey/question")
@open_to_anyone
@limited("token")
def ask_passkey() -> ResponseReturnValue:
    """Ask a browser for any passkey that it has for us."""
    _require_passkeys()
    return ask_for_any()


@pages.post("/sign-in/passkey")
@open_to_anyone
@limited("token")
def check_passkey() -> ResponseReturnValue:
    """Sign in with a passkey alone: it has checked its owner already.

    Nobody is kept waiting here for what others have guessed elsewhere.
    """
    _require_passkeys()
    try:
        found = find_account(id=check_any(_sent()))
    except Forbidden:
        found = None
    if found is None or not found.active:
        return {"said": _("This passkey was not accepted.")}, 403
    enter(found, how="passkey")
    return {"next": where_next()}


@pages.post("/account/passkeys/question")
@may(*EVERYONE)
@without_second_factor
@fresh
def ask_new_passkey() -> ResponseReturnValue:
    """Ask a browser for a new passkey."""
    _require_passkeys()
    relay, mine = the_relay(), current_user.id
    handle = require_handle(relay.engine, mine, dice=relay.dice)
    with reading() as connection:
        known = list_credentials(connection, mine)
    return ask_for_new(current_user, handle=handle, known=known)


@pages.post("/account/passkeys")
@may(*EVERYONE)
@without_second_factor
@fresh
def keep_passkey() -> ResponseReturnValue:
    """Keep the passkey that a browser has made."""
    _require_passkeys()
    relay, sent = the_relay(), _sent()
    name = str(sent.get("name") or "")[: NAME_MAX * 4]
    try:
        made = check_new(sent, name=name or _("Passkey"))
        add_passkey(
            relay.engine,
            current_user.id,
            made,
            address=request.remote_addr or "",
            clock=relay.clock,
        )
    except Forbidden:
        return {"said": _("This passkey was not accepted.")}, 403
    except Conflict:
        return {"said": _("This passkey is here already.")}, 409
    flash(_("Your passkey is kept. You can sign in with it from now on."))
    return {"next": url_for("desk.account")}


@pages.post("/account/passkeys/<int:passkey>")
@may(*EVERYONE)
def name_passkey(passkey: int) -> ResponseReturnValue:
    """Give a passkey another name."""
    relay = the_relay()
    rename_passkey(
        relay.engine,
        current_user.id,
        passkey,
        request.form.get("name", "")[: NAME_MAX * 4] or _("Passkey"),
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    flash(_("The passkey has its new name."))
    return redirect(url_for("desk.account"), code=303)


@pages.post("/account/passkeys/<int:passkey>/remove")
@may(*EVERYONE)
@fresh
def drop_passkey(passkey: int) -> ResponseReturnValue:
    """Take a passkey away."""
    relay = the_relay()
    remove_passkey(
        relay.engine,
        current_user.id,
        passkey,
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    flash(_("The passkey opens your account no more."))
    return redirect(url_for("desk.account"), code=303)


def _require_passkeys() -> None:
    if not passkeys_work():
        abort(404)


def _sent() -> dict[str, Any]:
    """Return what the script has sent, as far as it is an answer at all."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("response"), dict):
        abort(400)
    return sent
