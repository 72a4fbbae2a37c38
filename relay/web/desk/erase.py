"""Erasing a person of the desk: what they did stays, and nobody can tell who it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import NotFound
from relay.queries.people import find_person
from relay.services.forget_people import erase_person
from relay.services.people import LastOrganiserError
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.confirm import fresh
from relay.web.desk.guard import ORGANISERS, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/people/<int:person>/erase")
@may(*ORGANISERS)
def ask_to_erase(person: int) -> ResponseReturnValue:
    """Say what erasing means, and ask."""
    return _page(person)


@pages.post("/people/<int:person>/erase")
@may(*ORGANISERS)
@fresh
def erase(person: int) -> ResponseReturnValue:
    """Erase a person for good."""
    relay = the_relay()
    try:
        erase_person(
            relay.engine, person, moderator_id=current_user.id, clock=relay.clock
        )
    except NotFound:
        abort(404)
    except LastOrganiserError:
        return _page(
            person, _("This is the last organiser. Name another one first.")
        ), 409
    flash(_("The person is erased. What they did stays in the log, without them."))
    return redirect(url_for("desk.people"), code=303)


def _page(person_id: int, fault: str = "") -> str:
    with reading() as connection:
        person = find_person(connection, person_id, now=the_relay().clock.now())
    if person is None:
        abort(404)
    return render_template(
        "desk/erase.html", person=person, errors={"erase": fault} if fault else {}
    )
