"""`relay worker`: the dispatcher and the workers alone, for a machine of their own."""

from __future__ import annotations

import sys

import click

from relay.cli.process import Supervisor
from relay.cli.up import worker_parts
from relay.settings import environment_with, read_settings


@click.command("worker")
@click.option("--workers", type=click.IntRange(1, 64), help="How many workers to run.")
def worker(workers: int | None) -> None:
    """Run workers until Ctrl-C. Of several machines' dispatchers one leads."""
    settings = read_settings(**({"workers": workers} if workers else {}))
    environment = environment_with(workers=settings.workers)
    sys.exit(Supervisor(worker_parts(settings, environment), log=settings.log).run())
