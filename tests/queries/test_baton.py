from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Choice, Reason
from relay.queries.baton import BatonView, find_baton
from relay.services.change_entry import renew_baton
from tests.making import NANJING, WORDS, choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def find(relay: Relay, typed: str) -> BatonView | None:
    with relay.engine.connect() as connection:
        return find_baton(connection, typed, lang="en")


def test_the_giver_is_named_once_it_is_published_only(either_relay: Relay) -> None:
    by, sent = make_moderator(either_relay), send(either_relay)
    waiting = find(either_relay, sent.baton)
    assert waiting
    assert (waiting.no, waiting.title, waiting.name, waiting.card) == (None, "", "", "")
    choose(either_relay, sent.ref, by=by)
    shown = find(either_relay, sent.baton.lower())
    assert shown
    assert (shown.no, shown.title, shown.city_id) == (1, WORDS.title, NANJING)
    assert WORDS.title in shown.card
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    assert find(either_relay, sent.baton) == waiting


def test_revoked_and_unknown_batons_are_not_found(either_relay: Relay) -> None:
    sent = send(either_relay)
    renew_baton(
        either_relay.engine,
        sent.token,
        clock=either_relay.clock,
        dice=either_relay.dice,
    )
    for typed in (sent.baton, "", "nonsense", "\x00", "2" * 12):
        assert find(either_relay, typed) is None
