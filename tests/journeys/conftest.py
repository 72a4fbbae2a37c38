from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.person import Person
from tests.making import make_moderator
from tests.sparing import HASHER

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay


@pytest.fixture
def person(app: Flask) -> Person:
    """Somebody without scripts."""
    return Person(app.test_client())


@pytest.fixture
def another(app: Flask) -> Person:
    """Somebody else, with cookies of their own."""
    return Person(app.test_client())


@pytest.fixture
def moderator(app: Flask, relay: Relay) -> Person:
    """A moderator who has signed in."""
    password = "five quiet paper boats"
    make_moderator(relay, password_hash=HASHER.hash(password))
    somebody = Person(app.test_client()).open("/desk/")
    return somebody.send("Sign in", email="mei@example.org", password=password)
