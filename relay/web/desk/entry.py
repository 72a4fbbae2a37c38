"""One entry at the desk: everything about it on one page, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Forbidden, Invalid, RelayError
from relay.domain.moderation import Choice, Moderation
from relay.queries.desk import (
    DeskEntry,
    find_desk_entry,
    find_own_decision,
    list_queue,
)
from relay.queries.look_alikes import find_small_picture
from relay.services.decide import Decided, StaleDecisionError, Wish, decide
from relay.services.leases import renew_leases
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import (
    address_of,
    read_question,
    sees_picture,
    the_scope,
)
from relay.web.desk.card import draw_card
from relay.web.desk.guard import DECIDERS, LOOKERS, may
from relay.web.desk.hand_out import keep_busy
from relay.web.desk.refusals import say_refused
from relay.web.media import send_picture
from relay.web.words import MODERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue


@dataclass(frozen=True)
class Refused:
    """Why a decision was not taken, as the card says it, and its HTTP status."""

    status: int
    errors: Mapping[str, str]
    stale: StaleDecisionError | None = None


@pages.get("/entry/<ref>")
@may(*LOOKERS)
def entry(ref: str) -> ResponseReturnValue:
    """Show an entry with its picture, words, facts and history."""
    _go_on_working()
    return show_entry(require_entry(ref))


@pages.get("/entry/<ref>/card")
@may(*LOOKERS)
def card(ref: str) -> ResponseReturnValue:
    """Show an entry's card alone, for the script that fetches it ahead."""
    _go_on_working()
    return draw_card("desk/card.html", require_entry(ref))


@pages.post("/entry/<ref>")
@may(*DECIDERS)
def decide_entry(ref: str) -> ResponseReturnValue:
    """Take a decision, then go on to the entry that has waited longest."""
    wish = _read_wish()
    if wish is None:
        errors = {"choice": _("Choose one of the decisions.")}
        return _show_refused(ref, None, Refused(422, errors))
    relay = the_relay()
    shown = require_entry(ref)
    try:
        decided = decide(
            relay.engine,
            ref,
            wish,
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )
    except RelayError as error:
        again = _find_repeated(ref, wish)
        if again is None:
            return _show_refused(ref, wish, explain(error))
        decided = again
    return _go_on(shown, wish, decided)


@pages.get("/entry/<ref>/picture/<any(own, post):role>")
@may(*LOOKERS)
def picture(ref: str, role: str) -> ResponseReturnValue:
    """Send a picture that the public may not see yet."""
    shown = require_entry(ref)
    found = [each for each in shown.pictures if each.role == role]
    if not found or not sees_picture(shown.entry):
        abort(404)
    return send_picture(found[0].key, found[0].format)


@pages.get("/entry/<ref>/small/<any(own, post):role>")
@may(*LOOKERS)
def small_picture(ref: str, role: str) -> ResponseReturnValue:
    """Send the small form of a picture that the public may not see yet.

    As the large one, only within what whoever asks is for, unless it is public.
    """
    with reading() as connection:
        found = find_small_picture(connection, ref, role, scope=the_scope())
    if found is None:
        abort(404)
    return send_picture(*found)


def require_entry(ref: str) -> DeskEntry:
    """Return an entry that was sent in, or answer 404."""
    found = find_desk_entry(the_relay().engine, ref)
    if found is None:
        abort(404)
    return found


def show_entry(
    shown: DeskEntry,
    *,
    wish: Wish | None = None,
    errors: Mapping[str, str] | None = None,
    typed_parent: str = "",
) -> str:
    """Return the page of an entry, with what was typed and what is wrong with it."""
    return draw_card(
        "desk/entry.html", shown, wish=wish, errors=errors, typed_parent=typed_parent
    )


def explain(error: RelayError) -> Refused:
    """Return how a card says why a decision was not taken; raises all else."""
    if isinstance(error, Invalid):
        said = _("Choose a reason: its maker will read it.")
        return Refused(422, {error.fields[0].field: said})
    if isinstance(error, StaleDecisionError):
        said = _("Somebody was faster")
        return Refused(409, {"choice": said}, error)
    if isinstance(error, Forbidden):
        return Refused(403, {"choice": say_refused(error)})
    raise error


def _go_on_working() -> None:
    """Let whoever looks at entries keep what they hold."""
    if current_user.may_decide:
        relay = the_relay()
        renew_leases(relay.engine, moderator_id=current_user.id, clock=relay.clock)


def _read_wish() -> Wish | None:
    form = request.form
    version = form.get("version", "")
    if form.get("choice") not in set(Choice) or not version.isdecimal():
        return None
    return Wish(
        choice=Choice(form["choice"]),
        version=int(version[:9]),
        reason=form.get("reason", "")[:32] or None,
        note=form.get("note", ""),
    )


def _find_repeated(ref: str, wish: Wish) -> Decided | None:
    """Return the decision that this request asks for once more.

    A script that got no answer sends its decision again, and says so: it may have
    been taken, and only its answer was lost.
    """
    if "again" not in request.form:
        return None
    with reading() as connection:
        found = find_own_decision(
            connection,
            ref,
            moderator_id=current_user.id,
            choice=wish.choice,
            version=wish.version,
        )
    if found is None:
        return None
    return Decided(found.no, found.after, found.version, found.id, found.reveal_at)


def _show_refused(ref: str, wish: Wish | None, refused: Refused) -> ResponseReturnValue:
    """Show the card again, as the entry is now, with everything that was typed."""
    page = draw_card(
        "desk/card.html" if _is_script() else "desk/entry.html",
        require_entry(ref),
        wish=wish,
        stale=refused.stale,
        errors=refused.errors,
    )
    return page, refused.status


def _go_on(shown: DeskEntry, wish: Wish, decided: Decided) -> ResponseReturnValue:
    """Say what was decided, and where the work goes on."""
    asked, ref = read_question(), shown.entry.ref
    said = _said(shown, wish, decided)
    refs = tuple(each for each in keep_busy(asked) if each != ref)
    if _is_script():
        return jsonify(said=said, ref=ref, decision=decided.decision_id, handed=refs)
    flash(said, ref)
    if refs and asked.state is Moderation.PENDING:
        return redirect(_address(refs[0]), code=303)
    return redirect(_next_of_list(shown), code=303)


def _next_of_list(shown: DeskEntry) -> str:
    """Return where a list that is no hand-out goes on after an entry, or the list."""
    asked, entry = read_question(), shown.entry
    after = (entry.submitted_at, entry.ref) if entry.submitted_at else None
    if asked.state is not Moderation.PENDING:
        with reading() as connection:
            for each in list_queue(connection, asked, after=after, limit=1):
                return _address(each.ref)
    return url_for("desk.queue", **address_of(asked))


def _address(ref: str) -> str:
    return url_for("desk.entry", ref=ref, **address_of(read_question()))


def _is_script() -> bool:
    return request.headers.get("X-Requested-With") == "desk"


def _said(shown: DeskEntry, wish: Wish, decided: Decided) -> str:
    """Return what the next page says of the decision that was taken."""
    title, state = shown.entry.title, str(MODERATIONS[decided.moderation])
    if decided.moderation is Moderation.APPROVED:
        said = _(
            "No. %(no)s: %(title)s. %(state)s.", no=decided.no, title=title, state=state
        )
    elif wish.choice is not Choice.APPROVE:
        said = _("%(title)s. %(state)s.", title=title, state=state)
    elif decided.waits_for_another:
        said = _(
            "%(title)s. Your approval counts. Now somebody else must approve it, too.",
            title=title,
        )
    else:
        said = _("%(title)s. It will be shown at its time.", title=title)
    return str(said)
