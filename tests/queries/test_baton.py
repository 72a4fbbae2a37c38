from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.domain.baton import ALPHABET, Slip
from relay.domain.moderation import Choice, Reason
from relay.queries.baton import BatonView, find_any_baton, find_baton, find_meant
from relay.services.batons import revoke_baton
from relay.services.withdraw_entry import withdraw_entry
from tests.making import NANJING, WORDS, choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def find(relay: Relay, typed: str) -> BatonView | None:
    with relay.engine.connect() as connection:
        return find_baton(connection, typed)


def find_any(relay: Relay, typed: str) -> BatonView | None:
    with relay.engine.connect() as connection:
        return find_any_baton(connection, typed)


def other(letter: str) -> str:
    """Return another letter of the alphabet."""
    return ALPHABET[(ALPHABET.index(letter) + 7) % len(ALPHABET)]


def test_the_giver_is_named_once_it_is_published_only(either_relay: Relay) -> None:
    by, sent = make_moderator(either_relay), send(either_relay)
    waiting = find(either_relay, sent.baton)
    assert waiting
    assert (waiting.no, waiting.title, waiting.name) == (None, "", "")
    assert waiting.is_coming
    choose(either_relay, sent.ref, by=by)
    shown = find(either_relay, sent.baton.lower())
    assert shown
    assert (shown.no, shown.title, shown.city_id) == (1, WORDS.title, NANJING)
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    hidden = find(either_relay, sent.baton)
    assert hidden == BatonView(sent.baton, waiting.season_id)


def test_unknown_batons_are_not_found(either_relay: Relay) -> None:
    send(either_relay)
    for typed in ("", "nonsense", "\x00", "2" * 12, "b/", "/b/"):
        assert find_any(either_relay, typed) is None


def test_a_revoked_baton_cannot_be_taken_but_explains_itself(
    either_relay: Relay,
) -> None:
    by, sent = make_moderator(either_relay), send(either_relay)
    choose(either_relay, sent.ref, by=by)
    clock, media = either_relay.clock, either_relay.media
    revoke_baton(either_relay.engine, sent.token, sent.baton, clock=clock)
    assert find(either_relay, sent.baton) is None
    over = find_any(either_relay, sent.baton)
    assert over
    assert (over.is_revoked, over.is_withdrawn, over.no) == (True, False, 1)
    withdraw_entry(either_relay.engine, sent.token, clock=clock, media=media)
    gone = find_any(either_relay, sent.baton)
    assert gone
    assert (gone.is_revoked, gone.is_withdrawn, gone.no, gone.name) == (
        *(True, True, None),
        "",
    )


@pytest.mark.parametrize("slip", list(Slip))
def test_one_slip_leads_to_the_baton_that_was_meant(relay: Relay, slip: Slip) -> None:
    code = send(relay).baton
    at = next(n for n in range(3, 11) if code[n] != code[n + 1])
    typed = {
        Slip.CHANGED: code[:at] + other(code[at]) + code[at + 1 :],
        Slip.SWAPPED: code[:at] + code[at + 1] + code[at] + code[at + 2 :],
        Slip.MISSING: code[:at] + code[at + 1 :],
        Slip.EXTRA: code[: at + 1] + other(code[at + 1]) + code[at + 1 :],
    }[slip]
    with relay.engine.connect() as connection:
        meant = find_meant(connection, f" {typed.lower()} ")
        assert meant
        assert meant.code == code
        assert find_meant(connection, code) is None
        two_slips = "2" if code[0] != "2" else "3"
        assert find_meant(connection, two_slips + typed[1:]) is None
