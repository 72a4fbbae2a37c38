"""How the relay's figures are written for the reader; an unknown one is a dash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date, format_skeleton
from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from relay.web.i18n import babel_locale
from relay.web.public import pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

HOURS = 24
MINUTES = 60
DAYS_FROM = 2  # fewer are told in hours
SMALL = 10  # below it numbers have a decimal
MONTH = "MMM"
ISOLATED = "\u2068{}\u2069"  # keeps its own direction, in a picture's text, too


def say_count(number: int | None) -> str:
    """Return a whole number."""
    return _unknown() if number is None else str(format_decimal(number))


def say_percent(share: float | None) -> str:
    """Return a share in per cent; a small one with a decimal, so that it is not 0."""
    if share is None:
        return _unknown()
    fine = 0 < share < 1 / SMALL
    return str(format_percent(share, "#,##0.#%" if fine else None))


def say_km(km: float | None) -> str:
    """Return a distance in whole kilometres."""
    if km is None:
        return _unknown()
    return str(_("%(number)s km", number=format_decimal(round(km))))


def say_ratio(number: float | None) -> str:
    """Return a number that need not be whole; a small one to two digits."""
    if number is None:
        return _unknown()
    return str(format_decimal(number, "#,##0.##" if number < SMALL else "#,##0.#"))


def say_time(days: float | None) -> str:
    """Return a length of time in the unit that suits it."""
    if days is None:
        return _unknown()
    hours = days * HOURS
    if days >= DAYS_FROM:
        number = round(days, 1) if days < SMALL else round(days)
        return _in_unit(
            number, lambda n, s: ngettext("%(s)s day", "%(s)s days", n, s=s)
        )
    if round(hours) >= 1:
        return _in_unit(
            round(hours), lambda n, s: ngettext("%(s)s hour", "%(s)s hours", n, s=s)
        )
    return _in_unit(
        round(hours * MINUTES),
        lambda n, s: ngettext("%(s)s minute", "%(s)s minutes", n, s=s),
    )


def say_date(day: date, parts: str) -> str:
    """Return some parts of a date, such as "MMMd", in the reader's order."""
    if parts == MONTH:
        # The skeleton asks for names that stand alone. Babel 2.18 gives Chinese pages
        # those of whichever language asked first, such as Hebrew's.
        return ISOLATED.format(format_date(day, MONTH, locale=babel_locale()))
    return ISOLATED.format(format_skeleton(parts, day, locale=babel_locale()))


def _in_unit(number: float, say: Callable[[int, str], str]) -> str:
    """Return a number with its unit; 1.5 is many, as it is in most languages."""
    return str(say(1 if number == 1 else max(2, round(number)), format_decimal(number)))


def _unknown() -> Markup:
    return Markup('<span aria-hidden="true">–</span><span class="vh">{}</span>').format(
        _("not known")
    )


for _name, _say in (
    ("counted", say_count),
    ("in_percent", say_percent),
    ("in_km", say_km),
    ("in_ratio", say_ratio),
    ("in_time", say_time),
    ("on_date", say_date),
):
    pages.add_app_template_filter(_say, _name)
