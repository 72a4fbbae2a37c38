"""The reader's language: how it is chosen, kept and switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("accepted", "wall"),
    [
        ("zh-CN,zh;q=0.9", "/zh-Hans/"),
        ("zh-SG", "/zh-Hans/"),
        ("he-IL, en;q=0.5", "/he/"),
        ("iw", "/he/"),
        ("xx, he;q=0.2", "/he/"),
        ("xx", "/en/"),
        ("", "/en/"),
    ],
)
def test_the_first_page_follows_the_browser(
    client: FlaskClient, accepted: str, wall: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert answer.status_code == 302
    assert answer.location == wall
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_a_chosen_language_comes_before_the_browsers(
    client: FlaskClient, csrf: Callable[[str], str]
) -> None:
    form = {"to": "he", "page": "/he/map", "csrf_token": csrf("/en/languages")}
    answer = client.post("/language", data=form)
    assert (answer.status_code, answer.location) == (303, "/he/map")
    assert client.get("/", headers={"Accept-Language": "en"}).location == "/he/"


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example/", "/\\evil.example", ""]
)
def test_choosing_a_language_never_leads_elsewhere(
    client: FlaskClient, csrf: Callable[[str], str], page: str
) -> None:
    form = {"to": "he", "page": page, "csrf_token": csrf("/en/languages")}
    assert client.post("/language", data=form).location == "/he/"


def test_a_language_that_we_do_not_speak_is_no_page(client: FlaskClient) -> None:
    assert client.get("/xx/").status_code == 404
    assert client.get("/EN/").status_code == 404


def test_the_switch_keeps_the_page_and_its_question(client: FlaskClient) -> None:
    page = LexborHTMLParser(client.get("/en/map?centre=Lyon").text)
    found = {
        link.attributes["hreflang"]: link.attributes["href"]
        for link in page.css(".tongues a")
    }
    assert found["he"] == "/he/map?centre=Lyon"
    assert found["zh-Hans"] == "/zh-Hans/map?centre=Lyon"
    heads = page.css("link[rel=alternate][hreflang]")
    named = {link.attributes["hreflang"]: link.attributes["href"] for link in heads}
    assert str(named["he"]).endswith("/he/map?centre=Lyon")


@pytest.mark.parametrize(
    ("lang", "direction", "word"),
    [("en", "ltr", "Skip to"), ("zh-Hans", "ltr", "跳到"), ("he", "rtl", "דילוג")],
)
def test_a_page_is_in_one_language_with_its_direction(
    client: FlaskClient, lang: str, direction: str, word: str
) -> None:
    page = LexborHTMLParser(client.get(f"/{lang}/").text)
    root = page.css_first("html")
    assert root is not None
    assert root.attributes["lang"] == lang
    assert root.attributes["dir"] == direction
    skip = page.css_first(".skip")
    assert skip is not None
    assert word in skip.text()


def test_an_error_speaks_the_language_of_its_path(client: FlaskClient) -> None:
    assert "הדף לא נמצא" in client.get("/he/nowhere").text
    lost = client.get("/nowhere", headers={"Accept-Language": "zh"})
    assert "找不到这一页" in lost.text


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_scheme=x", "_anchor=x", "_external=1", "_method=GET"]
)
@pytest.mark.parametrize("page", ["/en/", "/en/about", "/en/map"])
def test_a_readers_query_never_tells_us_what_address_to_build(
    client: FlaskClient, page: str, query: str
) -> None:
    answer = client.get(f"{page}?{query}")
    assert answer.status_code == 200
    assert f"/he{page[3:]}?{query}" in answer.get_data(as_text=True)


@pytest.mark.parametrize("page", ["/\t/evil", "//evil", "/\\evil", "/en/\r\nX: y"])
def test_a_language_is_never_a_way_to_another_site(app: Flask, page: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/language", data={"to": "he", "page": page})
    assert answer.headers["Location"] == "/he/"
