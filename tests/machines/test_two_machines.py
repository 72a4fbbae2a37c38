"""A relay whose parts run on machines of their own, sharing only three servers."""

from __future__ import annotations

import re
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from moto.server import ThreadedMotoServer

from relay.bootstrap import open_relay
from relay.models.moderator import Role
from relay.services.moderators import add_moderator, make_token
from relay.settings import Settings
from tests.machines.parts import (
    PASSWORD,
    SECRET_KEY,
    Machine,
    QueueServer,
    machine,
)
from tests.workers.parts import Site, serving_site, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.redis, pytest.mark.postgres]

MODERATOR = "organiser@example.org"
BUCKET = "relay-media"
S3_SECRET = "not-to-be-shown-9Xk"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as site:
        yield site


@pytest.fixture
def queue_server(tmp_path: Path) -> Iterator[QueueServer]:
    server = QueueServer(tmp_path / "queue")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket() -> Iterator[str]:
    """The address of an object store in which there is a bucket."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    made = urllib.request.Request(f"{address}/{BUCKET}", method="PUT")  # noqa: S310 - our own server on loopback
    urllib.request.urlopen(made).close()  # noqa: S310
    yield address
    server.stop()


@pytest.fixture
def environment(
    postgres_url: str, queue_server: QueueServer, bucket: str, site: Site
) -> dict[str, str]:
    return {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": queue_server.url,
        "RELAY_MEDIA_URL": f"s3://{BUCKET}/season",
        "RELAY_S3_ENDPOINT": bucket,
        "RELAY_S3_ACCESS_KEY_ID": "relay",
        "RELAY_S3_SECRET_ACCESS_KEY": S3_SECRET,
        "RELAY_SECRET_KEY": SECRET_KEY,
        "RELAY_FETCH_ALLOW": site.address,
        "RELAY_WORKERS": "1",
        # The tests ask more often than people do.
        "RELAY_LIMIT_TOKEN": "10000 per minute",
    }


@pytest.fixture
def machines(
    tmp_path: Path, environment: dict[str, str]
) -> Iterator[tuple[Machine, Machine, Machine]]:
    """One for the web, and two for workers; none has anything of the others."""
    with ExitStack() as stack:
        one, two, three = (
            stack.enter_context(machine(tmp_path / name, environment))
            for name in ("web", "worker", "another")
        )
        yield one, two, three


def test_an_entry_goes_its_whole_way_over_machines_that_share_no_disk(
    machines: tuple[Machine, Machine, Machine], site: Site
) -> None:
    web, worker, another = machines
    assert "season 3" in worker.run("migrate").stdout
    web.serve()
    worker.start("worker")

    receipt = web.send_in(site.url("/post"))
    assert receipt.status == 201, receipt.text
    wait_until(lambda: web.preview_of(receipt) == "ready")
    picture = approved_picture(web, receipt.json["ref"])
    assert picture.startswith((b"RIFF", b"\xff\xd8"))

    # What the first worker knew, it knew from the servers: another one goes on.
    assert worker.end() == 0
    second = web.send_in(site.url("/second"))
    assert second.status == 201
    assert web.preview_of(second) == "queued"
    another.start("worker")
    wait_until(lambda: web.preview_of(second) == "ready")

    # Neither pictures nor a database nor a key were kept on a machine's own disk.
    for each in machines:
        assert not list((each.folder / "data").glob("**/*.*")), each.folder
    report = web.run("doctor")
    fixes = [each for each in report.stdout.splitlines() if each.startswith("FIX")]
    assert report.returncode == 1
    assert len(fixes) == 1, report.stdout
    assert "RELAY_FETCH_ALLOW" in fixes[0]
    everything = "".join(each.said for each in machines) + report.stdout
    for secret in (PASSWORD, S3_SECRET, SECRET_KEY, receipt.json["token"]):
        assert secret not in everything


def moderators_token(web: Machine) -> str:
    relay = open_relay(
        Settings(
            data=web.folder / "data",
            database_url=web.environment["DATABASE_URL"],
            secret_key=SECRET_KEY,
        )
    )
    add_moderator(
        relay.engine,
        MODERATOR,
        role=Role.MODERATOR,
        password_hash="$never",
        clock=relay.clock,
        dice=relay.dice,
    )
    token = make_token(relay.engine, MODERATOR, clock=relay.clock, dice=relay.dice)
    relay.engine.dispose()
    return token


def approved_picture(web: Machine, ref: str) -> bytes:
    """Approve an entry as a moderator, and look at it as a reader of the wall."""
    token = moderators_token(web)
    (waiting,) = web.ask("/api/v1/desk/queue", token=token).json["entries"]
    decided = web.ask(
        f"/api/v1/desk/entries/{ref}/decisions",
        body={"decision": "approve", "version": waiting["version"]},
        token=token,
    )
    assert decided.status == 201, decided.text
    assert web.ask(f"/api/v1/entries/{decided.json['no']}").status == 200
    wait_until(lambda: "Lanterns for Nanjing" in web.ask("/en/").text)
    found = re.search(r'src="(/media/[^"]+)"', web.ask("/en/").text)
    assert found, "the card has no picture"
    answer = web.ask(found[1])
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("image/")
    return answer.body
