"""`relay web`: the web server alone."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING

import click

from relay.settings import read_settings

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# A request that takes longer to arrive than this, in milliseconds, is a slow drip.
HEADER_MS = 10_000

# How long requests at hand may take to finish when the server is to end, in seconds.
FINISH_SECONDS = 8


@click.command("web")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to bind.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that serve, each with RELAY_WEB_THREADS threads.",
)
def web(port: int | None, processes: int) -> None:
    """Serve the pages and the API. Requests are not logged: paths hold secrets."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from relay.adapters.lifeline import end_with_parent
    from relay.adapters.logs import open_log

    settings = read_settings(**({"port": port} if port else {}))
    open_log(settings.log)
    hold_on = end_with_parent(signal.SIGKILL)

    def load(_target: str) -> WSGIApplication:
        from relay import create_app

        hold_on()
        # Ctrl-C reaches every process of the terminal, and then the server sends
        # SIGTERM: of two signs the worker would only take the first, and hang.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        # Until the server sets its own, a forked process has its parent's handler,
        # which would only make a note of the wish to end.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        app = create_app(settings)
        # What was loaded stays: to look through it for garbage takes up to 180 ms,
        # in every second or third page of a large map.
        gc.collect()
        gc.freeze()
        return app

    Granian(
        "relay:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=settings.web_threads,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        # The server's own lines go where all the others go.
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=FINISH_SECONDS,
    ).serve(target_loader=load)
