from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Invalid, NotFound
from relay.models import Season
from relay.services.open_season import NANJING, ensure_first_season, set_hours

if TYPE_CHECKING:
    from relay.bootstrap import Relay

OPENS = datetime(2026, 6, 21, 1, tzinfo=UTC)
CLOSES = datetime(2026, 12, 21, 1, tzinfo=UTC)


def test_the_first_season_is_made_once(either_relay: Relay) -> None:
    assert not ensure_first_season(either_relay.engine, clock=either_relay.clock)
    with Session(either_relay.engine) as session:
        season = session.exec(select(Season)).one()
    assert (season.slug, season.number) == ("leave-no-one-behind", 3)
    assert season.origin_city == NANJING
    assert either_relay.gazetteer.name(NANJING, "zh-Hans") == "南京"
    assert season.closes_at is None
    for words in (season.titles, season.statements, season.symbol_names):
        assert set(words) == {"en", "zh-Hans", "he"}
        assert all(words.values())


def test_hours_can_be_set_and_an_end_taken_away(either_relay: Relay) -> None:
    slug = "leave-no-one-behind"
    set_hours(
        either_relay.engine,
        slug,
        opens_at=OPENS,
        closes_at=CLOSES,
        clock=either_relay.clock,
    )
    with Session(either_relay.engine) as session:
        season = session.exec(select(Season)).one()
        assert (season.opens_at, season.closes_at) == (OPENS, CLOSES)
    set_hours(
        either_relay.engine,
        slug,
        opens_at=OPENS,
        closes_at=None,
        clock=either_relay.clock,
    )
    with Session(either_relay.engine) as session:
        assert session.exec(select(Season.closes_at)).one() is None


def test_a_season_cannot_close_before_it_opens(relay: Relay) -> None:
    for closes in (OPENS, datetime(2020, 1, 1, tzinfo=UTC)):
        with pytest.raises(Invalid, match="closes"):
            set_hours(
                relay.engine,
                "leave-no-one-behind",
                opens_at=OPENS,
                closes_at=closes,
                clock=relay.clock,
            )


def test_an_unknown_season_is_not_found(relay: Relay) -> None:
    with pytest.raises(NotFound):
        set_hours(
            relay.engine, "nothing", opens_at=OPENS, closes_at=None, clock=relay.clock
        )
