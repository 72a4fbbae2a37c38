"""The app for codes: set up with a QR code or a typed key, proved once, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Conflict
from relay.services.second_factor import (
    drop_totp,
    renew_recovery_codes,
    set_up_totp,
)
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.codes import find_first_code, new_secret, show_set_up
from relay.web.desk.confirm import fresh
from relay.web.desk.guard import EVERYONE, may, without_second_factor
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# Where the browser's signed cookie holds the sealed secret until the app is proved.
NEW_SECRET = "new_totp"  # noqa: S105 - the name of a place, not a secret


@pages.get("/account/app")
@may(*EVERYONE)
@without_second_factor
@fresh
def app_codes() -> str:
    """Show the QR code and the key of a new secret."""
    # The same one while the page is looked at again: somebody may have scanned it.
    session.setdefault(NEW_SECRET, new_secret())
    return _page()


@pages.post("/account/app")
@may(*EVERYONE)
@without_second_factor
@fresh
@limited("sign_in")
def prove_app() -> ResponseReturnValue:
    """Keep the secret once the app has shown a right code; show recovery codes."""
    sealed = session.get(NEW_SECRET)
    if not sealed:
        return redirect(url_for("desk.app_codes"), code=303)
    counter = find_first_code(request.form.get("code", "")[:64], sealed)
    if counter is None:
        wrong = _("This code is not right. Is the clock of your telephone right?")
        return _page({"code": wrong}), 422
    relay = the_relay()
    codes = set_up_totp(
        relay.engine,
        current_user.id,
        sealed,
        counter,
        address=request.remote_addr or "",
        clock=relay.clock,
        dice=relay.dice,
    )
    session.pop(NEW_SECRET, None)
    return _show_codes(codes)


@pages.post("/account/app/remove")
@may(*EVERYONE)
@fresh
def remove_app() -> ResponseReturnValue:
    """Take the app and its recovery codes away."""
    relay = the_relay()
    drop_totp(
        relay.engine,
        current_user.id,
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    flash(_("The app for codes was taken away from your account."))
    return redirect(url_for("desk.account"), code=303)


@pages.post("/account/recovery-codes")
@may(*EVERYONE)
@fresh
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them this once."""
    relay = the_relay()
    try:
        codes = renew_recovery_codes(
            relay.engine,
            current_user.id,
            address=request.remote_addr or "",
            clock=relay.clock,
            dice=relay.dice,
        )
    except Conflict:
        return redirect(url_for("desk.app_codes"), code=303)
    return _show_codes(codes)


def _page(errors: dict[str, str] | None = None) -> str:
    set_up = show_set_up(session[NEW_SECRET], current_user.email)
    return render_template("desk/app_codes.html", set_up=set_up, errors=errors or {})


def _show_codes(codes: list[str]) -> str:
    return render_template("desk/recovery_codes.html", codes=codes)
