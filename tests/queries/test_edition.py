"""The edition of the public pages, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from relay.adapters.database import open_engine
from relay.domain.moderation import Moderation
from relay.queries.edition import read_edition
from relay.services.edition import turn_edition
from relay.services.open_season import set_hours
from relay.services.writing import writing
from tests.web.making import Maker

if TYPE_CHECKING:
    from pathlib import Path

    from relay.bootstrap import Relay


def test_each_change_that_readers_see_is_a_new_edition(either_relay: Relay) -> None:
    relay, maker = either_relay, Maker(either_relay)
    engine, now = relay.engine, relay.clock.now()
    editions = [read_edition(engine)]
    no = maker.published()
    editions.append(read_edition(engine))
    set_hours(
        engine, "leave-no-one-behind", opens_at=now, closes_at=None, clock=relay.clock
    )
    editions.append(read_edition(engine))
    maker.take_away(no, Moderation.TAKEN_DOWN)
    editions.append(read_edition(engine))
    assert editions == sorted(set(editions))


def test_what_nobody_sees_is_no_new_edition(either_relay: Relay) -> None:
    before = read_edition(either_relay.engine)
    Maker(either_relay).pending()
    assert read_edition(either_relay.engine) == before


def test_an_edition_is_counted_with_its_change_or_not_at_all(relay: Relay) -> None:
    before = read_edition(relay.engine)

    def fail_late() -> None:
        with writing(relay.engine) as session:
            turn_edition(session)
            message = "too late"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="too late"):
        fail_late()
    assert read_edition(relay.engine) == before
    with writing(relay.engine) as session:
        turn_edition(session)
        assert read_edition(relay.engine) == before
    assert read_edition(relay.engine) > before


def test_without_a_database_there_is_no_edition(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}")
    with pytest.raises(OperationalError):
        read_edition(engine)
