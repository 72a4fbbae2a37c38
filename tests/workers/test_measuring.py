"""How a relay comes to be measured, with a real worker, a real queue and its losses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from relay.queries.kept_relay import KeptRelay, find_relay
from tests.making import choose, make_moderator, send
from tests.workers.parts import dispatching, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from workers.queue import JobQueue

    Start = Callable[[], subprocess.Popen[bytes]]

pytestmark = [pytest.mark.slow, pytest.mark.redis]


def kept(relay: Relay) -> KeptRelay | None:
    with relay.engine.connect() as connection:
        return find_relay(connection, 1)


def counted(relay: Relay) -> int | None:
    found = kept(relay)
    return found.answer["n"] if found else None


def test_a_change_is_measured_by_a_worker(
    relay: Relay, queue: JobQueue, start_worker: Start
) -> None:
    by = make_moderator(relay)
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: counted(relay) == 0)
        choose(relay, send(relay).ref, by=by)
        wait_until(lambda: counted(relay) == 1)


def test_one_relay_waits_in_the_queue_once(relay: Relay, queue: JobQueue) -> None:
    by = make_moderator(relay)
    with dispatching(relay, queue):
        wait_until(lambda: queue.figures.count == 1)
        choose(relay, send(relay).ref, by=by)
        time.sleep(1.5)

        assert queue.figures.count == 1
        assert queue.count_waiting() == 1, "the link alone is in the way of others"


def test_a_measuring_that_was_lost_with_redis_is_sent_again(
    relay: Relay, queue: JobQueue
) -> None:
    with dispatching(relay, queue):
        wait_until(lambda: queue.figures.count == 1)
        queue.redis.flushall()
        wait_until(lambda: queue.figures.count == 1)


def test_a_relay_that_stays_the_same_is_not_measured_again(
    relay: Relay, queue: JobQueue, start_worker: Start
) -> None:
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: counted(relay) == 0)
        before = kept(relay)
        time.sleep(1.5)

        assert kept(relay) == before
