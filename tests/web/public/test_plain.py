"""Plain pages, seasons and reading settings."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.web.making import Maker

PLAIN = ("about", "accessibility", "help", "privacy", "easy", "languages", "settings")


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "he"])
@pytest.mark.parametrize("name", [*PLAIN, "seasons", "map", "cities", ""])
def test_every_page_has_one_heading_a_title_and_its_language(
    client: FlaskClient, lang: str, name: str
) -> None:
    answer = client.get(f"/{lang}/{name}")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    assert len(page.css("h1")) == 1
    heading, title = page.css_first("h1"), page.css_first("title")
    assert heading is not None
    assert title is not None
    assert title.text().startswith(heading.text(strip=True)[:8]) or name == "about"
    for landmark in ("header", "main#main", "footer", "nav[aria-label]"):
        assert page.css_first(landmark) is not None, landmark
    levels = [int((each.tag or "h1")[1]) for each in page.css("h1, h2, h3")]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_a_season_stays_readable(client: FlaskClient, maker: Maker) -> None:
    maker.published(title="Kept")
    listed = client.get("/en/seasons").text
    assert 'href="/en/season/leave-no-one-behind"' in listed
    page = client.get("/en/season/leave-no-one-behind").text
    assert "signed bricks" in page
    assert "Kept" in page
    assert client.get("/en/season/nothing").status_code == 404


def test_reading_settings_are_kept_and_taken_back(
    client: FlaskClient, csrf: Callable[[str], str]
) -> None:
    form = {"reading": ["large", "calm", "x"], "csrf_token": csrf("/en/settings")}
    answer = client.post("/en/settings", data=form)
    assert answer.status_code == 303
    root = LexborHTMLParser(client.get("/en/").text).css_first("html")
    assert root is not None
    assert root.attributes["class"] == "calm large"
    client.post("/en/settings", data={"csrf_token": csrf("/en/settings")})
    plain = LexborHTMLParser(client.get("/en/").text).css_first("html")
    assert plain is not None
    assert not plain.attributes["class"]
