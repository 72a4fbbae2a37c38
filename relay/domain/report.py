"""What readers may say is wrong with an entry, and what they are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from relay.domain.errors import FieldError, Invalid
from relay.domain.mail import read_address
from relay.domain.text import clean_lines

# In characters, after cleaning. What is longer is cut: nobody who reports a problem is
# sent back to count letters.
WORDS_MAX = 1_000


class ReportReason(StrEnum):
    """What a reader can know; moderators' other reasons are their own.

    Values are stored: never rename one.
    """

    IN_PICTURE = "in_picture"
    HURTFUL = "hurtful"
    PERSONAL_DATA = "personal_data"
    CHILD_NAMED = "child_named"
    NOT_YOURS = "not_yours"
    ADVERTISING = "advertising"
    BROKEN_LINK = "broken_link"
    OTHER = "other"


# Somebody is on show who does not want to be: the desk looks at these first.
URGENT = frozenset({ReportReason.IN_PICTURE})


@dataclass(frozen=True)
class Complaint:
    """What a reader says. Who gives an `email` learns what came of it, in `lang`."""

    reason: ReportReason
    words: str = ""
    email: str = ""
    lang: str = ""


def check_complaint(complaint: Complaint) -> Complaint:
    """Return a complaint as it is kept; raises Invalid (`email`: not_an_address)."""
    typed = complaint.email.strip()
    address = read_address(typed) if typed else ""
    if address is None:
        raise Invalid([FieldError("email", "not_an_address")])
    words = clean_lines(complaint.words)[:WORDS_MAX]
    return Complaint(complaint.reason, words, address, complaint.lang)


@dataclass(frozen=True)
class OutcomeLetter:
    """What a reader is told by mail: that moderators acted, or kept the entry.

    Whose address it is was never proved, so it repeats nobody's words. `entry_url` is
    empty while the entry is not public. No other mail follows, so there is no
    `stop_url`.
    """

    template: ClassVar[str] = "report_outcome"

    lang: str
    outcome: str
    no: int
    entry_url: str
    stop_url: str = ""
