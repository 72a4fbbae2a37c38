"""Signing in with a password and, where there is an app for codes, a code; and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from relay.domain.password import PASSWORD_MAX
from relay.services.second_factor import use_recovery_code
from relay.services.sign_in import (
    Attempt,
    SignInPauseError,
    begin_attempt,
    forgive_attempt,
)
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.accounts import (
    Account,
    enter,
    find_account,
    is_password,
    leave,
)
from relay.web.desk.codes import is_code
from relay.web.desk.guard import home, open_to_anyone
from relay.web.desk.passkey_ceremony import passkeys_work
from relay.web.i18n import own_page
from relay.web.limits import limited, who_asks

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

# Between the password and the code: whose turn it is, and since when (seconds).
HALF = "half"
HALF_SECONDS = 600


@pages.get("/sign-in")
@open_to_anyone
def sign_in() -> ResponseReturnValue:
    """Show the form, or the desk to somebody who is signed in already."""
    if current_user.is_authenticated:
        return redirect(where_next())
    return _page()


@pages.post("/sign-in")
@open_to_anyone
@limited("sign_in")
def check() -> ResponseReturnValue:
    """Check a password; unknown addresses take as long as wrong passwords."""
    email = request.form.get("email", "")[:PASSWORD_MAX]
    try:
        attempt = count_attempt(email)
    except SignInPauseError as pause:
        return answer_pause(_page(email=email, errors=say_pause(pause)), pause)
    account = find_account(email=email)
    password = request.form.get("password", "")[:PASSWORD_MAX]
    if not is_password(account, password) or account is None:
        wrong = _("The e-mail address or the password is not right.")
        return _page(email=email, errors={"email": wrong}), 422
    if not account.totp:
        return go_in(account, how="password", attempt=attempt)
    forgive_attempt(the_relay().engine, attempt)
    wanted = request.form.get("next") or None
    leave()
    session[HALF] = [account.id, int(the_relay().clock.now().timestamp())]
    return redirect(url_for("desk.code", next=wanted), code=303)


@pages.get("/sign-in/code")
@open_to_anyone
def code() -> ResponseReturnValue:
    """Ask for the code of an app, once the password was right."""
    if _find_half() is None:
        return redirect(url_for("desk.sign_in", next=request.args.get("next")))
    return _code_page()


@pages.post("/sign-in/code")
@open_to_anyone
@limited("sign_in")
def check_code() -> ResponseReturnValue:
    """Check the second step: a code of the app, or a recovery code."""
    account = _find_half()
    if account is None:
        return redirect(url_for("desk.sign_in"), code=303)
    try:
        attempt = count_attempt(account.email)
    except SignInPauseError as pause:
        return answer_pause(_code_page(say_pause(pause, "code")), pause)
    how = _find_way(account, request.form.get("code", "")[:64])
    if how is None:
        wrong = _("This code is not right, or it was used already.")
        return _code_page({"code": wrong}), 422
    return go_in(account, how=how, attempt=attempt)


@pages.post("/sign-out")
@open_to_anyone
def sign_out() -> ResponseReturnValue:
    """End the session of this browser; others are ended at the account's page."""
    leave()
    return redirect(url_for("desk.sign_in"), code=303)


def count_attempt(email: str) -> Attempt:
    """Count an attempt from where this request comes; raises SignInPauseError."""
    relay = the_relay()
    return begin_attempt(
        relay.engine, email, address=who_asks(), clock=relay.clock, dice=relay.dice
    )


def answer_pause(page: str, pause: SignInPauseError) -> Response:
    """Return a page that says how long nothing more is checked."""
    answer = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(pause.retry_after)
    return answer


def say_pause(pause: SignInPauseError, name: str = "email") -> dict[str, str]:
    """Return the sentence that says how long nothing more is checked."""
    seconds, minutes = pause.retry_after, -(-pause.retry_after // 60)
    if seconds < 120:  # noqa: PLR2004 - two minutes
        said = ngettext(
            "Too many wrong attempts. You can try again in %(num)s second.",
            "Too many wrong attempts. You can try again in %(num)s seconds.",
            seconds,
        )
    else:
        said = ngettext(
            "Too many wrong attempts. You can try again in %(num)s minute.",
            "Too many wrong attempts. You can try again in %(num)s minutes.",
            minutes,
        )
    return {name: said}


def go_in(
    account: Account, *, how: str, attempt: Attempt | None = None
) -> ResponseReturnValue:
    """Begin a session and go on to what was asked for."""
    enter(account, how=how, attempt=attempt)
    return redirect(where_next(), code=303)


def where_next(otherwise: str = "") -> str:
    """Return the page of the desk that was asked for, or the first one may open."""
    wanted = own_page(request.values.get("next", "")) or ""
    if wanted.startswith("/desk/") and ".." not in wanted:
        return wanted
    return otherwise or home()


def _find_half() -> Account | None:
    """Return whose password was right a short while ago, and has an app for codes."""
    account_id, since = session.get(HALF, (0, 0))
    if the_relay().clock.now().timestamp() - since > HALF_SECONDS:
        return None
    account = find_account(id=account_id) if account_id else None
    return account if account and account.active and account.totp else None


def _find_way(account: Account, typed: str) -> str | None:
    """Return by what a typed code lets an account in; None when by nothing."""
    if is_code(account, typed):
        return "code"
    relay = the_relay()
    recovered = use_recovery_code(
        relay.engine,
        account.id,
        typed,
        address=request.remote_addr or "",
        clock=relay.clock,
        dice=relay.dice,
    )
    return "recovery_code" if recovered else None


def _page(*, email: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/sign_in.html",
        email=email,
        errors=errors or {},
        wanted=request.values.get("next", ""),
        passkeys_work=passkeys_work(),
        can_mail=the_relay().mailer is not None,
    )


def _code_page(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/code.html", errors=errors or {}, wanted=request.values.get("next", "")
    )
