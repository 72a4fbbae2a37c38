"""One's own account: name, password, and where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user, hash_password

from relay.domain.errors import NotFound
from relay.domain.language import LANGUAGES
from relay.domain.password import PASSWORD_MAX, find_password_fault
from relay.queries.people import (
    find_person,
    list_passkeys,
    list_sessions,
    list_tokens,
)
from relay.services.own_account import change_name, change_password, revoke_token
from relay.services.sessions import (
    SESSION_LASTS,
    end_named_session,
    end_other_sessions,
)
from relay.services.sign_in import SignInPauseError, forgive_attempt
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.accounts import find_account, is_password, note_proof, own_token
from relay.web.desk.guard import EVERYONE, may, without_second_factor
from relay.web.desk.passkey_ceremony import passkeys_work
from relay.web.desk.password_words import say_password_fault
from relay.web.desk.sign_in import answer_pause, count_attempt, say_pause
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/account")
@may(*EVERYONE)
@without_second_factor
def account() -> str:
    """Show everything about the account of whoever asks."""
    return _page()


@pages.post("/account/name")
@may(*EVERYONE)
def rename() -> ResponseReturnValue:
    """Change the name and the language of mails."""
    relay, lang = the_relay(), request.form.get("lang", "")
    change_name(
        relay.engine,
        current_user.id,
        name=request.form.get("name", "")[:500],
        lang=lang if lang in LANGUAGES else "",
        clock=relay.clock,
    )
    return _done(_("Your name and language are kept."))


@pages.post("/account/password")
@may(*EVERYONE)
@limited("sign_in")
def change_own_password() -> ResponseReturnValue:
    """Change the password; all other browsers are signed out."""
    relay, email = the_relay(), str(current_user.email)
    try:
        attempt = count_attempt(email)
    except SignInPauseError as pause:
        return answer_pause(_page(say_pause(pause, "old")), pause)
    old = request.form.get("old", "")[:PASSWORD_MAX]
    if not is_password(find_account(email=email), old):
        return _page({"old": _("The password is not right.")}), 422
    forgive_attempt(relay.engine, attempt)
    new = request.form.get("password", "")[: PASSWORD_MAX + 1]
    errors = say_password_fault(find_password_fault(new, email=email))
    if errors:
        return _page(errors), 422
    ended = change_password(
        relay.engine,
        current_user.id,
        password_hash=hash_password(new),
        token=own_token(),
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    note_proof()
    elsewhere = [_say_ended(ended)] if ended else []
    return _done(_("Your new password is kept."), *elsewhere)


@pages.post("/account/sessions/<name>/end")
@may(*EVERYONE)
@without_second_factor
def end_one(name: str) -> ResponseReturnValue:
    """Sign one browser out."""
    relay = the_relay()
    end_named_session(
        relay.engine,
        current_user.id,
        name,
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    return _done(_say_ended(1))


@pages.post("/account/sessions/end")
@may(*EVERYONE)
@without_second_factor
def end_others() -> ResponseReturnValue:
    """Sign every other browser out."""
    relay = the_relay()
    ended = end_other_sessions(
        relay.engine,
        current_user.id,
        own_token(),
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    return _done(_say_ended(ended))


@pages.post("/account/tokens/<name>/revoke")
@may(*EVERYONE)
def revoke_own_token(name: str) -> ResponseReturnValue:
    """Let a program's token work no more."""
    relay = the_relay()
    revoke_token(
        relay.engine,
        current_user.id,
        name,
        address=request.remote_addr or "",
        clock=relay.clock,
    )
    return _done(_("The token works no more."))


def _page(errors: dict[str, str] | None = None) -> str:
    relay, mine = the_relay(), current_user.id
    now = relay.clock.now()
    with reading() as connection:
        person = find_person(connection, mine, now=now)
        if person is None:
            message = "This account is no more."
            raise NotFound(message)
        return render_template(
            "desk/account.html",
            person=person,
            sessions=list_sessions(
                connection, mine, token=own_token(), begun_after=now - SESSION_LASTS
            ),
            passkeys=list_passkeys(connection, mine),
            tokens=list_tokens(connection, mine),
            languages=[("", _("The language of the page"))]
            + [(each.tag, each.name) for each in LANGUAGES.values()],
            passkeys_work=passkeys_work(),
            errors=errors or {},
            now=now,
        )


def _say_ended(count: int) -> str:
    return str(
        ngettext(
            "%(num)s browser was signed out.",
            "%(num)s browsers were signed out.",
            count,
        )
    )


def _done(*said: str) -> ResponseReturnValue:
    for each in said:
        flash(each)
    return redirect(url_for("desk.account"), code=303)
