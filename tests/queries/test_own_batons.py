from __future__ import annotations

from typing import TYPE_CHECKING

from relay.queries.own_batons import (
    MOST_REVOKED,
    OwnBaton,
    OwnBatons,
    find_own_baton,
    list_own_batons,
)
from relay.queries.own_entry import find_own_entry
from relay.services.batons import count_opened, make_baton, revoke_baton
from tests.making import send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def list_them(relay: Relay, entry_id: int) -> OwnBatons:
    with relay.engine.connect() as connection:
        return list_own_batons(connection, entry_id)


def find_it(relay: Relay, entry_id: int, code: str) -> OwnBaton | None:
    with relay.engine.connect() as connection:
        return find_own_baton(connection, entry_id, code)


def make(relay: Relay, token: str, name: str = "") -> str:
    return make_baton(relay.engine, token, name, clock=relay.clock, dice=relay.dice)


def test_a_maker_sees_each_baton_with_its_counts(either_relay: Relay) -> None:
    sent = send(either_relay)
    send(either_relay, "https://example.org/other")
    second = make(either_relay, sent.token, "for Wei")
    third = make(either_relay, sent.token, "lost")
    count_opened(either_relay.engine, second)
    for n in range(2):
        send(either_relay, f"https://example.org/{n}", baton=second)
    clock = either_relay.clock
    revoke_baton(either_relay.engine, sent.token, third, clock=clock)
    found = list_them(either_relay, sent.entry_id)
    assert [each.code for each in found.working] == [sent.baton, second]
    assert [each.is_shown for each in found.working] == [True, False]
    assert [(each.name, each.opened, each.used) for each in found.working] == [
        *(("", 0, 0), ("for Wei", 1, 2)),
    ]
    (over,) = found.revoked
    assert (over.code, over.name, over.is_shown) == (third, "lost", False)
    assert over.revoked_at is not None
    assert find_it(either_relay, sent.entry_id, third) == over
    assert find_it(either_relay, sent.entry_id, "222222222222") is None


def test_the_first_that_works_is_the_entrys_own(either_relay: Relay) -> None:
    sent = send(either_relay)
    second = make(either_relay, sent.token)
    for expected in (sent.baton, second, None):
        own = find_own_entry(either_relay.engine, sent.token)
        assert own
        assert own.baton == expected
        shown = [
            each.code
            for each in list_them(either_relay, sent.entry_id).working
            if each.is_shown
        ]
        assert shown == ([expected] if expected else [])
        if expected:
            clock = either_relay.clock
            revoke_baton(either_relay.engine, sent.token, expected, clock=clock)


def test_of_those_that_were_taken_back_the_newest_are_listed(relay: Relay) -> None:
    sent = send(relay)
    made = [make(relay, sent.token) for _ in range(MOST_REVOKED - 1)]
    made = [sent.baton, *made]
    for each in made:
        revoke_baton(relay.engine, sent.token, each, clock=relay.clock)
    last = make(relay, sent.token)
    revoke_baton(relay.engine, sent.token, last, clock=relay.clock)
    found = list_them(relay, sent.entry_id)
    assert len(found.revoked) == MOST_REVOKED
    assert found.revoked[0].code == last
    # The oldest is not listed, and still has its page.
    listed = {each.code for each in found.revoked}
    (left_out,) = {*made, last} - listed
    oldest = find_it(relay, sent.entry_id, left_out)
    assert oldest
    assert oldest.revoked_at


def test_one_is_found_by_its_code_and_only_by_its_own_maker(
    either_relay: Relay,
) -> None:
    sent = send(either_relay)
    second = make(either_relay, sent.token)
    theirs = send(either_relay, "https://example.org/theirs")
    for code, is_shown in ((sent.baton, True), (second, False)):
        found = find_it(either_relay, sent.entry_id, code)
        assert found
        assert (found.code, found.is_shown) == (code, is_shown)
    for nobodys in (theirs.baton, "222222222222", "\0", ""):
        assert find_it(either_relay, sent.entry_id, nobodys) is None
