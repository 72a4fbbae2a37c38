from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from relay.domain.milestones import MilestoneOf, Passed
from relay.domain.moderation import Choice, Reason
from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.queries.milestones import MilestoneView, list_milestones
from relay.services.milestones import store_milestones
from relay.services.writing import writing
from tests.making import (
    CAMBRIDGE,
    NAIROBI,
    choose,
    find,
    make_moderator,
    measure,
    send,
)

if TYPE_CHECKING:
    from relay.bootstrap import Relay

DAY = timedelta(days=1) // MICROSECOND


def stored(relay: Relay, *, limit: int | None = None) -> list[MilestoneView]:
    with relay.engine.connect() as connection:
        return list_milestones(connection, 1, limit=limit)


def told(relay: Relay) -> list[tuple[str, str, int | None]]:
    return [(each.of.value, each.value, each.no) for each in stored(relay)]


def test_measuring_keeps_the_marks_that_the_relay_has_passed(
    either_relay: Relay,
) -> None:
    relay, by = either_relay, make_moderator(either_relay)
    first = send(relay)
    second = send(relay, "https://example.org/2", city=NAIROBI, baton=first.baton)
    for each in (second, first):
        choose(relay, each.ref, by=by)
    assert stored(relay) == []
    measure(relay)
    assert told(relay) == [
        ("country", "KE", 1),
        ("km", "1000", 1),
        ("country", "CN", 2),
    ]
    newest, oldest = stored(relay)[0], stored(relay)[-1]
    assert newest.at == find(relay, second.ref).submitted_at
    assert oldest.at == find(relay, first.ref).submitted_at
    assert len(stored(relay, limit=2)) == 2


def test_a_mark_is_never_moved_and_never_taken_back(relay: Relay) -> None:
    by = make_moderator(relay)
    early, late = send(relay, city=CAMBRIDGE), send(relay, "https://example.org/2")
    choose(relay, late.ref, by=by)
    also = send(relay, "https://example.org/3", city=CAMBRIDGE)
    choose(relay, also.ref, by=by)
    measure(relay)
    before = stored(relay)
    assert told(relay) == [("country", "GB", 2), ("country", "CN", 1)]

    choose(relay, early.ref, by=by)  # sent in before them, and approved after
    measure(relay)
    assert stored(relay) == before


def test_a_mark_stays_without_the_number_of_an_entry_that_was_taken_away(
    relay: Relay,
) -> None:
    by = make_moderator(relay)
    sent = send(relay)
    choose(relay, sent.ref, by=by)
    measure(relay)
    at = stored(relay)[0].at
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    assert stored(relay) == [MilestoneView(MilestoneOf.COUNTRY, "CN", at, None)]
    measure(relay)
    assert stored(relay) == [MilestoneView(MilestoneOf.COUNTRY, "CN", at, None)]
    choose(relay, sent.ref, Choice.RESTORE, by=by)
    assert told(relay) == [("country", "CN", 1)]


def test_storing_twice_stores_once(either_relay: Relay) -> None:
    marks = [
        Passed(MilestoneOf.CITIES, "10", 3 * DAY, 7),
        Passed(MilestoneOf.KM, "10", 4 * DAY, 8),
    ]
    for moved in (0, DAY):
        with writing(either_relay.engine) as session:
            again = [
                Passed(each.of, each.value, each.at + moved, each.no) for each in marks
            ]
            store_milestones(session, 1, again)
            store_milestones(session, 1, [])
    assert [each.at for each in stored(either_relay)] == [
        EPOCH + timedelta(days=4),
        datetime(1970, 1, 4, tzinfo=UTC),
    ]
