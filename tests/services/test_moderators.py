from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Invalid, NotFound
from relay.domain.secret import hash_token
from relay.models import Invite, Moderator, ModeratorToken
from relay.models.moderator import Role
from relay.queries.desk import find_token_owner
from relay.services.moderators import (
    INVITE_DAYS,
    accept_invite,
    invite_first_moderator,
    is_invite_open,
    make_token,
)
from tests.making import SetClock, make_moderator

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def invite(relay: Relay) -> str | None:
    return invite_first_moderator(relay.engine, clock=relay.clock, dice=relay.dice)


def accept(relay: Relay, token: str, email: str = "Mei@Example.org ") -> int:
    return accept_invite(
        relay.engine,
        token,
        email=email,
        password_hash="hash",
        clock=relay.clock,
        dice=relay.dice,
    )


def test_the_first_invitation_makes_an_organiser_once(either_relay: Relay) -> None:
    token = invite(either_relay)
    assert token
    assert is_invite_open(either_relay.engine, token, clock=either_relay.clock)
    made = accept(either_relay, token)
    with Session(either_relay.engine) as session:
        account = session.get_one(Moderator, made)
        assert (account.email, account.role) == ("mei@example.org", Role.ORGANISER)
    assert not is_invite_open(either_relay.engine, token, clock=either_relay.clock)
    with pytest.raises(NotFound):
        accept(either_relay, token, "other@example.org")
    assert invite(either_relay) is None


def test_a_newer_invitation_ends_the_older(relay: Relay) -> None:
    old, new = invite(relay), invite(relay)
    assert old
    assert new
    assert not is_invite_open(relay.engine, old, clock=relay.clock)
    assert is_invite_open(relay.engine, new, clock=relay.clock)


def test_only_the_hash_of_an_invitation_is_kept(relay: Relay) -> None:
    token = invite(relay)
    assert token
    with Session(relay.engine) as session:
        assert session.exec(select(Invite.token_hash)).one() == hash_token(token)


def test_an_invitation_runs_out(relay: Relay) -> None:
    token = invite(relay)
    assert token
    clock = SetClock(relay.clock.now() + timedelta(days=INVITE_DAYS - 1))
    assert is_invite_open(relay.engine, token, clock=clock)
    clock = SetClock(relay.clock.now() + timedelta(days=INVITE_DAYS))
    assert not is_invite_open(relay.engine, token, clock=clock)
    with pytest.raises(NotFound):
        accept(replace(relay, clock=clock), token)


def test_a_wrong_address_does_not_use_the_invitation_up(either_relay: Relay) -> None:
    token = invite(either_relay)
    assert token
    for wrong in ("nobody", "a" * 250 + "@example.org", "nul\x00@example.org"):
        with pytest.raises(Invalid, match="email"):
            accept(either_relay, token, wrong)
    assert accept(either_relay, token)


def test_an_address_has_one_account(either_relay: Relay) -> None:
    make_moderator(either_relay, "mei@example.org")
    with pytest.raises(Invalid, match=r"email \(taken\)"):
        make_moderator(either_relay, " MEI@example.org")


def test_a_token_belongs_to_its_moderator_and_is_kept_as_a_hash(
    either_relay: Relay,
) -> None:
    made = make_moderator(either_relay)
    token = make_token(
        either_relay.engine,
        " MEI@example.org",
        clock=either_relay.clock,
        dice=either_relay.dice,
    )
    owner = find_token_owner(either_relay.engine, token)
    assert owner
    assert owner.id == made
    assert find_token_owner(either_relay.engine, token + "x") is None
    with Session(either_relay.engine) as session:
        kept = session.exec(select(ModeratorToken)).one()
        assert kept.token_hash == hash_token(token)
        session.get_one(Moderator, made).active = False
        session.commit()
    assert find_token_owner(either_relay.engine, token) is None


def test_nobody_gets_no_token(relay: Relay) -> None:
    with pytest.raises(NotFound):
        make_token(
            relay.engine, "nobody@example.org", clock=relay.clock, dice=relay.dice
        )
