"""`relay moderator`: makes accounts of the desk and tokens for programs."""

from __future__ import annotations

import sys
import unicodedata

import click
from argon2 import PasswordHasher

from relay.bootstrap import open_relay
from relay.models.moderator import Role
from relay.services.moderators import (
    add_moderator,
    make_token,
    require_free_address,
)

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
    relay = open_relay()
    require_free_address(relay.engine, email)
    password = _piped_password() if password_stdin else _typed_password()
    _require_good(password)
    add_moderator(
        relay.engine,
        email,
        role=Role(role),
        password_hash=PasswordHasher().hash(password),
        clock=relay.clock,
        dice=relay.dice,
    )
    click.echo(f"{email} can sign in at {relay.settings.base_url}/desk/ as {role}.")


def _piped_password() -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        message = "The password must be UTF-8 text."
        raise click.ClickException(message) from error


def _typed_password() -> str:
    if not sys.stdin.isatty():
        message = "There is no terminal to ask on: pipe it in with --password-stdin."
        raise click.UsageError(message)
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _require_good(password: str) -> None:
    """Raise what the person sees when nobody could sign in with this password."""
    # Control characters and halves of a character: no browser's field sends them.
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password):
        message = "The password must not hold control characters."
        raise click.ClickException(message)
    if len(password) < PASSWORD_MIN:
        message = f"The password must have at least {PASSWORD_MIN} characters."
        raise click.ClickException(message)


@moderator.command("token")
@click.argument("email")
def token(email: str) -> None:
    """Print a new API token of EMAIL; it is shown once and kept only as a hash."""
    relay = open_relay()
    click.echo(make_token(relay.engine, email, clock=relay.clock, dice=relay.dice))
