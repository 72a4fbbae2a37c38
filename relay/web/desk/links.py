"""Links to look at: pages that changed after approval, are gone, or were never read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.errors import Conflict, Forbidden, NotFound
from relay.domain.looks import LinkChoice, LinkTrouble
from relay.queries.links import (
    COUNT_MAX,
    LINKS_PAGE,
    count_links,
    find_new_picture,
    list_links,
)
from relay.services.decide_link import LinkWish, decide_link
from relay.services.look_again import Asked, look_for_desk
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import DECIDERS, LOOKERS, may
from relay.web.limits import limited
from relay.web.media import send_picture

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

TROUBLES: dict[LinkTrouble, object] = {
    LinkTrouble.CHANGED: _l("Changed after approval"),
    LinkTrouble.GONE: _l("No longer there"),
    LinkTrouble.REFUSED: _l("Kept back by the platform"),
    LinkTrouble.FAILED: _l("Could not be read"),
}

LINK_CHOICES: dict[LinkChoice, object] = {
    LinkChoice.TAKE: _l("Take the new one"),
    LinkChoice.KEEP: _l("Keep what was approved"),
}

_LOOK_ANSWERS: dict[Asked, object] = {
    Asked.SOON: _l("We look at the link again, usually within a minute."),
    Asked.ALREADY: _l("The link is being looked at already."),
    Asked.LATER: _l("The link was looked at a short while ago. Try again later."),
}


@dataclass(frozen=True)
class LinkTab:
    """One kind of links to look at: how many, and whether there are more than that."""

    trouble: LinkTrouble
    name: object
    count: int
    has_more: bool


def link_tabs() -> list[LinkTab]:
    """Return how many links need a look, of each kind, in all seasons."""
    with reading() as connection:
        counts = count_links(connection)
    return [
        LinkTab(each, TROUBLES[each], min(count, COUNT_MAX), count > COUNT_MAX)
        for each, count in counts.items()
    ]


@pages.get("/links")
@may(*LOOKERS)
def links() -> ResponseReturnValue:
    """List the links of one kind, page by page."""
    asked = request.args.get("what", "")
    trouble = LinkTrouble(asked) if asked in set(LinkTrouble) else LinkTrouble.CHANGED
    return _page(trouble)


@pages.post("/links/<ref>")
@may(*DECIDERS)
def decide_changed(ref: str) -> ResponseReturnValue:
    """Take a changed page, or keep what was approved."""
    choice, version = request.form.get("choice"), request.form.get("version", "")
    if choice not in set(LinkChoice) or not version.isdecimal():
        abort(400)
    relay = the_relay()
    try:
        decide_link(
            relay.engine,
            ref,
            LinkWish(LinkChoice(choice), int(version[:9])),
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
            media=relay.media,
        )
    except NotFound:
        abort(404)
    except Forbidden:
        said = _("Your account may not do this, or it was decided already.")
        return _page(LinkTrouble.CHANGED, said=said), 403
    except Conflict:
        said = _("Somebody was faster, or the page has changed again. Look once more.")
        return _page(LinkTrouble.CHANGED, said=said), 409
    flash(str(LINK_CHOICES[LinkChoice(choice)]), ref)
    return redirect(url_for("desk.links"), code=303)


@pages.get("/links/<ref>/picture")
@may(*LOOKERS)
def new_picture(ref: str) -> ResponseReturnValue:
    """Send the picture of a changed page, which only moderators may see."""
    with reading() as connection:
        found = find_new_picture(connection, ref)
    if found is None:
        abort(404)
    return send_picture(found.key, found.format)


@pages.post("/entry/<ref>/look")
@may(*DECIDERS)
@limited("token")
def look(ref: str) -> ResponseReturnValue:
    """Look at an entry's link again."""
    if not current_user.may_decide:
        abort(403)
    try:
        answer = look_for_desk(the_relay().intake, ref)
    except NotFound:
        abort(404)
    except Forbidden:
        said: object = _("There is no link here to look at.")
    else:
        said = _LOOK_ANSWERS[answer.asked]
    flash(str(said), ref)
    return redirect(url_for("desk.entry", ref=ref), code=303)


def _page(trouble: LinkTrouble, *, said: str = "") -> str:
    below = request.args.get("below", "")
    with reading() as connection:
        found = list_links(
            connection,
            trouble,
            below=int(below[:9]) if below.isdecimal() else None,
            limit=LINKS_PAGE + 1,
        )
    shown = found[:LINKS_PAGE]
    return render_template(
        "desk/links.html",
        items=shown,
        trouble=trouble,
        tabs=link_tabs(),
        said=said,
        link_choices=LINK_CHOICES,
        below=shown[-1].place if len(found) > len(shown) else None,
    )
