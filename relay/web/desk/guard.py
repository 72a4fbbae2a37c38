"""Who may open which page of the desk: a page that names nobody is shut to all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from flask import abort, current_app, redirect, request, session, url_for
from flask_security import current_user

from relay.models.moderator import Role
from relay.web.context import the_relay
from relay.web.desk.accounts import PROVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

View = TypeVar("View", bound="Callable[..., object]")

ORGANISERS = (Role.ORGANISER,)
DECIDERS = (Role.ORGANISER, Role.MODERATOR)
# Those who write alt texts, and those who take them.
DESCRIBERS = (*DECIDERS, Role.DESCRIBER)
# Those who may look at entries that are not public; describers get their own pages.
LOOKERS = (*DECIDERS, Role.VIEWER)
EVERYONE = tuple(Role)

# What could take an account over is done by whoever proved lately that it is theirs.
FRESH = timedelta(minutes=15)

# The rooms in which the work of people lies; everybody may open the last one.
HOMES = ("desk.queue", "desk.describe", "desk.account")

_ROLES = "relay_roles"
_PROOF = "relay_wants_proof"
_WITHOUT = "relay_without_second_factor"
_ANYONE: frozenset[Role] = frozenset()


def may(*roles: Role) -> Callable[[View], View]:
    """Open a page of the desk to those who are signed in with one of these roles.

    Stands below the route's decorator:

        @pages.get("/people")
        @may(*ORGANISERS)
        def people() -> ResponseReturnValue:
    """
    if not roles:
        message = "Name the roles, or let a page be open_to_anyone."
        raise TypeError(message)
    return _mark(frozenset(roles))


def open_to_anyone(view: View) -> View:
    """Open a page of the desk to people who are not signed in, such as signing in."""
    return _mark(_ANYONE)(view)


def wants_proof(
    ask: Callable[[], ResponseReturnValue | None],
) -> Callable[[View], View]:
    """Ask for a proof before a page, unless one was given lately.

    `ask` answers instead of the page; None when the proof came along.
    """

    def mark(view: View) -> View:
        setattr(view, _PROOF, ask)
        return view

    return mark


def without_second_factor(view: View) -> View:
    """Open a page, too, to who must set up a second factor before all else."""
    setattr(view, _WITHOUT, True)
    return view


def roles_of(endpoint: str) -> frozenset[Role] | None:
    """Return who may open an endpoint; nobody in it is anyone, None is shut to all."""
    view = current_app.view_functions.get(endpoint)
    found: frozenset[Role] | None = getattr(view, _ROLES, None)
    return found


def may_open(endpoint: str) -> bool:
    """Tell whether whoever asks may open an endpoint, for links in templates."""
    roles = roles_of(endpoint)
    if roles is None:
        return False
    return roles == _ANYONE or (current_user.is_authenticated and _has_one_of(roles))


def home() -> str:
    """Return the room in which the work of whoever is signed in lies."""
    return url_for(next(each for each in HOMES if may_open(each)))


def refuse_others() -> ResponseReturnValue | None:
    """Answer instead of a page of the desk that whoever asks may not open."""
    roles = roles_of(request.endpoint or "")
    if roles is None:
        abort(404)
    if roles == _ANYONE:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if not _has_one_of(roles):
        # `/desk/` is the desk's door to everybody, and the queue to some of them.
        if request.endpoint == HOMES[0]:
            return redirect(home(), code=303)
        abort(403)
    view = current_app.view_functions[request.endpoint or ""]
    if current_user.lacks_second_factor and not hasattr(view, _WITHOUT):
        return redirect(url_for("desk.account"), code=303)
    ask: Callable[[], ResponseReturnValue | None] | None = getattr(view, _PROOF, None)
    return ask() if ask and not is_fresh() else None


def is_fresh() -> bool:
    """Tell whether whoever asks has lately proved who they are."""
    proved = session.get(PROVED, 0)
    return bool(the_relay().clock.now().timestamp() - proved < FRESH.total_seconds())


def _mark(roles: frozenset[Role]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _ROLES, roles)
        return view

    return mark


def _has_one_of(roles: frozenset[Role]) -> bool:
    return any(Role(each.name) in roles for each in current_user.roles)


def _ask_to_sign_in() -> ResponseReturnValue:
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("desk.sign_in", next=here), code=303)
