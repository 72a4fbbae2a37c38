from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Choice, Reason
from relay.queries.own_entry import find_own_entry
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


def test_nobody_else_gets_in(either_relay: Relay) -> None:
    sent = send(either_relay)
    for token in ("", "nobody", sent.ref, sent.token[:-1], sent.token + "x"):
        assert find_own_entry(either_relay.engine, token) is None
