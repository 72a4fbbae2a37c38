"""One-time links: the first moderator's, invitations, and passwords chosen anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import hash_password

from relay.domain.errors import Invalid, NotFound
from relay.domain.password import PASSWORD_MAX, find_password_fault
from relay.models.moderator import LinkPurpose
from relay.services.account_links import OpenLink, ask_reset, find_link, use_link
from relay.services.moderators import accept_invite, is_invite_open
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.accounts import enter, find_account, leave
from relay.web.desk.guard import home, open_to_anyone
from relay.web.desk.password_words import say_password_fault
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/invite/<token>")
@open_to_anyone
@limited("token")
def invite(token: str) -> ResponseReturnValue:
    """Show the form that makes the first account, or that takes an invitation."""
    relay = the_relay()
    found = find_link(relay.engine, token, LinkPurpose.INVITE, clock=relay.clock)
    if found:
        return _join_page(token, found)
    if is_invite_open(relay.engine, token, clock=relay.clock):
        return _first_page(token, "", {})
    return _over()


@pages.post("/invite/<token>")
@open_to_anyone
@limited("sign_in")
def accept(token: str) -> ResponseReturnValue:
    """Give the account its password and sign in."""
    relay = the_relay()
    found = find_link(relay.engine, token, LinkPurpose.INVITE, clock=relay.clock)
    if found:
        return _take(token, found)
    if not is_invite_open(relay.engine, token, clock=relay.clock):
        return _over()
    email = request.form.get("email", "").strip()
    password = request.form.get("password", "")[: PASSWORD_MAX + 1]
    errors = say_password_fault(find_password_fault(password, email=email))
    errors = errors or _make_first(token, email, password)
    if errors:
        return _first_page(token, email, errors), 422
    return _come_in(email=email)


@pages.get("/reset/<token>")
@open_to_anyone
@limited("token")
def reset(token: str) -> ResponseReturnValue:
    """Show the form for a new password, while the link is open."""
    relay = the_relay()
    found = find_link(relay.engine, token, LinkPurpose.RESET, clock=relay.clock)
    return _join_page(token, found) if found else _over()


@pages.post("/reset/<token>")
@open_to_anyone
@limited("sign_in")
def take_reset(token: str) -> ResponseReturnValue:
    """Keep the new password; it is signed in with it, and with the second factor."""
    relay = the_relay()
    found = find_link(relay.engine, token, LinkPurpose.RESET, clock=relay.clock)
    return _take(token, found) if found else _over()


@pages.get("/forgot")
@open_to_anyone
def forgot() -> str:
    """Ask for the address of whose password was forgotten, or say that a mail comes."""
    return render_template(
        "desk/forgot.html",
        is_asked="asked" in request.args,
        can_mail=the_relay().mailer is not None,
    )


@pages.post("/forgot")
@open_to_anyone
@limited("sign_in")
def ask_for_reset() -> ResponseReturnValue:
    """Say that a mail is on its way, whoever has asked for whatever address."""
    relay = the_relay()
    if relay.mailer is None:
        return redirect(url_for("desk.forgot"), code=303)
    # Takes so long that the rest of the work cannot be told from it.
    hash_password(request.form.get("csrf_token", ""))
    ask_reset(
        relay.engine,
        request.form.get("email", "")[:PASSWORD_MAX],
        address=request.remote_addr or "",
        clock=relay.clock,
        dice=relay.dice,
    )
    # Who reloads what they read now must not ask for a second mail.
    return redirect(url_for("desk.forgot", asked="yes"), code=303)


def _take(token: str, found: OpenLink) -> ResponseReturnValue:
    """Keep the password that was typed for a link."""
    relay = the_relay()
    password = request.form.get("password", "")[: PASSWORD_MAX + 1]
    errors = say_password_fault(find_password_fault(password, email=found.email))
    if errors:
        return _join_page(token, found, errors), 422
    try:
        used = use_link(
            relay.engine,
            token,
            found.purpose,
            password_hash=hash_password(password),
            address=request.remote_addr or "",
            clock=relay.clock,
        )
    except NotFound:
        return _over()
    if found.purpose is LinkPurpose.INVITE:
        return _come_in(id=used)
    leave()
    flash(_("Your new password is kept. Sign in with it."))
    return redirect(url_for("desk.sign_in"), code=303)


def _come_in(**by: object) -> ResponseReturnValue:
    account = find_account(**by)
    if account is None:
        return _over()
    enter(account, how="invite")
    return redirect(home(), code=303)


def _make_first(token: str, email: str, password: str) -> dict[str, str]:
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


def _first_page(token: str, email: str, errors: dict[str, str]) -> str:
    return render_template("desk/invite.html", email=email, errors=errors, token=token)


def _join_page(
    token: str, found: OpenLink, errors: dict[str, str] | None = None
) -> str:
    is_invited = found.purpose is LinkPurpose.INVITE
    return render_template(
        "desk/join.html",
        email=found.email,
        name=found.name,
        errors=errors or {},
        is_invited=is_invited,
        action=url_for("desk.accept" if is_invited else "desk.take_reset", token=token),
    )


def _over() -> ResponseReturnValue:
    return render_template("desk/invite_over.html"), 404
