"""Templates in a language of the interface, for what is made without a web server."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from relay.adapters.catalogs import load_catalog
from relay.domain.language import LANGUAGES

TEMPLATES = Path(__file__).parents[1] / "templates"


@cache
def open_templates(lang: str) -> Environment:
    """Return the templates with the sentences of a language; HTML is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # the extension adds it
        load_catalog(LANGUAGES[lang].locale), newstyle=True
    )
    return environment
