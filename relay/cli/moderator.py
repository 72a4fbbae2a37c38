"""`relay moderator`: makes accounts of the desk and tokens for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from argon2 import PasswordHasher

from relay.bootstrap import open_relay
from relay.domain.errors import NotFound
from relay.domain.password import PASSWORD_MAX, PASSWORD_MIN, find_password_fault
from relay.models.moderator import LinkPurpose, Role
from relay.queries.people import Person, list_people
from relay.services.account_links import link_token, send_link
from relay.services.moderators import (
    add_by_command,
    make_token,
    require_free_address,
)
from relay.services.people import set_active

if TYPE_CHECKING:
    from relay.bootstrap import Relay

FAULTS = {
    "controls": "must not hold control characters.",
    "too_short": f"must have at least {PASSWORD_MIN} characters.",
    "too_long": f"must have at most {PASSWORD_MAX} characters.",
    "common": "is one of those that are tried first.",
    "own_name": "must not be the address.",
}


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
    _require_good(password, email)
    add_by_command(
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


def _require_good(password: str, email: str) -> None:
    """Raise what the person sees when this password will not do."""
    fault = find_password_fault(password, email=email)
    if fault:
        message = f"The password {FAULTS[fault]}"
        raise click.ClickException(message)


@moderator.command("token")
@click.argument("email")
def token(email: str) -> None:
    """Print a new API token of EMAIL; it is shown once and kept only as a hash."""
    relay = open_relay()
    click.echo(make_token(relay.engine, email, clock=relay.clock, dice=relay.dice))


@moderator.command("list")
def list_moderators() -> None:
    """Print everybody: address, role, whether they may come in, and last seen."""
    for each in _read_people(open_relay()):
        state = "active" if each.active else "shut out"
        if each.active and not each.joined:
            state = "invited"
        seen = each.last_seen.isoformat(timespec="minutes") if each.last_seen else "-"
        click.echo(f"{each.email}\t{each.role.value}\t{state}\t{seen}")


@moderator.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Shut the desk to EMAIL and end all sessions."""
    relay = open_relay()
    person = _require_person(relay, email)
    set_active(
        relay.engine, person.id, active=False, moderator_id=None, clock=relay.clock
    )
    click.echo(f"{person.email} can sign in no more.")


@moderator.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Print a one-time link with which EMAIL chooses a new password."""
    relay = open_relay()
    person = _require_person(relay, email)
    made = send_link(
        relay.engine,
        person.id,
        moderator_id=None,
        clock=relay.clock,
        dice=relay.dice,
    )
    place = "invite" if made.purpose is LinkPurpose.INVITE else "reset"
    token = link_token(relay.dice, made.id, made.purpose)
    click.echo(f"{relay.settings.base_url}/desk/{place}/{token}")


def _read_people(relay: Relay) -> list[Person]:
    with relay.engine.connect() as connection:
        return list_people(connection, now=relay.clock.now())


def _require_person(relay: Relay, email: str) -> Person:
    typed = email.strip().lower()
    for each in _read_people(relay):
        if each.email == typed:
            return each
    message = "There is no account with this address."
    raise NotFound(message)
