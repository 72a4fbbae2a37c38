"""A worker: takes one job after the other, each in a child process of its own."""

from __future__ import annotations

import importlib
import logging
import secrets
import signal
from typing import TYPE_CHECKING

from rq import Queue, Worker
from rq.serializers import JSONSerializer

from workers.queue import JobQueue

if TYPE_CHECKING:
    from redis import Redis

# RQ says that a worker is alive at least this often, in seconds, and believes it
# for a minute longer.
ALIVE_SECONDS = 60

# How often the worker looks after its child, in seconds.
MONITOR_SECONDS = 5

# How long it waits at most before it tries to reach Redis again, in seconds.
RECONNECT_SECONDS = 5.0

log = logging.getLogger("relay.worker")


def run_worker(url: str, *, name: str) -> None:
    """Take jobs until SIGTERM; the job at hand is finished first.

    Everything that a job imports is loaded here, before the first fork: importing
    it again in each child would cost more than most jobs do.
    """
    jobs = importlib.import_module("workers.jobs")
    jobs.warm_up()
    redis: Redis = JobQueue.at(url).redis
    # Ctrl-C reaches every process of the terminal, and then the one that started us
    # sends SIGTERM: two signals would mean to RQ that it must kill the job at hand.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    worker = Worker(
        [Queue("relay", connection=redis, serializer=JSONSerializer)],
        # A worker that was killed is known to RQ for a while: names are not reused.
        name=f"{name}-{secrets.token_hex(4)}",
        connection=redis,
        serializer=JSONSerializer,
        worker_ttl=ALIVE_SECONDS,
        job_monitoring_interval=MONITOR_SECONDS,
        log_job_description=False,
    )
    worker.log_result_lifespan = False
    worker.max_connection_wait_time = RECONNECT_SECONDS
    log.info("ready")
    worker.work(logging_level="WARNING")
