"""How often one address may ask, counted where all web servers see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from flask import current_app, g, make_response, request
from flask_limiter import Limiter
from limits import parse_many
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from relay.domain.secret import hash_token
from relay.queries.baton import find_baton
from relay.web.context import reading

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from relay.domain.errors import Invalid
    from relay.settings import Settings

Limit = Literal[
    "submit",
    "no_proof",
    "baton",
    "draft",
    "token",
    "code",
    "share",
    "sign_in",
    "api",
]
View = TypeVar("View", bound="Callable[..., object]")
# Draws the page of a view once more, with what was typed: it gets the arguments of
# the view, and the seconds until the limit is over.
Waiting = Callable[..., "ResponseReturnValue"]

_PREFIX = "relay"
_OF_BATONS = "relay.limits_of_batons"
_MARKS = "relay_limits"
_WAITING = "relay_waiting"


@dataclass(frozen=True)
class _Mark:
    """One limit of one view, and which of its requests count."""

    limit: Limit
    methods: tuple[str, ...]
    when: Callable[[], bool] | None


def limited(
    limit: Limit,
    *,
    methods: tuple[str, ...] = (),
    when: Callable[[], bool] | None = None,
) -> Callable[[View], View]:
    """Mark a view as limited by the setting `limit_…`; no methods means all.

    `when` tells whether a request counts. Stands below the route's decorator, and
    may stand there more than once.
    """

    def mark(view: View) -> View:
        marks: tuple[_Mark, ...] = getattr(view, _MARKS, ())
        setattr(view, _MARKS, (*marks, _Mark(limit, methods, when)))
        return view

    return mark


def keeps_input(waiting: Waiting) -> Callable[[View], View]:
    """Mark a view whose form is shown again, filled in, when its limit is reached."""

    def mark(view: View) -> View:
        setattr(view, _WAITING, waiting)
        return view

    return mark


def draw_waiting(seconds: int) -> Response | None:
    """Return the filled-in form of the limited view that was asked; None without one.

    None also for what cannot be read, such as a body that is too large.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    waiting: Waiting | None = getattr(view, _WAITING, None)
    if waiting is None:
        return None
    try:
        answer = make_response(waiting(**(request.view_args or {}), seconds=seconds))
    except HTTPException:
        return None
    if answer.status_code == HTTPStatus.OK:
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
    return answer


def is_reached(limit: Limit) -> bool:
    """Tell whether a request is refused for this limit, perhaps for others too."""
    limiter: Limiter = next(iter(current_app.extensions["limiter"]))
    # What a limit is counted under ends with its scope: its own name.
    return any(
        each.breached and each.request_args[-1] == limit
        for each in limiter.current_limits
    )


def makes_work() -> bool:
    """Tell whether a form asks the workers for something: a picture, another look."""
    picture = request.files.get("picture")
    return "again" in request.form or bool(picture and picture.filename)


def limit_views(app: Flask, settings: Settings) -> None:
    """Limit every marked view of an application whose blueprints are registered.

    Counts lie in the queue server, and in memory for as long as it is away.
    """
    limiter = Limiter(
        who_asks,
        app=app,
        storage_uri=_storage(settings.redis),
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
        in_memory_fallback_enabled=True,
        key_prefix=_PREFIX,
        # A guess that one limit refuses counts for the others all the same.
        fail_on_first_breach=False,
    )
    app.extensions[_OF_BATONS] = parse_many(settings.limit_baton)
    for endpoint, view in app.view_functions.items():
        marks: tuple[_Mark, ...] = getattr(view, _MARKS, ())
        for mark in marks:
            limit_view = limiter.shared_limit(
                getattr(settings, f"limit_{mark.limit}"),
                scope=mark.limit,
                methods=list(mark.methods) or None,
                key_func=_KEYS.get(mark.limit),
                deduct_when=_DEDUCT.get(mark.limit),
                exempt_when=_unless(mark.when),
            )
            views: dict[str, Any] = app.view_functions
            views[endpoint] = limit_view(views[endpoint])


def _unless(when: Callable[[], bool] | None) -> Callable[[], bool] | None:
    return (lambda: not when()) if when else None


def _is_sent(response: Response) -> bool:
    """Tell whether an entry came in: mistakes and smaller buttons are free."""
    return response.status_code in {HTTPStatus.CREATED, HTTPStatus.SEE_OTHER}


def note_miss() -> None:
    """Let this request count as one whose baton code has led nowhere."""
    g.missed = True


def note_misses(error: Invalid) -> None:
    """Let a refused entry count as a miss if it came with a code of no baton."""
    if any(each.field == "baton" for each in error.fields):
        note_miss()


def names_baton() -> bool:
    """Tell whether a form or an entry comes with a baton's code, right or wrong."""
    return bool(_given_code())


def loses_baton() -> bool:
    """Tell whether it comes with a code that leads to no baton which can be taken."""
    code = _given_code()
    if not code:
        return False
    try:
        with reading() as connection:
            return find_baton(connection, code) is None
    except SQLAlchemyError:
        # The limiter would take it for the counts' own fault; the view will fail, too.
        return False


def counts_for_baton() -> bool:
    """Tell whether a sending counts for the baton that it comes with.

    That must be one that can be taken, and must have room: who uses a baton up keeps
    nobody from passing it on. A guess is a miss, also where an address must wait.
    """
    if "for_baton" not in g:
        g.for_baton = _find_room()
    return g.for_baton is not None


def counts_for_address() -> bool:
    """Tell whether a sending counts for the address that it comes from."""
    return not counts_for_baton()


def _find_room() -> str | None:
    """Return the name under which a baton is counted, while it has room."""
    code = _given_code()
    if not code:
        return None
    try:
        with reading() as connection:
            baton = find_baton(connection, code)
    except SQLAlchemyError:
        return None  # as above
    if baton is None:
        note_miss()
        return None
    name = hash_token(baton.code)
    limiter: Limiter = next(iter(current_app.extensions["limiter"]))
    has_room = all(
        limiter.limiter.test(limit, _PREFIX, name, "baton")
        for limit in current_app.extensions[_OF_BATONS]
    )
    return name if has_room else None


def _name_of_baton() -> str:
    return str(g.get("for_baton"))


def _given_code() -> str:
    """Return the code that is looked up; none when another way was chosen."""
    sent = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(sent, Mapping) or sent.get("passed") not in (None, "", "baton"):
        return ""
    code = sent.get("baton")
    return code.strip() if isinstance(code, str) else ""


def _has_missed(_response: Response) -> bool:
    return bool(g.get("missed"))


def note_drawing() -> None:
    """Let this request count as one for which a picture had to be drawn."""
    g.drawn = True


def _has_drawn(_response: Response) -> bool:
    return bool(g.get("drawn"))


# What counts, where it is not every request; it is looked at once it is answered.
_DEDUCT: dict[Limit, Callable[[Any], bool]] = {
    "submit": _is_sent,
    "no_proof": _is_sent,
    "baton": _is_sent,
    "code": _has_missed,
    "share": _has_drawn,
}

# Whose each limit is, where it is not that of the asking address.
_KEYS: dict[Limit, Callable[[], str]] = {"baton": _name_of_baton}


def who_asks() -> str:
    """Return the asking address; of IPv6 the /64 that one household has."""
    address = ip_address(request.remote_addr or "127.0.0.1")
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return address.exploded[:19]
    return str(address)


def _storage(url: str) -> str:
    """Return the address in the words of the `limits` library."""
    return url.replace("unix://", "redis+unix://", 1)
