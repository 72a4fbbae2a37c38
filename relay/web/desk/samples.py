"""What rules have let through and nobody has looked at yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import NotFound
from relay.queries.trust import SAMPLES_PAGE, list_samples
from relay.services.trust import see_sample
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import the_scope
from relay.web.desk.guard import DECIDERS, LOOKERS, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/samples")
@may(*LOOKERS)
def samples() -> ResponseReturnValue:
    """List what is to be looked at, the oldest first."""
    with reading() as connection:
        items = list_samples(connection, the_scope(), limit=SAMPLES_PAGE + 1)
    return render_template(
        "desk/samples.html",
        items=items[:SAMPLES_PAGE],
        has_more=len(items) > SAMPLES_PAGE,
    )


@pages.post("/samples/<ref>")
@may(*DECIDERS)
def seen_sample(ref: str) -> ResponseReturnValue:
    """Note that somebody has looked, and that all is well."""
    relay = the_relay()
    try:
        see_sample(relay.engine, ref, moderator_id=current_user.id, clock=relay.clock)
    except NotFound:
        abort(404)
    flash(_("Thank you: it is looked at."), "message")
    return redirect(url_for("desk.samples"), code=303)
