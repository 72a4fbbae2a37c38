"""How often one address may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.bootstrap import open_relay
from relay.cli.demo import plan_demo
from relay.services.batons import revoke_baton
from relay.settings import Settings
from relay.web.app import build_app
from relay.web.limits import limited, who_asks
from tests.making import send

if TYPE_CHECKING:
    from pathlib import Path

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


BATON_FORM = {"title": "Boats", "alt": "Boats", "name": "Lin", "lang": "en"}


def limited_app(relay: Relay, **changed: object) -> FlaskClient:
    settings = relay.settings.model_copy(update=changed)
    return build_app(open_relay(settings)).test_client()


def send_by_api(client: FlaskClient, at: int, baton: str = "", **headers: str) -> int:
    document = {
        **BATON_FORM,
        "link": f"https://example.org/{at}",
        "city": "Nanjing",
        "consent": True,
        "baton": baton,
    }
    sent = client.post("/api/v1/entries", json=document, headers=headers)
    return sent.status_code


def test_what_comes_with_a_baton_counts_for_the_baton(relay: Relay) -> None:
    baton = send(relay).baton
    client = limited_app(relay, limit_submit="1 per hour", limit_baton="2 per hour")
    # A class that was handed one baton, behind one address.
    assert [send_by_api(client, at, baton) for at in range(2)] == [201, 201]
    # The baton is used up: this one counts for the address, and the next has to wait.
    assert [send_by_api(client, at, baton) for at in range(2, 4)] == [201, 429]
    assert send_by_api(client, 4) == 429


def test_other_addresses_use_the_same_room_of_a_baton(relay: Relay) -> None:
    baton = send(relay).baton
    client = limited_app(relay, limit_submit="1 per hour", limit_baton="1 per hour")
    assert send_by_api(client, 1, baton) == 201
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert [send_by_api(client, at, baton) for at in (2, 3)] == [201, 429]


@pytest.mark.parametrize("is_revoked", [False, True])
def test_no_baton_spares_nobody(relay: Relay, is_revoked: bool) -> None:  # noqa: FBT001 - a parameter
    giver = send(relay)
    if is_revoked:
        revoke_baton(relay.engine, giver.token, giver.baton, clock=relay.clock)
    code = giver.baton if is_revoked else "AAAA-AAAA-AA"
    client = limited_app(relay, limit_submit="1 per hour", limit_code="3 per hour")
    assert send_by_api(client, 1) == 201
    # Who must wait may not try codes out meanwhile: each is a miss all the same.
    tried = [send_by_api(client, at, code) for at in range(4)]
    assert tried == [429] * 4
    assert client.get(f"/b/{giver.baton[:-1]}?x=1").status_code in {404, 429}


def test_batons_are_no_way_around_the_limit_of_an_address(relay: Relay) -> None:
    """Some batons are public: with all of them an address must still have an end."""
    batons = [send(relay, f"https://example.org/g{at}").baton for at in range(4)]
    client = limited_app(relay, limit_draft="3 per hour")
    sent = [send_by_api(client, at, baton) for at, baton in enumerate(batons)]
    assert sent == [201, 201, 201, 429]


def test_the_demo_sends_in_from_one_address_what_no_visitor_may(
    relay: Relay, tmp_path: Path
) -> None:
    narrow = dict.fromkeys(
        [name for name in Settings.model_fields if name.startswith("limit_")],
        "1 per hour",
    )
    settings = relay.settings.model_copy(update={**narrow, "data": tmp_path})
    baton = send(relay).baton
    visitor = limited_app(relay, **narrow)
    assert [send_by_api(visitor, at, baton) for at in (1, 2)] == [201, 429]
    demo = limited_app(relay, **{**narrow, **plan_demo(settings)})
    assert [send_by_api(demo, at, baton) for at in (3, 4, 5)] == [201] * 3


def test_a_made_up_way_through_proxies_leads_around_no_limit(relay: Relay) -> None:
    client = limited_app(relay, limit_submit="1 per hour")
    ways = [
        {
            "X-Forwarded-For": f"192.0.2.{at}",
            "X-Real-IP": f"192.0.2.{at}",
            "Forwarded": f"for=192.0.2.{at}",
            "True-Client-IP": f"192.0.2.{at}",
        }
        for at in range(3)
    ]
    sent = [send_by_api(client, at, **way) for at, way in enumerate(ways)]
    assert sent == [201, 429, 429]


def test_behind_a_proxy_only_what_that_proxy_says_counts(relay: Relay) -> None:
    client = limited_app(relay, limit_submit="1 per hour", proxies=1)
    ways = [f"192.0.2.{at}, 203.0.113.9" for at in range(3)]
    sent = [
        send_by_api(client, at, **{"X-Forwarded-For": each})
        for at, each in enumerate(ways)
    ]
    assert sent == [201, 429, 429]
    other = {"X-Forwarded-For": "203.0.113.9, 203.0.113.10"}
    assert send_by_api(client, 9, **other) == 201
