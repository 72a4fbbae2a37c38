"""People of the desk: organisers invite them, say what they do, and let them go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.errors import Invalid
from relay.domain.language import LANGUAGES
from relay.models.moderator import LinkPurpose, Role
from relay.queries.people import Person, find_person, list_people
from relay.services.account_links import (
    MadeLink,
    NewPerson,
    invite_person,
    link_token,
    send_link,
)
from relay.services.people import Duties, LastOrganiserError, change_duties, set_active
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.confirm import fresh
from relay.web.desk.guard import ORGANISERS, may
from relay.web.desk.scope_words import TypedScope, read_typed_scope, type_scope
from relay.web.i18n import current_language
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROLES: dict[Role, object] = {
    Role.ORGANISER: _l("Organiser"),
    Role.MODERATOR: _l("Moderator"),
    Role.DESCRIBER: _l("Describer"),
    Role.VIEWER: _l("Viewer"),
}
# What a role may do, beside its name.
ROLE_HINTS: dict[Role, object] = {
    Role.ORGANISER: _l("Everything, also seasons, people and settings."),
    Role.MODERATOR: _l("Decides on entries, all or only some of them."),
    Role.DESCRIBER: _l("Writes alt texts for artworks that have none."),
    Role.VIEWER: _l("Looks at everything and changes nothing."),
}
# A link is shown on the page after the one that made it, and never again.
SHOWN_LINK = "shown_link"
MAILED_WORDS = {
    LinkPurpose.INVITE: _l("Invitation"),
    LinkPurpose.RESET: _l("Link for a new password"),
}


@pages.get("/people")
@may(*ORGANISERS)
def people() -> str:
    """List everybody, with the form that invites one more."""
    return _list_page(NewPerson(""), TypedScope())


@pages.post("/people")
@may(*ORGANISERS)
@fresh
@limited("token")
def invite_to_desk() -> ResponseReturnValue:
    """Invite somebody; the next page shows the link once."""
    relay, form = the_relay(), request.form
    typed = read_typed_scope(form)
    lang, role = form.get("lang", ""), form.get("role", "")
    person = NewPerson(
        email=form.get("email", "")[:320],
        name=form.get("name", "")[:320],
        role=Role(role) if role in set(Role) else Role.MODERATOR,
        scope=typed.scope,
        lang=lang if lang in LANGUAGES else current_language().tag,
    )
    errors = dict(typed.errors)
    if role not in set(Role):
        errors["role"] = _("Choose what this person does.")
    if not errors:
        try:
            made = invite_person(
                relay.engine,
                person,
                moderator_id=current_user.id,
                address=request.remote_addr or "",
                clock=relay.clock,
                dice=relay.dice,
            )
        except Invalid as error:
            errors["email"] = _say_address(error)
        else:
            return _show_link(made)
    return _list_page(person, typed, errors), 422


@pages.get("/people/<int:person>")
@may(*ORGANISERS)
def one_person(person: int) -> str:
    """Show one person, and what can be changed."""
    found = _require_person(person)
    return _page(found, found.role, type_scope(found.scope))


@pages.post("/people/<int:person>")
@may(*ORGANISERS)
@fresh
def change_person(person: int) -> ResponseReturnValue:
    """Give a person another role or scope."""
    relay, found = the_relay(), _require_person(person)
    typed, asked = read_typed_scope(request.form), request.form.get("role", "")
    role = Role(asked) if asked in set(Role) else found.role
    if typed.errors:
        return _page(found, role, typed, typed.errors), 422
    try:
        change_duties(
            relay.engine,
            person,
            Duties(role, typed.scope),
            moderator_id=current_user.id,
            address=request.remote_addr or "",
            clock=relay.clock,
        )
    except LastOrganiserError:
        return _page(found, role, typed, {"role": _say_last()}), 409
    flash(_("What this person does is kept."))
    return redirect(url_for("desk.one_person", person=person), code=303)


@pages.post("/people/<int:person>/<any(deactivate, activate):act>")
@may(*ORGANISERS)
@fresh
def let_person(person: int, act: str) -> ResponseReturnValue:
    """Shut the desk to a person, or let them in again."""
    relay, found = the_relay(), _require_person(person)
    try:
        set_active(
            relay.engine,
            person,
            active=act == "activate",
            moderator_id=current_user.id,
            address=request.remote_addr or "",
            clock=relay.clock,
        )
    except LastOrganiserError:
        errors = {"deactivate": _say_last()}
        return _page(found, found.role, type_scope(found.scope), errors), 409
    if act == "activate":
        flash(_("This person can come in again."))
    else:
        flash(_("The desk is shut to this person. All their browsers are signed out."))
    return redirect(url_for("desk.one_person", person=person), code=303)


@pages.post("/people/<int:person>/link")
@may(*ORGANISERS)
@fresh
@limited("token")
def make_link(person: int) -> ResponseReturnValue:
    """Make a new link for a person; older ones stop working."""
    relay = the_relay()
    made = send_link(
        relay.engine,
        person,
        moderator_id=current_user.id,
        address=request.remote_addr or "",
        clock=relay.clock,
        dice=relay.dice,
    )
    return _show_link(made)


def _show_link(made: MadeLink) -> ResponseReturnValue:
    session[SHOWN_LINK] = [made.id, made.moderator_id, made.purpose.value]
    return redirect(url_for("desk.one_person", person=made.moderator_id), code=303)


def _take_link(person: Person) -> dict[str, object] | None:
    """Return the link that was just made for a person, this once."""
    if SHOWN_LINK not in session:
        return None
    link_id, person_id, kind = session.pop(SHOWN_LINK)
    if person_id != person.id or person.link_until is None:
        return None
    relay, purpose = the_relay(), LinkPurpose(kind)
    token = link_token(relay.dice, link_id, purpose)
    where = "desk.invite" if purpose is LinkPurpose.INVITE else "desk.reset"
    return {
        "url": relay.settings.base_url + url_for(where, token=token),
        "name": MAILED_WORDS[purpose],
        "until": person.link_until,
        "is_mailed": relay.mailer is not None,
    }


def _require_person(person_id: int) -> Person:
    with reading() as connection:
        found = find_person(connection, person_id, now=the_relay().clock.now())
    if found is None:
        abort(404)
    return found


def _list_page(
    wanted: NewPerson, typed: TypedScope, errors: dict[str, str] | None = None
) -> str:
    now = the_relay().clock.now()
    with reading() as connection:
        found = list_people(connection, now=now)
    return render_template(
        "desk/people.html",
        people=found,
        wanted=wanted,
        lang=wanted.lang or current_language().tag,
        typed=typed,
        role_names=ROLES,
        roles=_role_options(),
        languages=[(each.tag, each.name) for each in LANGUAGES.values()],
        errors=errors or {},
        now=now,
    )


def _page(
    person: Person,
    role: Role,
    typed: TypedScope,
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        "desk/person.html",
        person=person,
        chosen=role,
        typed=typed,
        role_names=ROLES,
        roles=_role_options(),
        link=_take_link(person),
        errors=errors or {},
        now=the_relay().clock.now(),
    )


def _role_options() -> list[tuple[str, object, object]]:
    return [(each.value, ROLES[each], ROLE_HINTS[each]) for each in Role]


def _say_address(error: Invalid) -> str:
    if any(each.code == "taken" for each in error.fields):
        return str(_("There is an account with this address already."))
    return str(_("Check the e-mail address, like name@example.org."))


def _say_last() -> str:
    return str(_("This is the last organiser. Name another one first."))
