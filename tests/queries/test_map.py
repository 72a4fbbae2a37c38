from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Moderation
from relay.queries.map import list_countries
from relay.queries.wall import read_counts
from tests.web.making import HAIFA, LYON, Maker

if TYPE_CHECKING:
    from relay.bootstrap import Relay

PARIS = 2988507


def cities(relay: Relay) -> tuple[int, dict[str, int]]:
    with relay.engine.connect() as connection:
        return read_counts(connection, 1).cities, dict(list_countries(connection, 1))


def test_a_city_counts_from_its_first_artwork_to_its_last(either_relay: Relay) -> None:
    assert cities(either_relay) == (0, {})
    maker = Maker(either_relay)
    lyon = [maker.published(city_id=LYON, country="FR") for _ in range(2)]
    paris = maker.published(city_id=PARIS, country="FR")
    maker.published(city_id=HAIFA, country="IL")
    assert cities(either_relay) == (3, {"FR": 2, "IL": 1})
    maker.take_away(lyon[0], Moderation.TAKEN_DOWN)
    assert cities(either_relay) == (3, {"FR": 2, "IL": 1})
    maker.take_away(lyon[1], Moderation.WITHDRAWN)
    assert cities(either_relay) == (2, {"FR": 1, "IL": 1})
    maker.take_away(paris, Moderation.TAKEN_DOWN)
    assert cities(either_relay) == (1, {"IL": 1})
    maker.published(city_id=LYON, country="FR")
    assert cities(either_relay) == (2, {"FR": 1, "IL": 1})
