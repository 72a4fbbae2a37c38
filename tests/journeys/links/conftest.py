"""A relay whose workers run: a queue server, a dispatcher, a worker, a platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.models import Look, OutboxRow, OutboxState
from relay.services.writing import writing
from relay.settings import Settings
from tests.journeys.links.street import Street, serving_street
from tests.workers.conftest import queue, start_worker, valkey
from tests.workers.parts import QUICK, dispatching, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from relay.adapters.valkey import Valkey
    from relay.bootstrap import Relay
    from workers.queue import JobQueue

__all__ = ["queue", "start_worker", "valkey"]

PATIENCE = replace(QUICK, plan=timedelta(seconds=0.2))
_OPEN = (OutboxState.DUE, OutboxState.SENT, OutboxState.RUNNING)


@pytest.fixture
def street() -> Iterator[Street]:
    with serving_street() as street:
        yield street


@pytest.fixture
def settings(tmp_path: Path, valkey: Valkey, street: Street) -> Settings:
    return Settings(
        data=tmp_path / "data",
        secret_key="x" * 40,
        redis_url=valkey.url,
        fetch_allow=(street.address,),
        workers=1,
    )


class Time:
    """Time that passes at once: what was written becomes so much older."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def passes(self, *, days: float = 0, minutes: float = 0) -> None:
        """Let time pass, then wait until the workers have done what is due."""
        age = timedelta(days=days, minutes=minutes)
        with writing(self._relay.engine) as session:
            for look in session.exec(select(Look)):
                look.looked_at -= age
                look.gone_since = look.gone_since and look.gone_since - age
            for row in session.exec(select(OutboxRow)):
                row.due_at -= age
                row.sent_at = row.sent_at and row.sent_at - age
        self.settles()

    def settles(self) -> None:
        """Wait until nothing is due or under way."""
        wait_until(self._is_idle)

    def _is_idle(self) -> bool:
        now = self._relay.clock.now()
        with Session(self._relay.engine) as session:
            due = session.exec(
                select(OutboxRow.id).where(
                    col(OutboxRow.state).in_(_OPEN), col(OutboxRow.due_at) <= now
                )
            ).first()
            old = session.exec(
                select(Look.entry_id).where(
                    col(Look.looked_at) <= now - timedelta(days=14)
                )
            ).first()
        return due is None and old is None


@pytest.fixture
def time(
    relay: Relay,
    queue: JobQueue,
    start_worker: Callable[[], object],
) -> Iterator[Time]:
    """Run dispatcher and worker, and let a test say how much time passes."""
    start_worker()
    with dispatching(relay, queue, PATIENCE):
        yield Time(relay)
