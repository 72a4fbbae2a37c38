"""What the frame around every page shows: season, languages, reading settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for
from sqlalchemy.exc import SQLAlchemyError

from relay.domain.language import LANGUAGES
from relay.web.context import find_season, the_relay
from relay.web.i18n import Alternate, current_language

if TYPE_CHECKING:
    from flask import Flask

    from relay.queries.season import SeasonView

READING_COOKIE = "reading"
READING = ("large", "calm")  # classes of <html>; any of them, joined by a dot


def prepare(app: Flask) -> None:
    """Give the templates what the frame shows."""

    @app.context_processor
    def show_frame() -> dict[str, Any]:
        settings = the_relay().settings
        return {
            "season_or_none": season_or_none,
            "reading_classes": reading_classes,
            "all_languages": all_languages,
            "add_url": add_url,
            "base_url": settings.base_url,
            "demo": settings.demo,
        }


def season_or_none() -> SeasonView | None:
    """Return the current season; an error page must also do without the database."""
    try:
        return find_season()
    except SQLAlchemyError:
        return None


def reading_choices() -> frozenset[str]:
    """Return the reading settings that this reader has kept."""
    return read_choices(request.cookies.get(READING_COOKIE, ""))


def read_choices(cookie: str) -> frozenset[str]:
    """Return the reading settings that a cookie's value means."""
    return frozenset(cookie.split(".")).intersection(READING)


def reading_classes() -> str:
    """Return the reading settings as classes of the page."""
    return " ".join(sorted(reading_choices()))


def all_languages() -> list[Alternate]:
    """Return the languages for a page whose path has none: chosen on their own page."""
    here = current_language().tag
    page = request.path if request.method == "GET" else ""
    return [
        Alternate(
            each,
            url_for("public.languages", lang=each.tag, page=page or None),
            each.tag == here,
        )
        for each in LANGUAGES.values()
    ]


def add_url() -> str:
    """Return where an artwork is sent in."""
    return f"/{current_language().tag}/add"
