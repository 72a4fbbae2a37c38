"""People who come to the desk in tests: accounts with passwords, signed in or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.models.moderator import Role
from tests.journeys.person import Person
from tests.making import make_moderator
from tests.sparing import HASHER

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

PASSWORD = "five quiet paper boats"
HASH = HASHER.hash(PASSWORD)


def make_account(
    relay: Relay, email: str = "mei@example.org", role: Role = Role.ORGANISER
) -> int:
    """Make an account whose password is PASSWORD."""
    return make_moderator(relay, email, role=role, password_hash=HASH)


def arrive(app: Flask, email: str = "mei@example.org", **headers: str) -> Person:
    """Sign somebody in, in a browser of their own, and show their account."""
    somebody = Person(app.test_client())
    somebody.client.environ_base.update(headers)
    somebody.open("/desk/sign-in?next=/desk/account")
    somebody.send("Sign in", email=email, password=PASSWORD)
    assert somebody.status == 200, somebody.text
    return somebody
