"""`/mine/…/appeal`: asking once for another look at what was not accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from relay.domain.errors import Forbidden, Invalid
from relay.services.appeal import WORDS_MAX, appeal
from relay.web.add import pages
from relay.web.add.check import require_own
from relay.web.context import the_relay
from relay.web.errors import why_wait
from relay.web.limits import keeps_input, limited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

SENTENCES: dict[str, object] = {
    "missing": _l("Say why you think that it is a mistake."),
    "too_long": _l("Make it shorter: at most 2,000 characters."),
}


@pages.get("/mine/<token>/appeal")
@limited("token")
def ask_appeal(token: str) -> ResponseReturnValue:
    """Show the decision once more, and ask what speaks against it."""
    if not require_own(token).may_appeal:
        return redirect(url_for("add.mine", token=token))
    return _page(token, "", {})


def wait(token: str, *, seconds: int) -> str:
    """Show what was typed, and when it can be sent."""
    typed = request.form.get("appeal", "")
    return _page(token, typed, {"wait": why_wait(seconds)})


@pages.post("/mine/<token>/appeal")
@limited("submit")
@keeps_input(wait)
def send_appeal(token: str) -> ResponseReturnValue:
    """Bring the entry back to the moderators, with its maker's words."""
    require_own(token)
    relay, typed = the_relay(), request.form.get("appeal", "")
    try:
        appeal(relay.engine, token, typed, clock=relay.clock, printer=relay.printer)
    except Invalid as error:
        errors = {"appeal": SENTENCES[error.fields[0].code]}
        return _page(token, typed, errors), 422
    except Forbidden:
        return redirect(url_for("add.mine", token=token), code=303)
    return redirect(url_for("add.mine", token=token, appealed=1), code=303)


def _page(token: str, typed: str, errors: Mapping[str, object]) -> str:
    return render_template(
        "add/appeal.html",
        own=require_own(token),
        token=token,
        typed=typed,
        errors=errors,
        longest=WORDS_MAX,
    )
