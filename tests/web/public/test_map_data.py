"""The map as data for its script: small, kept, and in the reader's language."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest

from relay.domain.map_columns import pack_legs, pack_places
from relay.domain.moderation import Moderation
from tests.domain.test_map_columns import read_numbers
from tests.making import measure
from tests.web.making import HAIFA, LYON, NANJING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from relay.domain.map_columns import PlaceRow
    from tests.web.making import Maker


def fill(maker: Maker) -> tuple[int, int, int]:
    first = maker.published()
    second = maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    third = maker.published(city_id=HAIFA, country="IL", parent_id=maker.id_of(second))
    return first, second, third


def ask(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    told: dict[str, Any] = answer.json or {}
    return told


def cities(told: dict[str, Any]) -> dict[int, tuple[str, int]]:
    places = told["places"]
    ids = accumulate(read_numbers(places["ids"]))
    names = places["names"].split("\n") if places["names"] else []
    many = read_numbers(places["entries"])
    return dict(zip(ids, zip(names, many, strict=True), strict=True))


def legs(told: dict[str, Any]) -> set[tuple[int, int]]:
    ids, ends = list(cities(told)), iter(read_numbers(told["legs"]["to"]))
    found = set()
    for start, many in enumerate(read_numbers(told["legs"]["out"])):
        to = 0
        for _ in range(many):
            to += next(ends)
            found.add((ids[start], ids[to]))
    return found


def test_cities_and_legs_are_told_in_the_readers_language(
    client: FlaskClient, maker: Maker
) -> None:
    fill(maker)
    told = ask(client, "/zh-Hans/map/data.json")
    assert cities(told)[LYON] == ("里昂", 1)
    assert legs(told) == {(NANJING, LYON), (LYON, HAIFA)}
    assert told["countries"]["FR"] == "法国"
    assert told["words"]["artworks"] == {"other": "{many} 件作品"}
    assert list(told["latest"]) == [
        list(cities(told)).index(each) for each in (NANJING, LYON, HAIFA)
    ]


def test_every_plural_form_is_sent_with_its_name(client: FlaskClient) -> None:
    words = ask(client, "/en/map/data.json")["words"]
    assert words["cities"] == {"one": "{many} city", "other": "{many} cities"}
    assert ask(client, "/he/map/data.json")["words"]["cities"].keys() >= {"one", "two"}


def test_without_a_measured_relay_there_are_no_days(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    fill(maker)
    assert ask(client, "/en/map/data.json")["days"] is None
    assert ask(client, "/en/map/days.json")["days"]["to"] == ""
    measure(relay)
    assert ask(client, "/en/map/data.json")["days"] == "/en/map/days.json"


def test_the_days_speak_of_the_same_cities(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    fill(maker)
    measure(relay)
    data, told = ask(client, "/en/map/data.json"), ask(client, "/en/map/days.json")
    assert told["edition"] == data["edition"]
    ids = list(cities(data))
    after, to = (read_numbers(told["days"][each]) for each in ("after", "to"))
    assert (after[1:], after[0] > 20_000) == ([0, 0], True)
    assert {ids[each] for each in accumulate(to)} == {NANJING, LYON, HAIFA}
    assert sorted(
        ids[each - 1] for each in read_numbers(told["days"]["origin"]) if each
    ) == sorted([NANJING, LYON])


def test_what_is_asked_of_the_page_is_asked_of_the_data(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    first, _, _ = fill(maker)
    alone = maker.published(city_id=HAIFA, country="IL")
    measure(relay)
    whole = ask(client, "/en/map/data.json")
    assert cities(whole)[HAIFA][1] == 2
    told = ask(client, f"/en/map/data.json?relay={first}&zoom=3&centre={LYON}")
    assert cities(told)[HAIFA][1] == 1
    assert told["days"] == f"/en/map/days.json?relay={first}"
    assert told["latest"] == []
    assert len(read_numbers(ask(client, told["days"])["days"]["to"])) == 3
    assert cities(ask(client, f"/en/map/data.json?relay={alone}")).keys() == {HAIFA}
    assert cities(ask(client, "/en/map/data.json?until=2001-01-01")) == {}


def test_it_is_kept_until_something_public_changes(
    client: FlaskClient, maker: Maker
) -> None:
    _, _, third = fill(maker)
    answer = client.get("/en/map/data.json")
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/en/map/data.json", headers=known).status_code == 304
    maker.take_away(third, Moderation.WITHDRAWN)
    again = client.get("/en/map/data.json", headers=known)
    assert again.status_code == 200
    assert HAIFA not in cities(again.json or {})


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_ten_thousand_cities_are_less_than_a_third_of_their_geojson(
    relay: Relay, lang: str
) -> None:
    known = sorted(relay.gazetteer.list_largest(10_000), key=lambda each: each.id)
    dice = random.Random(4)  # noqa: S311 - an invented relay, no secret
    weights = [city.population**0.7 for city in known]
    ways: Counter[tuple[int, int]] = Counter()
    while len(ways) < 20_000:
        start, end = dice.choices(range(len(known)), weights, k=2)
        ways[start, end] += 1 if start != end else 0
    rows = [
        (
            *(each.id, relay.gazetteer.name(each.id, lang), each.country),
            *(each.lat, each.lon, round(weight / weights[0]) + 1),
        )
        for each, weight in zip(known, weights, strict=True)
    ]
    told = {
        "places": pack_places(rows),
        "legs": pack_legs(((*way, many) for way, many in ways.items()), len(rows)),
    }
    share = zipped_kb(told) / zipped_kb(as_geojson(rows, ways))
    assert share <= 0.30  # measured 0.18
    assert zipped_kb(told) < 175  # measured 146 in English, 155 in Chinese


def as_geojson(
    rows: list[PlaceRow], ways: Mapping[tuple[int, int], int]
) -> dict[str, Any]:
    """Return the same as /api/v1/map tells it."""
    at = [[round(row[4], 5), round(row[3], 5)] for row in rows]
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place},
            "properties": dict(
                zip(("city", "name", "country"), row[:3], strict=True), entries=row[5]
            ),
        }
        for row, place in zip(rows, at, strict=True)
    ]
    lines = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [at[start], at[end]]},
            "properties": {
                "from": rows[start][0],
                "to": rows[end][0],
                "passes": many,
            },
        }
        for (start, end), many in ways.items()
    ]
    return {"type": "FeatureCollection", "features": points + lines}


def zipped_kb(told: object) -> float:
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    return len(gzip.compress(text.encode(), 6)) / 1_000
