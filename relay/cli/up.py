"""`relay up`: everything on one machine, in the foreground, with one command."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relay.cli.interrupt import ending_at_once
from relay.cli.lock import locked
from relay.cli.process import Part, Supervisor, command_part
from relay.cli.ready import is_ready
from relay.domain.errors import Conflict
from relay.settings import environment_with, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.settings import Settings

# Workers start when pages can be read, or after this many seconds all the same.
WORKER_PATIENCE_SECONDS = 10.0

WEB = (sys.executable, "-m", "relay.cli", "web")
DEMO = (sys.executable, "-m", "relay.cli", "demo")


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds everything.",
)
@click.option("--demo", is_flag=True, help="Show a relay of invented artworks.")
@click.option(
    "--size",
    type=click.Choice(["small", "large"]),
    default="small",
    show_default=True,
    help="How large the demo's relay is: 175 artworks, or about 700 from 300 cities.",
)
def up(port: int | None, data: Path | None, *, demo: bool, size: str) -> None:
    """Run the web server, the workers and their queue until Ctrl-C."""
    # Entries, addresses and keys: whatever a part writes is for its owner alone.
    os.umask(0o077)
    given: dict[str, Any] = {"port": port, "data": data, "demo": demo or None}
    settings = read_settings(
        **{name: value for name, value in given.items() if value is not None}
    )
    # Until it runs its parts nothing is open that must be closed; after that it answers
    # Ctrl-C itself.
    with ending_at_once(), locked(settings.data):
        require_free_port(settings)
        token = prepare(settings)
        supervisor = Supervisor(
            plan_parts(settings, size=size),
            is_ready=lambda: is_ready(settings),
            when_ready=lambda: greet(settings, token),
            log=settings.log,
        )
        code = supervisor.run()
    sys.exit(code)


def require_free_port(settings: Settings) -> None:
    """Raise Conflict that names the port when another program listens there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server itself does: connections that linger do not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            message = (
                f"Port {settings.port} of {settings.host} cannot be used "
                f"({error.strerror}). Choose another one with --port or RELAY_PORT."
            )
            raise Conflict(message) from error


def prepare(settings: Settings) -> str | None:
    """Make tables, season and secret key; return a token for the first moderator."""
    # Whom the folder or the port refuses need not wait until these are loaded.
    from relay.adapters.database import migrate
    from relay.bootstrap import open_relay
    from relay.services.moderators import invite_first_moderator
    from relay.services.open_season import ensure_first_season

    relay = open_relay(settings)
    migrate(settings.database)
    _ = relay.secret_key
    if ensure_first_season(relay.engine, clock=relay.clock):
        click.echo("Made season 3, Leave No One Behind, beginning in Nanjing.")
    token = invite_first_moderator(relay.engine, clock=relay.clock, dice=relay.dice)
    relay.engine.dispose()
    return token


def plan_parts(settings: Settings, *, size: str = "small") -> list[Part]:
    """Return the processes: the queue server first, and last to end."""
    from relay.adapters.valkey import plan_valkey, start_valkey
    from relay.cli.demo import plan_demo

    ours = not settings.redis_url
    redis_url = plan_valkey(settings.data).url if ours else settings.redis_url
    environment = environment_with(
        data=settings.data.absolute(),
        port=settings.port,
        redis_url=redis_url,
        demo=settings.demo,
        **(plan_demo(settings, size=size) if settings.demo else {}),
    )
    valkey = Part("valkey", lambda: start_valkey(settings.data).process, goes_last=True)
    return [
        *([valkey] if ours else []),
        command_part("web", WEB, environment),
        *worker_parts(settings, environment, patience=WORKER_PATIENCE_SECONDS),
        *([command_part("demo", DEMO, environment)] if settings.demo else []),
    ]


def worker_parts(
    settings: Settings, environment: Mapping[str, str], *, patience: float = 0.0
) -> list[Part]:
    """Return the dispatcher and the workers."""
    commands = {"dispatcher": ("dispatcher",)} | {
        name: ("worker", "--name", name)
        for name in (f"worker-{number + 1}" for number in range(settings.workers))
    }
    return [
        command_part(
            name,
            (sys.executable, "-m", "workers", *arguments),
            environment,
            patience=patience,
        )
        for name, arguments in commands.items()
    ]


def greet(settings: Settings, token: str | None) -> None:
    """Say where everything is and, while there is no moderator, how to become one."""
    click.echo("")
    click.secho(f"  The relay is ready: {settings.base_url}/", bold=True)
    click.echo(f"  Everything is kept in {settings.data.absolute()}. Ctrl-C ends it.")
    click.echo("")
    if token:
        _print_box(
            "There is no moderator yet. Whoever opens this link becomes the first:",
            f"{settings.base_url}/desk/invite/{token}",
            "It works once, for seven days. Do not pass it on.",
        )


def _print_box(*lines: str) -> None:
    width = max(map(len, lines))
    click.echo(f"  ┌{'─' * (width + 2)}┐")
    for line in lines:
        click.echo(f"  │ {line:<{width}} │")
    click.echo(f"  └{'─' * (width + 2)}┘")
    click.echo("")
