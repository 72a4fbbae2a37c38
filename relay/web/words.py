"""The names of our enums in the reader's words; `_l` marks them for translation."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_datetime_format,
)
from babel.numbers import format_decimal as babel_decimal
from flask import g
from flask_babel import format_timedelta, get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from relay.adapters.card_printer import tone_class
from relay.domain.entry import AltBy, Kind, ParentKnown
from relay.domain.errors import FetchReason, PictureReason
from relay.domain.language import LANGUAGES
from relay.domain.moderation import Actor, Choice, Moderation, Reason
from relay.domain.platforms import require_platform
from relay.domain.preview import PreviewState
from relay.domain.reasons import ReasonItem
from relay.domain.report import ReportReason
from relay.domain.season import SymbolKind
from relay.queries.reasons import find_reasons
from relay.web.context import reading, the_relay
from relay.web.i18n import babel_locale, current_language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo
    from typing import Literal

    from flask import Flask

DAY = timedelta(days=1)

# CLDR's short forms (alt="short"), which Babel does not carry, of the names that are
# too long to stand beside a city.
SHORT_NAMES: dict[str, dict[str, str]] = {
    "en": {"HK": "Hong Kong", "MO": "Macao"},
    "he": {"HK": "הונג קונג", "MO": "מקאו"},
    "zh-Hans": {"HK": "香港", "MO": "澳门"},
}

KINDS: dict[Kind, object] = {
    Kind.INDIVIDUAL: _l("Person"),
    Kind.INSTITUTION: _l("Institution"),
    Kind.ORGANISATION: _l("Organisation"),
    Kind.CITY: _l("City"),
}

MODERATIONS: dict[Moderation, object] = {
    Moderation.DRAFT: _l("Draft"),
    Moderation.PENDING: _l("Waiting for a moderator"),
    Moderation.APPROVED: _l("Published"),
    Moderation.CHANGES_ASKED: _l("Changes asked for"),
    Moderation.REJECTED: _l("Not accepted"),
    Moderation.TAKEN_DOWN: _l("Taken down"),
    Moderation.WITHDRAWN: _l("Withdrawn"),
}

CHOICES: dict[Choice, object] = {
    Choice.APPROVE: _l("Approve"),
    Choice.REJECT: _l("Do not accept"),
    Choice.ASK_CHANGES: _l("Ask for changes"),
    Choice.TAKE_DOWN: _l("Take down"),
    Choice.RESTORE: _l("Restore"),
    Choice.MERGE: _l("Merge with another entry"),
    Choice.EDIT: _l("Edit"),
    Choice.BLUR: _l("Veil the picture"),
    Choice.UNBLUR: _l("Lift the veil"),
    Choice.STASH: _l("Put aside for a second opinion"),
    Choice.ASSIGN: _l("Put aside for one moderator"),
    Choice.UNDO: _l("Take back"),
    Choice.APPEAL: _l("Appeal"),
}

# Who decided, where it was nobody of the desk.
ACTORS: dict[Actor, object] = {
    Actor.MODERATOR: _l("Somebody of the desk"),
    Actor.MAKER: _l("The maker"),
    Actor.RULE: _l("A rule"),
    Actor.REPORTS: _l("Reports of readers"),
    Actor.CLOCK: _l("The clock"),
}

REASONS: dict[Reason, object] = {
    Reason.OFF_THEME: _l("It does not fit the theme"),
    Reason.NOT_ART: _l("It is not an artwork"),
    Reason.NOT_YOURS: _l("It was made by somebody else"),
    Reason.PERSONAL_DATA: _l("It shows personal data"),
    Reason.CHILD_NAMED: _l("A child can be recognised"),
    Reason.HURTFUL: _l("It hurts people"),
    Reason.ADVERTISING: _l("It is advertising"),
    Reason.BROKEN_LINK: _l("The link does not work"),
    Reason.DUPLICATE: _l("It is here already"),
    Reason.UNCLEAR: _l("The words are not clear"),
    Reason.ASKED_BY_MAKER: _l("The maker asked for it"),
    Reason.OTHER: _l("Something else"),
}

# What a reader says is wrong; the words are those of moderators where they mean the
# same.
REPORT_REASONS: dict[ReportReason, object] = {
    ReportReason.IN_PICTURE: _l("I am in this picture"),
    ReportReason.HURTFUL: _l("It hurts people"),
    ReportReason.PERSONAL_DATA: _l("It shows personal data"),
    ReportReason.CHILD_NAMED: _l("A child can be recognised"),
    ReportReason.NOT_YOURS: _l("It was made by somebody else"),
    ReportReason.ADVERTISING: _l("It is advertising"),
    ReportReason.BROKEN_LINK: _l("The link does not work"),
    ReportReason.OTHER: _l("Something else"),
}

# How moderators read of whom an entry came from.
KNOWN_BY: dict[ParentKnown, object] = {
    ParentKnown.DECLARED: _l("came with its baton"),
    ParentKnown.CLAIMED: _l("named, without a baton"),
    ParentKnown.INFERRED: _l("its baton was found in the post"),
    ParentKnown.NONE: _l("begins a relay"),
}

PREVIEWS: dict[PreviewState, object] = {
    PreviewState.QUEUED: _l("We will fetch your picture in a moment"),
    PreviewState.FETCHING: _l("We are fetching your picture"),
    PreviewState.READY: _l("We have your picture"),
    PreviewState.REFUSED: _l("The platform does not show us the picture"),
    PreviewState.FAILED: _l("We could not fetch the picture"),
    PreviewState.GONE: _l("The post is no longer there"),
}

# What moderators read: it is another person's picture.
DESK_PREVIEWS: dict[PreviewState, object] = {
    PreviewState.QUEUED: _l("Preview waiting to be fetched"),
    PreviewState.FETCHING: _l("Preview being fetched"),
    PreviewState.READY: _l("Preview fetched"),
    PreviewState.REFUSED: _l("Platform does not show the picture"),
    PreviewState.FAILED: _l("Preview could not be fetched"),
    PreviewState.GONE: _l("Post no longer there"),
}

ALT_STATES: dict[AltBy, object] = {
    AltBy.MAKER: _l("Alt text by the maker"),
    AltBy.POST: _l("Alt text from the post"),
    AltBy.VOLUNTEER: _l("Alt text by a volunteer"),
}

FETCH_REASONS: dict[FetchReason, object] = {
    FetchReason.BAD_URL: _l("This is not a web address that we can open."),
    FetchReason.BLOCKED_ADDRESS: _l("This address is not on the public internet."),
    FetchReason.DNS: _l("There is no website with this name."),
    FetchReason.UNREACHABLE: _l("The website does not answer."),
    FetchReason.TLS: _l("The website’s certificate is not valid."),
    FetchReason.TIMEOUT: _l("The website took too long to answer."),
    FetchReason.TOO_LARGE: _l("The page is too large for us."),
    FetchReason.BAD_RESPONSE: _l("The website’s answer could not be read."),
    FetchReason.BAD_REDIRECT: _l("The address leads in a circle or astray."),
    FetchReason.NOT_A_PAGE: _l("The address does not lead to a page."),
    FetchReason.LOGIN_WALL: _l("The platform shows this post only to its members."),
    FetchReason.FORBIDDEN: _l("The platform does not let us see this post."),
    FetchReason.GONE: _l("There is no post at this address any more."),
    FetchReason.RATE_LIMITED: _l("The platform asks us to wait."),
    FetchReason.SERVER_ERROR: _l("The website has a problem of its own."),
    FetchReason.NOT_ASKED: _l(
        "This platform does not answer programs, so we did not ask."
    ),
}

PICTURE_REASONS: dict[PictureReason, object] = {
    PictureReason.UNKNOWN_FORMAT: _l("We do not know this kind of picture."),
    PictureReason.TOO_LARGE: _l("The picture’s file is too large."),
    PictureReason.TOO_MANY_PIXELS: _l("The picture has too many pixels."),
    PictureReason.TOO_MUCH_MEMORY: _l(
        "The picture needs too much memory to open. Please send it smaller."
    ),
    PictureReason.BROKEN: _l("The picture’s file is damaged."),
    PictureReason.TOO_SLOW: _l("The picture took too long to read."),
    PictureReason.TOO_SMALL: _l("The picture is too small."),
}

SYMBOLS: dict[SymbolKind, object] = {
    SymbolKind.ANTIQUE: _l("An antique"),
    SymbolKind.ARTWORK: _l("An artwork"),
    SymbolKind.ACT_OF_LOVE: _l("An act of love"),
}


def prepare(app: Flask) -> None:
    """Let templates name enums, platforms, countries, languages and cities."""
    app.jinja_env.filters.update(
        kind=kind_name,
        platform=platform_name,
        moderation=lambda value: MODERATIONS[Moderation(value)],
        reason=reason_name,
        report_reason=lambda value: REPORT_REASONS[ReportReason(value)],
        preview=lambda value: PREVIEWS[PreviewState(value)],
        desk_preview=lambda value: DESK_PREVIEWS[PreviewState(value)],
        alt_state=lambda value: ALT_STATES[AltBy(value)],
        country=country_name,
        city=city_name,
        place=place_name,
        in_country=join_place,
        symbol=lambda value: SYMBOLS[SymbolKind(value)],
        tone=tone_class,
        big=big_number,
        numberformat=show_number,
        when=say_when,
        moment=say_moment,
        language_name=language_name,
    )


def fetch_reason(value: str | None) -> object:
    """Return why a preview or its picture failed, as a sentence, or an empty one."""
    if value in set(FetchReason):
        return FETCH_REASONS[FetchReason(value)]
    if value in set(PictureReason):
        return PICTURE_REASONS[PictureReason(value)]
    return ""


def reason_name(key: str) -> object:
    """Return a reason in the reader's language: organisers' own words come first."""
    said = read_reasons().get(key, ReasonItem(key)).text(current_language().tag)
    return said or REASONS[Reason(key)]


def read_reasons() -> Mapping[str, ReasonItem]:
    """Return all reasons by key, in their order; read once in a request."""
    if "reasons" not in g:
        with reading() as connection:
            g.reasons = {each.key: each for each in find_reasons(connection)}
    found: Mapping[str, ReasonItem] = g.reasons
    return found


def kind_name(value: str) -> object:
    """Return what kind of maker somebody is, in the reader's language."""
    return KINDS[Kind(value)]


def platform_name(value: str) -> str:
    """Return the platform's name as its users know it."""
    return require_platform(value).name(current_language().tag)


def country_name(code: str, lang: str | None = None) -> str:
    """Return a country's or region's name, in the reader's language or another.

    The operator's own name for it comes first, then CLDR's; where that one is very
    long, CLDR's short one.
    """
    language = LANGUAGES[lang] if lang else current_language()
    own = the_relay().settings.place_names.get(language.tag, {})
    known: Mapping[str, str] = _parsed(language.locale).territories
    short = SHORT_NAMES.get(language.tag, {})
    return own.get(code) or short.get(code) or known.get(code, code)


def city_name(city_id: int) -> str:
    """Return the city's name in the reader's language."""
    gazetteer = the_relay().gazetteer
    return gazetteer.name(city_id, current_language().tag)


def place_name(city_id: int, country: str) -> str:
    """Return a city with its country or region, in the reader's order and marks."""
    return join_place(city_name(city_id), country)


def join_place(city: str, country: str) -> str:
    """Return a city's name, or a link with it, with that of its country or region.

    A city that bears its country's name, such as Singapore, is not named twice. One
    that the gazetteer does not know has no name, and a link to it would lead nowhere.
    """
    name = country_name(country)
    plain = city.striptags() if isinstance(city, Markup) else city
    if not plain:
        return name
    if plain == name:
        return city
    # Note: a city and its country or region, in the order and with the marks that an
    # address has in your language; in Chinese the country comes first, without a mark.
    pattern = _("%(city)s, %(country)s")
    return type(city)(pattern) % {"city": city, "country": name}


def big_number(number: int) -> Markup:
    """Return a number that the page is about, written large."""
    return Markup("<b>{}</b>").format(show_number(number))


@lru_cache(maxsize=4096)
def _decimal(number: int, locale: str) -> str:
    return str(babel_decimal(number, locale=locale))


def show_number(number: int) -> str:
    """Return a whole number as the reader writes it."""
    return _decimal(number, babel_locale())


def say_when(at: datetime, now: datetime) -> str:
    """Return "2 hours ago" on the same day, else the day."""
    passed = now - at
    if passed < DAY:
        return str(format_timedelta(-passed, add_direction=True))
    year = "" if at.year == now.year else "y"
    skeleton = f"{year}MMMd" if year else "MMMMd"
    return str(format_skeleton(skeleton, at, tzinfo=get_timezone(), locale=_locale()))


def say_moment(
    at: datetime,
    zone: tzinfo | None = None,
    *,
    day: Literal["medium", "full"] = "medium",
) -> str:
    """Return a day and a time to the minute, by a zone's clocks or the season's."""
    local, locale = at.astimezone(zone or get_timezone()), _locale()
    pattern = str(get_datetime_format(day, locale=locale)).replace("'", "")
    return pattern.replace("{0}", format_time(local, "short", locale=locale)).replace(
        "{1}", format_date(local, day, locale=locale)
    )


def known_language(tag: str) -> str:
    """Return a tag whose language CLDR knows; else nothing, which is no wrong claim."""
    return tag if tag.split("-", 1)[0].lower() in Locale("en").languages else ""


def language_name(tag: str) -> str:
    """Return a language's name in the reader's language."""
    wanted = tag.replace("-", "_")
    languages = _locale().languages
    return languages.get(wanted) or languages.get(wanted.split("_")[0]) or tag


def _locale() -> Locale:
    return _parsed(babel_locale())


@cache
def _parsed(locale: str) -> Locale:
    """Return a locale, read once: Babel takes its time, and a page asks often."""
    return Locale.parse(locale)
