"""How often one address may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.bootstrap import open_relay
from relay.web.app import build_app
from relay.web.limits import limited, who_asks

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

REPORT = "/en/w/1/report"


@pytest.fixture
def hasty(relay: Relay) -> FlaskClient:
    """A reader whom the settings allow two private pages or reports a minute."""
    settings = relay.settings.model_copy(update={"limit_token": "2 per minute"})
    app = build_app(open_relay(settings))
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_one_over_the_limit_waits(hasty: FlaskClient, maker: Maker) -> None:
    maker.published()
    form = {"reason": "hurtful"}
    assert [hasty.post(REPORT, data=form).status_code for _ in range(2)] == [303, 303]
    answer = hasty.post(REPORT, data=form)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Please wait a moment" in answer.text
    assert hasty.get("/en/").status_code == 200


def test_another_address_does_not_wait(hasty: FlaskClient, maker: Maker) -> None:
    maker.published()
    for _ in range(3):
        hasty.post(REPORT, data={"reason": "hurtful"})
    other = {"REMOTE_ADDR": "192.0.2.7"}
    answer = hasty.post(REPORT, data={"reason": "hurtful"}, environ_base=other)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:bbbb::2", "2001:0db8:0001:0002"),
    ],
)
def test_a_household_counts_as_one(app: Flask, address: str, counted: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert who_asks() == counted


def test_a_mark_leaves_the_view_as_it_was() -> None:
    def view() -> str:
        return "seen"

    assert limited("token")(view) is view
