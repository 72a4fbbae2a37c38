"""`/add/done/…`: the receipt, with the private link and the baton to pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, url_for

from relay.domain.moderation import Moderation
from relay.web.add import pages
from relay.web.add.baton_qr import hand_on
from relay.web.add.check import require_own
from relay.web.context import the_relay
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.queries.own_entry import OwnEntry


@pages.get("/add/done/<draft>")
@limited("token")
def done(draft: str) -> ResponseReturnValue:
    """Show the receipt; until the entry is sent in there is none."""
    own = require_own(draft)
    if own.entry.moderation is Moderation.DRAFT:
        return redirect(url_for("add.check", draft=draft))
    return render_template("add/done.html", **receipt(own, draft))


@pages.get("/add/done/<draft>/receipt.txt")
@limited("token")
def receipt_text(draft: str) -> ResponseReturnValue:
    """Give the receipt as a text file to keep."""
    own = require_own(draft)
    text = render_template("add/receipt.txt", **receipt(own, draft))
    answer = Response(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="relay-receipt.txt"'
    return answer


def receipt(own: OwnEntry, token: str) -> dict[str, object]:
    """Return what the receipt and the maker's page show of links and codes."""
    base = the_relay().settings.base_url
    handing = hand_on(own.baton) if own.baton else None
    twin = url_for("public.entry", no=own.twin_no) if own.twin_no else ""
    return {
        "own": own,
        "token": token,
        "mine_url": f"{base}{url_for('add.mine', token=token)}",
        "twin_url": f"{base}{twin}",
        "handing": handing,
    }
