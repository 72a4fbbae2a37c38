"""Asking somebody who is signed in for the password again, before what matters most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.password import PASSWORD_MAX
from relay.services.sign_in import SignInPauseError, forgive_attempt
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.accounts import find_account, is_password, note_proof
from relay.web.desk.guard import (
    EVERYONE,
    View,
    may,
    wants_proof,
    without_second_factor,
)
from relay.web.desk.passkey_ceremony import passkeys_work
from relay.web.desk.sign_in import answer_pause, count_attempt, say_pause, where_next
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

AGAIN = "password_again"
NOT_HELD = frozenset({AGAIN, "csrf_token"})


@pages.get("/confirm")
@may(*EVERYONE)
@without_second_factor
def confirm() -> str:
    """Ask for the password again."""
    return _page()


@pages.post("/confirm")
@may(*EVERYONE)
@without_second_factor
@limited("sign_in")
def check_again() -> ResponseReturnValue:
    """Check the password again, then go on to what asked for it."""
    refused = _check()
    return refused or redirect(where_next(url_for("desk.account")), code=303)


def ask_again() -> ResponseReturnValue | None:
    """Answer instead of a page that wants a fresh proof; None when it came along.

    What a form has sent is held in the page that asks, so that nothing is typed twice.
    """
    if request.method != "POST" or request.is_json:
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("desk.confirm", next=here), code=303)
    return _check() if AGAIN in request.form else (_page(), 403)


def fresh(view: View) -> View:
    """Ask for the password again before this page, unless it was given lately."""
    return wants_proof(ask_again)(view)


def _check() -> ResponseReturnValue | None:
    email = str(current_user.email)
    try:
        attempt = count_attempt(email)
    except SignInPauseError as pause:
        return answer_pause(_page(say_pause(pause, AGAIN)), pause)
    password = request.form.get(AGAIN, "")[:PASSWORD_MAX]
    if not is_password(find_account(email=email), password):
        return _page({AGAIN: _("The password is not right.")}), 422
    forgive_attempt(the_relay().engine, attempt)
    note_proof()
    return None


def _page(errors: dict[str, str] | None = None) -> str:
    is_held = request.endpoint not in {"desk.confirm", "desk.check_again"}
    held = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if is_held and name not in NOT_HELD
    ]
    return render_template(
        "desk/confirm.html",
        errors=errors or {},
        action=request.path if is_held else url_for("desk.check_again"),
        held=held,
        wanted="" if is_held else request.values.get("next", ""),
        # A passkey begins a new session; what is held would be lost.
        passkeys_work=not held and passkeys_work() and current_user.has_passkey,
    )
