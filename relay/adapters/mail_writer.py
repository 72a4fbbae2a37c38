"""Writes mails with Jinja, as plain text and as HTML, in every language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from relay.adapters.catalogs import load_catalog
from relay.domain.language import FALLBACK, LANGUAGES

if TYPE_CHECKING:
    from relay.domain.mail import Reminder

TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class WrittenMail:
    """The words of a mail."""

    subject: str
    text: str
    html: str


class JinjaMailWriter:
    """Fulfils the MailWriter port."""

    def write_reminder(self, reminder: Reminder) -> WrittenMail:
        """Return the words of a reminder, in the language that it asks for."""
        language = LANGUAGES[reminder.lang]
        words = {
            "mail": reminder,
            "language": language,
            # English dates are written as most of the world does, as on our pages.
            "day": format_date(
                reminder.published_at,
                "long",
                locale="en_GB" if reminder.lang == FALLBACK else language.locale,
            ),
        }
        environment = _environment(reminder.lang)
        subject, text, html = (
            environment.get_template(f"mail/{name}").render(words).strip()
            for name in ("reminder_subject.txt", "reminder.txt", "reminder.html")
        )
        return WrittenMail(" ".join(subject.split()), f"{text}\n", f"{html}\n")


@cache
def _environment(lang: str) -> Environment:
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
