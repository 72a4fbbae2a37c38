from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.demo.history import Era, TimeMachine, find_era
from relay.domain.entry import ParentKnown
from relay.domain.errors import Conflict
from relay.models import Baton, Decision, Milestone, Season
from tests.making import choose, find, make_moderator, measure, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

SITE = "https://lantern.example/"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ERA = Era(NOW - timedelta(days=50), NOW, 100)


def machine(relay: Relay) -> TimeMachine:
    return TimeMachine(relay.engine, demo=True, links=SITE)


def test_entries_are_dated_back_in_their_order_and_never_ahead() -> None:
    for era in (ERA, find_era(NOW, is_large=False), find_era(NOW, is_large=True)):
        times = [era.sent_at(n) for n in range(era.entries)]
        assert all(one < other for one, other in pairwise(times))
        assert times[0] == era.begin
        assert times[-1] < era.end <= NOW


def test_an_entry_gets_a_time_of_its_own_with_all_that_belongs_to_it(
    relay: Relay,
) -> None:
    mine = send(relay, f"{SITE}post/1")
    choose(relay, mine.ref, by=make_moderator(relay))
    machine(relay).set_back(mine.ref, 7, ERA)
    entry, sent = find(relay, mine.ref), ERA.sent_at(7)
    assert (entry.started_at, entry.submitted_at) == (sent, sent)
    assert entry.published_at is not None
    assert entry.published_at > sent
    with Session(relay.engine) as session:
        assert session.exec(select(Baton.created_at)).all() == [sent]
        assert session.exec(select(Decision.at)).all() == [entry.published_at]
        assert session.exec(select(Season.opens_at)).one() <= sent


def test_a_milestone_that_was_kept_before_is_dated_back_with_its_entry(
    relay: Relay,
) -> None:
    mine = send(relay, f"{SITE}post/1")
    choose(relay, mine.ref, by=make_moderator(relay))
    measure(relay)
    machine(relay).set_back(mine.ref, 7, ERA)
    with Session(relay.engine) as session:
        assert set(session.exec(select(Milestone.at))) == {ERA.sent_at(7)}


def test_some_claimed_their_parent_and_then_no_baton_was_used(relay: Relay) -> None:
    first = send(relay, f"{SITE}post/1")
    second = send(relay, f"{SITE}post/2", baton=first.baton)
    machine(relay).set_back(second.ref, 8, ERA)
    assert find(relay, second.ref).parent_known is ParentKnown.CLAIMED
    assert find(relay, second.ref).parent_id == find(relay, first.ref).id
    with Session(relay.engine) as session:
        assert sum(session.exec(select(Baton.used))) == 0


def test_what_is_not_the_demos_own_is_never_touched(relay: Relay) -> None:
    real = send(relay, "https://example.org/somebodys")
    before = find(relay, real.ref)
    machine(relay).set_back(real.ref, 7, ERA)
    assert find(relay, real.ref) == before


@pytest.mark.parametrize(("demo", "links"), [(False, SITE), (True, "")])
def test_there_is_no_time_machine_without_a_demo(
    relay: Relay, *, demo: bool, links: str
) -> None:
    with pytest.raises(Conflict):
        TimeMachine(relay.engine, demo=demo, links=links)
