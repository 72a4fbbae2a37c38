"""What was approved for later is shown at its time by a real worker, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Moderation
from tests.deciding import approve, log
from tests.making import find, make_moderator, send
from tests.workers.parts import QUICK, dispatching, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from workers.queue import JobQueue

pytestmark = [pytest.mark.slow, pytest.mark.redis]


def test_an_entry_appears_at_its_time(
    relay: Relay, queue: JobQueue, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    sent = send(relay, "https://example.invalid/")
    at = relay.clock.now() + timedelta(seconds=4)
    approve(relay, sent.ref, by=make_moderator(relay), reveal_at=at)
    start_worker()
    with dispatching(relay, queue, QUICK):
        wait_until(lambda: find(relay, sent.ref).no == 1)
    entry = find(relay, sent.ref)
    assert entry.moderation is Moderation.APPROVED
    assert entry.published_at
    assert entry.published_at >= at
    assert len(log(relay)) == 2
