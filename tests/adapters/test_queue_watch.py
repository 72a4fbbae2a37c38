from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from relay.adapters.queue_watch import watch_queue
from relay.adapters.valkey import start_valkey

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.redis


def test_workers_and_lines_are_those_of_rq(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        empty = watch_queue(server.url)
        queue = Queue("relay", connection=redis, serializer=JSONSerializer)
        queue.enqueue("workers.jobs.print_cards", 1, 1, 1.0)
        worker = Worker(
            [queue], name="worker-1-ab", connection=redis, serializer=JSONSerializer
        )
        worker.register_birth()  # type: ignore[no-untyped-call]  # RQ's
        redis.set("relay:dispatcher", "x")
        seen = watch_queue(server.url)
    assert empty
    assert (empty.workers, empty.waiting, empty.has_dispatcher) == ((), 0, False)
    assert seen
    assert (seen.waiting, seen.has_dispatcher) == (1, True)
    (found,) = seen.workers
    assert found.name == "worker-1-ab"
    assert found.heard_at
    assert abs(found.heard_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_queue_server_that_is_away_is_no_error(tmp_path: Path) -> None:
    assert watch_queue(f"unix://{tmp_path}/nothing.sock") is None
