"""One's own account: password, app for codes, recovery codes, sessions, tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from passlib.totp import TOTP  # type: ignore[import-untyped]  # no types
from sqlmodel import Session, select

from relay.models import AuditRow, DeskSession, DeskSetting, Moderator
from relay.models.moderator import Role
from relay.queries.desk import find_token_owner
from relay.services.moderators import make_token
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.making import SetClock
from tests.web.desk.arriving import PASSWORD, arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

ADDRESS = "mei@example.org"


@pytest.fixture
def clock(relay: Relay) -> SetClock:
    return SetClock(relay.clock.now())


@pytest.fixture
def app(relay: Relay, clock: SetClock) -> Flask:
    settings = relay.settings.model_copy(update={"limit_sign_in": "1000 per minute"})
    return build_app(replace(relay, settings=settings, clock=clock))


@pytest.fixture
def mei(relay: Relay, app: Flask) -> Person:
    make_account(relay)
    return arrive(app)


class Telephone:
    """An app for codes that has typed a key, with a clock that tests set."""

    def __init__(self, key: str, clock: SetClock) -> None:
        self.totp, self.clock = TOTP(key=key.replace("-", ""), format="base32"), clock

    def code(self, after: int = 0) -> str:
        """Return the code of now, or of some seconds later."""
        at = self.clock.time.timestamp() + after
        return str(self.totp.generate(time=at).token)


def set_up(mei: Person, clock: SetClock) -> tuple[Telephone, list[str]]:
    """Set an app up; returns it and the recovery codes that were shown."""
    mei.open("/desk/account").follow("Set up an app for codes")
    telephone = Telephone(mei.first("#key").text(), clock)
    mei.send("Use this app", code=telephone.code())
    assert mei.says("Your recovery codes"), mei.text
    codes = [each.text() for each in mei.page.css(".recovery-codes code")]
    return telephone, codes


def begin(app: Flask) -> Person:
    """Give the right password in a new browser."""
    person = Person(app.test_client()).open("/desk/sign-in?next=/desk/account")
    return person.send("Sign in", email=ADDRESS, password=PASSWORD)


def logged(relay: Relay) -> list[str]:
    with Session(relay.engine) as session:
        return [
            each.what
            for each in session.exec(select(AuditRow)).all()
            if not each.what.startswith("session.")
        ]


def test_the_qr_code_and_the_typed_key_are_of_one_secret(mei: Person) -> None:
    mei.open("/desk/account/app")
    uri = mei.first(".set-up a.line-link").attributes["href"] or ""
    asked = parse_qs(urlsplit(uri).query)
    assert asked["secret"] == [mei.first("#key").text().replace("-", "")]
    assert asked["issuer"] == ["127.0.0.1"]
    assert mei.page.css(".qr-box svg path")
    key = mei.first("#key").text()
    assert mei.open("/desk/account/app").first("#key").text() == key


def test_a_wrong_first_code_sets_nothing_up(relay: Relay, mei: Person) -> None:
    mei.open("/desk/account/app").send("Use this app", code="000000")
    assert mei.status == 422
    with Session(relay.engine) as session:
        assert session.exec(select(Moderator.totp)).one() is None
    assert mei.page.css(".qr-box svg")


def test_a_code_is_asked_for_after_the_password_and_works_once(
    relay: Relay, app: Flask, mei: Person, clock: SetClock
) -> None:
    telephone, _ = set_up(mei, clock)
    again = begin(app)
    assert again.path == "/desk/sign-in/code"
    # The password alone opens nothing.
    assert again.client.get("/desk/account").status_code == 303
    # The code that proved the app was used thereby.
    again.send("Sign in", code=telephone.code())
    assert again.status == 422
    clock.time += timedelta(seconds=30)
    again.send("Sign in", code=telephone.code())
    assert again.path == "/desk/account"
    replay = begin(app)
    replay.send("Sign in", code=telephone.code())
    assert replay.status == 422
    assert replay.says("This code is not right, or it was used already.")
    clock.time += timedelta(seconds=30)
    replay.send("Sign in", code=f" {telephone.code()[:3]} {telephone.code()[3:]}")
    assert replay.path == "/desk/account"
    assert logged(relay) == ["second_factor.set_up"]


def test_a_code_may_be_half_a_minute_early_or_late_and_no_more(
    app: Flask, mei: Person, clock: SetClock
) -> None:
    telephone, _ = set_up(mei, clock)
    clock.time += timedelta(minutes=10)
    for after in (-60, 60):
        assert begin(app).send("Sign in", code=telephone.code(after)).status == 422
    assert begin(app).send("Sign in", code=telephone.code(-30)).status == 200
    assert begin(app).send("Sign in", code=telephone.code(30)).status == 200


def test_guessing_codes_waits_like_guessing_passwords(
    app: Flask, mei: Person, clock: SetClock
) -> None:
    telephone, _ = set_up(mei, clock)
    clock.time += timedelta(minutes=5)
    guesser = begin(app)
    for _ in range(5):
        assert guesser.send("Sign in", code="123456").status == 422
    guesser.send("Sign in", code=telephone.code())
    assert guesser.status == 429
    # Beginning again with the right password wins nothing.
    again = Person(app.test_client()).open("/desk/sign-in")
    again.send("Sign in", email=ADDRESS, password=PASSWORD)
    assert again.status == 429


def test_the_second_step_ends_after_ten_minutes(
    app: Flask, mei: Person, clock: SetClock
) -> None:
    telephone, _ = set_up(mei, clock)
    slow = begin(app)
    clock.time += timedelta(minutes=10, seconds=1)
    slow.send("Sign in", code=telephone.code())
    assert slow.path == "/desk/sign-in"
    assert slow.client.get("/desk/account").status_code == 303


def test_a_recovery_code_lets_in_once(
    relay: Relay, app: Flask, mei: Person, clock: SetClock
) -> None:
    _, codes = set_up(mei, clock)
    assert len(set(codes)) == 10
    lost = begin(app).send("Sign in", code=codes[3].lower().replace("-", " "))
    assert lost.path == "/desk/account"
    assert lost.says("9 recovery codes are left.")
    assert begin(app).send("Sign in", code=codes[3]).status == 422
    with Session(relay.engine) as session:
        kept = session.exec(select(Moderator.recovery_codes)).one() or []
    assert len(kept) == 9
    assert not set(codes) & set(kept)
    lost.send("Make new recovery codes")
    fresh = [each.text() for each in lost.page.css(".recovery-codes code")]
    assert begin(app).send("Sign in", code=codes[4]).status == 422
    assert begin(app).send("Sign in", code=fresh[0]).status == 200


def test_taking_the_app_away_takes_its_codes_too(
    relay: Relay, app: Flask, mei: Person, clock: SetClock
) -> None:
    set_up(mei, clock)
    mei.open("/desk/account").send("Take the app away")
    assert mei.says("The app for codes was taken away")
    with Session(relay.engine) as session:
        account = session.exec(select(Moderator)).one()
        assert (account.totp, account.recovery_codes) == (None, None)
    assert begin(app).path == "/desk/account"


def test_a_secret_is_kept_sealed(relay: Relay, mei: Person, clock: SetClock) -> None:
    telephone, _ = set_up(mei, clock)
    with Session(relay.engine) as session:
        kept = session.exec(select(Moderator.totp)).one() or ""
    assert telephone.totp.base32_key not in kept
    assert "enckey" in kept


def test_organisers_may_ask_everybody_for_a_second_factor(
    relay: Relay, mei: Person, clock: SetClock
) -> None:
    with Session(relay.engine) as session:
        row = DeskSetting(
            key="require_second_factor", value=True, changed_at=clock.now()
        )
        session.add(row)
        session.commit()
    mei.open("/desk/people")
    assert mei.path == "/desk/account"
    assert mei.says("The organisers ask for a second factor.")
    set_up(mei, clock)
    assert mei.open("/desk/people").path == "/desk/people"
    assert mei.status == 200


def test_a_new_password_ends_the_other_sessions(
    relay: Relay, app: Flask, mei: Person
) -> None:
    other = arrive(app)
    mei.open("/desk/account")
    mei.send("Change the password", old="wrong", password="seven paper lanterns")
    assert mei.status == 422
    assert mei.says("The password is not right.")
    for weak in ("short", "password123", "abababab", "23456789", "MEI@example.org"):
        mei.send("Change the password", old=PASSWORD, password=weak)
        assert mei.status == 422, weak
    mei.send("Change the password", old=PASSWORD, password="seven paper lanterns")
    assert mei.says("1 browser was signed out.")
    assert other.open("/desk/account").path == "/desk/sign-in"
    other.send("Sign in", email=ADDRESS, password=PASSWORD)
    assert other.status == 422
    assert logged(relay) == ["person.password_changed"]
    # Where nobody else was signed in there is nothing more to say.
    mei.send("Change the password", old="seven paper lanterns", password=PASSWORD)
    assert mei.says("Your new password is kept.")
    assert not mei.says("browsers were signed out.")


def test_sessions_are_listed_and_ended_one_by_one(
    relay: Relay, app: Flask, mei: Person
) -> None:
    windows = arrive(
        app, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537"
    )
    iphone = arrive(
        app, HTTP_USER_AGENT="Mozilla/5.0 (iPhone; like Mac OS X) Safari/604"
    )
    mei.open("/desk/account")
    assert mei.says("Chrome, Windows")
    assert mei.says("Safari, iPhone")
    assert mei.says("this browser")
    form = next(
        each
        for each in mei.page.css("form[action*='/sessions/']")
        if "Safari, iPhone" in each.text()
    )
    button = form.css_first("button")
    assert button is not None
    mei.send(button.text(strip=True))
    assert iphone.open("/desk/account").path == "/desk/sign-in"
    assert windows.open("/desk/account").path == "/desk/account"
    mei.send("Sign all other browsers out")
    assert windows.open("/desk/account").path == "/desk/sign-in"
    assert mei.open("/desk/account").path == "/desk/account"
    with Session(relay.engine) as session:
        ended = session.exec(
            select(AuditRow).where(AuditRow.what == "session.ended")
        ).all()
    assert len(ended) == 2


def test_nobody_ends_anothers_session_or_token(
    relay: Relay, app: Flask, mei: Person
) -> None:
    make_account(relay, "eve@example.org", Role.MODERATOR)
    make_token(relay.engine, ADDRESS, clock=relay.clock, dice=relay.dice)
    mei.open("/desk/account")
    forms = [
        each.attributes["action"] or "" for each in mei.page.css("form[action*=revoke]")
    ]
    with Session(relay.engine) as session:
        mine = session.exec(select(DeskSession.token_hash)).one()
    eve = arrive(app, "eve@example.org")
    token = eve.value("csrf_token")
    targets = [*forms, f"/desk/account/sessions/{mine[:16]}/end"]
    assert len(targets) == 2
    for target in [*targets, "/desk/account/sessions/%25/end"]:
        answer = eve.client.post(target, data={"csrf_token": token})
        assert answer.status_code == 404, target
    assert mei.open("/desk/account").path == "/desk/account"


def test_a_programs_token_is_listed_and_revoked(relay: Relay, mei: Person) -> None:
    token = make_token(relay.engine, ADDRESS, clock=relay.clock, dice=relay.dice)
    mei.open("/desk/account")
    assert token not in mei.text
    form = mei.first("form[action*=revoke] button")
    mei.send(form.text(strip=True))
    assert find_token_owner(relay.engine, token) is None
    assert mei.says("No program can act in your name.")
    assert logged(relay) == ["token.made", "token.revoked"]


def test_a_name_is_kept_clean_and_shown(relay: Relay, mei: Person) -> None:
    mei.send("Keep", name="  <b>Mei</b>\u202e  Lin ", lang="zh-Hans")
    assert "<b>Mei" not in mei.text
    with Session(relay.engine) as session:
        account = session.exec(select(Moderator)).one()
    assert account.lang == "zh-Hans"
    assert account.name.startswith("<b>Mei</b>")
    assert "\u202e" not in account.name
