"""The `relay` command: one module a command, loaded only when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click
from typing_extensions import override

from relay.cli.sentences import sentence_of
from relay.domain.errors import RelayError
from relay.settings import WrongSettingError

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

COMMANDS = {
    "up": "relay.cli.up:up",
    "web": "relay.cli.web:web",
    "worker": "relay.cli.worker:worker",
    "migrate": "relay.cli.migrate:migrate_tables",
    "doctor": "relay.cli.doctor:doctor",
    "moderator": "relay.cli.moderator:moderator",
    "season": "relay.cli.season:season",
    "fetch": "relay.cli.previews:fetch",
    "preview": "relay.cli.previews:preview",
    "check-link": "relay.cli.previews:check",
    "thumbnail": "relay.cli.previews:thumbnail",
    "stats": "relay.cli.stats:stats",
    "demo": "relay.cli.demo:demo",
    "bench": "relay.cli.bench:bench",
}


class _Lazy(click.Group):
    """Imports a command's module when it is needed: `relay preview` needs no Flask."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="culture-relay")
def _commands() -> None:
    """Run and look after a relay of artworks."""


def main() -> None:
    """Run the command line; our own errors are one sentence on stderr, exit 1."""
    try:
        _commands(prog_name="relay")
    except RelayError as error:
        _give_up(sentence_of(error))
    except WrongSettingError as error:
        _give_up(str(error))
    except _database_errors() as error:
        from relay.adapters.database import explain

        _give_up(explain(error))


def _give_up(sentence: str) -> NoReturn:
    click.echo(f"relay: {sentence}", err=True)
    sys.exit(1)


def _database_errors() -> type[SQLAlchemyError]:
    """Load SQLAlchemy only when something was raised: `--help` needs none of it."""
    from sqlalchemy.exc import SQLAlchemyError

    return SQLAlchemyError
