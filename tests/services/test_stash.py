from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from relay.domain.errors import Forbidden, Invalid
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import Lease, Stash
from relay.models.moderator import Role
from relay.services.stash import assign, stash
from tests.deciding import limit_scope, log, take_back
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.decide import Decided


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay)


@pytest.fixture
def other(relay: Relay) -> int:
    return make_moderator(relay, "ken@example.org")


def aside(relay: Relay, ref: str) -> Stash | None:
    with Session(relay.engine) as session:
        return session.get(Stash, find(relay, ref).id)


def put(relay: Relay, ref: str, *, by: int, for_id: int | None = None) -> Decided:
    version = find(relay, ref).version
    if for_id is None:
        return stash(
            relay.engine,
            ref,
            version,
            note="Is it art?",
            moderator_id=by,
            clock=relay.clock,
        )
    return assign(
        relay.engine, ref, version, for_id=for_id, moderator_id=by, clock=relay.clock
    )


def test_an_entry_is_put_aside_and_stays_as_it_is(relay: Relay, by: int) -> None:
    sent = send(relay)
    with Session(relay.engine) as session:
        now = relay.clock.now()
        session.add(
            Lease(entry_id=sent.entry_id, moderator_id=by, since=now, until=now)
        )
        session.commit()
    put_aside = put(relay, sent.ref, by=by)
    assert (put_aside.moderation, put_aside.version) == (Moderation.PENDING, 1)
    row = aside(relay, sent.ref)
    assert row
    assert (row.by_id, row.for_id, row.note) == (by, None, "Is it art?")
    assert [each.choice for each in log(relay)] == [Choice.STASH]
    with Session(relay.engine) as session:
        assert session.get(Lease, sent.entry_id) is None


def test_it_is_assigned_from_one_to_another(relay: Relay, by: int, other: int) -> None:
    sent = send(relay)
    put(relay, sent.ref, by=by)
    again = put(relay, sent.ref, by=by, for_id=other)
    row = aside(relay, sent.ref)
    assert row
    assert (row.for_id, row.note) == (other, "")
    take_back(relay, sent.ref, again.decision_id, by=by)
    row = aside(relay, sent.ref)
    assert row
    assert (row.for_id, row.note) == (None, "Is it art?")


def test_a_decision_takes_it_from_the_pile_and_its_undo_puts_it_back(
    relay: Relay, by: int, other: int
) -> None:
    sent = send(relay)
    put(relay, sent.ref, by=by, for_id=other)
    decided = choose(relay, sent.ref, Choice.REJECT, by=other, reason=Reason.NOT_ART)
    assert aside(relay, sent.ref) is None
    take_back(relay, sent.ref, decided.decision_id, by=other)
    row = aside(relay, sent.ref)
    assert row
    assert row.for_id == other


def test_it_is_assigned_to_those_only_who_may_decide_on_it(
    relay: Relay, by: int, other: int
) -> None:
    sent = send(relay)
    describer = make_moderator(relay, "d@example.org", role=Role.DESCRIBER)
    for nobody in (describer, 999):
        with pytest.raises(Invalid, match=r"for \(unknown\)"):
            put(relay, sent.ref, by=by, for_id=nobody)
    limit_scope(relay, other, languages=["he"])
    with pytest.raises(Invalid, match=r"for \(out_of_scope\)"):
        put(relay, sent.ref, by=by, for_id=other)
    assert aside(relay, sent.ref) is None


def test_what_is_decided_is_not_put_aside(relay: Relay, by: int) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=by)
    with pytest.raises(Forbidden):
        put(relay, sent.ref, by=by)
