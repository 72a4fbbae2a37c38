"""Cities as a list, and one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from tests.web.making import HAIFA, LYON, NANJING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import Maker


def test_cities_stand_under_their_country_in_the_readers_language(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    maker.published(city_id=LYON, country="FR")
    page = LexborHTMLParser(client.get("/zh-Hans/cities?by=country").text)
    assert [each.text() for each in page.css(".rings h2")] == ["法国", "中国"]
    assert [each.text() for each in page.css(".rings li a")] == ["里昂", "南京"]


def test_a_country_can_be_looked_at_alone(client: FlaskClient, maker: Maker) -> None:
    maker.published()
    maker.published(city_id=LYON, country="FR")
    page = LexborHTMLParser(client.get("/en/cities?country=fr").text)
    assert [each.text() for each in page.css(".rings li a")] == ["Lyon"]


def test_a_city_shows_its_artworks_and_its_batons(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published()
    lyon = maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    maker.published(city_id=HAIFA, country="IL", parent_id=maker.id_of(lyon))
    page = LexborHTMLParser(client.get(f"/en/city/{LYON}").text)
    flows = [each.attributes["href"] for each in page.css(".flows a")]
    assert flows == [f"/en/city/{NANJING}", f"/en/city/{HAIFA}"]
    assert len(page.css(".wall > li")) == 1


def test_a_city_without_artworks_invites_the_first(client: FlaskClient) -> None:
    answer = client.get(f"/en/city/{LYON}")
    assert answer.status_code == 200
    assert "Nothing has come from Lyon yet" in answer.text


def test_what_is_no_city_is_not_found(client: FlaskClient) -> None:
    assert client.get("/en/city/1").status_code == 404
    assert client.get("/en/city/99999999999999999999").status_code == 404


def test_an_empty_list_invites_the_first(client: FlaskClient) -> None:
    assert "No city has taken part yet" in client.get("/en/cities").text
