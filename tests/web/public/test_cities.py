"""Cities as a list, and one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from relay.domain.entry import Kind
from tests.making import measure
from tests.web.making import HAIFA, LYON, NANJING

if TYPE_CHECKING:
    import pytest
    from flask.testing import FlaskClient

    from tests.web.making import Maker

SHANGHAI = 1796236


def test_cities_stand_under_their_country_in_the_readers_language(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    maker.published(city_id=LYON, country="FR")
    page = LexborHTMLParser(client.get("/zh-Hans/cities?by=country").text)
    assert [each.text() for each in page.css(".rings h2")] == ["法国", "中国"]
    assert [each.text() for each in page.css(".rings li a")] == ["里昂", "南京"]


def test_cities_stand_by_their_distance_and_every_pass_below(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published()
    lyon = maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    maker.published(city_id=HAIFA, country="IL", parent_id=maker.id_of(lyon))
    page = LexborHTMLParser(client.get("/en/cities").text)
    assert [each.text() for each in page.css(".rings h2")] == [
        "Where it began",
        "5,000 to 10,000 km",
    ]
    assert [each.text() for each in page.css(".rings li a")] == [
        "Nanjing",
        "Haifa",
        "Lyon",
    ]
    passes = [" ".join(each.text().split()) for each in page.css(".passes li")]
    assert sorted(passes) == [
        "From Lyon to Haifa 1 baton",
        "From Nanjing to Lyon 1 baton",
    ]


def test_the_list_holds_everything_that_the_map_shows(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published()
    maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    maker.published(city_id=HAIFA, country="IL", kind=Kind.INSTITUTION)
    measure(maker.relay)
    for asked in ("", "?kind=individual", f"?relay={first}&centre={LYON}"):
        drawn = LexborHTMLParser(client.get(f"/en/map{asked}").text)
        listed = LexborHTMLParser(client.get(f"/en/cities{asked}").text)
        dots = {each.attributes["href"] for each in drawn.css("svg.map a.city")}
        assert dots
        assert {each.attributes["href"] for each in listed.css(".rings a")} == dots
        (back,) = listed.css(".lede a")
        assert back.attributes["href"] == f"/en/map{asked}"


def test_a_long_list_is_split_over_pages(
    client: FlaskClient, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay.web.public.cities.PAGE", 2)
    monkeypatch.setattr("relay.web.public.cities.BESIDE", 1)
    first = maker.published()
    for city, country in ((LYON, "FR"), (HAIFA, "IL")):
        maker.published(city_id=city, country=country, parent_id=maker.id_of(first))
    page = LexborHTMLParser(client.get("/en/cities").text)
    assert [each.text() for each in page.css(".rings a")] == ["Nanjing", "Haifa"]
    assert len(page.css(".passes li")) == 1
    (after,) = page.css("a[rel=next]")
    then = LexborHTMLParser(client.get(str(after.attributes["href"])).text)
    assert [each.text() for each in then.css(".rings a")] == ["Lyon"]
    assert then.css("a[rel=next]") == []
    passes = LexborHTMLParser(client.get("/en/cities?by=passes").text)
    assert len(passes.css(".passes li")) == 2
    titles = {each.css("title")[0].text() for each in (page, then, passes)}
    assert len(titles) == 3
    for nonsense in ("page=999", "page=-1", "page=²", "by=colour"):
        assert client.get(f"/en/cities?{nonsense}").status_code == 200


def test_a_long_list_by_country_is_split_too_and_offers_each_alone(
    client: FlaskClient, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay.web.public.cities.COUNTRY_PAGE", 2)
    for city, country in ((NANJING, "CN"), (SHANGHAI, "CN"), (LYON, "FR")):
        maker.published(city_id=city, country=country)
    maker.published(city_id=HAIFA, country="IL")
    page = LexborHTMLParser(client.get("/en/cities?by=country").text)
    assert [each.text() for each in page.css(".rings li a")] == ["Nanjing", "Shanghai"]
    offered = page.css("select[name=country] option")
    assert [each.attributes["value"] for each in offered] == ["", "CN", "FR", "IL"]
    (after,) = page.css("a[rel=next]")
    then = LexborHTMLParser(client.get(str(after.attributes["href"])).text)
    assert [each.text() for each in then.css(".rings h2")] == ["France", "Israel"]
    assert then.css("a[rel=next]") == []
    one = LexborHTMLParser(client.get("/en/cities?by=country&country=CN&page=9").text)
    assert len(one.css(".rings li")) == 2
    (back,) = one.css("select[name=country] option[selected]")
    assert back.attributes["value"] == "CN"


def test_a_shared_link_to_the_list_shows_the_seasons_picture(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    page = LexborHTMLParser(client.get("/en/cities").text)
    about = {
        each.attributes["property"]: each.attributes["content"] or ""
        for each in page.css("meta[property^='og:']")
    }
    assert about["og:title"] == "Cities of the relay"
    assert "/card.jpg" in about["og:image"]
    assert about["og:image:alt"]


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
