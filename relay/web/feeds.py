"""The newest artworks and the milestones as feeds: Atom, and JSON Feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from feedgenerator import Atom1Feed, Enclosure
from flask import Blueprint, Response, g, json, render_template, request, url_for
from markupsafe import escape
from typing_extensions import override

from relay.domain.errors import NotFound
from relay.domain.language import FALLBACK, match_language
from relay.domain.text import for_xml
from relay.queries.entry_list import list_entries
from relay.queries.feed import read_pictures
from relay.queries.milestones import list_milestones
from relay.queries.season import find_season
from relay.queries.wall import Wanted
from relay.web.answer import send_shared
from relay.web.context import reading, require_season, the_relay
from relay.web.i18n import current_language, in_words
from relay.web.milestone_words import say_milestone
from relay.web.words import city_name

if TYPE_CHECKING:
    from datetime import datetime

    from relay.queries.entry_list import EntryInList
    from relay.queries.feed import FeedPicture
    from relay.queries.milestones import MilestoneView
    from relay.queries.season import SeasonView

ENTRIES = 50
MILESTONES = 20
JSON_FEED = "https://jsonfeed.org/version/1.1"
MOST_ID = 2**31 - 1

pages = Blueprint("feeds", __name__)


@dataclass(frozen=True)
class Item:
    """One artwork or milestone; `id` stays the same whatever becomes of the rest."""

    id: str
    url: str
    title: str
    html: str
    lang: str
    at: datetime
    author: str = ""
    alt: str = ""
    picture: FeedPicture | None = None


@dataclass(frozen=True)
class Feed:
    """A whole feed, the newest item first."""

    id: str
    title: str
    description: str
    lang: str
    home: str
    url: str
    since: datetime
    items: tuple[Item, ...]


class AtomFeed(Atom1Feed):  # type: ignore[misc]  # feedgenerator ships no types
    """Atom whose items say their own language, and which is as old as its newest."""

    @override
    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["lang"]} if item["lang"] else {}

    @override
    def latest_post_date(self) -> datetime:
        newest: datetime = max(
            (each["updateddate"] for each in self.items), default=self.feed["since"]
        )
        return newest


@pages.get("/feed.atom")
def atom() -> Response:
    """Give the feed as Atom (RFC 4287)."""
    feed = _gather("feeds.atom")
    document = AtomFeed(
        title=for_xml(feed.title),
        link=feed.home,
        description=for_xml(feed.description),
        language=feed.lang,
        author_name=for_xml(feed.title),
        feed_url=feed.url,
        feed_guid=feed.id,
        since=feed.since,
    )
    for each in feed.items:
        document.add_item(
            title=for_xml(each.title),
            link=each.url,
            description=None,
            content=for_xml(each.html),
            author_name=for_xml(each.author) or None,
            pubdate=each.at,
            updateddate=each.at,
            unique_id=each.id,
            enclosures=[
                Enclosure(_absolute(picture.url), str(picture.size), "image/jpeg")
                for picture in (each.picture,)
                if picture
            ],
            lang=for_xml(each.lang),
        )
    return _send(document.writeString("utf-8"), document.content_type)


@pages.get("/feed.json")
def json_feed() -> Response:
    """Give the feed as JSON Feed 1.1."""
    feed = _gather("feeds.json_feed")
    document = {
        "version": JSON_FEED,
        "title": feed.title,
        "description": feed.description,
        "language": feed.lang,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "items": [_tell(each) for each in feed.items],
    }
    return _send(json.dumps(document), "application/feed+json; charset=utf-8")


def _gather(endpoint: str) -> Feed:
    """Return what the reader asks for: a season, a city, a language for our words."""
    # A feed's reader is a program: its address says the language, and nothing else.
    g.lang = match_language(request.args.get("lang", "")) or FALLBACK
    season, city = _find_season(), _find_city()
    with reading() as connection:
        entries = list_entries(
            connection,
            season.id,
            wanted=Wanted(city_id=city),
            before=None,
            limit=ENTRIES,
        )
        pictures = read_pictures(connection, [each.no for each in entries])
        # They are the whole relay's, and no city's.
        marks = [] if city else list_milestones(connection, season.id, limit=MILESTONES)
    items = [_show_entry(each, pictures.get(each.no)) for each in entries]
    items += [_show_milestone(each, season) for each in marks]
    title, lang = in_words(season.titles).text, current_language().tag
    if city:
        title = f"{title} — {city_name(city)}"
    home = url_for("public.city", city_id=city) if city else url_for("public.wall")
    slug = request.args.get("season")
    return Feed(
        id=_tag(season.opens_at, f"{season.slug}/{city or 'all'}/{lang}"),
        title=title,
        description=in_words(season.statements).text,
        lang=lang,
        home=_absolute(home),
        url=_absolute(url_for(endpoint, season=slug, city=city, lang=lang)),
        since=season.opens_at,
        items=tuple(sorted(items, key=lambda each: each.at, reverse=True)),
    )


def _find_season() -> SeasonView:
    slug = request.args.get("season", "")
    if not slug:
        return require_season()
    with reading() as connection:
        found = find_season(connection, slug)
    if found is None:
        message = "There is no such season."
        raise NotFound(message)
    return found


def _find_city() -> int | None:
    asked = request.args.get("city", "")
    if not asked:
        return None
    known = asked.isdecimal() and len(asked) <= len(str(MOST_ID))
    city = the_relay().gazetteer.find(int(asked)) if known else None
    if city is None:
        message = "There is no such city."
        raise NotFound(message)
    return city.id


def _show_entry(entry: EntryInList, picture: FeedPicture | None) -> Item:
    return Item(
        id=_tag(entry.published_at, f"w/{entry.no}"),
        url=_absolute(url_for("public.entry", no=entry.no)),
        title=entry.title,
        html=render_template(
            "feeds/entry.html",
            entry=entry,
            picture=picture,
            picture_url=_absolute(picture.url) if picture else "",
        ),
        lang=entry.lang,
        at=entry.published_at,
        author=entry.name,
        alt=entry.alt,
        picture=picture,
    )


def _show_milestone(mark: MilestoneView, season: SeasonView) -> Item:
    lang = current_language().tag
    page = (
        url_for("public.entry", no=mark.no) if mark.no else url_for("public.relay_page")
    )
    title = say_milestone(mark)
    return Item(
        id=_tag(season.opens_at, f"{season.slug}/milestone/{mark.of}/{mark.value}"),
        url=_absolute(page),
        title=title,
        html=f"<p>{escape(title)}</p>",
        lang=lang,
        at=mark.at,
    )


def _tell(item: Item) -> dict[str, Any]:
    """Return an item as JSON Feed has it; what there is not is left out."""
    told: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "date_published": item.at.isoformat(),
        "language": item.lang,
    }
    if item.author:
        told["authors"] = [{"name": item.author}]
    if item.picture:
        url = _absolute(item.picture.url)
        told["image"] = url
        told["attachments"] = [
            {
                "url": url,
                "mime_type": "image/jpeg",
                "title": item.alt,
                "size_in_bytes": item.picture.size,
            }
        ]
    return told


def _tag(at: datetime, name: str) -> str:
    """Return a name that nobody else gives to anything (RFC 4151)."""
    host = urlsplit(the_relay().settings.base_url).hostname
    return f"tag:{host},{at:%Y-%m-%d}:{name}"


def _absolute(path: str) -> str:
    return f"{the_relay().settings.base_url}{path}"


def _send(document: str, content_type: str) -> Response:
    return send_shared(Response(document, content_type=content_type))
