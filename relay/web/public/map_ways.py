"""The ways from one map to another: what is chosen, what may be, closer and wider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from relay.domain.entry import Kind
from relay.domain.map_groups import ZOOMS
from relay.queries.season import list_seasons
from relay.web.context import reading, the_relay
from relay.web.i18n import in_words
from relay.web.words import kind_name, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from relay.web.public.map_question import MapQuestion

RECENT_DAYS = (7, 30)


@dataclass(frozen=True)
class Chip:
    """One thing that was chosen, and the address of the same without it."""

    words: object
    href: str


@dataclass(frozen=True)
class Way:
    """One thing that may be chosen, and whether it is."""

    words: object
    href: str
    current: bool


@dataclass(frozen=True)
class Ways:
    """All links from one map, or from its list, to others."""

    chips: tuple[Chip, ...]
    kinds: tuple[Way, ...]
    times: tuple[Way, ...]
    seasons: tuple[Way, ...]
    everything: str
    closer: str | None
    wider: str | None


def list_ways(question: MapQuestion, endpoint: str = "public.map_page") -> Ways:
    """Return the ways from a question, to the same page."""
    return Ways(
        chips=tuple(_list_chips(question, endpoint)),
        kinds=tuple(_list_kinds(question, endpoint)),
        times=tuple(_list_times(question, endpoint)),
        seasons=tuple(_list_seasons(question, endpoint)),
        everything=question.link(
            endpoint, season=None, kind=None, since=None, until=None, relay=None
        ),
        closer=_step(question, +1),
        wider=_step(question, -1),
    )


def _list_chips(question: MapQuestion, endpoint: str) -> Iterator[Chip]:
    if not question.is_current:
        title = in_words(question.season.titles).text
        yield Chip(title, question.link(endpoint, season=None, relay=None))
    if question.relay is not None:
        words = _("The relay of artwork %(no)s", no=question.relay)
        yield Chip(words, question.link(endpoint, relay=None))
    if question.kind:
        yield Chip(kind_name(question.kind), question.link(endpoint, kind=None))
    if question.since:
        words = _("From %(date)s on", date=_show_day(question.since))
        yield Chip(words, question.link(endpoint, since=None))
    if question.until:
        words = _("Until %(date)s", date=_show_day(question.until))
        yield Chip(words, question.link(endpoint, until=None))


def _list_kinds(question: MapQuestion, endpoint: str) -> Iterator[Way]:
    yield Way(_("Everyone"), question.link(endpoint, kind=None), not question.kind)
    for kind in Kind:
        href = question.link(endpoint, kind=kind)
        yield Way(kind_name(kind), href, question.kind is kind)


def _list_times(question: MapQuestion, endpoint: str) -> Iterator[Way]:
    always = question.since is None and question.until is None
    href = question.link(endpoint, since=None, until=None)
    yield Way(_("The whole time"), href, always)
    if not question.is_current:
        return
    zone = ZoneInfo(question.season.time_zone)
    today = the_relay().clock.now().astimezone(zone).date()
    for days in RECENT_DAYS:
        since = today - timedelta(days=days - 1)
        words = ngettext(
            "The last %(many)s day",
            "The last %(many)s days",
            days,
            many=show_number(days),
        )
        current = question.since == since and question.until is None
        href = question.link(endpoint, since=since.isoformat(), until=None)
        yield Way(words, href, current)


def _list_seasons(question: MapQuestion, endpoint: str) -> Iterator[Way]:
    """Yield the seasons, when there is more than one."""
    with reading() as connection:
        found = list_seasons(connection)
    for each in found if len(found) > 1 else ():
        season = each.season
        asked = dict.fromkeys(("kind", "since", "until", "relay", "zoom"))
        href = question.link(endpoint, **{**asked, "season": season.slug})
        words = in_words(season.titles).text
        yield Way(words, href, season.id == question.season.id)


def _step(question: MapQuestion, by: int) -> str | None:
    """Return the address of the next closer or wider map; None at the last one."""
    at = ZOOMS.index(question.zoom) + by
    if not 0 <= at < len(ZOOMS):
        return None
    zoom = str(ZOOMS[at]) if at else None
    return question.link(zoom=zoom)


def _show_day(day: date) -> str:
    return str(format_date(day, "long", rebase=False))
