"""The process for pictures that a worker keeps, whatever becomes of its jobs."""

from __future__ import annotations

import os
import signal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from relay.domain.preview import PreviewState
from relay.models import OutboxState
from tests.workers.parts import (
    PATIENCE_SECONDS,
    cpu_ticks_of,
    dispatching,
    entry_of,
    horses_of,
    is_running,
    picture_child_of,
    pictures_of,
    previews_of,
    row_of,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from tests.workers.parts import Site
    from workers.queue import JobQueue

    Start = Callable[[], subprocess.Popen[bytes]]
    Send = Callable[[str], int]

pytestmark = [pytest.mark.slow, pytest.mark.redis]

SLOW_PX = 5000


@pytest.fixture(scope="module")
def slow() -> bytes:
    """An honest picture that takes long enough to be interrupted."""
    out = BytesIO()
    noise = Image.effect_noise((SLOW_PX, SLOW_PX), 60).convert("RGB")
    noise.save(out, "JPEG", quality=40, progressive=True)
    return out.getvalue()


def draw(width: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, 1200), "teal").save(out, "JPEG")
    return out.getvalue()


def wait_until_done(relay: Relay, entry_id: int) -> None:
    ended = {OutboxState.DONE, OutboxState.FAILED}
    wait_until(lambda: row_of(relay, entry_id).state in ended)


def wait_until_busy(child: int) -> None:
    begun = cpu_ticks_of(child)
    wait_until(lambda: cpu_ticks_of(child) > begun + 8)


def started_child_of(worker: int, *, unlike: int = 0) -> int:
    """Return a worker's process for pictures as soon as there is (another) one."""
    found: list[int] = []

    def is_there() -> bool:
        try:
            found.append(picture_child_of(worker))
        except ValueError:
            return False  # none now, or the old one and the new one
        return found[-1] != unlike

    wait_until(is_there)
    return found[-1]


def width_of(relay: Relay, entry_id: int) -> int:
    (picture,) = pictures_of(relay, entry_id)
    return picture.width


def test_all_jobs_of_a_worker_use_one_process_for_pictures(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    worker = start_worker()
    child = started_child_of(worker.pid)
    with dispatching(relay, queue):
        # Large enough to cost the process some ticks of the clock, 10 ms each.
        for width in (1970, 1990, 2010):
            entry_id = send_in(site.show(f"{width}.jpg", draw(width)))
            before = cpu_ticks_of(child)
            wait_until_done(relay, entry_id)
            assert width_of(relay, entry_id) == width
            assert cpu_ticks_of(child) > before
    assert picture_child_of(worker.pid) == child


def test_two_workers_share_no_process_for_pictures(start_worker: Start) -> None:
    one, other = start_worker(), start_worker()
    assert started_child_of(one.pid) != started_child_of(other.pid)


def test_the_process_for_pictures_ends_with_its_worker_however_that_ends(
    start_worker: Start,
) -> None:
    for end in (signal.SIGTERM, signal.SIGKILL):
        worker = start_worker()
        child = started_child_of(worker.pid)
        worker.send_signal(end)
        worker.wait(PATIENCE_SECONDS)
        wait_until(lambda child=child: not is_running(child))  # type: ignore[misc]


def test_a_process_that_was_killed_between_jobs_is_replaced(
    relay: Relay, queue: JobQueue, site: Site, send_in: Send, start_worker: Start
) -> None:
    worker = start_worker()
    child = started_child_of(worker.pid)
    with dispatching(relay, queue):
        wait_until_done(relay, send_in("/post"))
        os.kill(child, signal.SIGKILL)
        entry_id = send_in(site.show("70.jpg", draw(70)))
        wait_until_done(relay, entry_id)
    assert width_of(relay, entry_id) == 70
    assert started_child_of(worker.pid, unlike=child)


@pytest.mark.parametrize(
    ("sign", "reason"), [(signal.SIGSEGV, "broken"), (signal.SIGXCPU, "too_slow")]
)
def test_a_picture_that_ends_its_process_is_refused_and_the_next_one_is_made(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Send,
    start_worker: Start,
    slow: bytes,
    sign: signal.Signals,
    reason: str,
) -> None:
    worker = start_worker()
    child = started_child_of(worker.pid)
    with dispatching(relay, queue):
        hostile = send_in(site.show("slow.jpg", slow))
        wait_until(lambda: site.count("/slow.jpg"))
        wait_until_busy(child)
        os.kill(child, sign)
        honest = send_in(site.show("70.jpg", draw(70)))
        wait_until_done(relay, hostile)
        wait_until_done(relay, honest)
    assert entry_of(relay, hostile).preview is PreviewState.READY
    assert previews_of(relay, hostile)[0].image_reason == reason
    assert row_of(relay, hostile).attempt == 1
    assert width_of(relay, honest) == 70
    assert started_child_of(worker.pid, unlike=child)


def test_a_process_that_somebody_kills_in_a_picture_costs_only_time(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Send,
    start_worker: Start,
    slow: bytes,
) -> None:
    worker = start_worker()
    child = started_child_of(worker.pid)
    with dispatching(relay, queue):
        entry_id = send_in(site.show("slow.jpg", slow))
        wait_until(lambda: site.count("/slow.jpg"))
        wait_until_busy(child)
        os.kill(child, signal.SIGKILL)
        wait_until_done(relay, entry_id)
    assert width_of(relay, entry_id) == SLOW_PX
    assert row_of(relay, entry_id).attempt == 1


def test_a_job_that_is_killed_in_a_picture_leaves_nothing_of_it_to_the_next(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Send,
    start_worker: Start,
    slow: bytes,
) -> None:
    worker = start_worker()
    child = started_child_of(worker.pid)
    with dispatching(relay, queue):
        killed = send_in(site.show("slow.jpg", slow))
        wait_until(lambda: site.count("/slow.jpg"))
        wait_until_busy(child)
        (horse,) = horses_of(worker.pid)
        os.kill(horse, signal.SIGKILL)
        honest = send_in(site.show("70.jpg", draw(70)))
        wait_until_done(relay, honest)
        wait_until_done(relay, killed)
    assert not is_running(child)
    assert width_of(relay, honest) == 70
    assert width_of(relay, killed) == SLOW_PX
    assert row_of(relay, killed).attempt == 2
