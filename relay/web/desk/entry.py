"""One entry at the desk: everything about it on one page, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Forbidden, Invalid
from relay.domain.moderation import Choice, Moderation, Reason, choices_for
from relay.queries.desk import DeskEntry, find_desk_entry, list_queue
from relay.queries.links import read_link_story
from relay.queries.look_alikes import find_small_picture, list_look_alikes
from relay.queries.parents import find_found, find_giver, list_parent_changes
from relay.services.decide import StaleDecisionError, Wish, decide
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import DECIDERS, EVERYONE, LOOKERS, may
from relay.web.desk.links import LINK_CHOICES
from relay.web.media import send_picture
from relay.web.words import MODERATIONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/entry/<ref>")
@may(*LOOKERS)
def entry(ref: str) -> ResponseReturnValue:
    """Show an entry with its picture, words, facts and history."""
    return show_entry(require_entry(ref))


@pages.post("/entry/<ref>")
@may(*DECIDERS)
def decide_entry(ref: str) -> ResponseReturnValue:
    """Take a decision, then go on to the entry that has waited longest."""
    shown, relay = require_entry(ref), the_relay()
    wish = _read_wish()
    if wish is None:
        return show_entry(
            shown, errors={"choice": _("Choose one of the decisions.")}
        ), 422
    try:
        decided = decide(
            relay.engine,
            ref,
            wish,
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )
    except Invalid:
        errors = {"reason": _("Choose a reason: its maker will read it.")}
        return show_entry(shown, wish=wish, errors=errors), 422
    except StaleDecisionError as error:
        page = render_template(
            "desk/conflict.html", shown=require_entry(ref), error=error
        )
        return page, 409
    except Forbidden:
        errors = {
            "choice": _("Your account may not do this, or it was decided already.")
        }
        return show_entry(require_entry(ref), wish=wish, errors=errors), 403
    flash(_said(shown, decided.moderation, decided.no), ref)
    return redirect(_next(), code=303)


@pages.get("/entry/<ref>/picture/<any(own, post):role>")
@may(*EVERYONE)
def picture(ref: str, role: str) -> ResponseReturnValue:
    """Send a picture that the public may not see yet."""
    found = [each for each in require_entry(ref).pictures if each.role == role]
    if not found:
        abort(404)
    return send_picture(found[0].key, found[0].format)


@pages.get("/entry/<ref>/small/<any(own, post):role>")
@may(*EVERYONE)
def small_picture(ref: str, role: str) -> ResponseReturnValue:
    """Send the small form of a picture that the public may not see yet."""
    with reading() as connection:
        found = find_small_picture(connection, ref, role)
    if found is None:
        abort(404)
    return send_picture(*found)


def require_entry(ref: str) -> DeskEntry:
    """Return an entry that was sent in, or answer 404."""
    found = find_desk_entry(the_relay().engine, ref)
    if found is None:
        abort(404)
    return found


def _read_wish() -> Wish | None:
    form = request.form
    version = form.get("version", "")
    if form.get("choice") not in set(Choice) or not version.isdecimal():
        return None
    reason = form.get("reason")
    return Wish(
        choice=Choice(form["choice"]),
        version=int(version[:9]),
        reason=Reason(reason) if reason in set(Reason) else None,
        note=form.get("note", ""),
    )


def _next() -> str:
    """Return where the work goes on: the oldest entry that waits, or the queue."""
    with reading() as connection:
        waiting = list_queue(connection, limit=1)
    if waiting:
        return url_for("desk.entry", ref=waiting[0].ref)
    return url_for("desk.queue")


def _said(shown: DeskEntry, moderation: Moderation, no: int | None) -> str:
    """Return what the next page says of the decision that was taken."""
    title, state = shown.entry.title, str(MODERATIONS[moderation])
    if moderation is Moderation.APPROVED:
        said = _("No. %(no)s: %(title)s. %(state)s.", no=no, title=title, state=state)
    else:
        said = _("%(title)s. %(state)s.", title=title, state=state)
    return str(said)


def show_entry(
    shown: DeskEntry,
    *,
    wish: Wish | None = None,
    errors: dict[str, str] | None = None,
    typed_parent: str = "",
) -> str:
    """Return the page of an entry, with what was typed and what is wrong with it."""
    now = the_relay().clock.now()
    with reading() as connection:
        story = read_link_story(connection, shown.entry.id or 0, now=now)
        look_alikes = list_look_alikes(connection, shown.entry.id or 0)
        giver = find_giver(connection, shown.entry.parent_id)
        found = find_found(connection, shown.entry.id or 0)
        parent_changes = list_parent_changes(connection, shown.entry.id or 0)
    return render_template(
        "desk/entry.html",
        shown=shown,
        story=story,
        look_alikes=look_alikes,
        giver=giver,
        found=found,
        parent_changes=parent_changes,
        typed_parent=typed_parent,
        link_choices=LINK_CHOICES,
        choices_here=choices_for(shown.entry.moderation),
        wish=wish,
        errors=errors or {},
        now=now,
    )
