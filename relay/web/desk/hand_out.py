"""Handing out: entries are held for a while by whoever asks, and given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from relay.domain.errors import NotFound
from relay.domain.moderation import Moderation
from relay.queries.desk import list_doubles
from relay.queries.desk_leases import list_handed
from relay.queries.desk_question import DeskQuestion, Mark, narrow, select_waiting
from relay.services.deciders import OutOfScopeError
from relay.services.leases import HeldByOtherError, give_back, hand_out, take_over
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import address_of, read_question
from relay.web.desk.guard import DECIDERS, may
from relay.web.desk.refusals import say_refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

# With so few left in their hands somebody is given more, before they have to wait.
LOW = 5


@pages.post("/hand-out")
@may(*DECIDERS)
def take() -> ResponseReturnValue:
    """Hand out the oldest entries that were asked for, and go to the first of them."""
    asked = read_question()
    refs = keep_busy(asked)
    if not refs:
        flash(_("Nothing is left that nobody holds."), "message")
    return go_to_first(refs)


@pages.post("/give-back")
@may(*DECIDERS)
def let_go() -> ResponseReturnValue:
    """Give back all that somebody holds."""
    count = give_back(the_relay().engine, moderator_id=current_user.id)
    flash(
        ngettext(
            "%(num)d entry was given back.", "%(num)d entries were given back.", count
        ),
        "message",
    )
    return redirect(url_for("desk.queue", **address_of(read_question())), code=303)


@pages.post("/entry/<ref>/hold")
@may(*DECIDERS)
def hold(ref: str) -> ResponseReturnValue:
    """Hold one entry, or take it over from somebody."""
    relay = the_relay()
    try:
        take_over(relay.engine, ref, moderator_id=current_user.id, clock=relay.clock)
    except NotFound:
        abort(404)
    except HeldByOtherError:
        flash(_("Somebody else holds it. Only an organiser can take it over."), ref)
    except OutOfScopeError as error:
        flash(say_refused(error), ref)
    return redirect(
        url_for("desk.entry", ref=ref, **address_of(read_question())), code=303
    )


def go_to_first(refs: Sequence[str]) -> ResponseReturnValue:
    """Go to the first of these entries, or to the queue when there is none."""
    address = address_of(read_question())
    if not refs:
        return redirect(url_for("desk.queue", **address), code=303)
    return redirect(url_for("desk.entry", ref=refs[0], **address), code=303)


def is_in_hand(ref: str) -> bool:
    """Tell whether whoever asks holds an entry."""
    with reading() as connection:
        return ref in list_handed(
            connection, current_user.id, now=the_relay().clock.now()
        )


def keep_busy(asked: DeskQuestion, *, but: str = "") -> tuple[str, ...]:
    """Return what somebody holds, oldest first; with few left they are given more.

    `but` is what they have just dealt with.
    """
    return tuple(each for each in _keep_busy(asked) if each != but)


def _keep_busy(asked: DeskQuestion) -> tuple[str, ...]:
    relay, me = the_relay(), current_user.id
    with reading() as connection:
        refs = list_handed(connection, me, now=relay.clock.now())
        if len(refs) >= LOW or asked.state is not Moderation.PENDING:
            return refs
        among = select_waiting(asked)
        if asked.mark is Mark.DOUBLE:
            found, _more = list_doubles(connection, asked)
            among = narrow(among, [each.id for each in found])
    hand_out(relay.engine, among, moderator_id=me, clock=relay.clock)
    with reading() as connection:
        return list_handed(connection, me, now=relay.clock.now())
