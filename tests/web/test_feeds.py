"""The feeds, as a program reads them: with an XML parser, and as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.domain.milestones import MilestoneOf, Passed
from relay.domain.moderation import Moderation
from relay.domain.text import for_xml
from relay.models import Entry
from relay.services.milestones import store_milestones
from relay.services.writing import writing
from relay.web.feeds import ENTRIES
from tests.making import measure
from tests.web.making import LYON, draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HOSTILE = [
    "</title><script>alert(1)</script>",
    "]]> &amp; &lt; \u2028 \U0001f600 עברית",
    "\x00\x01\x0b\x1f\x7f\ufffe\uffff",
    "'\"><img src=x onerror=alert(1)>",
]


def atom(client: FlaskClient, query: str = "") -> ET.Element:
    answer = client.get(f"/feed.atom{query}")
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.data)  # noqa: S314 - our own feed


def json_feed(client: FlaskClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/feed.json{query}")
    assert answer.status_code == 200
    assert answer.content_type == "application/feed+json; charset=utf-8"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def titles(client: FlaskClient, query: str = "") -> list[str]:
    """Return the titles of both feeds, which must be the same."""
    entries = atom(client, query).findall(f"{ATOM}entry")
    found = [text(each, "title") for each in entries]
    assert [each["title"] for each in json_feed(client, query)["items"]] == found
    return found


def check_atom(feed: ET.Element) -> None:
    """Check what RFC 4287 asks of a feed and of its entries."""
    assert feed.tag == f"{ATOM}feed"
    ids = [text(each, "id") for each in (feed, *feed.iter(f"{ATOM}entry"))]
    assert all(each.startswith("tag:") for each in ids)
    assert len(set(ids)) == len(ids)
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    for each in (feed, *feed.iter(f"{ATOM}entry")):
        assert text(each, "title")
        assert datetime.fromisoformat(text(each, "updated")).tzinfo
        links = [link.attrib for link in each.findall(f"{ATOM}link")]
        alternates = [link for link in links if link["rel"] == "alternate"]
        assert len(alternates) == 1
        assert alternates[0]["href"].startswith("http://")


def test_the_newest_artworks_come_first_and_lead_to_their_pages(
    client: FlaskClient, maker: Maker
) -> None:
    for at in range(3):
        maker.published(title=f"Work of day {at}")
    assert titles(client) == ["Work of day 2", "Work of day 1", "Work of day 0"]
    feed = atom(client)
    check_atom(feed)
    base = maker.relay.settings.base_url
    newest = feed.find(f"{ATOM}entry")
    assert newest is not None
    link = newest.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["href"] == f"{base}/en/w/3"
    assert newest.findtext(f"{ATOM}author/{ATOM}name") == "Maker 3"
    item = json_feed(client)["items"][0]
    assert item["url"] == f"{base}/en/w/3"
    assert item["authors"] == [{"name": "Maker 3"}]
    assert item["id"] == text(newest, "id")
    assert item["date_published"] == text(newest, "updated")


def test_pictures_come_with_their_words(client: FlaskClient, maker: Maker) -> None:
    maker.published(title="Gate", alt='A "gate".\nRed.', picture=draw_picture())
    entry = atom(client).find(f"{ATOM}entry")
    assert entry is not None
    enclosure = entry.find(f'{ATOM}link[@rel="enclosure"]')
    assert enclosure is not None
    assert enclosure.attrib["type"] == "image/jpeg"
    base = maker.relay.settings.base_url
    path = enclosure.attrib["href"].removeprefix(base)
    assert "-share." not in path
    file = client.get(path)
    assert file.status_code == 200
    assert len(file.data) == int(enclosure.attrib["length"])
    for html in (
        text(entry, "content"),
        json_feed(client)["items"][0]["content_html"],
    ):
        image = LexborHTMLParser(html).css_first("img")
        assert image is not None
        assert image.attributes["alt"] == 'A "gate".\nRed.'
        assert image.attributes["src"] == enclosure.attrib["href"]
    item = json_feed(client)["items"][0]
    assert item["image"] == enclosure.attrib["href"]
    (attached,) = item["attachments"]
    assert attached["title"] == 'A "gate".\nRed.'
    assert attached["size_in_bytes"] == len(file.data)


def test_an_artwork_without_a_picture_has_its_words(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(alt="A grey circle.", city_id=LYON, country="FR")
    item = json_feed(client)["items"][0]
    assert "image" not in item
    assert "attachments" not in item
    assert "<p>A grey circle.</p>" in item["content_html"]
    assert "Lyon, France" in item["content_html"]


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_break_neither_feed(
    client: FlaskClient, relay: Relay, maker: Maker, word: str
) -> None:
    no = maker.published()
    with Session(relay.engine) as session:
        entry = session.exec(select(Entry).where(Entry.no == no)).one()
        entry.title = entry.alt = entry.name = f"a{word}"
        session.add(entry)
        session.commit()
    feed = atom(client)
    check_atom(feed)
    shown = feed.find(f"{ATOM}entry")
    assert shown is not None
    assert text(shown, "title") == for_xml(f"a{word}")
    for html in (text(shown, "content"), json_feed(client)["items"][0]["content_html"]):
        parsed = LexborHTMLParser(html)
        assert parsed.css("script, img") == []


def test_what_no_xml_may_hold_is_left_out() -> None:
    assert for_xml("a\x00b\x0bc\ufffed\ud800e\tf\n\U0001f600") == "abcde\tf\n\U0001f600"


def test_what_was_taken_away_is_in_no_feed(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    maker.pending(title="Secret, waiting")
    withdrawn, down = (
        maker.published(title="Secret A"),
        maker.published(title="Secret B"),
    )
    measure(relay)
    before = client.get("/feed.atom").headers["ETag"]
    maker.take_away(withdrawn, Moderation.WITHDRAWN)
    maker.take_away(down, Moderation.TAKEN_DOWN)
    for path in ("/feed.atom", "/feed.json"):
        told = client.get(path, headers={"If-None-Match": before})
        assert told.status_code == 200
        assert "Secret" not in told.text
        assert f"/w/{withdrawn}" not in told.text
        assert f"/w/{down}" not in told.text
    assert titles(client) == ["First artwork from China"]


def test_milestones_are_items_too(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    no = maker.published(title="Boats")
    measure(relay)
    later = 2_000_000_000_000_000
    marks = [
        Passed(MilestoneOf.CITIES, "10", later, no),
        Passed(MilestoneOf.KM, "10000", later + 1, no),
        Passed(MilestoneOf.KM, "40030", later + 2, no),
        Passed(MilestoneOf.KM, "80060", later + 3, 77),
    ]
    with writing(relay.engine) as session:
        store_milestones(session, 1, marks)
    assert titles(client) == [
        "The relay has gone 2 times around the earth: 80,060 km",
        "The relay has gone once around the earth: 40,030 km",
        "The relay has gone 10,000 km from hand to hand",
        "The relay has reached 10 cities",
        "Boats",
        "First artwork from China",
    ]
    feed = atom(client)
    check_atom(feed)
    base = relay.settings.base_url
    links = [each.attrib["href"] for each in feed.findall(f"{ATOM}entry/{ATOM}link")]
    assert links[:2] == [f"{base}/en/relay", f"{base}/en/w/{no}"]
    assert "/w/77" not in client.get("/feed.atom").text
    # A city's feed holds that city's artworks alone.
    assert titles(client, "?city=1799962") == ["Boats"]


def test_a_feed_is_of_a_city_a_season_and_a_language(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(title="From Nanjing")
    maker.published(title="De Lyon", city_id=LYON, country="FR", lang="fr")
    assert titles(client, f"?city={LYON}") == ["De Lyon"]
    assert len(titles(client, "?season=leave-no-one-behind")) == 2
    for query in ("?city=1", "?city=x", "?city=" + "9" * 30, "?season=nothing"):
        for path in ("/feed.atom", "/feed.json"):
            assert client.get(path + query).status_code == 404, query
    hebrew = atom(client, f"?lang=he&city={LYON}")
    assert hebrew.attrib[LANG] == "he"
    assert text(hebrew, "title").endswith("ליון")
    entry = hebrew.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.attrib[LANG] == "fr"
    assert "/he/w/2" in client.get("/feed.json?lang=he").text
    assert json_feed(client, "?lang=zh-CN")["language"] == "zh-Hans"
    # What a browser would like is no part of the address, so it changes nothing.
    plain = client.get("/feed.json", headers={"Accept-Language": "he"})
    assert plain.json
    assert plain.json["language"] == "en"
    ids = {text(atom(client, f"?lang={each}"), "id") for each in ("en", "he", "zh")}
    assert len(ids) == 3


def test_a_feed_that_was_read_before_is_not_sent_again(
    client: FlaskClient, maker: Maker
) -> None:
    for path in ("/feed.atom", "/feed.json"):
        empty = client.get(path)
        known = {"If-None-Match": empty.headers["ETag"]}
        assert client.get(path, headers=known).status_code == 304
        maker.published()
        assert client.get(path, headers=known).status_code == 200


def test_an_empty_feed_is_valid(client: FlaskClient) -> None:
    feed = atom(client)
    check_atom(feed)
    assert feed.findall(f"{ATOM}entry") == []
    assert json_feed(client)["items"] == []
    assert json_feed(client)["version"] == "https://jsonfeed.org/version/1.1"


def test_ids_stay_the_same_whatever_comes_after(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    before = json_feed(client)["items"][0]["id"]
    maker.published()
    assert json_feed(client)["items"][1]["id"] == before


def test_a_feed_has_the_newest_entries_alone(client: FlaskClient, maker: Maker) -> None:
    for _ in range(ENTRIES + 1):
        maker.published()
    numbers = [each["url"].rsplit("/", 1)[1] for each in json_feed(client)["items"]]
    assert numbers == [str(at) for at in range(ENTRIES + 1, 1, -1)]


def test_pages_tell_readers_of_their_feeds(client: FlaskClient, maker: Maker) -> None:
    maker.published(city_id=LYON, country="FR")
    page = LexborHTMLParser(client.get(f"/he/city/{LYON}").text)
    feeds = {
        str(each.attributes["href"]): each.attributes["type"]
        for each in page.css('link[rel="alternate"][type]')
    }
    assert feeds == {
        "/feed.atom?lang=he": "application/atom+xml",
        "/feed.json?lang=he": "application/feed+json",
        f"/feed.atom?city={LYON}&lang=he": "application/atom+xml",
    }
    for each in feeds:
        assert client.get(each).status_code == 200


def test_a_milestones_words_are_escaped(client: FlaskClient, maker: Maker) -> None:
    no = maker.published()
    marks = [Passed(MilestoneOf.COUNTRY, "BA", 1_800_000_000_000_000, no)]
    with Session(maker.relay.engine) as session:
        store_milestones(session, 1, marks)
        session.commit()
    found = [
        each
        for each in json_feed(client)["items"]
        if each["title"] == "First artwork from Bosnia & Herzegovina"
    ]
    assert [each["content_html"] for each in found] == [
        "<p>First artwork from Bosnia &amp; Herzegovina</p>"
    ]
