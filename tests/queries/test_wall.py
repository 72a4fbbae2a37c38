"""The wall's questions stay cheap: pages are ranges, and the index is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from relay.queries.wall import (
    CHAIN,
    Order,
    View,
    WallAsk,
    Wanted,
    read_counts,
    read_latest_relay,
    read_wall,
)
from tests.web.making import LYON, NANJING, Maker

if TYPE_CHECKING:
    from relay.bootstrap import Relay

ASK = WallAsk(season_id=1, lang="en")


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "ix_entry_wall"),
        (Wanted(city_id=NANJING), "ix_entry_wall_city"),
        (Wanted(country="CN"), "ix_entry_wall_country"),
        (Wanted(kind="city"), "ix_entry_wall_kind"),
        (Wanted(platform="web"), "ix_entry_wall_platform"),
        (Wanted(lang="en"), "ix_entry_wall_lang"),
    ],
)
def test_every_filter_walks_its_own_index(
    relay: Relay, wanted: Wanted, index: str
) -> None:
    Maker(relay).published()
    asked: list[tuple[str, object]] = []

    @event.listens_for(relay.engine, "before_cursor_execute")
    def note(*given: object) -> None:
        asked.append((str(given[2]), given[3]))

    with relay.engine.connect() as connection:
        read_wall(connection, WallAsk(season_id=1, lang="en", wanted=wanted))
        statement, values = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        steps = " ".join(str(row) for row in plan)
    assert f"{index} " in steps
    assert "SCAN" not in steps
    assert "TEMP B-TREE" not in steps


def test_cards_come_as_they_were_printed(relay: Relay) -> None:
    Maker(relay).published(title="One")
    with relay.engine.connect() as connection:
        pictures = read_wall(connection, ASK)
        words = read_wall(connection, WallAsk(season_id=1, lang="en", view=View.WORDS))
        other = read_wall(connection, WallAsk(season_id=1, lang="xx"))
        elsewhere = read_wall(connection, WallAsk(season_id=2, lang="en"))
    assert pictures.cards[0].startswith('<li class="card')
    assert words.cards[0].startswith('<li class="said')
    assert (other.cards, elsewhere.cards) == ((), ())


def test_the_same_page_is_found_from_either_end(relay: Relay) -> None:
    maker = Maker(relay)
    for _ in range(3):
        maker.published()
    with relay.engine.connect() as connection:
        newest = read_wall(connection, ASK)
        oldest = read_wall(
            connection, WallAsk(season_id=1, lang="en", order=Order.OLDEST)
        )
    assert newest.cards == tuple(reversed(oldest.cards))


def test_counts_are_those_that_publication_kept(relay: Relay) -> None:
    maker = Maker(relay)
    maker.published()
    maker.published(city_id=LYON, country="FR", kind="city", lang="fr")
    maker.pending(city_id=LYON, country="FR")
    with relay.engine.connect() as connection:
        counts = read_counts(connection, 1)
    assert (counts.entries, counts.cities) == (2, 2)
    assert dict(counts.countries) == {"CN": 1, "FR": 1}
    assert dict(counts.kinds) == {"individual": 1, "city": 1}
    assert dict(counts.langs) == {"en": 1, "fr": 1}


def test_the_latest_relay_is_told_from_its_last_cities(relay: Relay) -> None:
    maker = Maker(relay)
    above = maker.published()
    for _ in range(CHAIN):
        above = maker.published(parent_id=maker.id_of(above))
    with relay.engine.connect() as connection:
        chain = read_latest_relay(connection, 1)
    assert [hop.no for hop in chain.hops] == [2, 3, 4, 5]
    assert chain.longer


def test_an_empty_season_has_no_relay(relay: Relay) -> None:
    with relay.engine.connect() as connection:
        assert read_latest_relay(connection, 1).hops == ()
        assert read_counts(connection, 1).entries == 0
