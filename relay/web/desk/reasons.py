"""The reasons that moderators choose from: reworded, added, put in order, put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.language import LANGUAGES
from relay.domain.moderation import Reason
from relay.domain.reasons import TEXT_MAX
from relay.services.reasons import (
    add_reason,
    bring_reason_back,
    move_reason_up,
    put_reason_away,
    reword_reason,
)
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may
from relay.web.words import REASONS, read_reasons

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SENTENCES: dict[str, object] = {
    "missing": _l("Write it in English at least: other languages fall back to it."),
    "too_long": _l("This is too long: at most 120 characters."),
    "too_many": _l("There are so many reasons that nobody can look them through."),
}

_ACTS = {
    "up": move_reason_up,
    "away": put_reason_away,
    "back": bring_reason_back,
}


@pages.get("/reasons")
@may(*ORGANISERS)
def reasons() -> ResponseReturnValue:
    """List the reasons in their order, and offer to add one."""
    return _list()


@pages.post("/reasons")
@may(*ORGANISERS)
def add_new_reason() -> ResponseReturnValue:
    """Add a reason."""
    relay = the_relay()
    try:
        add_reason(
            relay.engine,
            _read_texts(),
            moderator_id=current_user.id,
            clock=relay.clock,
        )
    except Invalid as error:
        return _list(errors=_say(error)), 422
    return _go_back(str(_("The reason is added.")))


@pages.get("/reasons/<key>")
@may(*ORGANISERS)
def reason(key: str) -> ResponseReturnValue:
    """Show one reason's words in every language."""
    return _show(key)


@pages.post("/reasons/<key>")
@may(*ORGANISERS)
def change_reason(key: str) -> ResponseReturnValue:
    """Reword a reason, move it up, put it away or bring it back."""
    relay, act = the_relay(), request.form.get("act", "")
    try:
        if act in _ACTS:
            _ACTS[act](
                relay.engine, key, moderator_id=current_user.id, clock=relay.clock
            )
            return _go_back("")
        reword_reason(
            relay.engine,
            key,
            _read_texts(),
            moderator_id=current_user.id,
            clock=relay.clock,
        )
    except NotFound:
        abort(404)
    except Invalid as error:
        return _show(key, errors=_say(error)), 422
    except Forbidden:
        last = _("One reason at least must be there to be chosen.")
        return _list(errors={"list": last}), 403
    return _go_back(str(_("The words are kept.")))


def _read_texts() -> dict[str, str]:
    """Return what was typed for each language of the interface."""
    return {
        tag: request.form.get(f"text-{tag}", "")[: 4 * TEXT_MAX] for tag in LANGUAGES
    }


def _say(error: Invalid) -> dict[str, str]:
    other = _("This cannot be kept as it is.")
    return {each.field: str(SENTENCES.get(each.code, other)) for each in error.fields}


def _go_back(said: str) -> ResponseReturnValue:
    if said:
        flash(said, "message")
    return redirect(url_for("desk.reasons"), code=303)


def _list(*, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/reasons.html",
        items=read_reasons().values(),
        languages=LANGUAGES.values(),
        errors=errors or {},
    )


def _show(key: str, *, errors: dict[str, str] | None = None) -> str:
    item = read_reasons().get(key)
    if item is None:
        abort(404)
    return render_template(
        "desk/reasons_one.html",
        item=item,
        languages=LANGUAGES.values(),
        ours=_ours(key),
        errors=errors or {},
    )


def _ours(key: str) -> dict[str, str]:
    """Return our own words for a reason by language; none for one that was added."""
    if key not in set(Reason):
        return {}
    said = {}
    for tag, language in LANGUAGES.items():
        with force_locale(language.locale):
            said[tag] = str(REASONS[Reason(key)])
    return said
