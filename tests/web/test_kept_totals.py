from __future__ import annotations

from typing import TYPE_CHECKING

from relay.web import kept_totals
from relay.web.kept_relay import the_columns
from relay.web.kept_totals import the_totals
from tests.growing import Record
from tests.making import measure
from tests.planting import plant

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.web.making import Maker


def test_totals_are_added_up_once_for_each_time_that_the_relay_is_measured(
    app: Flask, relay: Relay, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(relay, [Record(0, None, 0), Record(1, 0, 1)])
    measure(relay)
    with app.app_context():
        columns = the_columns(1)
        assert columns is not None
        first = the_totals(1, columns, 0)
        assert first.size == 2
        assert the_totals(1, columns, 0) is first
        assert the_totals(1, columns, 1).size == 1

        maker.published(parent_id=maker.id_of(100), ref="third")
        measure(relay)
        newer = the_columns(1)
        assert newer is not None
        assert the_totals(1, newer, 0).size == 3

        monkeypatch.setattr(kept_totals, "KEPT", 1)
        assert [the_totals(1, newer, at).size for at in (0, 1, 0)] == [3, 1, 3]
