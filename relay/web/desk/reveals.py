"""What was approved and waits for its time: shown now, put off, or called off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Forbidden, Invalid, NotFound, RelayError
from relay.domain.local_time import write_local
from relay.domain.moderation import Choice
from relay.queries.reveals import RevealItem, list_reveals
from relay.services.call_off import call_off
from relay.services.decide import StaleDecisionError, Wish, decide
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.decide import (
    read_reveal_time,
    say_faults,
    say_zone,
)
from relay.web.desk.guard import DECIDERS, LOOKERS, may
from relay.web.desk.refusals import say_refused
from relay.web.words import say_moment

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.services.decide import Decided


@dataclass(frozen=True)
class RevealLine:
    """One entry that waits, with its time as its season's clocks show it."""

    item: RevealItem
    said: str
    typed: str
    zone: str


@pages.get("/reveals")
@may(*LOOKERS)
def reveals() -> ResponseReturnValue:
    """List what waits to be shown, the soonest first."""
    return _page()


@pages.post("/reveals/<ref>")
@may(*DECIDERS)
def change_reveal(ref: str) -> ResponseReturnValue:
    """Show an entry now, put it off, or call it off; then show the list again."""
    act = request.form.get("act")
    if (
        act not in {"now", "time", "off"}
        or not request.form.get("version", "").isdecimal()
    ):
        abort(400)
    try:
        _act(ref, act, int(request.form["version"][:9]))
    except NotFound:
        abort(404)
    except Invalid as error:
        said = say_faults(error)
        return _page(wrong=ref, errors={f"reveal_at-{ref}": next(iter(said.values()))})
    except StaleDecisionError:
        said_stale = _("It was changed meanwhile. Look at it again.")
        return _page(errors={"list": said_stale}), 409
    except RelayError as error:
        if not isinstance(error, Forbidden):
            raise
        return _page(errors={"list": say_refused(error)}), 403
    sentences = {
        "now": _("It is shown now."),
        "time": _("It will be shown at its time."),
        "off": _("It is called off, and waits for a decision again."),
    }
    flash(str(sentences[act]), ref)
    return redirect(url_for("desk.reveals"), code=303)


def _act(ref: str, act: str, version: int) -> Decided:
    relay = the_relay()
    if act == "off":
        return call_off(
            relay.engine,
            ref,
            version,
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )
    with reading() as connection:
        waiting = {each.ref: each for each in list_reveals(connection)}
    if ref not in waiting:
        message = "Nothing is planned for this entry."
        raise NotFound(message)
    at = read_reveal_time(waiting[ref].zone) if act == "time" else None
    return decide(
        relay.engine,
        ref,
        Wish(Choice.APPROVE, version, reveal_at=at),
        moderator_id=current_user.id,
        clock=relay.clock,
        printer=relay.printer,
    )


def _page(*, wrong: str = "", errors: dict[str, str] | None = None) -> str:
    with reading() as connection:
        found = list_reveals(connection)
    lines = [
        RevealLine(
            each,
            say_moment(each.at, ZoneInfo(each.zone), day="full"),
            write_local(each.at, ZoneInfo(each.zone)),
            say_zone(ZoneInfo(each.zone)),
        )
        for each in found
    ]
    return render_template(
        "desk/reveals.html", lines=lines, wrong=wrong, errors=errors or {}
    )
