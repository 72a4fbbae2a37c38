"""`relay moderator`: makes accounts of the desk and tokens for programs."""

from __future__ import annotations

import sys

import click
from argon2 import PasswordHasher

from relay.bootstrap import open_relay
from relay.models.moderator import Role
from relay.services.moderators import add_moderator, make_token

# The least that NIST SP 800-63B allows; length is what makes a good password.
PASSWORD_MIN = 8


@click.group("moderator")
def moderator() -> None:
    """Accounts of the desk."""


@moderator.command("add")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([each.value for each in Role]),
    default=Role.MODERATOR.value,
    show_default=True,
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)
def add(email: str, role: str, *, password_stdin: bool) -> None:
    """Make an account for EMAIL; asks for the password unless it is piped in."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < PASSWORD_MIN:
        message = f"The password must have at least {PASSWORD_MIN} characters."
        raise click.ClickException(message)
    relay = open_relay()
    add_moderator(
        relay.engine,
        email,
        role=Role(role),
        password_hash=PasswordHasher().hash(password),
        clock=relay.clock,
        dice=relay.dice,
    )
    click.echo(f"{email} can sign in at {relay.settings.base_url}/desk/ as {role}.")


@moderator.command("token")
@click.argument("email")
def token(email: str) -> None:
    """Print a new API token of EMAIL; it is shown once and kept only as a hash."""
    relay = open_relay()
    click.echo(make_token(relay.engine, email, clock=relay.clock, dice=relay.dice))
