"""The map, and the list that holds the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from relay.domain.entry import Kind
from relay.domain.geo import City
from relay.models import Season
from relay.services.writing import writing
from relay.web.context import require_season
from relay.web.public import map_page
from relay.web.public.bands import put_in_bands
from relay.web.public.drawing import draw_world_from
from relay.web.public.places import NamedPlace
from tests.making import measure
from tests.web.making import HAIFA, LYON, NANJING

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from selectolax.lexbor import LexborNode

    from tests.web.making import Maker

SUVA = 2198148


def fill(maker: Maker) -> None:
    first = maker.published()
    second = maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    maker.published(city_id=HAIFA, country="IL", parent_id=maker.id_of(second))


def test_every_dot_is_a_link_and_stands_in_the_list(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    page = LexborHTMLParser(client.get("/en/map").text)
    dots = {each.attributes["href"] for each in page.css("svg a.city")}
    listed = {each.attributes["href"] for each in page.css("#list a")}
    assert dots == listed
    assert len(dots) == 3
    labels = [str(each.attributes["aria-label"]) for each in page.css("svg a.city")]
    assert "Lyon, France: 1 artwork" in labels


def test_passes_are_lines_and_the_latest_way_is_lit(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    page = LexborHTMLParser(client.get("/en/map").text)
    (latest,) = page.css("svg.map path.leg")
    assert "latest" in str(latest.attributes["class"])
    assert str(latest.attributes["d"]).count("M") == 2
    land = page.css_first("path.land")
    assert land is not None
    assert len(str(land.attributes["d"])) > 1_000


def test_the_map_can_be_drawn_around_another_city(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    html = client.get("/en/map?centre=Лион").text
    assert "Map of the relay around Lyon" in html
    assert "In the middle" in html
    assert "Where it began" not in html
    assert "around Nanjing" in client.get("/en/map?centre=Nowhereville").text


def test_an_empty_map_is_a_map(client: FlaskClient) -> None:
    answer = client.get("/en/map")
    assert answer.status_code == 200
    assert "has not left its first city" in answer.text


def test_bands_begin_at_home_and_end_beyond_the_last_ring() -> None:
    def place(at: int, km: int) -> NamedPlace:
        return NamedPlace(City(at, "", "", 0, 0, 0), str(at), "", 1, km)

    near = [
        place(1, 0),
        place(2, 0),
        place(3, 1_000),
        place(4, 1_001),
        place(5, 19_000),
    ]
    bands = put_in_bands(near, near[0].city)
    assert [(band.inner, band.outer, len(band.places)) for band in bands] == [
        (0, 0, 1),
        (0, 2_500, 3),
        (10_000, None, 1),
    ]


def page_of(client: FlaskClient, path: str) -> LexborHTMLParser:
    answer = client.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def one(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    found = page.css_first(selector)
    assert found is not None, f"there is no {selector}"
    return found


def cities_on(page: LexborHTMLParser) -> set[str]:
    return {str(each.attributes["href"]) for each in page.css("svg.map a.city")}


def fill_and_measure(maker: Maker) -> list[int]:
    """Make a tree Nanjing – Lyon – Haifa, and an institution's entry of its own."""
    first = maker.published()
    second = maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    third = maker.published(city_id=HAIFA, country="IL", parent_id=maker.id_of(second))
    alone = maker.published(city_id=SUVA, country="FJ", kind=Kind.INSTITUTION)
    measure(maker.relay)
    return [first, second, third, alone]


def test_a_kind_of_maker_can_be_chosen_by_a_link(
    client: FlaskClient, maker: Maker
) -> None:
    fill_and_measure(maker)
    page = page_of(client, "/en/map")
    (way,) = [each for each in page.css(".ways a") if each.text() == "Institution"]
    chosen = page_of(client, str(way.attributes["href"]))
    assert cities_on(chosen) == {f"/en/city/{SUVA}"}
    assert {each.attributes["href"] for each in chosen.css("#list a")} == {
        f"/en/city/{SUVA}"
    }


def test_one_tree_can_be_chosen_by_any_of_its_artworks(
    client: FlaskClient, maker: Maker
) -> None:
    _first, _second, third, alone = fill_and_measure(maker)
    tree = page_of(client, f"/en/map?relay={third}")
    assert cities_on(tree) == {f"/en/city/{at}" for at in (NANJING, LYON, HAIFA)}
    assert page_of(client, f"/en/map?relay={alone}").css("path.leg") == []


def test_days_are_those_of_the_seasons_time_zone(
    client: FlaskClient, maker: Maker
) -> None:
    # Half past midnight in Nanjing is still the day before in Greenwich.
    late = datetime(2026, 10, 4, 16, 30, tzinfo=UTC)
    maker.published(city_id=LYON, country="FR", submitted_at=late)
    maker.published(submitted_at=late - timedelta(hours=1))
    measure(maker.relay)
    since = page_of(client, "/en/map?since=2026-10-05")
    assert cities_on(since) == {f"/en/city/{LYON}"}
    until = page_of(client, "/en/map?until=2026-10-04")
    assert cities_on(until) == {f"/en/city/{NANJING}"}
    both = page_of(client, "/en/map?since=2026-10-05&until=2026-10-04")
    assert len(cities_on(both)) == 2


def test_what_is_chosen_stays_in_every_link_and_can_be_taken_off(
    client: FlaskClient, maker: Maker
) -> None:
    third = fill_and_measure(maker)[2]
    asked = f"relay={third}&kind=individual&centre={LYON}"
    page = page_of(client, f"/en/map?{asked}")
    chips = {each.text(): str(each.attributes["href"]) for each in page.css(".chips a")}
    assert len(chips) == 2
    for words, href in chips.items():
        assert ("relay=" in href) != ("relay of artwork" in words)
        assert ("kind=" in href) != ("Person" in words)
        assert f"centre={LYON}" in href
    ways = [
        str(each.attributes["href"])
        for each in page.css(".steps a, .all a[href*=cities]")
    ]
    ways.append(str(page.css("main a")[0].attributes["href"]))
    assert len(ways) == 3
    for href in ways:
        assert f"relay={third}" in href
        assert f"centre={LYON}" in href
    hidden = {
        each.attributes["name"]: each.attributes["value"]
        for each in page.css("form.centre input[type=hidden]")
    }
    assert hidden == {"relay": str(third), "kind": "individual"}


def test_the_list_of_cities_is_the_first_link(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    first = page_of(client, "/en/map").css("main a")[0]
    assert first.attributes["href"] == "/en/cities"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("kind=robot", "We do not know this kind of maker"),
        ("since=2026-02-30", "no day that we understand"),
        ("until=20261005", "no day that we understand"),
        ("relay=many", "no number of an artwork"),
        ("relay=0", "no number of an artwork"),
        ("season=of-mists", "We do not know this season"),
        ("centre=Nowhereville", "We do not know this city"),
    ],
)
def test_nonsense_means_everything_and_is_noted_kindly(
    client: FlaskClient, maker: Maker, asked: str, words: str
) -> None:
    fill(maker)
    page = page_of(client, f"/en/map?{asked}")
    (note,) = page.css(".note")
    assert words in note.text()
    assert len(cities_on(page)) == 3


@pytest.mark.parametrize("zoom", ["0", "-4", "x", "1e9", "99999999", "nan", ""])
def test_a_zoom_that_is_none_is_the_whole_map(
    client: FlaskClient, maker: Maker, zoom: str
) -> None:
    fill(maker)
    assert len(cities_on(page_of(client, f"/en/map?zoom={zoom}"))) == 3


def test_closer_and_wider_are_links(client: FlaskClient, maker: Maker) -> None:
    fill(maker)
    wide = page_of(client, "/en/map")
    (closer,) = [str(each.attributes["href"]) for each in wide.css(".steps a")]
    near = page_of(client, closer)
    assert cities_on(near) == {f"/en/city/{at}" for at in (NANJING, HAIFA)}
    assert "1 city lies outside" in one(near, "figcaption").text()
    hrefs = [str(each.attributes["href"]) for each in near.css(".steps a")]
    assert hrefs == ["/en/map?zoom=4", "/en/map"]
    assert len(page_of(client, "/en/map?zoom=8").css(".steps a")) == 1


def test_a_choice_waits_until_the_relay_is_measured(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    page = page_of(client, "/en/map?kind=individual")
    assert "is being measured" in one(page, ".note").text()
    assert cities_on(page) == set()


def test_a_choice_that_fits_nothing_says_so_and_shows_the_way_out(
    client: FlaskClient, maker: Maker
) -> None:
    fill_and_measure(maker)
    note = one(page_of(client, "/en/map?kind=city"), ".note")
    assert "Nothing fits" in note.text()
    (out,) = note.css("a")
    assert out.attributes["href"] == "/en/map"


def test_a_middle_without_artworks_is_marked_and_named(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    page = page_of(client, f"/en/map?centre={SUVA}")
    assert one(page, "svg.map g.mid text").text() == "Suva"
    assert page_of(client, "/en/map").css("g.mid") == []


def test_the_key_tells_sizes_directions_and_distances(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    key = one(page_of(client, "/en/map"), "figure.mapbox[data-map] .key")
    assert "artworks from a city" in key.text()
    assert "from the wide end to the point" in key.text()
    assert "1,000 · 2,500 · 5,000 · 10,000 · 15,000" in " ".join(key.text().split())
    assert len(key.css("circle.c")) == 1
    assert len(key.css("path.leg")) == 1


def test_a_relay_with_more_ways_than_can_be_drawn_is_counted_by_groups(
    client: FlaskClient, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_and_measure(maker)
    counted = one(page_of(client, "/en/map"), "path.leg").attributes["d"]
    monkeypatch.setattr("relay.web.public.map_numbers.FLOWS", 1)
    map_page._tell.cache_clear()  # noqa: SLF001 - the same edition, drawn again
    grouped = one(page_of(client, "/en/map?zoom=1"), "path.leg").attributes["d"]
    assert grouped == counted


def test_another_season_has_a_map_of_its_own(client: FlaskClient, maker: Maker) -> None:
    fill(maker)
    with writing(maker.relay.engine) as session:
        now = session.get_one(Season, 1)
        values = now.model_dump(exclude={"id"}) | {
            "slug": "before",
            "number": now.number - 1,
            "titles": {"en": "The one before"},
            "origin_city": LYON,
            "opens_at": now.opens_at - timedelta(days=400),
            "closes_at": now.opens_at - timedelta(days=100),
        }
        session.add(Season(**values))
    page = page_of(client, "/en/map?season=before")
    assert cities_on(page) == set()
    assert "around Lyon" in str(page.html)
    (chip,) = page.css(".chips a")
    assert chip.attributes["href"] == "/en/map"
    ways = {each.text(): each.attributes["href"] for each in page.css(".ways a")}
    assert ways["The one before"] == "/en/map?season=before"


def test_the_world_from_a_city_is_small_and_has_no_links(
    app: Flask, maker: Maker
) -> None:
    fill(maker)
    lyon = maker.relay.gazetteer.find(LYON)
    assert lyon
    with app.test_request_context(f"/he/city/{LYON}"):
        drawn = draw_world_from(lyon, require_season())
    svg = one(LexborHTMLParser(str(drawn)), "svg.map.small")
    assert len(svg.css("circle.c")) == 3
    assert len(svg.css("circle.c.home")) == 1
    assert str(one(svg, "path.leg").attributes["d"]).count("M") == 2
    assert svg.css("a") == []
    assert one(LexborHTMLParser(str(drawn)), "span.vh").text()
    assert len(drawn.encode()) <= 15_000
