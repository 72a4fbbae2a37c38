"""Readers' reports at the desk: they were right, or the artwork is kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Forbidden, NotFound
from relay.models import Outcome
from relay.services.resolve_reports import (
    NoReportsError,
    reopen_reports,
    resolve_reports,
)
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.asking import address_of, read_question
from relay.web.desk.guard import DECIDERS, may

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue


@pages.post("/entry/<ref>/reports")
@may(*DECIDERS)
def resolve(ref: str) -> ResponseReturnValue:
    """Answer the reports that a moderator has seen; the entry stays as it is."""
    outcome, seen = request.form.get("outcome", ""), _read_moment("seen")
    if outcome not in set(Outcome) or seen is None:
        abort(400)
    relay = the_relay()
    return _do(
        ref,
        lambda: resolve_reports(
            relay.engine,
            ref,
            Outcome(outcome),
            seen=seen,
            moderator_id=current_user.id,
            clock=relay.clock,
        ),
        _("The reports are answered."),
    )


@pages.post("/entry/<ref>/reports/again")
@may(*DECIDERS)
def ask_again(ref: str) -> ResponseReturnValue:
    """Let reports wait again that were answered together."""
    report_id, relay = request.form.get("report", type=int), the_relay()
    if report_id is None or not 0 < report_id < 1 << 63:
        abort(400)
    return _do(
        ref,
        lambda: reopen_reports(
            relay.engine,
            ref,
            report_id,
            moderator_id=current_user.id,
            clock=relay.clock,
        ),
        _("The reports wait again."),
    )


def _do(ref: str, act: Callable[[], int], said: str) -> ResponseReturnValue:
    """Do it, and show the entry again with what came of it."""
    try:
        act()
    except NotFound:
        abort(404)
    except NoReportsError:
        said = _("Somebody was faster: look at the reports again.")
    except Forbidden:
        abort(403)
    flash(said)
    where = url_for("desk.entry", ref=ref, **address_of(read_question()))
    return redirect(where, code=303)


def _read_moment(name: str) -> datetime | None:
    """Return a moment as our own form writes it, aware; None for anything else."""
    try:
        moment = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
