"""Organisers keep the rules: added, tried, switched on and off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Moderation
from relay.domain.scope import Scope
from relay.domain.trust import RuleKind
from relay.models import AuditRow, TrustRule
from relay.models.moderator import Role
from relay.queries.trust import count_rules, find_rule, list_rules, list_samples
from relay.services.trust_rules import (
    MOST_AT_ONCE,
    Wanted,
    add_rule,
    add_words,
    note_rule,
    switch_off,
    switch_on,
)
from relay.services.try_rules import try_rules
from tests.making import find, make_moderator, send

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay


@pytest.fixture
def organiser(either_relay: Relay) -> int:
    return make_moderator(either_relay, "org@example.org", role=Role.ORGANISER)


def all_rules(relay: Relay) -> list[tuple[str, bool]]:
    with Session(relay.engine) as session:
        rows = session.exec(select(TrustRule).order_by(TrustRule.id))  # type: ignore[arg-type]
        return [(each.pattern, each.active) for each in rows]


def told(relay: Relay) -> list[str]:
    with Session(relay.engine) as session:
        rows = session.exec(select(AuditRow).order_by(AuditRow.id))  # type: ignore[arg-type]
        return [each.what for each in rows if each.what.startswith("rule.")]


def faults(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in error.value.fields]


def test_a_rule_is_added_switched_off_then_counts_and_is_kept_when_it_does_not(
    either_relay: Relay, organiser: int
) -> None:
    relay, by = either_relay, organiser
    added = add_rule(
        relay.engine,
        RuleKind.ALLOW_DOMAIN,
        "https://www.Museum.example/about",
        note="The city’s",
        moderator_id=by,
        clock=relay.clock,
    )
    assert all_rules(relay) == [("museum.example", False)]
    link = "https://museum.example/1"
    assert find(relay, send(relay, link).ref).moderation is Moderation.PENDING
    assert switch_on(relay.engine, [added], moderator_id=by, clock=relay.clock) == 1
    sent = send(relay, "https://museum.example/2")
    assert find(relay, sent.ref).moderation is Moderation.APPROVED
    with relay.engine.connect() as connection:
        rule = find_rule(connection, added)
        assert rule
        assert (rule.met, rule.note) == (1, "The city’s")
    assert switch_off(relay.engine, [added], moderator_id=by, clock=relay.clock) == 1
    assert switch_off(relay.engine, [added], moderator_id=by, clock=relay.clock) == 0
    assert all_rules(relay) == [("museum.example", False)]
    assert told(relay) == ["rule.added", "rule.switched_on", "rule.switched_off"]


def test_all_lines_are_added_or_none(either_relay: Relay, organiser: int) -> None:
    relay = either_relay
    with pytest.raises(Invalid) as refused:
        add_words(
            relay.engine,
            "casino\n\n!!!\n赌场\n" + "x" * 501,
            moderator_id=organiser,
            clock=relay.clock,
        )
    assert faults(refused) == [("line-3", "no_letters"), ("line-5", "too_long")]
    assert all_rules(relay) == []
    added = add_words(
        relay.engine,
        "casino\nCASINO\n赌场\n",
        moderator_id=organiser,
        clock=relay.clock,
    )
    assert len(added) == 2
    more = add_words(
        relay.engine, "Casinó\nקזינו", moderator_id=organiser, clock=relay.clock
    )
    assert len(more) == 1
    with pytest.raises(Invalid) as refused:
        add_words(relay.engine, "casino", moderator_id=organiser, clock=relay.clock)
    assert faults(refused) == [("lines", "known")]


def test_a_list_may_be_so_long_and_no_longer(
    relay: Relay,
) -> None:
    by = make_moderator(relay, role=Role.ORGANISER)
    words = [f"word{at}" for at in range(MOST_AT_ONCE + 1)]
    with pytest.raises(Invalid) as refused:
        add_words(relay.engine, "\n".join(words), moderator_id=by, clock=relay.clock)
    assert faults(refused) == [("lines", "too_many")]
    added = add_words(
        relay.engine, "\n".join(words[1:]), moderator_id=by, clock=relay.clock
    )
    assert len(added) == MOST_AT_ONCE


def test_the_same_rule_twice_is_a_mistake(relay: Relay) -> None:
    by = make_moderator(relay, role=Role.ORGANISER)
    for_words = (relay.engine, RuleKind.BLOCK_WORD, "casino")
    add_rule(*for_words, moderator_id=by, clock=relay.clock)
    with pytest.raises(Invalid) as refused:
        add_rule(*for_words, moderator_id=by, clock=relay.clock)
    assert faults(refused) == [("pattern", "known")]


def test_only_organisers_keep_rules(relay: Relay) -> None:
    by = make_moderator(relay)
    with pytest.raises(Forbidden):
        add_rule(
            relay.engine, RuleKind.BLOCK_WORD, "x", moderator_id=by, clock=relay.clock
        )
    with pytest.raises(Forbidden):
        add_words(relay.engine, "x", moderator_id=by, clock=relay.clock)
    with pytest.raises(Forbidden):
        switch_on(relay.engine, [1], moderator_id=by, clock=relay.clock)
    with pytest.raises(Forbidden):
        note_rule(relay.engine, 1, "x", moderator_id=by, clock=relay.clock)
    assert all_rules(relay) == []


def test_a_note_says_why(relay: Relay) -> None:
    by = make_moderator(relay, role=Role.ORGANISER)
    added = add_rule(
        relay.engine, RuleKind.BLOCK_WORD, "x", moderator_id=by, clock=relay.clock
    )
    note_rule(relay.engine, added, "Asked by Li", moderator_id=by, clock=relay.clock)
    assert told(relay) == ["rule.added", "rule.noted"]
    with pytest.raises(Invalid):
        note_rule(relay.engine, added, "x" * 201, moderator_id=by, clock=relay.clock)
    with pytest.raises(NotFound):
        note_rule(relay.engine, 99, "x", moderator_id=by, clock=relay.clock)


def test_rules_are_listed_by_kind_with_what_they_met(
    either_relay: Relay, organiser: int
) -> None:
    relay = either_relay
    first, second = add_words(
        relay.engine, "boats\nriver", moderator_id=organiser, clock=relay.clock
    )
    switch_on(relay.engine, [second], moderator_id=organiser, clock=relay.clock)
    send(relay)
    send(relay, "https://example.org/2", title="River")
    with relay.engine.connect() as connection:
        listed = list_rules(connection, RuleKind.BLOCK_WORD)
        assert [(each.id, each.active, each.met) for each in listed] == [
            (second, True, 2),
            (first, False, 0),
        ]
        assert count_rules(connection) == {RuleKind.BLOCK_WORD: (2, 1)}
        assert list_samples(connection, Scope()) == []


def test_rules_are_tried_on_past_entries_and_change_nothing(
    either_relay: Relay, organiser: int
) -> None:
    relay = either_relay
    held = send(relay, title="Casino of paper")
    send(relay, "https://example.org/2")
    trial = try_rules(
        relay.engine, [Wanted(RuleKind.BLOCK_WORD, "casino")], clock=relay.clock
    )
    assert (trial.looked_at, trial.held, trial.let_through) == (2, 1, 0)
    assert trial.is_whole
    (example,) = trial.examples
    assert (example.ref, example.place, example.found) == (
        held.ref,
        "title",
        "Casino",
    )
    (added,) = add_words(
        relay.engine, "casino", moderator_id=organiser, clock=relay.clock
    )
    switch_on(relay.engine, [added], moderator_id=organiser, clock=relay.clock)
    trial = try_rules(
        relay.engine, [Wanted(RuleKind.ALLOW_DOMAIN, "example.org")], clock=relay.clock
    )
    assert (trial.held, trial.let_through, trial.still_held) == (0, 1, 1)
    assert find(relay, held.ref).moderation is Moderation.PENDING


class RacingClock:
    """A clock by which each look takes a second."""

    def __init__(self, relay: Relay) -> None:
        self.time = relay.clock.now()

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def test_trying_ends_when_its_time_is_over(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay.services.try_rules._CHUNK", 1)
    for at in range(5):
        send(relay, f"https://example.org/{at}")
    trial = try_rules(
        relay.engine, [Wanted(RuleKind.BLOCK_WORD, "x")], clock=RacingClock(relay)
    )
    assert trial.looked_at == 3
    assert not trial.is_whole
