from __future__ import annotations

from typing import TYPE_CHECKING

from relay.queries.kept_relay import find_relay
from relay.web import kept_relay
from relay.web.kept_relay import the_columns, the_figures, the_figures_and_columns
from tests.making import measure

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from sqlalchemy import Connection

    from relay.bootstrap import Relay
    from relay.queries.kept_relay import KeptRelay
    from tests.web.making import Maker


def test_both_parts_are_of_one_measuring_even_if_another_ends_between_the_two(
    app: Flask, relay: Relay, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker.published()
    measure(relay)

    def read_slowly(connection: Connection, season_id: int) -> KeptRelay | None:
        found = find_relay(connection, season_id)
        if found and found.answer["n"] == 1:
            maker.published()
            measure(relay)
        return found

    monkeypatch.setattr(kept_relay, "find_relay", read_slowly)
    with app.app_context():
        measured = the_figures_and_columns(1)
        assert measured is not None
        assert measured.figures.answer["n"] == len(measured.columns) == 2
        assert the_figures(1) is measured.figures, "it is read once"
        assert the_columns(1) is measured.columns


def test_before_the_first_measuring_there_is_neither(app: Flask, maker: Maker) -> None:
    maker.published()
    with app.app_context():
        assert the_figures_and_columns(1) is None
        assert the_columns(1) is None
