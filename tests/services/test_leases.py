from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import Moderation
from relay.models import AuditRow, Entry, Lease
from relay.models.moderator import Role
from relay.services.deciders import OutOfScopeError
from relay.services.desk_settings import change_settings
from relay.services.leases import (
    Handed,
    HeldByOtherError,
    give_back,
    hand_out,
    renew_leases,
    take_over,
)
from tests.deciding import limit_scope
from tests.making import SetClock, make_moderator
from tests.web.making import Maker

if TYPE_CHECKING:
    from sqlalchemy import Select

    from relay.bootstrap import Relay

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


def waiting() -> Select[Any]:
    return (
        select(col(Entry.id))
        .where(col(Entry.moderation) == Moderation.PENDING)
        .order_by(col(Entry.id))
    )


def hand(relay: Relay, clock: SetClock, *, to: int) -> Handed:
    return hand_out(relay.engine, waiting(), moderator_id=to, clock=clock)


def held(relay: Relay, by: int, at: datetime = NOON) -> list[int]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(Lease.entry_id)
                .where(Lease.moderator_id == by, Lease.until > at)
                .order_by(col(Lease.entry_id))
            )
        )


def test_the_oldest_twenty_are_handed_out_once(
    either_relay: Relay, clock: SetClock
) -> None:
    relay, maker = either_relay, Maker(either_relay)
    ids = [maker.pending() for _ in range(45)]
    mei, lin, third = (make_moderator(relay, f"{at}@example.org") for at in "abc")
    assert hand(relay, clock, to=mei) == Handed(20, 20, NOON + timedelta(minutes=15))
    assert hand(relay, clock, to=lin).new == 20
    assert hand(relay, clock, to=third).new == 5
    assert held(relay, mei) == ids[:20]
    assert held(relay, lin) == ids[20:40]
    assert held(relay, third) == ids[40:]


def test_whoever_asks_again_gets_no_more_than_the_settings_allow(
    relay: Relay, clock: SetClock
) -> None:
    maker, mei = Maker(relay), make_moderator(relay)
    ids = [maker.pending() for _ in range(10)]
    change_settings(
        relay.engine,
        {"hand_out": 4, "lease_minutes": 30},
        moderator_id=mei,
        clock=clock,
    )
    assert hand(relay, clock, to=mei) == Handed(4, 4, NOON + timedelta(minutes=30))
    assert hand(relay, clock, to=mei).new == 0
    with Session(relay.engine) as session:
        for each in ids[:3]:
            session.get_one(Entry, each).moderation = Moderation.REJECTED
        session.commit()
    clock.time += timedelta(minutes=10)
    assert hand(relay, clock, to=mei) == Handed(
        3, 4, clock.time + timedelta(minutes=30)
    )
    assert held(relay, mei, clock.time) == ids[3:7]


def test_two_who_ask_at_once_never_get_the_same(
    either_relay: Relay, clock: SetClock
) -> None:
    relay, maker = either_relay, Maker(either_relay)
    ids = [maker.pending() for _ in range(60)]
    people = [make_moderator(relay, f"{at}@example.org") for at in range(6)]
    together = Barrier(len(people))

    def ask(who: int) -> Handed:
        together.wait()
        return hand(relay, clock, to=who)

    with ThreadPoolExecutor(len(people)) as pool:
        handed = list(pool.map(ask, people))
    assert sum(each.new for each in handed) == 60
    given = [each for who in people for each in held(relay, who)]
    assert sorted(given) == ids


def test_what_has_run_out_is_anybodys(either_relay: Relay, clock: SetClock) -> None:
    relay, maker = either_relay, Maker(either_relay)
    ids = [maker.pending() for _ in range(3)]
    mei, lin = (make_moderator(relay, f"{at}@example.org") for at in "ab")
    hand(relay, clock, to=mei)
    clock.time += timedelta(minutes=15)
    assert hand(relay, clock, to=lin).new == 3
    assert held(relay, lin, clock.time) == ids
    assert held(relay, mei, clock.time) == []


def test_work_renews_what_is_held_but_not_at_every_step(
    relay: Relay, clock: SetClock
) -> None:
    maker, mei = Maker(relay), make_moderator(relay)
    maker.pending()
    until = hand(relay, clock, to=mei).until
    clock.time += timedelta(minutes=4)
    renew_leases(relay.engine, moderator_id=mei, clock=clock)
    assert _until(relay) == until
    clock.time += timedelta(minutes=2)
    renew_leases(relay.engine, moderator_id=mei, clock=clock)
    assert _until(relay) == clock.time + timedelta(minutes=15)


def test_what_is_over_is_not_renewed(relay: Relay, clock: SetClock) -> None:
    maker, mei = Maker(relay), make_moderator(relay)
    maker.pending()
    until = hand(relay, clock, to=mei).until
    clock.time = until
    renew_leases(relay.engine, moderator_id=mei, clock=clock)
    assert _until(relay) == until


def test_what_is_given_back_goes_to_the_next(relay: Relay, clock: SetClock) -> None:
    maker = Maker(relay)
    ids = [maker.pending() for _ in range(3)]
    mei, lin = (make_moderator(relay, f"{at}@example.org") for at in "ab")
    hand(relay, clock, to=mei)
    assert give_back(relay.engine, moderator_id=mei) == 3
    assert hand(relay, clock, to=lin).new == 3
    assert held(relay, lin) == ids


def test_only_an_organiser_takes_from_somebody_and_the_log_says_so(
    relay: Relay, clock: SetClock
) -> None:
    entry = Maker(relay).pending()
    mei, lin = (make_moderator(relay, f"{at}@example.org") for at in "ab")
    boss = make_moderator(relay, "boss@example.org", role=Role.ORGANISER)
    hand(relay, clock, to=mei)
    with pytest.raises(HeldByOtherError):
        take_over(relay.engine, "ref1", moderator_id=lin, clock=clock)
    assert held(relay, mei) == [entry]
    take_over(relay.engine, "ref1", moderator_id=boss, clock=clock)
    assert held(relay, boss) == [entry]
    clock.time += timedelta(minutes=15)
    take_over(relay.engine, "ref1", moderator_id=lin, clock=clock)
    assert held(relay, lin, clock.time) == [entry]
    with Session(relay.engine) as session:
        (row,) = session.exec(
            select(AuditRow).where(AuditRow.what == "lease.taken_over")
        )
    assert (row.moderator_id, row.entry_id, row.details) == (boss, entry, {"from": mei})


def test_nothing_is_held_that_does_not_wait(relay: Relay, clock: SetClock) -> None:
    mei = make_moderator(relay)
    Maker(relay).published()
    for ref in ("ref1", "nothing"):
        with pytest.raises(NotFound):
            take_over(relay.engine, ref, moderator_id=mei, clock=clock)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DESCRIBER])
def test_who_may_not_decide_holds_nothing(
    relay: Relay, clock: SetClock, role: Role
) -> None:
    Maker(relay).pending()
    viewer = make_moderator(relay, role=role)
    with pytest.raises(Forbidden):
        hand(relay, clock, to=viewer)
    with pytest.raises(Forbidden):
        take_over(relay.engine, "ref1", moderator_id=viewer, clock=clock)


def test_nobody_holds_what_is_outside_their_work(relay: Relay, clock: SetClock) -> None:
    Maker(relay).pending()
    far = make_moderator(relay)
    limit_scope(relay, far, languages=["xx"])
    with pytest.raises(OutOfScopeError):
        take_over(relay.engine, "ref1", moderator_id=far, clock=clock)
    assert held(relay, far) == []


def _until(relay: Relay) -> datetime:
    with Session(relay.engine) as session:
        return session.exec(select(Lease.until)).one()
