"""Roles and who may come in, where two organisers act at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.errors import Forbidden, NotFound
from relay.models import Moderator
from relay.models.moderator import Role
from relay.services.people import Duties, LastOrganiserError, change_duties, set_active
from tests.making import make_moderator

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def organiser(relay: Relay, email: str) -> int:
    return make_moderator(relay, email, role=Role.ORGANISER, password_hash="hash")


def test_two_organisers_cannot_remove_each_other_at_once(either_relay: Relay) -> None:
    ids = [organiser(either_relay, f"{name}@example.org") for name in ("mei", "dan")]
    ready, failed = Barrier(2), []

    def remove(mine: int, other: int) -> None:
        ready.wait(10)
        try:
            set_active(
                either_relay.engine,
                other,
                active=False,
                moderator_id=mine,
                address="127.0.0.1",
                clock=either_relay.clock,
            )
        except (LastOrganiserError, Forbidden) as error:
            failed.append(type(error))

    threads = [
        Thread(target=remove, args=pair) for pair in (tuple(ids), tuple(ids[::-1]))
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert len(failed) == 1
    with Session(either_relay.engine) as session:
        left = session.exec(select(Moderator).where(col(Moderator.active))).all()
    assert len(left) == 1


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESCRIBER, Role.VIEWER])
def test_only_organisers_change_what_others_do(relay: Relay, role: Role) -> None:
    mine = make_moderator(relay, "eve@example.org", role=role, password_hash="hash")
    with pytest.raises(Forbidden):
        change_duties(
            relay.engine,
            mine,
            Duties(Role.ORGANISER),
            moderator_id=mine,
            address="127.0.0.1",
            clock=relay.clock,
        )


def test_an_account_that_was_erased_is_none(relay: Relay) -> None:
    mine, gone = organiser(relay, "mei@example.org"), make_moderator(relay, "b@c.org")
    with Session(relay.engine) as session:
        account = session.get_one(Moderator, gone)
        account.erased_at, account.active = relay.clock.now(), False
        session.commit()
    with pytest.raises(NotFound):
        set_active(
            relay.engine,
            gone,
            active=True,
            moderator_id=mine,
            address="127.0.0.1",
            clock=relay.clock,
        )
