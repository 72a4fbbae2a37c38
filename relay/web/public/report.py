"""Telling the moderators what is wrong with an artwork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from relay.domain.errors import NotFound
from relay.domain.moderation import Reason
from relay.queries.entry import EntryView, find_entry
from relay.services.report_entry import report_entry
from relay.web.context import reading, the_relay
from relay.web.limits import limited
from relay.web.public import pages
from relay.web.words import REASONS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

# What a reader can know; the rest of the reasons are the moderators' own.
OFFERED = (
    Reason.HURTFUL,
    Reason.PERSONAL_DATA,
    Reason.CHILD_NAMED,
    Reason.NOT_YOURS,
    Reason.ADVERTISING,
    Reason.BROKEN_LINK,
    Reason.OTHER,
)


@pages.get("/w/<int(max=2147483647):no>/report")
def report(no: int) -> Response:
    """Show the form, or thanks for a report that was sent."""
    return _show(no, errors={}, sent=request.args.get("sent") == "yes")


@pages.post("/w/<int(max=2147483647):no>/report")
@limited("token")
def send_report(no: int) -> Response:
    """Keep a report."""
    reason = request.form.get("reason", "")
    if reason not in set(OFFERED):
        return _show(no, errors={"reason": "missing"}, sent=False)
    relay = the_relay()
    report_entry(
        relay.engine,
        no,
        reason=Reason(reason),
        words=request.form.get("words", ""),
        clock=relay.clock,
    )
    return redirect(url_for("public.report", no=no, sent="yes"), code=303)


def _show(no: int, *, errors: dict[str, str], sent: bool) -> Response:
    with reading() as connection:
        found = find_entry(connection, no)
    if not isinstance(found, EntryView):
        message = f"There is no artwork number {no}."
        raise NotFound(message)
    html = render_template(
        "public/report.html",
        entry=found,
        reasons=[(each.value, REASONS[each]) for each in OFFERED],
        typed=request.form,
        wrong=errors,
        sent=sent,
    )
    answer = make_response(html, 422 if errors else 200)
    answer.cache_control.no_store = True
    return answer
