"""The group of all commands, and how their errors are told."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click
from typing_extensions import override

from relay.cli import COMMANDS
from relay.cli.interrupt import ending_at_once
from relay.cli.sentences import sentence_of
from relay.domain.errors import RelayError
from relay.settings import WrongSettingError

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

# What a shell says of a program that was ended by Ctrl-C.
INTERRUPTED = 130


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
        with ending_at_once():
            command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="culture-relay")
def commands() -> None:
    """Run and look after a relay of artworks."""


def run() -> None:
    """Run what the command line asks for."""
    try:
        commands(prog_name="relay")
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
