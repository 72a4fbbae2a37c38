"""The map, and the list that holds the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from relay.domain.geo import City
from relay.web.public.bands import put_in_bands
from relay.web.public.places import NamedPlace
from tests.web.making import HAIFA, LYON

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import Maker


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
