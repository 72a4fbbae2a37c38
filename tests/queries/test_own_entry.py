from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Choice, Reason
from relay.queries.own_entry import find_own_entry
from relay.services.start_entry import start_entry
from relay.services.withdraw_entry import withdraw_entry
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def test_a_maker_sees_baton_answer_and_who_took_it_on(either_relay: Relay) -> None:
    by = make_moderator(either_relay)
    sent = send(either_relay)
    taker = send(either_relay, "https://example.org/2", baton=sent.baton, title="Kite")
    hidden = send(either_relay, "https://example.org/3", baton=sent.baton)
    choose(either_relay, sent.ref, Choice.ASK_CHANGES, by=by, reason=Reason.UNCLEAR)
    own = find_own_entry(either_relay.engine, sent.token)
    assert own
    assert own.baton == sent.baton
    assert own.answer
    assert (own.answer.choice, own.answer.reason) == ("ask_changes", "unclear")
    assert own.passed_on == ()
    for each in (sent, taker):
        choose(either_relay, each.ref, by=by)
    own = find_own_entry(either_relay.engine, sent.token)
    assert own
    assert [each.title for each in own.passed_on] == ["Kite"]
    assert hidden.ref != taker.ref


def test_a_published_twin_is_named_and_a_waiting_one_is_not(
    either_relay: Relay,
) -> None:
    by = make_moderator(either_relay)
    first, second = send(either_relay), send(either_relay)
    own = find_own_entry(either_relay.engine, second.token)
    assert own
    assert own.twin_no is None
    choose(either_relay, first.ref, by=by)
    own = find_own_entry(either_relay.engine, second.token)
    assert own
    assert own.twin_no == 1


def test_only_the_later_of_two_hears_that_the_post_waits_already(
    either_relay: Relay,
) -> None:
    first, second = send(either_relay), send(either_relay)
    assert [waits(either_relay, each.token) for each in (first, second)] == [0, 1]
    draft = start_entry(either_relay.intake, link="https://example.org/post")
    other = start_entry(either_relay.intake, link="https://example.org/other")
    assert [waits(either_relay, each.token) for each in (draft, other)] == [1, 0]


@pytest.mark.parametrize(
    ("choice", "heard"),
    [(Choice.ASK_CHANGES, True), (Choice.REJECT, False), (Choice.APPROVE, False)],
)
def test_a_post_waits_until_it_is_decided(
    either_relay: Relay, choice: Choice, *, heard: bool
) -> None:
    by = make_moderator(either_relay)
    first, second = send(either_relay), send(either_relay)
    choose(either_relay, first.ref, choice, by=by, reason=Reason.UNCLEAR)
    assert waits(either_relay, second.token) is heard


def test_drafts_and_what_was_taken_back_are_no_twins(either_relay: Relay) -> None:
    relay = either_relay
    start_entry(relay.intake, link="https://example.org/post")
    first, second = send(relay), send(relay)
    assert not waits(relay, first.token)
    withdraw_entry(relay.engine, first.token, clock=relay.clock, media=relay.media)
    assert not waits(relay, second.token)


def waits(relay: Relay, token: str) -> bool:
    own = find_own_entry(relay.engine, token)
    assert own
    return own.twin_waits


def test_nobody_else_gets_in(either_relay: Relay) -> None:
    sent = send(either_relay)
    for token in ("", "nobody", sent.ref, sent.token[:-1], sent.token + "x"):
        assert find_own_entry(either_relay.engine, token) is None
