"""Signing in and out, and the one-time link that makes the first moderator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user, hash_password, login_user, logout_user

from relay.domain.errors import Invalid, NotFound
from relay.services.moderators import accept_invite, end_sessions, is_invite_open
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.guard import open_to_anyone
from relay.web.i18n import own_page
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.web.desk.accounts import Account

PASSWORD_MIN, PASSWORD_MAX = 8, 1024


@pages.get("/sign-in")
@open_to_anyone
def sign_in() -> ResponseReturnValue:
    """Show the form, or the queue to somebody who is signed in already."""
    if current_user.is_authenticated:
        return redirect(url_for("desk.queue"))
    return _page()


@pages.post("/sign-in")
@open_to_anyone
@limited("sign_in")
def check() -> ResponseReturnValue:
    """Sign in; unknown addresses take as long as wrong passwords."""
    email = request.form.get("email", "")
    password = request.form.get("password", "")[:PASSWORD_MAX]
    account = current_app.extensions["security"].datastore.find_user(email=email)
    if account is None:
        hash_password(password)
    elif account.active and account.verify_and_update_password(password):
        return _enter(account)
    wrong = _("The e-mail address or the password is not right.")
    return _page(email=email, errors={"email": wrong}), 422


@pages.post("/sign-out")
@open_to_anyone
def sign_out() -> ResponseReturnValue:
    """Sign out here and in every other browser.

    A session lies in its cookie alone: only a new name for the account ends a copy.
    """
    if current_user.is_authenticated:
        relay = the_relay()
        end_sessions(relay.engine, current_user.id, dice=relay.dice)
    logout_user()
    return redirect(url_for("desk.sign_in"), code=303)


@pages.get("/invite/<token>")
@open_to_anyone
@limited("token")
def invite(token: str) -> ResponseReturnValue:
    """Show the form that makes an account, while the invitation is open."""
    relay = the_relay()
    if not is_invite_open(relay.engine, token, clock=relay.clock):
        return render_template("desk/invite_over.html"), 404
    return render_template("desk/invite.html", email="", errors={}, token=token)


@pages.post("/invite/<token>")
@open_to_anyone
@limited("sign_in")
def accept(token: str) -> ResponseReturnValue:
    """Make the account and sign in."""
    email = request.form.get("email", "").strip()
    password = request.form.get("password", "")
    errors = {}
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        errors["password"] = _("Choose a password of at least 8 characters.")
    elif not errors:
        errors = _make_account(token, email, password)
    if errors:
        page = render_template(
            "desk/invite.html", email=email, errors=errors, token=token
        )
        return page, 422
    account = current_app.extensions["security"].datastore.find_user(email=email)
    return _enter(account)


def _make_account(token: str, email: str, password: str) -> dict[str, str]:
    relay = the_relay()
    try:
        accept_invite(
            relay.engine,
            token,
            email=email,
            password_hash=hash_password(password),
            clock=relay.clock,
            dice=relay.dice,
        )
    except Invalid:
        return {"email": _("Check the e-mail address, like name@example.org.")}
    except NotFound:
        return {"email": _("This invitation was used or has run out.")}
    return {}


def _enter(account: Account) -> ResponseReturnValue:
    login_user(account, authn_via=["password"])
    wanted = own_page(request.values.get("next", "")) or ""
    inside = wanted.startswith("/desk/") and ".." not in wanted
    return redirect(wanted if inside else url_for("desk.queue"), code=303)


def _page(*, email: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/sign_in.html",
        email=email,
        errors=errors or {},
        wanted=request.values.get("next", ""),
    )
