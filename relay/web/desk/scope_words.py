"""A moderator's scope as organisers type it: names or codes, with commas between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from babel import Locale
from flask_babel import gettext as _

from relay.domain.text import clean_text
from relay.web.i18n import babel_locale
from relay.web.words import country_name, language_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from relay.domain.scope import Scope

MOST_NAMES = 60
ACTIVITY_MAX = 64  # as long as an entry can name one
TYPED_MAX = 4_000
# What stands between names on any keyboard.
_COMMAS = str.maketrans(dict.fromkeys("，、;；\n", ","))


@dataclass(frozen=True)
class TypedScope:
    """What was typed for each part, what it means, and what is wrong with it."""

    countries: str = ""
    languages: str = ""
    activities: str = ""
    scope: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_typed_scope(form: Mapping[str, str]) -> TypedScope:
    """Return what a form says of a scope; empty parts are no limit."""
    typed = {
        name: form.get(name, "")[:TYPED_MAX]
        for name in ("countries", "languages", "activities")
    }
    found: dict[str, list[str]] = {
        "countries": [],
        "languages": [],
        "activities": [each[:ACTIVITY_MAX] for each in _split(typed["activities"])],
    }
    errors: dict[str, str] = {}
    for name, codes in (("countries", _countries), ("languages", _languages)):
        known = codes() if typed[name].strip() else {}
        for each in _split(typed[name]):
            code = known.get(each.casefold())
            if code is None:
                errors[name] = _say_unknown(name, each)
            elif code not in found[name]:
                found[name].append(code)
    scope = {name: sorted(values) for name, values in found.items() if values}
    return TypedScope(**typed, scope=scope, errors=errors)


def type_scope(scope: Scope) -> TypedScope:
    """Return a scope as somebody who reads this language would type it."""
    kept = {
        "countries": sorted(scope.countries),
        "languages": sorted(scope.languages),
        "activities": sorted(scope.activities),
    }
    return TypedScope(
        countries=_join(kept["countries"], country_name),
        languages=_join(kept["languages"], language_name),
        activities=", ".join(kept["activities"]),
        scope={name: values for name, values in kept.items() if values},
    )


def _join(codes: Iterable[str], name: Callable[[str], str]) -> str:
    return ", ".join(name(each) for each in codes)


def _split(typed: str) -> list[str]:
    parts = [clean_text(each) for each in typed.translate(_COMMAS).split(",")]
    return [each for each in parts if each][:MOST_NAMES]


def _countries() -> dict[str, str]:
    """Return the code of each country or region, by its names here and in English."""
    # Those of two letters are ISO 3166's; the others are parts of the world.
    known = {
        name: code
        for name, code in _named("territories").items()
        if len(code) == 2  # noqa: PLR2004 - see above
    }
    return known | {country_name(code).casefold(): code for code in known.values()}


def _languages() -> dict[str, str]:
    """Return the tag of each language, by its names here and in English."""
    known = _named("languages").items()
    return {name: tag for name, tag in known if "_" not in tag}


def _named(table: str) -> dict[str, str]:
    """Return the codes of one of CLDR's tables, by their names and by themselves."""
    found: dict[str, str] = {}
    for locale in (Locale("en"), Locale.parse(babel_locale())):
        names: Mapping[str, str] = getattr(locale, table)
        for code, name in names.items():
            found[name.casefold()] = found[code.casefold()] = code
    return found


def _say_unknown(name: str, typed: str) -> str:
    if name == "countries":
        return str(_("We know no country or region called “%(name)s”.", name=typed))
    return str(_("We know no language called “%(name)s”.", name=typed))
