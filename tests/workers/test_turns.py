"""A busy host costs a job nothing: not its worker, not a try, not its link."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from relay.adapters.turns import RedisTurns
from relay.domain.preview import PreviewState
from relay.domain.urls import read_url
from relay.models import OutboxRow, OutboxState
from relay.services.outbox import claim_due
from relay.settings import environment_with
from tests.workers.parts import entry_of, previews_of, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from relay.settings import Settings
    from tests.workers.parts import Site

pytestmark = [pytest.mark.slow, pytest.mark.redis]

# A job in a process of its own, for which loopback is a host like any other.
JOB = """
import sys
from relay.adapters.turns import RedisTurns
from workers import jobs
relay = jobs.the_relay()
relay.__dict__["turns"] = RedisTurns(relay.settings.redis, pause=0.2)
jobs.fetch_preview(int(sys.argv[1]), int(sys.argv[2]), 50.0)
"""


def run_job(relay: Relay, settings: Settings, entry_id: int) -> None:
    row_id = row_of(relay, entry_id).id or 0
    with Session(relay.engine) as session:
        row = session.get_one(OutboxRow, row_id)
        row.due_at = relay.clock.now()
        session.add(row)
        session.commit()
    (ticket,) = claim_due(relay.engine, limit=1, clock=relay.clock)
    subprocess.run(
        [sys.executable, "-c", JOB, str(ticket.row_id), str(ticket.attempt)],
        env=environment_with(
            data=settings.data,
            secret_key=settings.secret_key,
            redis_url=settings.redis,
            fetch_allow=",".join(settings.fetch_allow),
        ),
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=60,
    )


def test_a_link_of_a_busy_host_comes_back_later_and_is_not_counted_as_tried(
    relay: Relay, settings: Settings, site: Site, send_in: Callable[[str], int]
) -> None:
    url = read_url(site.url("/page"), allow=set(settings.fetch_allow))
    other = RedisTurns(settings.redis, pause=0.2)
    entry_id = send_in("/page")
    for _ in range(3):
        other.take(url)  # and again, before its lease runs out
        began = relay.clock.now()
        run_job(relay, settings, entry_id)
        row = row_of(relay, entry_id)
        assert row.state is OutboxState.DUE
        assert 0 < (row.due_at - began).total_seconds() < 60
        assert row.failures == 0
        assert entry_of(relay, entry_id).preview is PreviewState.QUEUED
    assert previews_of(relay, entry_id) == []
    assert site.asked == []
    other.leave()
    run_job(relay, settings, entry_id)
    assert row_of(relay, entry_id).state is OutboxState.DONE
    assert entry_of(relay, entry_id).preview is PreviewState.READY
    assert previews_of(relay, entry_id)[0].attempts == 1


def test_a_job_lets_the_next_one_have_its_host(
    relay: Relay, settings: Settings, site: Site, send_in: Callable[[str], int]
) -> None:
    first = send_in("/page")
    run_job(relay, settings, first)
    second = send_in("/other")
    run_job(relay, settings, second)
    assert entry_of(relay, second).preview is PreviewState.READY
    assert site.count("/other") == 1
