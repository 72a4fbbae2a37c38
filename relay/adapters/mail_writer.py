"""Writes mails with Jinja, as plain text and as HTML, in every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date

from relay.adapters.templates import open_templates
from relay.domain.language import FALLBACK, LANGUAGES

if TYPE_CHECKING:
    from relay.domain.mail import Reminder


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
        environment = open_templates(reminder.lang)
        subject, text, html = (
            environment.get_template(f"mail/{name}").render(words).strip()
            for name in ("reminder_subject.txt", "reminder.txt", "reminder.html")
        )
        return WrittenMail(" ".join(subject.split()), f"{text}\n", f"{html}\n")
