"""What an entry must hold before it may be sent in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from relay.domain.errors import FieldError, Invalid
from relay.domain.mail import read_address
from relay.domain.text import clean_lines, clean_text, is_visible

# Lengths in characters, after cleaning.
TITLE_MAX = 200
ALT_MAX = 1_000
DESCRIPTION_MAX = 5_000
NAME_MAX = 120
EMAIL_MAX = 254
LINK_MAX = 2_000

CONSENT_VERSION = "2026-11"


class Kind(StrEnum):
    """Who takes part."""

    INDIVIDUAL = "individual"
    INSTITUTION = "institution"
    ORGANISATION = "organisation"
    CITY = "city"


class AltBy(StrEnum):
    """Who put the picture into words."""

    MAKER = "maker"
    POST = "post"
    VOLUNTEER = "volunteer"


class ParentKnown(StrEnum):
    """How we know who passed the baton on (`relay-metrics`)."""

    DECLARED = "declared"
    CLAIMED = "claimed"
    INFERRED = "inferred"
    NONE = "none"


@dataclass(frozen=True)
class EntryWords:
    """All that a participant tells us of one artwork, as typed, then cleaned.

    `remind` asks for one mail if nobody takes the baton.
    """

    title: str = ""
    alt: str = ""
    alt_by: AltBy = AltBy.MAKER
    description: str = ""
    name: str = ""
    kind: Kind = Kind.INDIVIDUAL
    email: str = ""
    lang: str = ""
    consent: bool = False
    by_child: bool = False
    guardian_consent: bool = False
    activity: str = ""
    checkpoint: str = ""
    exhibit: str = ""
    remind: bool = False


def clean_words(words: EntryWords) -> EntryWords:
    """Return the same words with stray spaces and control characters removed."""
    return replace(
        words,
        title=clean_text(words.title),
        alt=clean_lines(words.alt),
        description=clean_lines(words.description),
        name=clean_text(words.name),
        email=words.email.strip(),
    )


def check_words(words: EntryWords) -> None:
    """Raise Invalid that names every field which cannot be sent in like this."""
    faults = list(_faults(words))
    if faults:
        raise Invalid(faults)


def _faults(words: EntryWords) -> list[FieldError]:
    faults = []
    if not is_visible(words.title):
        faults.append(FieldError("title", "missing"))
    if words.alt_by is AltBy.MAKER and not is_visible(words.alt):
        faults.append(FieldError("alt", "missing"))
    if not is_visible(words.name):
        faults.append(FieldError("name", "missing"))
    limits = {
        "title": TITLE_MAX,
        "alt": ALT_MAX,
        "description": DESCRIPTION_MAX,
        "name": NAME_MAX,
        "email": EMAIL_MAX,
    }
    faults += [
        FieldError(field, "too_long")
        for field, limit in limits.items()
        if len(getattr(words, field)) > limit
    ]
    if words.remind and not words.email:
        faults.append(FieldError("email", "missing"))
    if words.email and read_address(words.email) is None:
        faults.append(FieldError("email", "not_an_address"))
    if not words.consent:
        faults.append(FieldError("consent", "missing"))
    if words.by_child and not words.guardian_consent:
        faults.append(FieldError("guardian_consent", "missing"))
    return faults
