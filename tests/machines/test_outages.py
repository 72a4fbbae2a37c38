"""What readers, makers and the log notice when the database or the queue goes away."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.machines.parts import (
    PASSWORD,
    SECRET_KEY,
    Answer,
    DatabaseServer,
    Machine,
    QueueServer,
    machine,
)
from tests.workers.parts import Site, serving_site, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.xdist_group("outages"),
]

EMAIL = "maker.of.lanterns@example.org"


@dataclass(frozen=True)
class World:
    """A relay on two machines, and the servers that can be taken from it."""

    database: DatabaseServer
    queue: QueueServer
    site: Site
    web: Machine
    worker: Machine


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with ExitStack() as stack:
        database = DatabaseServer(tmp_path_factory.mktemp("postgres"))
        stack.callback(database.remove)
        queue = QueueServer(folder / "queue")
        queue.start()
        stack.callback(queue.stop)
        site = stack.enter_context(serving_site())
        environment = {
            "DATABASE_URL": database.url,
            "REDIS_URL": queue.url,
            "RELAY_MEDIA_URL": (folder / "media").as_uri(),
            "RELAY_SECRET_KEY": SECRET_KEY,
            "RELAY_FETCH_ALLOW": site.address,
            "RELAY_WORKERS": "1",
            "RELAY_LOG": "json",
            "RELAY_LIMIT_TOKEN": "10000 per minute",
        }
        web = stack.enter_context(machine(folder / "web", environment))
        worker = stack.enter_context(machine(folder / "worker", environment))
        assert web.run("migrate").returncode == 0
        web.serve()
        worker.start("worker")
        yield World(database, queue, site, web, worker)


def send(world: World, name: str) -> Answer:
    receipt = world.web.send_in(world.site.url(f"/{name}"), email=EMAIL)
    assert receipt.status == 201, receipt.text
    return receipt


def is_ready(world: World, receipt: Answer) -> bool:
    return world.web.preview_of(receipt) == "ready"


def events(part: Machine) -> list[dict[str, object]]:
    found = [json.loads(line) for line in part.said.splitlines()]
    assert all(isinstance(each, dict) for each in found)
    return found


def test_without_the_queue_entries_are_taken_in_and_fetched_when_it_is_back(
    world: World,
) -> None:
    before = send(world, "before")
    wait_until(lambda: is_ready(world, before))
    world.queue.stop()
    try:
        ready = world.web.ask("/readyz")
        assert (ready.status, ready.json["status"]) == (200, "degraded")
        assert ready.json["redis"] == "unreachable"
        meanwhile = send(world, "meanwhile")
        assert world.web.preview_of(meanwhile) == "queued"
        assert world.web.ask("/en/").status == 200
    finally:
        world.queue.start()
    wait_until(lambda: is_ready(world, meanwhile), seconds=60)
    assert world.web.ask("/readyz").json["status"] == "ok"


def test_without_the_database_the_web_says_so_and_goes_on_when_it_is_back(
    world: World,
) -> None:
    world.database.stop()
    try:
        assert world.web.ask("/healthz").status == 200
        ready = world.web.ask("/readyz")
        assert (ready.status, ready.json["database"]) == (503, "unreachable")
        sent = world.web.send_in(world.site.url("/lost"))
        assert sent.status == 503
        assert int(sent.headers["retry-after"]) > 0
        assert sent.headers["content-type"] == "application/problem+json"
        assert world.web.ask("/en/cities").status == 503
    finally:
        world.database.start()
    assert world.web.ask("/readyz").status == 200
    after = send(world, "after")
    wait_until(lambda: is_ready(world, after), seconds=60)
    assert world.site.count("/lost") == 0


def test_a_database_that_was_restarted_costs_no_request(world: World) -> None:
    receipts = [send(world, "warm-one"), send(world, "warm-two")]
    world.database.stop()
    world.database.start()
    receipts.append(send(world, "restarted"))
    assert world.web.ask("/en/cities").status == 200
    wait_until(lambda: all(is_ready(world, each) for each in receipts), seconds=60)


def test_every_line_of_the_log_is_one_json_object_and_holds_no_secret(
    world: World,
) -> None:
    receipt = send(world, "logged")
    wait_until(lambda: is_ready(world, receipt))
    wait_until(lambda: jobs_of(world, receipt))
    (job,) = jobs_of(world, receipt)
    assert job["level"] == "info"
    assert job["part"] == "worker-1"
    assert job["job"] == "fetch_preview"
    assert isinstance(job["subject"], int)
    assert isinstance(job["ms"], int)
    for part in (world.web, world.worker):
        for event in events(part):
            assert {"time", "level", "event"} <= event.keys()
        for secret in (EMAIL, PASSWORD, SECRET_KEY, receipt.json["token"]):
            assert secret not in part.said


def jobs_of(world: World, receipt: Answer) -> list[dict[str, object]]:
    return [
        each
        for each in events(world.worker)
        if each.get("ref") == receipt.json["ref"] and each["event"] == "the job is done"
    ]


def test_a_failed_request_is_logged_with_its_route_and_the_id_in_its_answer(
    world: World,
) -> None:
    token = send(world, "kept").json["token"]
    world.database.stop()
    try:
        answer = world.web.ask(f"/en/mine/{token}")
    finally:
        world.database.start()
    assert answer.status == 503
    asked = answer.headers["x-request-id"]
    (event,) = (each for each in events(world.web) if each.get("request") == asked)
    assert event["level"] == "error"
    assert event["method"] == "GET"
    assert "<token>" in str(event["route"])
    assert event["status"] == 503
    assert token not in world.web.said


def test_a_part_that_starts_before_its_servers_waits_for_them(world: World) -> None:
    world.queue.stop()
    assert world.worker.end() == 0
    before = len(world.worker.said)
    world.worker.start("worker")
    try:
        wait_until(lambda: "REDIS_URL" in world.worker.said[before:])
    finally:
        world.queue.start()
    late = send(world, "late")
    wait_until(lambda: is_ready(world, late), seconds=60)
    assert "Traceback" not in world.worker.said[before:]
