from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.services.stop_mail import stop_key
from tests.making import find, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ref(relay: Relay) -> str:
    return send(relay, email="lin@example.org").ref


def path(relay: Relay, ref: str, lang: str = "en") -> str:
    return f"/{lang}/mail/{ref}/{stop_key(relay.dice, ref)}"


def test_the_link_asks_and_its_button_deletes_the_address(
    relay: Relay, client: FlaskClient, ref: str
) -> None:
    asked = client.get(path(relay, ref))
    assert "Delete my address" in asked.text
    assert asked.headers["Cache-Control"] == "no-store"
    assert "lin@example.org" not in asked.text
    assert find(relay, ref).email == "lin@example.org"
    for _ in range(2):
        done = client.post(path(relay, ref))
        assert done.status_code == 200
        assert "Your address is deleted here" in done.text
    assert find(relay, ref).email is None


def test_a_mail_program_does_it_in_one_step(
    relay: Relay, client: FlaskClient, ref: str
) -> None:
    assert client.post(path(relay, ref, "he"), data=ONE_CLICK).status_code == 200
    assert find(relay, ref).email is None


@pytest.mark.parametrize("key", ["x", "", "é", "0" * 27])
def test_who_guesses_deletes_nothing(
    relay: Relay, client: FlaskClient, ref: str, key: str
) -> None:
    for answer in (
        client.get(f"/en/mail/{ref}/{key}"),
        client.post(f"/en/mail/{ref}/{key}", data=ONE_CLICK),
    ):
        assert answer.status_code == 404
    other = stop_key(relay.dice, "other")
    assert client.post(f"/en/mail/{ref}/{other}").status_code == 404
    assert find(relay, ref).email == "lin@example.org"
