"""Keys and habits: what each account wants of its keyboard and of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.desk_keys import DEFAULT_KEYS, Act, Habits, check_habits
from relay.domain.errors import Invalid
from relay.services.habits import change_habits
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.asking import the_habits
from relay.web.desk.guard import LOOKERS, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ACTS: dict[Act, object] = {
    Act.NEXT: _l("Next entry, without a decision"),
    Act.PREVIOUS: _l("Previous entry"),
    Act.APPROVE: _l("Approve"),
    Act.CHANGES: _l("Ask for changes"),
    Act.REJECT: _l("Do not accept, or take down"),
    Act.STASH: _l("Put aside for a second opinion"),
    Act.EDIT: _l("Edit the words"),
    Act.UNDO: _l("Undo the last decision"),
    Act.HELP: _l("Show these keys"),
}

_FAULTS: dict[str, object] = {
    "missing": _l("Type one character."),
    "not_a_key": _l("Type one character that is no digit: those choose reasons."),
    "taken": _l("Another line has this key already."),
}


@pages.get("/keys")
@may(*LOOKERS)
def keys() -> ResponseReturnValue:
    """Show the account's keys, and let them be changed."""
    return _page(the_habits())


@pages.post("/keys")
@may(*LOOKERS)
def change_keys() -> ResponseReturnValue:
    """Keep what was typed, or all as it comes."""
    form = request.form
    typed = {act: form.get(f"key-{act.value}", "")[:10] for act in Act}
    if form.get("act") == "reset":
        typed = DEFAULT_KEYS
    keys_on, veil = "keys_on" in form, "veil" in form
    try:
        habits = check_habits(keys_on=keys_on, keys=typed, veil=veil)
    except Invalid as error:
        errors = {each.field: str(_FAULTS[each.code]) for each in error.fields}
        return _page(Habits(keys_on, typed, veil), errors), 422
    change_habits(the_relay().engine, habits, moderator_id=current_user.id)
    flash(_("Your habits are kept."), "message")
    return redirect(url_for("desk.keys"), code=303)


def _page(habits: Habits, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/keys.html", habits=habits, act_words=ACTS, errors=errors or {}
    )
