"""From whom an entry came: moderators take a claim away, or choose another entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.entry_address import read_no
from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.services.claims import (
    ParentWish,
    StaleParentError,
    change_parent,
    undo_parent,
)
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.entry import require_entry, show_entry
from relay.web.desk.guard import DECIDERS, may
from relay.web.desk.refusals import say_refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SENTENCES: dict[str, object] = {
    "unknown": _l("There is no artwork of this season with this number."),
    "own": _l("An artwork cannot come from itself."),
    "later": _l("That artwork came later, so this one cannot come from it."),
    "circle": _l("That artwork came from this one itself."),
}


@pages.post("/entry/<ref>/parent")
@may(*DECIDERS)
def change(ref: str) -> ResponseReturnValue:
    """Change from whom an entry came, then show it again."""
    shown, relay = require_entry(ref), the_relay()
    typed = request.form.get("parent", "").strip()
    wish = _read_wish(typed, base_url=relay.settings.base_url)
    if wish is None:
        return show_entry(
            shown, typed_parent=typed, errors={"parent": str(SENTENCES["unknown"])}
        ), 422
    try:
        change_parent(
            relay.engine,
            ref,
            wish,
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )
    except Invalid as error:
        said = SENTENCES.get(error.fields[0].code, SENTENCES["unknown"])
        return show_entry(shown, typed_parent=typed, errors={"parent": str(said)}), 422
    except StaleParentError:
        said = _("This entry was changed while you looked at it. Look at it again.")
        return show_entry(require_entry(ref), errors={"parent": said}), 409
    except Forbidden:
        said = _("Your account may not do this.")
        return show_entry(shown, errors={"parent": said}), 403
    flash(_("It is noted where this artwork comes from."), ref)
    return redirect(url_for("desk.entry", ref=ref), code=303)


@pages.post("/entry/<ref>/parent/undo")
@may(*DECIDERS)
def take_parent_back(ref: str) -> ResponseReturnValue:
    """Take the newest change of where an entry came from back."""
    relay, form = the_relay(), request.form
    change_id, version = form.get("change", ""), form.get("version", "")
    if not (change_id.isdecimal() and version.isdecimal()):
        abort(400)
    try:
        undo_parent(
            relay.engine,
            ref,
            int(change_id[:18]),
            int(version[:9]),
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )
    except NotFound:
        abort(404)
    except (StaleParentError, Invalid):
        said = _("This entry was changed while you looked at it. Look at it again.")
        return show_entry(require_entry(ref), errors={"parent": said}), 409
    except Forbidden as error:
        errors = {"parent": say_refused(error)}
        return show_entry(require_entry(ref), errors=errors), 403
    flash(_("It was taken back."), ref)
    return redirect(url_for("desk.entry", ref=ref), code=303)


def _read_wish(typed: str, *, base_url: str) -> ParentWish | None:
    """Return what the pressed button means; None when it cannot be understood."""
    form = request.form
    version, act = form.get("version", ""), form.get("act", "")
    if not version.isdecimal():
        return None
    seen = int(version[:9])
    if act == "remove":
        return ParentWish(seen)
    if act == "take":
        return ParentWish(seen, code=form.get("code", "")[:40] or "?")
    no = read_no(typed, base_url=base_url)
    return None if no is None else ParentWish(seen, no=no)
