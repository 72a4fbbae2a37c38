"""A worker: takes one job after the other, each in a child process of its own.

The process that makes pictures is kept by the worker and lent to each job: starting
it anew took half of a job's time.
"""

from __future__ import annotations

import importlib
import logging
import secrets
import signal
from typing import TYPE_CHECKING, Any

from rq import Queue, Worker
from rq.serializers import JSONSerializer
from typing_extensions import override

from workers.queue import FIGURES, NAME, JobQueue

if TYPE_CHECKING:
    from redis import Redis
    from rq.executions import Execution
    from rq.job import Job

    from relay.adapters.pictures import SafePictures

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
    # Ctrl-C reaches every process of the terminal, and then the one that started us
    # sends SIGTERM: two signals would mean to RQ that it must kill the job at hand.
    # The process for pictures inherits this.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    jobs = importlib.import_module("workers.jobs")
    pictures: SafePictures = jobs.the_relay().pictures
    pictures.start()  # it gets ready meanwhile
    signal.signal(signal.SIGCHLD, lambda *_: pictures.tell_end())
    jobs.warm_up()
    redis: Redis = JobQueue.at(url).redis
    worker = LendingWorker(
        pictures,
        [
            Queue(name, connection=redis, serializer=JSONSerializer)
            for name in (FIGURES, NAME)
        ],
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
    with pictures:
        worker.work(logging_level="WARNING")


class LendingWorker(Worker):
    """RQ's worker, which lends each job its process for pictures."""

    def __init__(self, pictures: SafePictures, *given: Any, **named: Any) -> None:  # noqa: ANN401 - handed on as it came
        super().__init__(*given, **named)
        self._pictures = pictures

    @override
    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Begin the job; only this fork may use what is lent."""
        self._pictures.lend()
        super().fork_work_horse(job, queue)

    @override
    def monitor_work_horse(self, job: Job, queue: Queue, execution: Execution) -> None:
        """Wait until the job's process has ended, however that was."""
        super().monitor_work_horse(job, queue, execution)
        self._pictures.take_back()
