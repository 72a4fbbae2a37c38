"""No open page counts rows: counters are kept as entries are published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from tests.making import measure
from tests.web.making import HAIFA, LYON

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/en/?country=FR",
        "/en/?words=boat&view=words",
        "/en/w/1",
        "/en/relay/1",
        "/feed.atom",
        "/en/map",
        "/en/cities",
        f"/en/city/{LYON}",
        "/en/seasons",
        "/en/season/leave-no-one-behind",
        "/api/v1/entries",
        "/api/v1/entries/1/tree",
        "/api/v1/map",
        "/api/v1/relay",
        "/api/v1/seasons",
    ],
)
def test_an_open_page_counts_no_rows(
    path: str, relay: Relay, client: FlaskClient, maker: Maker
) -> None:
    first = maker.published(city_id=LYON, country="FR")
    maker.published(city_id=HAIFA, country="IL", parent_id=maker.id_of(first))
    measure(relay)
    asked: list[str] = []

    @event.listens_for(relay.engine, "before_cursor_execute")
    def note(*given: object) -> None:
        asked.append(str(given[2]))

    assert client.get(path).status_code == 200
    assert asked
    counting = re.compile(
        r"\b(count|sum|avg|total)\s*\(|group by|distinct", re.IGNORECASE
    )
    assert [each for each in asked if counting.search(each)] == []
