"""Writes mails with Jinja, as plain text and as HTML, in every language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

from relay.adapters.templates import open_templates
from relay.domain.language import FALLBACK, LANGUAGES

if TYPE_CHECKING:
    from relay.ports import Letter


@dataclass(frozen=True)
class WrittenMail:
    """The words of a mail."""

    subject: str
    text: str
    html: str


class JinjaMailWriter:
    """Fulfils the MailWriter port."""

    def write(self, letter: Letter) -> WrittenMail:
        """Return the words of a letter, in the language that it asks for.

        Its templates are `mail/NAME_subject.txt`, `mail/NAME.txt`, `mail/NAME.html`;
        they see it as `mail`.
        """
        language = LANGUAGES[letter.lang]
        # English dates are written as most of the world does, as on our pages.
        locale = "en_GB" if letter.lang == FALLBACK else language.locale
        words = {
            "mail": letter,
            "language": language,
            "show_day": partial(format_date, format="long", locale=locale),
            "show_number": partial(format_decimal, locale=language.locale),
        }
        environment = open_templates(letter.lang)
        subject, text, html = (
            environment.get_template(f"mail/{letter.template}{kind}")
            .render(words)
            .strip()
            for kind in ("_subject.txt", ".txt", ".html")
        )
        return WrittenMail(" ".join(subject.split()), f"{text}\n", f"{html}\n")
