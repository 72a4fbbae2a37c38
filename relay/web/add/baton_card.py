"""`/b/…/card`: a baton to print and hand over, one on A6 or four on A4."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.language import LANGUAGES, Language
from relay.queries.entry import EntryView, find_entry
from relay.web.add import batons
from relay.web.add.baton_qr import hand_on, require_baton
from relay.web.context import find_season, reading, the_relay
from relay.web.i18n import current_language, in_words
from relay.web.limits import limited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from relay.queries.baton import BatonView
    from relay.queries.season import Words

MOST_LANGUAGES = 2  # a pair is what an A6 card has room for
CARDS = {"a6": 1, "a4": 4}  # on a sheet


@dataclass(frozen=True)
class CardWords:
    """What a card says in one language; `place` is empty until the giver is public."""

    language: Language
    season: Words | None
    heading: str
    place: str
    how: str
    address: str


@batons.get("/b/<code>/card")
@limited("token")
def card(code: str) -> ResponseReturnValue:
    """Show the card of a baton as it will be printed, in one language or a pair."""
    baton = require_baton(code)
    tags = _read_tags()
    sheet = request.args.get("sheet", "")
    sheet = sheet if sheet in CARDS else "a6"
    with reading() as connection:
        entry = find_entry(connection, baton.no) if baton.no else None
    shown = entry if isinstance(entry, EntryView) else None
    return render_template(
        "add/baton_card.html",
        baton=baton,
        handing=hand_on(baton.code),
        cards=[_say(tag, baton) for tag in tags],
        picture=shown.picture.largest("jpeg") if shown and shown.picture else None,
        alt=shown.alt if shown else "",
        alt_lang=shown.alt_lang if shown else "",
        tags=tags,
        sheet=sheet,
        copies=CARDS[sheet],
        languages=list(LANGUAGES.values()),
    )


def _read_tags() -> list[str]:
    """Return the languages that were asked for, else the reader's own."""
    asked = ",".join(request.args.getlist("words")).split(",")
    known = dict.fromkeys(each for each in asked if each in LANGUAGES)
    return list(known)[:MOST_LANGUAGES] or [current_language().tag]


def _say(tag: str, baton: BatonView) -> CardWords:
    """Return the card's words in one language."""
    relay, season = the_relay(), find_season()
    place = urlsplit(relay.settings.base_url).netloc + url_for("baton.type_code")
    with speaking(tag):
        return CardWords(
            language=LANGUAGES[tag],
            season=in_words(season.titles) if season else None,
            heading=_("This baton is for you"),
            place=relay.gazetteer.name(baton.city_id, tag) if baton.city_id else "",
            how=_(
                "Scan the code, or type the letters at the address below. Then add"
                " an artwork about care, tell us your city, and pass the baton on."
            ),
            address=place.rstrip("/"),
        )


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Let sentences be said in a language that is not the page's own."""
    here = current_language().tag
    g.lang = tag
    try:
        yield
    finally:
        g.lang = here
