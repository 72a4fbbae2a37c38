"""Whoever dies, and whenever: every row is done in the end, and done once."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from relay.adapters.valkey import start_valkey
from relay.domain.preview import PreviewState
from relay.models import OutboxState
from tests.workers.parts import (
    PATIENCE_SECONDS,
    QUICK,
    dispatching,
    entry_of,
    horses_of,
    is_running,
    kill_with_children,
    pictures_of,
    previews_of,
    row_of,
    wait_until,
)
from workers.patience import Patience
from workers.queue import JobState

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from relay.adapters.valkey import Valkey
    from relay.bootstrap import Relay
    from tests.workers.parts import Site
    from workers.queue import JobQueue

    Start = Callable[[], subprocess.Popen[bytes]]
    Send = Callable[[str], int]

pytestmark = [pytest.mark.slow, pytest.mark.redis]


def is_ready(relay: Relay, entry_id: int) -> bool:
    return entry_of(relay, entry_id).preview is PreviewState.READY


def assert_done_once(relay: Relay, entry_id: int) -> None:
    assert row_of(relay, entry_id).state is OutboxState.DONE
    assert len(previews_of(relay, entry_id)) == 1
    assert previews_of(relay, entry_id)[0].attempts == 1
    assert len(pictures_of(relay, entry_id)) == 1


@pytest.fixture
def nobody_writes(relay: Relay) -> Callable[[], AbstractContextManager[object]]:
    """Hold the database's write lock: who wants to commit has to wait."""

    @contextmanager
    def hold() -> Iterator[None]:
        engine = create_engine(relay.settings.database)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=5000")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            connection.exec_driver_sql("ROLLBACK")
        engine.dispose()

    return hold


def test_what_is_sent_in_while_redis_is_down_is_fetched_when_it_is_up_again(
    relay: Relay,
    queue: JobQueue,
    valkey: Valkey,
    tmp_path: Path,
    send_in: Send,
    start_worker: Start,
) -> None:
    valkey.stop()
    begun = time.monotonic()
    with dispatching(relay, queue):
        entry_id = send_in("/post")
        assert time.monotonic() - begun < 2
        time.sleep(0.5)
        assert row_of(relay, entry_id).state is OutboxState.DUE
        with start_valkey(tmp_path / "queue"):
            start_worker()
            wait_until(lambda: is_ready(relay, entry_id))
            assert_done_once(relay, entry_id)


def test_what_redis_has_forgotten_is_sent_again(
    relay: Relay, queue: JobQueue, send_in: Send, start_worker: Start
) -> None:
    entry_ids = [send_in(f"/post/{number}") for number in range(3)]
    with dispatching(relay, queue):
        wait_until(lambda: queue.count_waiting() == 3)
        queue.redis.flushall()
        start_worker()
        for entry_id in entry_ids:
            wait_until(lambda now=entry_id: is_ready(relay, now))  # type: ignore[misc]
            assert_done_once(relay, entry_id)
            assert row_of(relay, entry_id).failures == 0


def test_a_wiped_redis_does_not_disturb_a_job_that_runs(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    start_worker()
    entry_id = send_in("/slow")
    with dispatching(relay, queue):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        queue.redis.flushall()
        time.sleep(1)
        site.may_answer.set()
        wait_until(lambda: is_ready(relay, entry_id))
    assert_done_once(relay, entry_id)
    assert row_of(relay, entry_id).attempt == 1


def test_a_worker_killed_before_its_job_began_is_replaced(
    relay: Relay,
    queue: JobQueue,
    send_in: Send,
    start_worker: Start,
    nobody_writes: Callable[[], AbstractContextManager[object]],
) -> None:
    entry_id = send_in("/post")
    with dispatching(relay, queue):
        wait_until(lambda: queue.count_waiting() == 1)
        with nobody_writes():
            worker = start_worker()
            wait_until(lambda: horses_of(worker.pid))
            time.sleep(0.3)
            kill_with_children(worker.pid)
        assert row_of(relay, entry_id).state is OutboxState.SENT
        start_worker()
        wait_until(lambda: is_ready(relay, entry_id))
    assert_done_once(relay, entry_id)


def test_a_worker_killed_while_it_fetches_is_replaced(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    worker = start_worker()
    entry_id = send_in("/slow")
    with dispatching(relay, queue):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        kill_with_children(worker.pid)
        site.may_answer.set()
        start_worker()
        wait_until(lambda: is_ready(relay, entry_id))
    assert_done_once(relay, entry_id)
    assert row_of(relay, entry_id).failures == 1
    assert queue.find_states([f"fetch_preview-{row_of(relay, entry_id).id}-1"]) == [
        JobState.MISSING
    ]


def test_a_worker_killed_just_before_its_commit_is_replaced(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Send,
    start_worker: Start,
    nobody_writes: Callable[[], AbstractContextManager[object]],
) -> None:
    worker = start_worker()
    entry_id = send_in("/slow")
    media = relay.settings.data / "media"
    with dispatching(relay, queue):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        with nobody_writes():
            site.may_answer.set()
            wait_until(lambda: len(list(media.rglob("*.jpg*"))) >= 2)
            time.sleep(0.3)
            kill_with_children(worker.pid)
        assert previews_of(relay, entry_id) == []
        start_worker()
        wait_until(lambda: is_ready(relay, entry_id))
    assert_done_once(relay, entry_id)


def test_when_only_the_jobs_own_process_is_killed_nobody_waits_for_its_lease(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    worker = start_worker()
    entry_id = send_in("/slow")
    with dispatching(relay, queue, replace(QUICK, lease=timedelta(minutes=5))):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        (horse,) = horses_of(worker.pid)
        os.kill(horse, signal.SIGKILL)
        site.may_answer.set()
        wait_until(lambda: is_ready(relay, entry_id))
    assert_done_once(relay, entry_id)


def test_a_job_that_was_thought_dead_and_comes_back_changes_nothing(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    first = start_worker()
    entry_id = send_in("/slow")
    with dispatching(relay, queue):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        (zombie,) = horses_of(first.pid)
        os.kill(zombie, signal.SIGSTOP)
        start_worker()
        wait_until(lambda: site.count("/slow") == 2)
        site.may_answer.set()
        wait_until(lambda: is_ready(relay, entry_id))
        os.kill(zombie, signal.SIGCONT)
        wait_until(lambda: zombie not in horses_of(first.pid))
    assert_done_once(relay, entry_id)
    assert previews_of(relay, entry_id)[0].title == "Lanterns on the river, answer 2"
    assert row_of(relay, entry_id).attempt == 2


def test_a_jobs_process_ends_with_its_worker(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    worker = start_worker()
    send_in("/slow")
    with dispatching(relay, queue):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        (horse,) = horses_of(worker.pid)
        worker.kill()
        worker.wait()
        wait_until(lambda: not is_running(horse), seconds=5)


def test_with_the_real_intervals_a_killed_job_is_done_within_90_seconds(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    worker = start_worker()
    entry_id = send_in("/slow")
    with dispatching(relay, queue, Patience()):
        assert site.slow_asked.wait(PATIENCE_SECONDS)
        kill_with_children(worker.pid)
        killed = time.monotonic()
        site.may_answer.set()
        start_worker()
        wait_until(lambda: is_ready(relay, entry_id), seconds=90)
        assert time.monotonic() - killed < 90
    assert_done_once(relay, entry_id)
