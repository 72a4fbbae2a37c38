"""The wall, as a reader without a browser sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from relay.domain.moderation import Moderation
from relay.queries.wall import PAGE
from relay.web.public.wall import FIRST_ROW, page_numbers
from tests.web.making import HAIFA, LYON, draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import Maker


def titles(client: FlaskClient, page: str) -> list[str]:
    found = LexborHTMLParser(client.get(page).text).css(".wall h3, .sayings h3")
    return [each.text(strip=True) for each in found]


def test_an_empty_wall_invites_the_first(client: FlaskClient) -> None:
    answer = client.get("/en/")
    assert answer.status_code == 200
    assert "The first brick can be yours" in answer.text
    assert 'href="/en/add"' in answer.text


def test_the_newest_come_first_and_the_order_can_be_turned(
    client: FlaskClient, maker: Maker
) -> None:
    for title in ("one", "two", "three"):
        maker.published(title=title)
    assert titles(client, "/en/") == ["three", "two", "one"]
    assert titles(client, "/en/?order=oldest") == ["one", "two", "three"]


def test_a_card_names_its_maker_city_and_number(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published(title="Gate", name="Lin Yue")
    maker.published(
        title="Lantern",
        name="Noa",
        city_id=HAIFA,
        country="IL",
        parent_id=maker.id_of(first),
    )
    cards = LexborHTMLParser(client.get("/en/").text).css(".wall > li")
    words = [" ".join(card.text(separator=" ").split()) for card in cards]
    assert "Noa , Haifa From Nanjing No. 2" in words[0]
    assert "Lin Yue , Nanjing Starts a relay No. 1" in words[1]


def test_each_persons_words_keep_their_language(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(title="万家灯火", alt="纸灯", lang="zh-Hans")
    page = LexborHTMLParser(client.get("/en/").text)
    link = page.css_first(".wall h3 a")
    assert link is not None
    assert (link.attributes["lang"], link.attributes["dir"]) == ("zh-Hans", "auto")
    same = LexborHTMLParser(client.get("/zh-Hans/").text).css_first(".wall h3 a")
    assert same is not None
    assert "lang" not in same.attributes


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("city=Haifa", ["b"]),
        ("city=חיפה", ["b"]),
        ("city=294801", ["b"]),
        ("country=fr", ["c"]),
        ("kind=city", ["c"]),
        ("platform=weibo", ["b"]),
        ("words_in=he", ["b"]),
        ("q=LANTERNS", ["b"]),
        ("q=lanterns+night", ["b"]),
        ("q=lanterns+day", []),
        ("q=100%25", []),
        ("city=Haifa&kind=city", []),
        ("kind=nonsense&platform=", ["c", "b", "a"]),
    ],
)
def test_filters_find_what_fits(
    client: FlaskClient, maker: Maker, question: str, found: list[str]
) -> None:
    maker.published(title="a")
    maker.published(
        title="b",
        city_id=HAIFA,
        country="IL",
        platform="weibo",
        lang="he",
        search_text="paper lanterns at night",
    )
    maker.published(title="c", city_id=LYON, country="FR", kind="city")
    assert titles(client, f"/en/?{question}") == found


def test_nothing_found_says_what_to_do_next(client: FlaskClient, maker: Maker) -> None:
    maker.published()
    assert "Yours can be the first" in client.get("/en/?city=Lyon").text
    lost = client.get("/en/?city=Nowhereville").text
    assert "We do not know a city called “Nowhereville”" in lost
    assert 'href="/en/cities"' in lost
    assert "Take something away" in client.get("/en/?q=unheard").text


def test_pages_hold_every_number_once(client: FlaskClient, maker: Maker) -> None:
    for at in range(PAGE + 2):
        maker.published(title=f"t{at}")
    first, second = titles(client, "/en/"), titles(client, "/en/?page=2")
    assert (len(first), len(second)) == (PAGE, 2)
    assert len({*first, *second}) == PAGE + 2
    assert titles(client, "/en/?page=99") == second
    page = LexborHTMLParser(client.get("/en/").text)
    older = page.css_first("a[rel=next]")
    assert older is not None
    assert older.attributes["href"] == "/en/?page=2"


def test_filtered_pages_go_on_by_key(client: FlaskClient, maker: Maker) -> None:
    for at in range(PAGE + 2):
        maker.published(title=f"t{at}", search_text="same")
    page = LexborHTMLParser(client.get("/en/?q=same").text)
    older = page.css_first("a[rel=next]")
    assert older is not None
    rest = titles(client, str(older.attributes["href"]))
    assert rest == ["t1", "t0"]


def test_a_withdrawn_artwork_leaves_the_wall_and_its_counts(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(title="stays")
    gone = maker.published(title="goes", city_id=LYON, country="FR")
    assert "from <b>2</b> cities" in client.get("/en/").text
    maker.take_away(gone, Moderation.WITHDRAWN)
    html = client.get("/en/").text
    assert titles(client, "/en/") == ["stays"]
    assert "<b>1</b> artwork from <b>1</b> city" in html


def test_the_first_row_is_fetched_at_once_the_rest_when_it_comes_near(
    client: FlaskClient, maker: Maker
) -> None:
    for _ in range(FIRST_ROW + 2):
        maker.published(picture=draw_picture())
    images = LexborHTMLParser(client.get("/en/").text).css(".wall img")
    lazy = ["loading" in each.attributes for each in images]
    assert lazy == [False] * FIRST_ROW + [True] * 2
    measured = [str(each.attributes["sizes"]).startswith("auto") for each in images]
    assert measured == lazy
    for each in images:
        assert int(str(each.attributes["width"])) > 0
        assert int(str(each.attributes["height"])) > 0


def test_descriptions_hold_all_that_pictures_show(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(alt="A red house.", description="Three winters.")
    maker.published(alt="")
    html = client.get("/en/?view=words").text
    assert "A red house." in html
    assert "Three winters." in html
    assert "Nobody has put this picture into words yet." in html
    assert "<img" not in html


def test_the_way_of_the_baton_stands_in_the_welcome(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published()
    maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    page = LexborHTMLParser(client.get("/en/").text)
    heading = page.css_first("#baton")
    assert heading is not None
    assert heading.text() == "The baton is in Lyon"
    assert [each.text() for each in page.css(".chain a")] == ["Nanjing", "Lyon"]


@pytest.mark.parametrize(
    "question",
    ["page=0", "page=-1", "page=x", "page=99999999999999999999", "beyond=٣", "q=%01"],
)
def test_nonsense_in_the_address_shows_the_wall(
    client: FlaskClient, maker: Maker, question: str
) -> None:
    maker.published()
    assert client.get(f"/en/?{question}").status_code == 200


def test_who_has_the_page_is_told_that_it_did_not_change(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    answer = client.get("/en/map")
    tag = answer.headers["ETag"]
    same = client.get("/en/map", headers={"If-None-Match": tag})
    assert same.status_code == 304
    assert "Content-Security-Policy" in same.headers
    assert answer.cache_control.public


def test_demo_data_says_that_it_is(client: FlaskClient) -> None:
    assert "invented" not in client.get("/en/").text


@pytest.mark.parametrize(
    ("page", "pages", "named"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (5, 10, [1, 0, 3, 4, 5, 6, 7, 0, 10]),
        (10, 10, [1, 0, 8, 9, 10]),
    ],
)
def test_the_pager_names_near_pages(page: int, pages: int, named: list[int]) -> None:
    assert page_numbers(page, pages) == named


def test_a_city_that_left_the_relay_has_left_the_ripples(
    client: FlaskClient, maker: Maker
) -> None:
    gone = maker.published(city_id=3143244, country="NO")
    maker.published(city_id=1799962, country="CN")
    dots = client.get("/en/").text.count('<circle class="c')
    maker.take_away(gone, Moderation.TAKEN_DOWN)
    assert client.get("/en/").text.count('<circle class="c') == dots - 1
