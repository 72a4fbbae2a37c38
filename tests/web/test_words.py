"""Names of places and moments of time, as their readers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from markupsafe import Markup

from relay import create_app
from relay.settings import WrongSettingError, read_settings
from relay.web.words import country_name, join_place, say_moment

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

NAMES = '{"en": {"TR": "Türkiye"}}'


@pytest.mark.parametrize(
    ("lang", "city", "country", "place"),
    [
        ("en", "Shenzhen", "CN", "Shenzhen, China"),
        ("zh-Hans", "深圳", "CN", "中国深圳"),
        ("he", "חיפה", "IL", "חיפה, ישראל"),
        ("en", "Hong Kong", "HK", "Hong Kong"),
        ("zh-Hans", "香港", "HK", "香港"),
        ("en", "Singapore", "SG", "Singapore"),
        ("en", "Somewhere", "ZZ9", "Somewhere, ZZ9"),
    ],
)
def test_a_city_stands_with_its_country_as_its_readers_write_it(
    app: Flask, lang: str, city: str, country: str, place: str
) -> None:
    with app.test_request_context(f"/{lang}/"):
        assert join_place(city, country) == place


def test_a_link_stays_a_link_and_a_name_is_escaped(app: Flask) -> None:
    link = Markup('<a href="/en/city/1">{}</a>').format("A<b>")
    with app.test_request_context("/zh-Hans/"):
        place = join_place(link, "CN")
    assert str(place) == '中国<a href="/en/city/1">A&lt;b&gt;</a>'


def test_the_operators_own_names_come_first(relay: Relay) -> None:
    settings = relay.settings.model_copy(
        update={"place_names": read_settings(place_names=NAMES).place_names}
    )
    app = create_app(settings)
    with app.test_request_context("/en/"):
        assert country_name("TR") == "Türkiye"
        assert country_name("CN") == "China"
        assert country_name("TR", "he") == "טורקיה"
    cities = app.test_client().get("/api/v1/cities?q=Ankara&lang=en").json
    assert cities
    assert cities["cities"][0]["country_name"] == "Türkiye"


@pytest.mark.parametrize(
    "wrong", ["{", "[]", '{"xx": {}}', '{"en": {"tr": "T"}}', '{"en": {"TR": 1}}']
)
def test_names_that_cannot_be_used_stop_the_start(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY_PLACE_NAMES", wrong)
    with pytest.raises(WrongSettingError, match=r"^RELAY_PLACE_NAMES: "):
        read_settings()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "22 Nov 2026, 19:05"),
        ("zh-Hans", "2026年11月22日 19:05"),
        ("he", "22 בנוב׳ 2026, 19:05"),
    ],
)
def test_a_moment_is_said_to_the_minute(app: Flask, lang: str, said: str) -> None:
    with app.test_request_context(f"/{lang}/"):
        assert say_moment(datetime(2026, 11, 22, 19, 5, 59, tzinfo=UTC), UTC) == said
