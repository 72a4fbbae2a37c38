"""What shared pictures say, in the reader's words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from relay.domain.relay_branch import measure_way
from relay.domain.share import (
    Certificate,
    Code,
    EntryCard,
    Page,
    Poster,
    RelayCard,
    Said,
    SeasonCard,
    SharePicture,
    Work,
)
from relay.queries.season import say
from relay.web.context import the_relay
from relay.web.i18n import current_language
from relay.web.kept_relay import the_columns, the_figures
from relay.web.kept_totals import the_totals
from relay.web.words import place_name, show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.queries.entry import EntryView
    from relay.queries.season import SeasonView

MEDIA = "/media/"


@dataclass(frozen=True)
class Way:
    """How the baton came to an entry: legs from the first hand, and their km.

    `km` is None when no leg is known.
    """

    leg: int
    km: float | None


def tell_card(entry: EntryView) -> EntryCard:
    """Return what an entry's card says."""
    return EntryCard(_page(entry), _work(entry, find_way(entry)))


def tell_poster(entry: EntryView) -> Poster:
    """Return what a poster says; its code is the baton, if there is one to take."""
    if entry.baton is None:
        call, path = _("Scan to see it"), url_for("public.entry", no=entry.no)
    else:
        call, path = _("Scan it, and take the baton on"), f"/b/{entry.baton}"
    work = _work(entry, find_way(entry))
    return Poster(_page(entry), work, call, make_code(path))


def tell_certificate(entry: EntryView) -> Certificate:
    """Return what a certificate says."""
    work = _work(entry, None)
    code = make_code(url_for("public.entry", no=entry.no))
    facts = tuple(list_facts(entry))
    return Certificate(_page(entry), work, heading(), facts, code)


def tell_relay(entry: EntryView) -> RelayCard:
    """Return what the card of all that came of an entry says."""
    columns = the_columns(entry.season_id)
    place = columns.find(entry.no) if columns else None
    figures: list[tuple[str, str]] = []
    generations: tuple[int, ...] = (1,)
    if columns is not None and place is not None:
        totals = the_totals(entry.season_id, columns, place)
        figures = _figures(totals.size, totals.cities, totals.countries, totals.km)
        depths = Counter(columns.depths[columns.branch(place)])
        generations = tuple(depths[each] for each in sorted(depths))
    return RelayCard(_page(entry), _work(entry, None), tuple(figures), generations)


def tell_season(season: SeasonView) -> SeasonCard:
    """Return what the card of a season's whole relay says."""
    kept = the_figures(season.id)
    figures: list[tuple[str, str]] = []
    generations: tuple[int, ...] = (1,)
    if kept and kept.answer["n"]:
        told = kept.answer
        figures = _figures(
            told["n"], told["cities"], told["countries"], told["forest_km"]
        )
        breadths = tuple(told["breadths"])
        # Where many began, they are the first ring around the season's own flower.
        generations = breadths if breadths[0] == 1 else (1, *breadths)
    return SeasonCard(
        _page_of(season.titles),
        _("One hand reaches the next"),
        tuple(figures),
        generations,
    )


def heading() -> str:
    """Return the certificate's sentence."""
    return str(_("This artwork has been taken into the relay."))


def find_way(entry: EntryView) -> Way | None:
    """Return how the baton came to an entry; None when it was not measured yet."""
    columns = the_columns(entry.season_id)
    place = columns.find(entry.no) if columns else None
    if columns is None or place is None:
        return None
    return Way(columns.depths[place], measure_way(columns, place))


def list_facts(entry: EntryView) -> list[tuple[str, str]]:
    """Return the certificate's facts: a label and its value each."""
    facts = []
    way = find_way(entry)
    if way:
        # Note: which pass of the relay brought the baton here, as a number.
        facts.append((_("Leg"), _leg(way) if way.leg else _("The first hand")))
    if way and way.km is not None:
        facts.append((_("Kilometres so far"), show_km(way.km)))
    facts.append((_("Published on"), str(format_date(entry.published_at, "long"))))
    return facts


def show_km(km: float) -> str:
    """Return kilometres as the reader writes them."""
    return str(_("%(number)s km", number=show_number(round(km))))


def make_code(path: str) -> Code:
    """Return the QR code of a path of ours."""
    url = f"{the_relay().settings.base_url}{path}"
    rows = segno.make(url, error="m", micro=False).matrix
    return Code(tuple(map(bytes, rows)), url.partition("://")[2])


def _page(entry: EntryView) -> Page:
    return _page_of(entry.season_titles)


def _page_of(titles: Mapping[str, str]) -> Page:
    language = current_language()
    brand = say(titles, language.tag)
    said = Said(brand.text, brand.lang)
    return Page(language.tag, language.direction == "rtl", said)


def _work(entry: EntryView, way: Way | None) -> Work:
    return Work(
        no=entry.no,
        number=_("No. %(no)s", no=entry.no),
        title=Said(entry.title, entry.lang),
        name=Said(entry.name, entry.lang),
        place=str(place_name(entry.city_id, entry.country)),
        travel=tuple(_travel(way)) if way else (),
        picture=_picture(entry),
    )


def _travel(way: Way) -> list[str]:
    if not way.leg:
        return [_("The first hand")]
    said = [_("Leg %(leg)s", leg=_leg(way))]
    if way.km is not None:
        said.append(_("%(km)s so far", km=show_km(way.km)))
    return said


def _leg(way: Way) -> str:
    return show_number(way.leg)


def _picture(entry: EntryView) -> SharePicture | None:
    best = entry.picture.largest("jpeg") if entry.picture else None
    if best is None or entry.picture is None:
        return None
    return SharePicture(best.url.removeprefix(MEDIA), entry.picture.colour)


def _figures(
    size: int, cities: int | None, countries: int | None, km: float | None
) -> list[tuple[str, str]]:
    """Return what is known of a relay: a value and its label each."""
    figures = [(show_number(size), ngettext("artwork", "artworks", size))]
    if cities:
        figures.append((show_number(cities), ngettext("city", "cities", cities)))
    if countries:
        label = ngettext("country or region", "countries or regions", countries)
        figures.append((show_number(countries), label))
    if km:
        figures.append((show_km(km), _("from hand to hand")))
    return figures
