"""Telling the moderators what is wrong with an artwork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.errors import Invalid, NotFound
from relay.domain.report import Complaint, ReportReason
from relay.queries.entry import EntryView, find_entry
from relay.services.report_entry import report_entry
from relay.web.context import reading, the_relay
from relay.web.i18n import current_language
from relay.web.limits import limited, who_asks
from relay.web.public import pages
from relay.web.words import REPORT_REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response


@pages.get("/w/<int(max=2147483647):no>/report")
def report(no: int) -> Response:
    """Show the form, or thanks for a report that was sent."""
    sent = request.args.get("sent", "")
    return _show(no, sent=sent if sent in {"yes", "mail"} else "")


@pages.post("/w/<int(max=2147483647):no>/report")
@limited("token")
def send_report(no: int) -> Response:
    """Keep a report."""
    reason, relay = request.form.get("reason", ""), the_relay()
    if reason not in set(ReportReason):
        return _show(no, errors={"reason": _("Choose what is wrong")})
    # Where no mail is sent, no address is asked for, and none is kept.
    email = request.form.get("email", "") if relay.mailer else ""
    complaint = Complaint(
        ReportReason(reason),
        request.form.get("words", ""),
        email,
        current_language().tag,
    )
    try:
        report_entry(
            relay.engine,
            no,
            complaint,
            address=who_asks(),
            clock=relay.clock,
            dice=relay.dice,
            printer=relay.printer,
        )
    except Invalid:
        said = _("Check the e-mail address, like name@example.org.")
        return _show(no, errors={"email": said})
    sent = "mail" if email.strip() else "yes"
    return redirect(url_for("public.report", no=no, sent=sent), code=303)


def _show(
    no: int, *, errors: Mapping[str, str] | None = None, sent: str = ""
) -> Response:
    """Show the page; thanks are for an artwork, too, that the report has hidden."""
    with reading() as connection:
        found = find_entry(connection, no)
    if not isinstance(found, EntryView) and not (found and sent):
        message = f"There is no artwork number {no}."
        raise NotFound(message)
    html = render_template(
        "public/report.html",
        entry=found,
        reasons=_options(),
        typed=request.form,
        errors=errors or {},
        sent=sent,
        can_mail=the_relay().mailer is not None,
    )
    answer = make_response(html, 422 if errors else 200)
    answer.cache_control.no_store = True
    return answer


def _options() -> list[tuple[str, ...]]:
    """Return the reasons to choose from; what comes first says so."""
    hints = {ReportReason.IN_PICTURE: _("We look at these reports first.")}
    return [
        (each.value, str(REPORT_REASONS[each]), *filter(None, [hints.get(each)]))
        for each in ReportReason
    ]
