from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from relay.domain.moderation import Choice, Reason
from relay.models import RelayFigures
from relay.queries.edition import read_edition
from relay.queries.kept_relay import StaleRelay, find_columns, find_relay, list_stale
from relay.queries.relay_figures import measure_relay, measure_season, tell_season
from relay.services.measure_relay import keep_figures
from tests.making import NAIROBI, choose, make_moderator, measure, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def stale(relay: Relay, *, before: datetime = LONG_AGO) -> list[StaleRelay]:
    with relay.engine.connect() as connection:
        return list_stale(connection, measured_before=before)


def test_a_relay_that_nobody_measured_has_no_figures_and_is_stale(relay: Relay) -> None:
    with relay.engine.connect() as connection:
        assert find_relay(connection, 1) is None
        assert find_columns(connection, 1) is None

    assert stale(relay) == [StaleRelay(1, 0, None, 0.0)]


def test_what_is_kept_is_what_was_measured(either_relay: Relay) -> None:
    relay, by = either_relay, make_moderator(either_relay)
    first = send(relay)
    choose(relay, first.ref, by=by)
    second = send(relay, "https://example.org/2", city=NAIROBI, baton=first.baton)
    choose(relay, second.ref, by=by)
    before = read_edition(relay.engine)
    measure(relay)

    with relay.engine.connect() as connection:
        kept = find_relay(connection, 1)
        found_columns = find_columns(connection, 1)
        assert kept is not None
        now = (kept.measured_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
            microseconds=1
        )
        found = measure_season(connection, 1, gazetteer=relay.gazetteer, now=now)
    rings = kept.answer.pop("rings")
    assert kept.answer == tell_season(found)
    assert rings["nos"] == [1, 2]
    assert kept.answer["n"] == 2
    assert found_columns is not None
    assert found_columns.measured_at == kept.measured_at
    columns = found_columns.columns
    assert list(columns.nos) == [1, 2]
    assert columns.city_countries[columns.cities[1]] == "KE"
    assert stale(relay) == []
    assert read_edition(relay.engine) > before, "pages must be made anew"


def test_each_change_of_the_relay_makes_its_figures_stale(relay: Relay) -> None:
    by = make_moderator(relay)
    sent = send(relay)
    measure(relay)
    assert stale(relay) == []

    choose(relay, sent.ref, by=by)
    assert [each.edition for each in stale(relay)] == [1]
    measure(relay)
    assert stale(relay) == []

    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    assert [each.edition for each in stale(relay)] == [2]


def test_figures_grow_stale_with_time(relay: Relay) -> None:
    measure(relay)

    assert stale(relay, before=relay.clock.now() + timedelta(hours=1))


def test_older_figures_never_take_the_place_of_newer_ones(relay: Relay) -> None:
    with relay.engine.connect() as connection:
        old = measure_relay(connection, 1, gazetteer=relay.gazetteer, clock=relay.clock)
    assert keep_figures(relay.engine, replace(old, edition=5))

    assert not keep_figures(relay.engine, replace(old, edition=4))
    assert keep_figures(relay.engine, replace(old, edition=5))


def test_what_an_earlier_version_measured_is_measured_anew(
    either_relay: Relay,
) -> None:
    measure(either_relay)
    with Session(either_relay.engine) as session:
        kept = session.exec(select(RelayFigures)).one()
        kept.answer = kept.answer.replace('"format": ', '"format": 99')
        session.add(kept)
        session.commit()

    assert [each.measured_at for each in stale(either_relay)] == [None]
    with either_relay.engine.connect() as connection:
        assert find_relay(connection, 1) is None
        assert find_columns(connection, 1) is None
    measure(either_relay)
    assert stale(either_relay) == []
