from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from relay.domain.sign_in_pause import FREE
from relay.services.sign_in import SignInPauseError, begin_attempt

if TYPE_CHECKING:
    from relay.bootstrap import Relay

AT_ONCE = 12


def test_nothing_is_won_by_guessing_many_times_at_once(either_relay: Relay) -> None:
    ready = Barrier(AT_ONCE)

    def guess(_: int) -> bool:
        ready.wait()
        try:
            begin_attempt(
                either_relay.engine,
                "mei@example.org",
                address="192.0.2.1",
                clock=either_relay.clock,
                dice=either_relay.dice,
            )
        except SignInPauseError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(guess, range(AT_ONCE))) == FREE
