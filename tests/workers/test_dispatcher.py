from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import OutboxRow, OutboxState, Topic
from relay.services.outbox import Ticket
from relay.services.start_entry import incoming_key, keep_incoming
from tests.workers.parts import QUICK, dispatching, row_of, wait_until
from workers.dispatcher import WAITING_PER_WORKER
from workers.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from workers.queue import JobQueue

    Send = Callable[[str], int]

pytestmark = pytest.mark.redis


def states(relay: Relay) -> list[OutboxState]:
    with Session(relay.engine) as session:
        return [each.state for each in session.exec(select(OutboxRow)).all()]


def test_the_queue_is_kept_short_and_the_outbox_is_the_backlog(
    relay: Relay, queue: JobQueue, send_in: Send
) -> None:
    for number in range(WAITING_PER_WORKER + 3):
        send_in(f"/post/{number}")
    with dispatching(relay, queue):
        wait_until(lambda: queue.count_waiting() == WAITING_PER_WORKER)
        time.sleep(0.5)
        assert queue.count_waiting() == WAITING_PER_WORKER
        assert states(relay).count(OutboxState.DUE) == 3
        queue.redis.lpop(queue.rq.key, 2)
        wait_until(lambda: states(relay).count(OutboxState.DUE) == 1)


def test_mails_stand_before_previews_in_the_line_and_in_their_order(
    queue: JobQueue,
) -> None:
    lease = timedelta(seconds=50)
    queue.send([Ticket(n, Topic.FETCH_PREVIEW, n, 1) for n in (1, 2)], lease=lease)
    topics = (Topic.FETCH_PREVIEW, Topic.TELL_MAKER, Topic.RUN_IMPORT)
    sent = [Ticket(n, each, n, 1) for n, each in enumerate(topics, start=3)]
    queue.send(sent, lease=lease)
    assert [each.split("-")[1] for each in queue.rq.job_ids] == [
        "4",
        "5",
        "1",
        "2",
        "3",
    ]


def test_the_bell_wakes_a_dispatcher_that_would_sleep_for_long(
    relay: Relay, queue: JobQueue, send_in: Send
) -> None:
    with dispatching(relay, queue, Patience(look=timedelta(minutes=5))):
        time.sleep(0.5)
        begun = time.monotonic()
        send_in("/post")
        wait_until(lambda: queue.count_waiting() == 1)
        assert time.monotonic() - begun < 5


def test_of_two_dispatchers_one_leads_and_the_other_takes_over(
    relay: Relay, queue: JobQueue, send_in: Send
) -> None:
    # A lead that no pause of a busy machine outlasts; a leader that ends gives it up.
    patience = replace(QUICK, lead=timedelta(seconds=20))
    with dispatching(relay, queue, patience):
        wait_until(lambda: queue.redis.get("relay:dispatcher"))
        first = queue.redis.get("relay:dispatcher")
        with dispatching(relay, queue, patience):
            time.sleep(0.5)
            assert queue.redis.get("relay:dispatcher") == first
            for number in range(5):
                send_in(f"/post/{number}")
            wait_until(lambda: queue.count_waiting() == 5)
    with dispatching(relay, queue):
        wait_until(lambda: queue.redis.get("relay:dispatcher") not in (first, None))
        entry_id = send_in("/later")
        wait_until(lambda: row_of(relay, entry_id).state is OutboxState.SENT)
    assert queue.count_waiting() == 6


def test_an_upload_that_a_crash_left_behind_is_swept(
    relay: Relay, queue: JobQueue
) -> None:
    keep_incoming(relay.media, "stray", b"an upload")
    file = relay.settings.data / "media" / incoming_key("stray")
    os.utime(file, (1, 1))
    with dispatching(relay, queue):
        wait_until(lambda: not file.exists())


def test_two_leaders_at_once_still_send_each_row_once(
    relay: Relay, queue: JobQueue, send_in: Send
) -> None:
    for number in range(20):
        send_in(f"/post/{number}")
    with dispatching(relay, queue) as one, dispatching(relay, queue) as other:
        one._lead = other._lead = lambda: True  # type: ignore[method-assign]  # noqa: SLF001 - a split brain
        wait_until(lambda: states(relay).count(OutboxState.SENT) == 20)
        time.sleep(0.5)
    assert queue.count_waiting() == 20
    with Session(relay.engine) as session:
        assert set(session.exec(select(OutboxRow.attempt)).all()) == {1}


def test_a_dispatcher_without_redis_leaves_everything_due_and_says_so_once(
    relay: Relay,
    queue: JobQueue,
    send_in: Send,
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue.redis.shutdown(nosave=True)
    with dispatching(relay, queue):
        send_in("/post")
        time.sleep(1)
    assert states(relay) == [OutboxState.DUE]
    said = [each for each in caplog.messages if "stays in the outbox" in each]
    assert len(said) == 1
