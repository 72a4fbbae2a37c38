"""What the workers' tests are made of: a site to fetch from, waiting, killing."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from sqlmodel import Session, select
from typing_extensions import override

from relay.models import Entry, OutboxRow, Picture, Preview
from workers.dispatcher import Dispatcher
from workers.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relay.bootstrap import Relay
    from workers.queue import JobQueue

# Longer than anything takes that does not hang: a worker's start takes 3 s of processor
# time, which are 30 on a machine busy with all other tests.
PATIENCE_SECONDS = 120.0

# The same proportions as the real ones, in a tenth of the time.
QUICK = Patience(
    look=timedelta(seconds=0.2),
    look_when_full=timedelta(seconds=0.05),
    sweep=timedelta(seconds=0.3),
    arrive=timedelta(seconds=0.6),
    begin=timedelta(seconds=3),
    lease=timedelta(seconds=6),
    lead=timedelta(seconds=1),
    measure=timedelta(seconds=0.3),
)


@dataclass
class Site:
    """A stranger's site on loopback: pages, and one that waits until it may answer."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    may_answer: threading.Event = field(default_factory=threading.Event)
    slow_asked: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def count(self, path: str) -> int:
        return self.asked.count(path)

    def show(self, name: str, picture: bytes) -> str:
        """Serve a picture, and return the path of a page that shows it."""
        self.pictures[f"/{name}"] = picture
        return f"/shows/{name}"


def page_bytes(title: str, picture: str = "/picture.png") -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="og:title" content="{title}">
<meta property="og:description" content="Paper boats carry names downstream.">
<meta property="og:image" content="{picture}"></head><body><h1>{title}</h1>
</body></html>""".encode()


def picture_bytes() -> bytes:
    out = BytesIO()
    Image.new("RGB", (800, 600), "#a03020").save(out, "PNG")
    return out.getvalue()


@contextmanager
def serving_site() -> Iterator[Site]:
    """Serve such a site, each request in a thread of its own."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            number = site.count(self.path)
            if self.path == "/slow":
                site.slow_asked.set()
                site.may_answer.wait(20)
            with suppress(OSError):
                self._answer(number)

        def _answer(self, number: int) -> None:
            status, kind = 200, "text/html; charset=utf-8"
            body = page_bytes(f"Lanterns on the river, answer {number}")
            if self.path == "/picture.png":
                kind, body = "image/png", picture_bytes()
            if self.path in site.pictures:
                kind, body = "image/jpeg", site.pictures[self.path]
            if self.path.startswith("/shows/"):
                body = page_bytes("One picture", self.path.removeprefix("/shows"))
            if self.path == "/gone":
                status = 410
            if self.path == "/broken":
                status = 503
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield site
    site.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def dispatching(
    relay: Relay, queue: JobQueue, patience: Patience = QUICK
) -> Iterator[Dispatcher]:
    """Run a real dispatcher in a thread."""
    dispatcher = Dispatcher(relay, queue, patience=patience)
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    try:
        yield dispatcher
    finally:
        dispatcher.end()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def wait_until(
    is_so: Callable[[], object], *, seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait until something is so; fail when it takes too long."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(each) for each in path.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def picture_child_of(worker: int) -> int:
    """Return the process for pictures that a worker keeps."""
    (found,) = [each for each in children_of(worker) if _makes_pictures(each)]
    return found


def horses_of(worker: int) -> list[int]:
    """Return the processes of a worker's jobs: one, while it has a job."""
    return [each for each in children_of(worker) if not _makes_pictures(each)]


def _makes_pictures(pid: int) -> bool:
    try:
        return b"picture_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def cpu_ticks_of(pid: int) -> int:
    """Return the processor time that a process has used, in the kernel's ticks."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def kill_with_children(pid: int) -> None:
    """Kill a process and all below it at once, as a power cut would."""
    below = children_of(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for child in below:
        kill_with_children(child)


def entry_of(relay: Relay, entry_id: int) -> Entry:
    with Session(relay.engine) as session:
        return session.exec(select(Entry).where(Entry.id == entry_id)).one()


def row_of(relay: Relay, entry_id: int) -> OutboxRow:
    with Session(relay.engine) as session:
        return session.exec(
            select(OutboxRow).where(OutboxRow.subject == entry_id)
        ).one()


def previews_of(relay: Relay, entry_id: int) -> list[Preview]:
    with Session(relay.engine) as session:
        return list(
            session.exec(select(Preview).where(Preview.entry_id == entry_id)).all()
        )


def pictures_of(relay: Relay, entry_id: int) -> list[Picture]:
    with Session(relay.engine) as session:
        return list(
            session.exec(select(Picture).where(Picture.entry_id == entry_id)).all()
        )
