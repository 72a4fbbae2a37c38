"""Real parts for the workers' tests: a Valkey server, a page to fetch, processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from relay.adapters.valkey import start_valkey
from relay.services.start_entry import start_entry
from relay.settings import Settings, environment_with
from tests.workers.parts import Site, kill_with_children, serving_site
from workers.queue import JobQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relay.adapters.valkey import Valkey
    from relay.bootstrap import Relay


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as site:
        yield site


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    (tmp_path / "queue").mkdir()
    with start_valkey(tmp_path / "queue") as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, valkey: Valkey, site: Site) -> Settings:
    return Settings(
        data=tmp_path / "data",
        secret_key="x" * 40,
        redis_url=valkey.url,
        fetch_allow=(site.address,),
        workers=1,
    )


@pytest.fixture
def queue(settings: Settings) -> Iterator[JobQueue]:
    queue = JobQueue.at(settings.redis)
    yield queue
    queue.redis.close()


@pytest.fixture
def send_in(relay: Relay, site: Site) -> Callable[[str], int]:
    """Send in a link to the site; returns the entry's id."""
    return lambda path: start_entry(relay.intake, link=site.url(path)).entry_id


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start real worker processes, which end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", "worker"],
            env=environment_with(
                data=settings.data,
                secret_key=settings.secret_key,
                redis_url=settings.redis,
                fetch_allow=",".join(settings.fetch_allow),
                smtp_url=settings.smtp_url,
                mail_from=settings.mail_from,
            ),
            cwd=Path(__file__).parents[2],
            stdout=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        kill_with_children(process.pid)
        process.wait()
