"""Shared pictures: an entry's card and poster, its certificate, and relays' cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template, request, url_for

from relay.domain.line_breaks import is_wide
from relay.domain.share import FORMS, share_key
from relay.queries.entry import Stone
from relay.services.draw_share import draw_share
from relay.web.answer import SHARED_SECONDS, send_page
from relay.web.context import the_relay
from relay.web.limits import limited, note_drawing
from relay.web.public import pages
from relay.web.public.entry import draw_qr
from relay.web.public.relay_page import wanted_season
from relay.web.public.share_facts import (
    heading,
    list_facts,
    tell_card,
    tell_certificate,
    tell_poster,
    tell_relay,
    tell_season,
)
from relay.web.public.shown import require_entry, send_stone

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as AnyResponse

    from relay.domain.share import ShareFacts
    from relay.queries.entry import EntryView

# Letters of a title, from which on it is set smaller on the certificate.
_LONG, _LONGEST = 48, 110

_TELL: dict[str, Callable[[EntryView], ShareFacts]] = {
    "card": tell_card,
    "poster": tell_poster,
    "certificate": tell_certificate,
}


@pages.get(
    "/w/<int(max=2147483647):no>"
    "/<any(card, poster, certificate):drawing>.<any(png, jpg):form>"
)
@limited("share")
def drawing(no: int, drawing: str, form: str) -> AnyResponse:
    """Send a drawing of an entry."""
    return _send(no, _TELL[drawing], form)


@pages.get("/relay/<int(max=2147483647):no>/card.<any(png, jpg):form>")
@limited("share")
def relay_card(no: int, form: str) -> AnyResponse:
    """Send the card of all that came of an entry."""
    return _send(no, tell_relay, form)


@pages.get("/relay/card.<any(png, jpg):form>")
@limited("share")
def season_card(form: str) -> AnyResponse:
    """Send the card of the current season's relay, or of that of `?season=`."""
    return _send_facts(tell_season(wanted_season()), form)


@pages.get("/w/<int(max=2147483647):no>/certificate")
def certificate(no: int) -> AnyResponse:
    """Show an entry's certificate, to be printed on A4 or kept as a picture."""
    entry = require_entry(no)
    if isinstance(entry, Stone):
        return send_stone(entry)
    facts = tell_certificate(entry)
    return send_page(
        render_template(
            "public/certificate.html",
            entry=entry,
            heading=heading(),
            facts=list_facts(entry),
            address=facts.code.address,
            size=_size_of(entry.title),
            qr=draw_qr(the_relay().settings.base_url + url_for("public.entry", no=no)),
        )
    )


def _size_of(title: str) -> str:
    """Return how long a title is, so that its letters leave room for all else."""
    length = sum(2 if is_wide(each) else 1 for each in title)
    if length > _LONGEST:
        return "certificate-longest"
    return "certificate-long" if length > _LONG else ""


def _send(no: int, tell: Callable[[EntryView], ShareFacts], form: str) -> AnyResponse:
    """Send a drawing as it was kept, or drawn now; 410 where an entry was taken away.

    Whether the entry is public is asked each time: what is kept is served to nobody
    on its own.
    """
    entry = require_entry(no)
    if isinstance(entry, Stone):
        return Response(status=410, content_type="text/plain")
    return _send_facts(tell(entry), form)


def _send_facts(facts: ShareFacts, form: str) -> AnyResponse:
    relay = the_relay()
    key = share_key(facts, edition=relay.artist.edition, form=form)
    answer = Response(content_type=FORMS[form])
    answer.set_etag(key.rpartition("-")[2])
    answer.cache_control.public = True
    answer.cache_control.max_age = 0
    answer.cache_control.s_maxage = SHARED_SECONDS
    if not request.if_none_match.contains(answer.get_etag()[0] or ""):
        answer.data = relay.media.get(key) or _draw(facts, form)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer.make_conditional(request)


def _draw(facts: ShareFacts, form: str) -> bytes:
    relay = the_relay()
    note_drawing()
    return draw_share(facts, form=form, artist=relay.artist, media=relay.media)
