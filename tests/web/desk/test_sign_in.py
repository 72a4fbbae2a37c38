"""Signing in: attempts that wait, names that change, and nothing that tells who is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from relay.models import AuditRow, DeskSession, Moderator, SignInFailure
from relay.models.moderator import Role
from relay.services.sessions import SESSION_LASTS
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.making import SetClock
from tests.web.desk.arriving import PASSWORD, arrive, make_account

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def clock(relay: Relay) -> SetClock:
    return SetClock(relay.clock.now())


@pytest.fixture
def app(relay: Relay, clock: SetClock) -> Flask:
    """No limit per minute stands before what is tested here."""
    settings = relay.settings.model_copy(update={"limit_sign_in": "1000 per minute"})
    return build_app(replace(relay, settings=settings, clock=clock))


def guess(
    client: FlaskClient, email: str, password: str = "wrong password", **where: str
) -> tuple[int, str, str]:
    """Send one attempt; returns status, Retry-After and the page."""
    page = client.get("/desk/sign-in", environ_base=where).text
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    assert token
    answer = client.post(
        "/desk/sign-in",
        data={"csrf_token": token[1], "email": email, "password": password},
        environ_base=where,
    )
    return answer.status_code, answer.headers.get("Retry-After", ""), answer.text


def plain(page: str, email: str) -> str:
    """Return a page without what differs from request to request."""
    without = re.sub(r'(name="csrf_token"\s+value|data-csrf)="[^"]+"', "", page)
    return without.replace(email, "X")


def test_five_wrong_passwords_make_one_address_wait_and_nobody_else(
    relay: Relay, app: Flask, clock: SetClock
) -> None:
    make_account(relay)
    client = app.test_client()
    for _ in range(5):
        assert guess(client, "mei@example.org")[0] == 422
    status, wait, page = guess(client, "mei@example.org", PASSWORD)
    assert (status, wait) == (429, "30")
    assert "30 seconds" in page
    # The owner is at another address, and somebody else at this one.
    make_account(relay, "lin@example.org")
    assert guess(app.test_client(), "lin@example.org", PASSWORD)[0] == 303
    elsewhere = app.test_client()
    assert guess(elsewhere, "mei@example.org", PASSWORD, **ELSEWHERE)[0] == 303
    clock.time += timedelta(seconds=31)
    assert guess(client, "mei@example.org")[0] == 422
    status, wait, _ = guess(client, "mei@example.org", PASSWORD)
    assert (status, wait) == (429, "60")
    clock.time += timedelta(seconds=61)
    assert guess(client, "mei@example.org", PASSWORD)[0] == 303
    # Who came in begins anew.
    assert guess(app.test_client(), "mei@example.org")[0] == 422


def test_an_address_that_fails_at_many_accounts_waits_at_all(
    relay: Relay, app: Flask
) -> None:
    make_account(relay)
    client = app.test_client()
    for number in range(10):
        assert guess(client, f"person{number}@example.org")[0] == 422
    assert guess(client, "mei@example.org", PASSWORD)[0] == 429
    assert guess(app.test_client(), "mei@example.org", PASSWORD, **ELSEWHERE)[0] == 303


def test_an_account_that_is_none_is_answered_like_one_that_is(
    relay: Relay, app: Flask
) -> None:
    make_account(relay)
    make_account(relay, "shut@example.org")
    with Session(relay.engine) as session:
        shut = session.exec(
            select(Moderator).where(Moderator.email == "shut@example.org")
        ).one()
        shut.active = False
        session.commit()
    seen = []
    for number, email in enumerate(
        ("mei@example.org", "nobody@example.org", "shut@example.org")
    ):
        client, where = app.test_client(), {"REMOTE_ADDR": f"203.0.113.{number}"}
        password = PASSWORD if email == "shut@example.org" else "wrong password"
        seen.append(
            [
                (status, wait, plain(page, email))
                for status, wait, page in (
                    guess(client, email, password, **where) for _ in range(6)
                )
            ]
        )
    assert seen[0] == seen[1] == seen[2]
    assert [each[0] for each in seen[0]] == [422] * 5 + [429]


def test_attempts_are_kept_without_address_and_account(
    relay: Relay, app: Flask
) -> None:
    guess(app.test_client(), "nobody@example.org", **ELSEWHERE)
    with Session(relay.engine) as session:
        kept = session.exec(select(SignInFailure)).one()
    for each in (kept.account_hash, kept.address_hash):
        assert "203.0" not in each
        assert "nobody" not in each
        assert len(each) >= 20
    assert kept.account_hash != kept.address_hash


def test_the_log_names_an_account_that_was_guessed_at(relay: Relay, app: Flask) -> None:
    made = make_account(relay)
    client = app.test_client()
    for _ in range(7):
        guess(client, "mei@example.org")
    with Session(relay.engine) as session:
        row = session.exec(
            select(AuditRow).where(AuditRow.what == "session.refused")
        ).one()
    assert (row.subject, row.moderator_id) == (str(made), None)
    assert row.address == "127.0.0.1"


def test_a_session_that_was_planted_is_not_the_one_that_signs_in(
    relay: Relay, app: Flask
) -> None:
    make_account(relay)
    attacker = app.test_client()
    attacker.get("/desk/sign-in")
    planted = attacker.get_cookie("relay")
    assert planted
    victim = Person(app.test_client())
    victim.client.set_cookie("relay", planted.value)
    victim.open("/desk/sign-in?next=/desk/account")
    victim.send("Sign in", email="mei@example.org", password=PASSWORD)
    assert victim.path == "/desk/account"
    assert attacker.get("/desk/account").status_code == 303
    fresh = victim.client.get_cookie("relay")
    assert fresh
    assert fresh.value != planted.value


def test_a_session_has_a_token_of_which_only_the_hash_is_kept(
    relay: Relay, app: Flask
) -> None:
    make_account(relay)
    arrive(app, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Gecko Firefox/130.0")
    with Session(relay.engine) as session:
        kept = session.exec(select(DeskSession)).one()
    assert len(kept.token_hash) == 64
    assert (kept.browser, kept.address) == ("Firefox, Linux", "127.0.0.1")


def test_signing_in_again_ends_the_session_before(relay: Relay, app: Flask) -> None:
    make_account(relay)
    mei = arrive(app)
    before = mei.client.get_cookie("relay")
    assert before
    token = mei.value("csrf_token")
    answer = mei.client.post(
        "/desk/sign-in",
        data={"csrf_token": token, "email": "mei@example.org", "password": PASSWORD},
    )
    assert answer.status_code == 303
    assert mei.client.get("/desk/account").status_code == 200
    copy = app.test_client()
    copy.set_cookie("relay", before.value)
    assert copy.get("/desk/account").status_code == 303


def test_a_session_ends_by_itself_after_a_shift(
    relay: Relay, app: Flask, clock: SetClock
) -> None:
    make_account(relay)
    mei = arrive(app)
    clock.time += SESSION_LASTS - timedelta(minutes=1)
    assert mei.client.get("/desk/account").status_code == 200
    clock.time += timedelta(minutes=1)
    assert mei.client.get("/desk/account").status_code == 303


def test_who_is_signed_in_costs_one_question_and_a_note_a_minute(
    relay: Relay, app: Flask, clock: SetClock
) -> None:
    make_account(relay)
    mei = arrive(app)
    asked: list[str] = []
    event.listen(
        app.extensions["relay"].engine,
        "before_cursor_execute",
        lambda *given: asked.append(str(given[2])),
    )
    for waits, notes in ((0, 0), (30, 0), (31, 1), (0, 0)):
        clock.time += timedelta(seconds=waits)
        asked.clear()
        assert mei.client.get("/desk/confirm").status_code == 200
        questions = [each for each in asked if "desk_session" in each]
        assert [each.startswith("UPDATE") for each in questions].count(True) == notes
        assert len(questions) == 1 + notes


def test_public_pages_have_no_session_and_do_not_vary_by_it(
    relay: Relay, app: Flask
) -> None:
    make_account(relay)
    mei = arrive(app)
    for page in ("/en/", "/en/about", "/en/seasons"):
        signed_in, stranger = mei.client.get(page), app.test_client().get(page)
        assert signed_in.data == stranger.data
        assert "Set-Cookie" not in signed_in.headers
        assert signed_in.headers.get("Vary") == stranger.headers.get("Vary")


def test_a_describer_lands_where_their_work_is(relay: Relay, app: Flask) -> None:
    make_account(relay, "dan@example.org", Role.DESCRIBER)
    dan = Person(app.test_client()).open("/desk/sign-in")
    dan.send("Sign in", email="dan@example.org", password=PASSWORD)
    assert dan.status == 200
    assert dan.path in {"/desk/describe", "/desk/account"}
