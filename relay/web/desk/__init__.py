"""The moderators' pages: signing in, the queue, one entry, one decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint
from flask_babel import gettext as _
from flask_security import current_user

from relay.web.desk.accounts import prepare
from relay.web.desk.guard import may_open, refuse_others
from relay.web.words import (
    CHOICES,
    KNOWN_BY,
    MODERATIONS,
    fetch_reason,
    read_reasons,
    reason_name,
)

if TYPE_CHECKING:
    from flask import Response

pages = Blueprint("desk", __name__, url_prefix="/desk")
pages.before_request(refuse_others)
# APIFlask asks this of every room with a hook of its own, and describes the API only.
pages.enable_openapi = False  # type: ignore[attr-defined]

from relay.web.desk import (  # noqa: E402 - views register themselves
    account,
    bulk,
    confirm,
    decide,
    describe,
    entry,
    erase,
    hand_out,
    health,
    imports,
    keys,
    links,
    links_to_accounts,
    log,
    message,
    parents,
    passkeys,
    people,
    queue,
    reasons,
    reports,
    reveals,
    revisions,
    rooms,
    rules,
    samples,
    season_picture,
    seasons,
    second_factor,
    settings_room,
    sign_in,
)

__all__ = [
    "account",
    "bulk",
    "confirm",
    "decide",
    "describe",
    "entry",
    "erase",
    "hand_out",
    "health",
    "imports",
    "keys",
    "links",
    "links_to_accounts",
    "log",
    "message",
    "pages",
    "parents",
    "passkeys",
    "people",
    "prepare",
    "queue",
    "reasons",
    "reports",
    "reveals",
    "revisions",
    "rooms",
    "rules",
    "samples",
    "season_picture",
    "seasons",
    "second_factor",
    "settings_room",
    "sign_in",
]


@pages.after_request
def keep_private(response: Response) -> Response:
    """Keep the desk out of caches and referrers, and crawlers from listing it.

    A crawler is nobody who is signed in: it sees the ways in, and needs to be told.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    if not current_user.is_authenticated:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.context_processor
def show_words() -> dict[str, object]:
    """Let the templates name states, decisions, reasons and cities."""
    from relay.web.add import (  # noqa: PLC0415 - both rooms of pages share them
        city_name,
        word_languages,
    )

    return {
        "city_name": city_name,
        "choices": CHOICES,
        "states": MODERATIONS,
        "reason_options": reason_options,
        "fetch_reason": fetch_reason,
        "known_by": KNOWN_BY,
        "may_open": may_open,
        "word_languages": word_languages,
    }


def reason_options() -> list[tuple[str, object]]:
    """Return the reasons to choose from; none is chosen for anybody."""
    offered = [each.key for each in read_reasons().values() if each.active]
    return [("", _("Choose a reason")), *((key, reason_name(key)) for key in offered)]
