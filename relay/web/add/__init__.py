"""The participant's pages: add, check and tell, receipt, follow, and the baton."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from relay.domain.baton import show_code
from relay.domain.language import LANGUAGES
from relay.web.context import the_relay
from relay.web.i18n import PREFIX, current_language
from relay.web.words import fetch_reason, language_name

if TYPE_CHECKING:
    from flask import Response

# Languages that participants write in beside those of the interface.
MORE_LANGUAGES = (
    *("ar", "bn", "de", "el", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "ms"),
    *("nl", "pl", "pt", "ru", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh-Hant"),
)

pages = Blueprint("add", __name__, url_prefix=PREFIX)
batons = Blueprint("baton", __name__)

from relay.web.add import (  # noqa: E402 - views register themselves
    appeal,
    baton,
    baton_card,
    baton_qr,
    check,
    done,
    mine,
    no_mail,
    own_batons,
    repair,
    start,
)

__all__ = [
    "appeal",
    "baton",
    "baton_card",
    "baton_qr",
    "batons",
    "check",
    "done",
    "mine",
    "no_mail",
    "own_batons",
    "pages",
    "repair",
    "start",
]


@pages.after_request
def keep_private(response: Response) -> Response:
    """Keep private links out of caches, referrers and search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@batons.after_request
def keep_close(response: Response) -> Response:
    """Keep batons out of search engines, and what was counted out of caches."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.app_template_filter("code")
def show_baton(code: str) -> str:
    """Write a baton's code in groups."""
    return show_code(code)


@pages.context_processor
@batons.context_processor
def show_words() -> dict[str, object]:
    """Let the templates name cities, languages and what went wrong."""
    return {
        "city_name": city_name,
        "fetch_reason": fetch_reason,
        "word_languages": word_languages,
        "can_mail": the_relay().mailer is not None,
    }


def city_name(city_id: int) -> str:
    """Return a city's name in the reader's language."""
    return the_relay().gazetteer.name(city_id, current_language().tag)


def word_languages(*also: str) -> list[tuple[str, str]]:
    """Return the languages that words may be in, the reader's own first.

    `also` are tags that words are in by now, whatever they are; an unknown one is "".
    """
    here, known = current_language().tag, {*LANGUAGES, *MORE_LANGUAGES, *also} - {""}
    tags = sorted(known, key=lambda tag: (tag != here, tag))
    return [(tag, language_name(tag)) for tag in tags]
