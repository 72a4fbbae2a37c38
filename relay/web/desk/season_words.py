"""A season in the organisers' words: its parts by name, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from relay.domain.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relay.domain.errors import FieldError

# The parts of a plan, in the order of the form.
PARTS: dict[str, object] = {
    "slug": _l("Address"),
    "number": _l("Number"),
    "time_zone": _l("Time zone"),
    "opens_at": _l("Opens"),
    "closes_at": _l("Closes"),
    "origin_city": _l("City of the symbol"),
    "hashtags": _l("Hashtags"),
    "titles": _l("Title"),
    "statements": _l("Statement"),
    "symbol_names": _l("Name of the symbol"),
    "symbol_stories": _l("Story of the symbol"),
    "rules": _l("Rules for taking part"),
    "symbol_kind": _l("Kind of symbol"),
    "symbol_files": _l("Picture of the symbol"),
    "symbol_alts": _l("What can be seen on the picture"),
    "partners": _l("Partners"),
}

SENTENCES: dict[tuple[str, str], object] = {
    ("slug", "missing"): _l("Give the season an address."),
    ("slug", "not_a_slug"): _l(
        "Write the address with small letters a to z, digits and single hyphens, at "
        "most 64 characters."
    ),
    ("slug", "reserved"): _l("The desk needs this address itself. Choose another."),
    ("slug", "taken"): _l("Another season has this address."),
    ("slug", "in_use"): _l(
        "This season has entries, so its address stays as it is: links and printed "
        "codes lead to it."
    ),
    ("number", "out_of_bounds"): _l("Give the number as a whole number from 1 up."),
    ("number", "taken"): _l("Another season has this number."),
    ("titles", "missing"): _l("Give the season a title, in one language at least."),
    ("symbol_alts", "missing"): _l(
        "Say what can be seen on the picture, in one language at least."
    ),
    ("city", "missing"): _l("Name the city that the symbol comes from."),
    ("city", "unknown"): _l("We do not know this city. Try the nearest larger one."),
    ("city", "which_one"): _l("Choose which city you mean."),
    ("time_zone", "unknown"): _l("Choose a time zone from the list."),
    ("opens", "not_a_time"): _l("Give the day and time at which the season opens."),
    ("closes", "not_a_time"): _l(
        "Give the day and time at which the season closes, or leave both empty."
    ),
    ("closes", "before_opening"): _l("The season must close after it opens."),
    ("", "skipped"): _l(
        "Clocks are put forward there and leap over this time. Choose one before or "
        "after."
    ),
    ("", "twice"): _l(
        "Clocks are put back there, so this time comes twice. Choose which you mean."
    ),
    ("hashtags", "too_many"): _l("Give at most 12 hashtags."),
    ("hashtags", "not_a_hashtag"): _l(
        "Write hashtags with letters, digits and underscores only, at most 50 "
        "characters each."
    ),
    ("partner", "missing"): _l("Give the partner’s name, or empty the link as well."),
    ("partner", "too_many"): _l("Give at most 40 partners."),
    ("partner", "not_a_link"): _l(
        "Give a whole web address that begins with https:// or http://."
    ),
    ("", "too_long"): _l("Make this text shorter."),
    ("", ""): _l("Check this answer."),
}


_FIELDS = (
    "slug",
    "number",
    "time_zone",
    "opens",
    "closes",
    "city",
    "hashtags",
    "titles",
    "statements",
    "symbol_names",
    "symbol_stories",
    "rules",
    "symbol_kind",
    "partner",
)


def say_faults(faults: Iterable[FieldError]) -> dict[str, object]:
    """Return `{field: sentence}`, in the order of the form."""
    said: dict[str, object] = {}
    for fault in sorted(faults, key=lambda each: _place(each.field)):
        about = fault.field.split("-", maxsplit=1)[0]
        sentence = SENTENCES.get(
            (about, fault.code), SENTENCES.get(("", fault.code), SENTENCES["", ""])
        )
        tag = fault.field.partition("-")[2]
        if tag in LANGUAGES:
            name = LANGUAGES[tag].name
            sentence = _("%(language)s: %(problem)s", language=name, problem=sentence)
        said[fault.field] = sentence
    return said


def _place(name: str) -> tuple[int, str]:
    about = name.split("-", maxsplit=1)[0]
    return (_FIELDS.index(about) if about in _FIELDS else len(_FIELDS), name)
