"""What a season will look like: its page in each language, before it is saved."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, render_template
from flask_babel import force_locale

from relay.domain.language import LANGUAGES
from relay.web.i18n import babel_locale, current_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.domain.language import Language
    from relay.domain.season_plan import SeasonPlan
    from relay.queries.season import SymbolPicture


@dataclass(frozen=True)
class Preview:
    """The season's part of its page, as readers of one language will see it."""

    language: Language
    html: str


def draw_previews(plan: SeasonPlan, picture: SymbolPicture | None) -> list[Preview]:
    """Return the season's page in each language of the interface."""
    return [
        Preview(language, _draw(language, plan, picture))
        for language in LANGUAGES.values()
    ]


def _draw(language: Language, plan: SeasonPlan, picture: SymbolPicture | None) -> str:
    with _speaking(language):
        return render_template(
            "desk/season_preview_page.html", plan=plan, picture=picture
        )


@contextmanager
def _speaking(language: Language) -> Iterator[None]:
    """Let a part of a page speak another language than the page around it."""
    before = current_language().tag
    g.lang = language.tag
    try:
        with force_locale(babel_locale()):
            yield
    finally:
        g.lang = before
