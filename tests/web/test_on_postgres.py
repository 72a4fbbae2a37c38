"""The public pages ask PostgreSQL the same questions as SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.adapters.database import migrate
from relay.bootstrap import open_relay
from relay.domain.moderation import Moderation
from relay.services.open_season import ensure_first_season
from relay.settings import Settings
from relay.web.app import build_app
from tests.web.making import LYON, Maker, draw_picture

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.postgres
@pytest.mark.slow
def test_every_page_is_served_from_postgresql(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, database_url=postgres_url, secret_key="x" * 40)
    migrate(settings.database)
    relay = open_relay(settings)
    ensure_first_season(relay.engine, clock=relay.clock)
    maker = Maker(relay)
    first = maker.published(picture=draw_picture(), title="Lanterns")
    maker.published(city_id=LYON, country="FR", parent_id=maker.id_of(first))
    gone = maker.published()
    maker.take_away(gone, Moderation.WITHDRAWN)
    client = build_app(relay).test_client()
    pages = ["/en/", "/en/?q=lanterns", "/en/?city=Lyon&view=words", "/en/map"]
    pages += ["/en/cities", f"/en/city/{LYON}", f"/en/w/{first}", "/en/seasons"]
    pages += ["/en/season/leave-no-one-behind", "/readyz"]
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert "Lanterns" in client.get("/en/?q=lanterns").text
    assert client.get(f"/en/w/{gone}").status_code == 410
    assert client.get("/media/nothing.jpeg").status_code == 404
    relay.engine.dispose()
