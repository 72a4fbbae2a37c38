"""Languages: the path's prefix, the redirect at /, and the words of each catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_babel import Babel, Domain, format_date
from werkzeug.routing import BaseConverter, BuildError

from relay.adapters.catalogs import load_catalog
from relay.domain.language import FALLBACK, LANGUAGES, Language, choose_language
from relay.queries.season import Words, say
from relay.web.context import find_season, the_relay

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from babel.support import NullTranslations, Translations
    from flask import Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

PREFIX = "/<language:lang>"
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600

pages = Blueprint("i18n", __name__)


@dataclass(frozen=True)
class Alternate:
    """This same page in one language."""

    language: Language
    url: str
    current: bool


class LanguageConverter(BaseConverter):
    """The first segment of a path: one of our languages and nothing else."""

    regex = "|".join(LANGUAGES)
    part_isolating = True


class Catalogs(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel's sentences, read by our own loader."""

    def get_translations(self) -> Translations | NullTranslations:
        """Return the sentences of the request's locale."""
        return load_catalog(babel_locale() if has_request_context() else FALLBACK)


def prepare(app: Flask) -> None:
    """Teach an application its languages."""
    app.url_map.converters["language"] = LanguageConverter
    babel = Babel(app, locale_selector=babel_locale, timezone_selector=_time_zone)
    babel.domain_instance = catalogs = Catalogs()
    # Asked for every sentence of a page, so not by Flask-Babel's longer way.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's i18n adds it
        lambda text: catalogs.get_translations().ugettext(text),
        lambda one, many, n: catalogs.get_translations().ungettext(one, many, n),
        newstyle=True,
    )

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            g.lang = values.pop("lang")

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language().tag

    @app.context_processor
    def show_language() -> dict[str, Any]:
        return {
            "language": current_language(),
            "alternates": alternates,
            "in_words": in_words,
            "day_in": day_in,
        }

    @app.after_request
    def vary(response: Response) -> Response:
        if g.get("negotiated"):
            response.vary.update(("Accept-Language", "Cookie"))
        return response


@pages.get("/")
def start() -> AnyResponse:
    """Send the reader to the wall in their own language."""
    return redirect(url_for("public.wall"))


@pages.post("/language")
def remember() -> AnyResponse:
    """Keep a chosen language, and go back to the page it was chosen on."""
    tag = request.form.get("to", "")
    if tag not in LANGUAGES:
        abort(400)
    page = request.form.get("page", "")
    answer = redirect(own_page(page) or url_for("public.wall", lang=tag), code=303)
    answer.set_cookie(
        COOKIE,
        tag,
        max_age=COOKIE_SECONDS,
        samesite="Lax",
        secure=the_relay().settings.is_https,
    )
    return answer


def current_language() -> Language:
    """Return the language of this request: its path's, or the reader's own."""
    # Asked hundreds of times a page, so `g` is asked once.
    tag: str | None = g.get("lang")
    if tag is None:
        tag = g.lang = _choose_language()
    return LANGUAGES[tag]


def _choose_language() -> str:
    first = request.path.split("/", 2)[1]
    if first in LANGUAGES:
        return first
    g.negotiated = True
    accepted = [tag for tag, _ in request.accept_languages]
    return choose_language(request.cookies.get(COOKIE), accepted)


def alternates() -> list[Alternate]:
    """Return this page in every language; none where the path has no language."""
    endpoint = request.endpoint or ""
    values = dict(request.view_args or {})
    if not endpoint or not current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        return []
    # The reader's query is put behind the path by hand: among its names may be some,
    # like `_scheme`, that would tell `url_for` what to build.
    query = f"?{urlencode(list(request.args.items(multi=True)))}"
    behind = query if request.method == "GET" and request.args else ""
    here = current_language().tag
    try:
        path = url_for(endpoint, **values).removeprefix(f"/{here}")
    except BuildError:
        return []
    return [
        Alternate(each, f"/{each.tag}{path}{behind}", each.tag == here)
        for each in LANGUAGES.values()
    ]


def in_words(words: Mapping[str, str]) -> Words:
    """Return a season's words in the reader's language."""
    return say(words, current_language().tag)


def day_in(at: datetime, time_zone: str) -> str:
    """Return the day on which something is by the clocks of a season's own place."""
    return str(format_date(at.astimezone(ZoneInfo(time_zone)).date(), "long"))


def babel_locale() -> str:
    """Return Babel's locale; English dates are written as most of the world does."""
    locale = current_language().locale
    return "en_GB" if locale == FALLBACK else locale


def _time_zone() -> str:
    """Return the season's time zone: dates are those of the place it belongs to."""
    season = find_season()
    return season.time_zone if season else "UTC"


def own_page(page: str) -> str | None:
    """Return a path of our own, never an address elsewhere nor a second header."""
    path = page.startswith("/") and not page.startswith(("//", "/\\"))
    return page if path and page.isprintable() and "\\" not in page else None
