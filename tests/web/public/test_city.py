"""One city: its story, its first artwork, and the world from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from relay.services.stories import store_story
from tests.making import measure
from tests.web.making import HAIFA, LYON, NANJING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker


def tell(relay: Relay, text: str, *, lang: str) -> None:
    store_story(
        relay.engine,
        "leave-no-one-behind",
        LYON,
        lang=lang,
        text=text,
        clock=relay.clock,
        gazetteer=relay.gazetteer,
    )


def open_city(client: FlaskClient, lang: str = "en", city: int = LYON) -> str:
    answer = client.get(f"/{lang}/city/{city}")
    assert answer.status_code == 200
    return answer.text


def test_a_city_tells_its_story_escaped_and_in_its_language(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    maker.published(city_id=LYON, country="FR")
    tell(relay, "Two rivers & <b>silk</b>.\n\nA hill that prays.", lang="en")
    page = LexborHTMLParser(open_city(client, "zh-Hans"))
    parts = page.css(".story p")
    assert [each.text() for each in parts] == [
        "Two rivers & <b>silk</b>.",
        "A hill that prays.",
    ]
    box = parts[0].parent
    assert box is not None
    assert box.attributes["lang"] == "en"
    assert {each.attributes["dir"] for each in parts} == {"auto"}


def test_a_reader_gets_the_story_in_their_own_language_where_there_is_one(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    maker.published(city_id=LYON, country="FR")
    tell(relay, "Two rivers.", lang="en")
    tell(relay, "两条河。", lang="zh-Hans")
    assert "两条河。" in open_city(client, "zh-Hans")
    assert "Two rivers." in open_city(client, "en")


def test_a_new_story_is_seen_at_once(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    maker.published(city_id=LYON, country="FR")
    assert "Two rivers" not in open_city(client)
    tell(relay, "Two rivers.", lang="en")
    assert "Two rivers" in open_city(client)


def test_the_first_artwork_is_shown_with_its_card_when_there_are_more(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published(city_id=LYON, country="FR")
    assert not LexborHTMLParser(open_city(client)).css(".first")
    maker.published(city_id=LYON, country="FR")
    page = LexborHTMLParser(open_city(client))
    links = [each.attributes["href"] for each in page.css(".first .wall a")]
    assert f"/en/w/{first}" in links
    assert len(page.css(".first .wall > li")) == 1
    assert page.css(".first time")


def test_the_way_of_the_first_baton_is_told_once_it_is_measured(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.published()
    maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    assert "The first baton came here" not in open_city(client)
    measure(relay)
    assert "The first baton came here after 1 pass and 9," in open_city(client)
    # Where the relay began nobody brought one.
    assert "The first baton came here" not in open_city(client, city=NANJING)


def test_a_city_shows_the_world_from_there(client: FlaskClient, maker: Maker) -> None:
    first = maker.published()
    maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    page = LexborHTMLParser(open_city(client))
    (link,) = page.css(".world a")
    assert link.attributes["href"] == f"/en/map?centre={LYON}"
    assert page.css(".world a svg[aria-hidden]")
    assert "Lyon" in link.text()
    assert not LexborHTMLParser(open_city(client, city=HAIFA)).css(".world")
