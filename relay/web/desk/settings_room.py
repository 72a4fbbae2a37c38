"""The settings of the desk: how many entries are handed out, who must look twice."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.desk_settings import BOUNDS, DEFAULTS, NAMES
from relay.domain.entry import Kind
from relay.domain.errors import Conflict, Invalid, NotFound
from relay.queries.desk_settings import find_last_change
from relay.services.desk_settings import (
    change_settings,
    read_settings,
    take_settings_back,
)
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may
from relay.web.words import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

LONGEST = 6  # digits of a number that may make sense

SETTINGS: dict[str, object] = {
    "hand_out": _l("Entries handed out at once"),
    "lease_minutes": _l("Minutes for which they are held"),
    "second_approval": _l("Artworks of these makers need two approvals"),
    "require_second_factor": _l("Everybody at the desk signs in with two factors"),
    "reports_hide": _l("Reports that hide an artwork"),
    "blur_reported": _l("Veil pictures that were reported"),
    "sample_one_in": _l("One in how many trusted artworks is looked at afterwards"),
}

HINTS: dict[str, object] = {
    "hand_out": _l(
        "A moderator gets so many of the oldest entries; others see who holds them."
    ),
    "lease_minutes": _l(
        "After that they are anybody’s again. No decision is ever lost by it."
    ),
    "second_approval": _l(
        "Two different moderators must approve them before they are shown."
    ),
    "require_second_factor": _l(
        "Whoever has none yet is asked to set one up on the next page: a passkey or an "
        "app for codes."
    ),
    "reports_hide": _l(
        "When so many different readers report an artwork, it is hidden until a "
        "moderator has seen it. 0 means never."
    ),
    "blur_reported": _l("Moderators see them when they ask to."),
    "sample_one_in": _l(
        "Of the artworks that a rule lets through at once, one in so many comes to the "
        "desk afterwards. 0 means none."
    ),
}


@pages.get("/settings")
@may(*ORGANISERS)
def settings_room() -> ResponseReturnValue:
    """Show the settings in force."""
    return _page(_kept())


@pages.post("/settings")
@may(*ORGANISERS)
def keep_settings() -> ResponseReturnValue:
    """Keep changed settings, unless another organiser has changed the same."""
    typed = {name: _read(name) for name in NAMES}
    relay = the_relay()
    try:
        change_settings(
            relay.engine,
            typed,
            moderator_id=current_user.id,
            clock=relay.clock,
            seen=_seen(),
        )
    except Invalid as error:
        errors = {each.field: _say(each.field) for each in error.fields}
        return _page(_typed(), seen=_seen(), errors=errors), 422
    except Conflict:
        return _page(_typed(), kept=_kept()), 409
    flash(_("The settings are saved. They hold from now on."), "message")
    return redirect(url_for("desk.settings_room"), code=303)


@pages.post("/settings/undo")
@may(*ORGANISERS)
def undo_settings() -> ResponseReturnValue:
    """Take the last change of the settings back."""
    relay, typed = the_relay(), request.form.get("change", "")
    if not typed.isdecimal():
        abort(400)
    try:
        take_settings_back(
            relay.engine,
            int(typed[:18]),
            moderator_id=current_user.id,
            clock=relay.clock,
        )
    except NotFound:
        abort(404)
    except Conflict:
        said = _("The settings were changed again meanwhile. See what holds now.")
        return _page(_kept(), said=said), 409
    flash(_("The last change is taken back."), "message")
    return redirect(url_for("desk.settings_room"), code=303)


def _kept() -> dict[str, Any]:
    with reading() as connection:
        return asdict(read_settings(connection))


def _read(name: str, *, prefix: str = "") -> object:
    """Return what was typed, as far as it can be read; None is no setting."""
    field = f"{prefix}{name}"
    if name in BOUNDS:
        text = request.form.get(field, "").strip()
        return (
            int(text)
            if text.isascii() and text.isdecimal() and text[6:] == ""
            else None
        )
    if name == "second_approval":
        return request.form.getlist(field)
    return request.form.get(field) == "yes"


def _seen() -> dict[str, Any]:
    """Return the settings that the organiser began with, as far as they make sense."""
    seen = {name: _read(name, prefix="seen_") for name in NAMES}
    return {name: value for name, value in seen.items() if value is not None}


def _typed() -> dict[str, Any]:
    return {
        name: request.form.get(name, "") if name in BOUNDS else _read(name)
        for name in NAMES
    }


def _say(name: str) -> object:
    if name not in BOUNDS:
        return _("Check this answer.")
    least, most = BOUNDS[name]
    return _("Give a whole number from %(least)s to %(most)s.", least=least, most=most)


def _page(
    values: Mapping[str, Any],
    *,
    seen: Mapping[str, Any] | None = None,
    kept: Mapping[str, Any] | None = None,
    errors: dict[str, object] | None = None,
    said: object = None,
) -> str:
    """Return the form; `kept` is what another organiser has made of it meanwhile."""
    with reading() as connection:
        last = find_last_change(connection)
    return render_template(
        "desk/settings.html",
        said_above=said,
        last=last,
        values=values,
        seen=kept or seen or values,
        kept=kept,
        errors=errors or {},
        names=SETTINGS,
        hints=HINTS,
        bounds=BOUNDS,
        defaults=asdict(DEFAULTS),
        kinds=[(each.value, KINDS[each]) for each in Kind],
        service=the_relay().settings,
    )
