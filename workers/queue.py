"""The queue of jobs in Redis: RQ, with ids that are never used twice."""

from __future__ import annotations

import secrets
from enum import Enum
from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from rq import Queue
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job, JobStatus
from rq.registry import StartedJobRegistry, clean_registries
from rq.serializers import JSONSerializer
from rq.worker_registration import clean_worker_registry, get_keys

from relay.models import PATIENT
from workers.errands import ERRANDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import timedelta

    from relay.models import Topic
    from relay.services.outbox import Ticket

NAME = "relay"
# Workers look here first: a long line of links must not keep the figures waiting.
FIGURES = "relay-figures"

# RQ ends a job after this many seconds; its lease in the database is longer.
JOB_SECONDS = 40

# Measuring a relay of a million entries takes some ten seconds.
MEASURE_SECONDS = 300

# What went wrong stays to be looked at for a day. What went well is not kept: the
# database knows it.
FAILED_SECONDS = 24 * 3600

_COMMAND_SECONDS = 5.0
_ENDED_BADLY = {JobStatus.FAILED.value, JobStatus.STOPPED.value}


class JobState(Enum):
    """Where a job is, as far as Redis knows."""

    WAITING = "waiting"
    BEGUN = "begun"
    FAILED = "failed"
    MISSING = "missing"


class JobQueue:
    """Sends tickets to the workers as jobs, and tells what became of them.

    Every method raises RedisError when the server does not answer.
    """

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.rq = Queue(NAME, connection=redis, serializer=JSONSerializer)
        self.figures = Queue(FIGURES, connection=redis, serializer=JSONSerializer)

    @classmethod
    def at(cls, url: str) -> JobQueue:
        """Open the queue at a Redis URL; nothing is connected yet."""
        return cls(
            Redis.from_url(
                url,
                socket_connect_timeout=_COMMAND_SECONDS,
                socket_timeout=_COMMAND_SECONDS,
                # A server that has restarted leaves one dead connection behind.
                retry=Retry(NoBackoff(), 1, (RedisConnectionError,)),
            )
        )

    def send(self, tickets: Sequence[Ticket], *, lease: timedelta) -> None:
        """Queue one job for each ticket, in one round trip.

        Those for which somebody waits go to the head of the line, the first last, so
        that they stand there in their order.
        """
        patient = [each for each in tickets if each.topic in PATIENT]
        prompt = [each for each in tickets if each.topic not in PATIENT]
        self.rq.enqueue_many(
            Queue.prepare_data(
                job_of(ticket.topic),
                (ticket.row_id, ticket.attempt, lease.total_seconds()),
                job_id=ticket.job_id,
                timeout=JOB_SECONDS,
                result_ttl=0,
                failure_ttl=FAILED_SECONDS,
                at_front=ticket.topic not in PATIENT,
            )
            for ticket in (*patient, *reversed(prompt))
        )

    def send_measuring(self, season_id: int) -> str:
        """Queue the measuring of a season's relay; returns the job's id."""
        job = self.figures.enqueue(
            "workers.jobs.measure_relay",
            season_id,
            job_id=f"measure_relay-{season_id}-{secrets.token_hex(4)}",
            job_timeout=MEASURE_SECONDS,
            result_ttl=0,
            failure_ttl=FAILED_SECONDS,
        )
        return str(job.id)

    def is_measuring(self, job_id: str) -> bool:
        """Tell whether a measuring that was queued waits or runs."""
        with self.redis.pipeline() as pipeline:
            pipeline.hget(Job.key_for(job_id), "status")
            (status,) = pipeline.execute()
        return status is not None and status.decode() not in _ENDED_BADLY

    def count_waiting(self) -> int:
        """Return how many jobs no worker has taken yet."""
        return self.rq.count

    def count_workers(self) -> int:
        """Return how many workers are known to listen."""
        return len(get_keys(queue=self.rq))

    def find_states(self, job_ids: Sequence[str]) -> list[JobState]:
        """Return the state of each job.

        Not what its record says counts as waiting, but that it stands in the line:
        a worker that died while taking it has left a record that says "queued".
        """
        with self.redis.pipeline() as pipeline:
            pipeline.lrange(self.rq.key, 0, -1)
            for job_id in job_ids:
                pipeline.hget(Job.key_for(job_id), "status")
            line, *statuses = pipeline.execute()
        waiting = {each.decode() for each in line}
        return [
            _state(job_id in waiting, status)
            for job_id, status in zip(job_ids, statuses, strict=True)
        ]

    def forget(self, job_ids: Collection[str]) -> None:
        """Remove every trace of jobs that were lost, so that none can begin any more.

        RQ alone would keep a killed job among the started ones for minutes.
        """
        if not job_ids:
            return
        registry = StartedJobRegistry(queue=self.rq)
        lost = [
            f"{job_id}:{execution_id}"
            for job_id, execution_id in registry.get_job_and_execution_ids(
                cleanup=False
            )
            if job_id in job_ids
        ]
        taken = IntermediateQueue.get_intermediate_queue_key(self.rq.key)
        with self.redis.pipeline() as pipeline:
            for job_id in job_ids:
                pipeline.lrem(self.rq.key, 0, job_id)
                pipeline.lrem(taken, 0, job_id)
                pipeline.delete(Job.key_for(job_id))
            for composite_key in lost:
                pipeline.zrem(registry.key, composite_key)
                pipeline.delete(f"rq:execution:{composite_key}")
            pipeline.execute()

    def tidy(self) -> None:
        """Clean RQ's registries, and its list of workers of those that are dead."""
        clean_registries(self.rq)
        clean_worker_registry(self.rq)


def job_of(topic: Topic) -> str:
    """Return the function that does what a row asks for; all mails go the same way."""
    return f"workers.jobs.{'send_mail' if topic in ERRANDS else topic.value}"


def _state(in_line: bool, status: bytes | None) -> JobState:  # noqa: FBT001 - a fact, no switch
    if status is None:
        return JobState.MISSING
    if in_line:
        return JobState.WAITING
    if status.decode() in _ENDED_BADLY:
        return JobState.FAILED
    return JobState.BEGUN
