"""Organisers invite people, say what they do, and let them go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.secret import hash_token
from relay.models import AccountLink, AuditRow, Moderator, OutboxRow, Topic
from relay.models.moderator import Role
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.making import SetClock
from tests.web.desk.arriving import PASSWORD, arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay


@pytest.fixture
def clock(relay: Relay) -> SetClock:
    return SetClock(relay.clock.now())


@pytest.fixture
def app(relay: Relay, clock: SetClock) -> Flask:
    settings = relay.settings.model_copy(update={"limit_sign_in": "1000 per minute"})
    return build_app(replace(relay, settings=settings, clock=clock))


@pytest.fixture
def organiser(relay: Relay, app: Flask) -> Person:
    make_account(relay)
    return arrive(app)


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def account(relay: Relay, email: str) -> Moderator:
    with Session(relay.engine) as session:
        return session.exec(select(Moderator).where(Moderator.email == email)).one()


def logged(relay: Relay) -> list[str]:
    with Session(relay.engine) as session:
        rows = session.exec(select(AuditRow.what).order_by(AuditRow.id)).all()  # type: ignore[arg-type]
    return [each for each in rows if not each.startswith("session.")]


def test_an_invitation_leads_to_the_desk_once(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    organiser.open("/desk/people").send(
        "Invite",
        email=" Dan@Example.org",
        name="Dan",
        role="describer",
        lang="he",
    )
    assert organiser.says("This link is shown only now")
    link = organiser.first("#link").attributes["value"] or ""
    organiser.open(organiser.path)
    assert not organiser.page.css("#link")

    dan = Person(app.test_client()).open(path_of(link))
    assert dan.first("#username").attributes["value"] == "dan@example.org"
    dan.send("Come in", password="short")
    assert dan.status == 422
    dan.send("Come in", password=PASSWORD)
    dan.open("/desk/account")
    assert dan.says("dan@example.org")
    assert Person(app.test_client()).open(path_of(link)).status == 404
    organiser.open("/desk/people")
    assert organiser.says("Describer")
    assert logged(relay) == ["person.invited", "person.joined"]
    made = account(relay, "dan@example.org")
    assert (made.role, made.lang, made.name) == (Role.DESCRIBER, "he", "Dan")


def test_a_link_is_kept_as_a_hash_and_its_mail_waits_in_the_outbox(
    relay: Relay, organiser: Person
) -> None:
    organiser.open("/desk/people").send("Invite", email="dan@example.org")
    link = organiser.first("#link").attributes["value"] or ""
    token = link.rsplit("/", 1)[1]
    with Session(relay.engine) as session:
        kept = session.exec(select(AccountLink)).one()
        waiting = session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.TELL_MODERATOR)
        ).one()
    assert kept.token_hash == hash_token(token)
    assert waiting.subject == kept.id


def test_an_invitation_runs_out(app: Flask, organiser: Person, clock: SetClock) -> None:
    organiser.open("/desk/people").send("Invite", email="dan@example.org")
    link = path_of(organiser.first("#link").attributes["value"] or "")
    clock.time += timedelta(days=7) - timedelta(seconds=1)
    assert Person(app.test_client()).open(link).status == 200
    clock.time += timedelta(seconds=1)
    assert Person(app.test_client()).open(link).status == 404


def test_a_new_link_ends_the_one_before(app: Flask, organiser: Person) -> None:
    organiser.open("/desk/people").send("Invite", email="dan@example.org")
    first = path_of(organiser.first("#link").attributes["value"] or "")
    organiser.send("Make a link")
    second = path_of(organiser.first("#link").attributes["value"] or "")
    assert Person(app.test_client()).open(first).status == 404
    assert Person(app.test_client()).open(second).status == 200


def test_a_link_of_one_kind_is_none_of_the_other(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    made = make_account(relay, "dan@example.org", Role.MODERATOR)
    organiser.open(f"/desk/people/{made}").send("Make a link")
    link = path_of(organiser.first("#link").attributes["value"] or "")
    assert link.startswith("/desk/reset/")
    assert Person(app.test_client()).open(link).status == 200
    other = link.replace("/reset/", "/invite/")
    assert Person(app.test_client()).open(other).status == 404


def test_a_reset_signs_every_browser_out_and_nobody_in(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    made = make_account(relay, "dan@example.org", Role.MODERATOR)
    dan = arrive(app, "dan@example.org")
    organiser.open(f"/desk/people/{made}").send("Make a link")
    link = path_of(organiser.first("#link").attributes["value"] or "")
    again = Person(app.test_client()).open(link)
    again.send("Keep the new password", password="seven paper lanterns")
    assert again.path == "/desk/sign-in"
    assert dan.open("/desk/account").path == "/desk/sign-in"
    dan.send("Sign in", email="dan@example.org", password=PASSWORD)
    assert dan.status == 422
    dan.send("Sign in", email="dan@example.org", password="seven paper lanterns")
    assert dan.status != 422


def test_a_scope_is_typed_by_name_in_the_readers_language_and_kept_as_codes(
    relay: Relay, organiser: Person
) -> None:
    organiser.client.set_cookie("lang", "zh-Hans")
    page = organiser.open("/desk/people")
    button = page.first(".narrow form button[type=submit]").text(strip=True)
    page.send(
        button,
        email="dan@example.org",
        countries="中国、 Israel, fr",
        languages="中文；he",
        activities="Lantern walk, Lantern walk 2",
    )
    made = account(relay, "dan@example.org")
    assert made.scope == {
        "countries": ["CN", "FR", "IL"],
        "languages": ["he", "zh"],
        "activities": ["Lantern walk", "Lantern walk 2"],
    }
    organiser.client.set_cookie("lang", "en")
    organiser.open(f"/desk/people/{made.id}")
    assert organiser.value("countries") == "China, France, Israel"
    organiser.send("Keep the changes", countries="Atlantis")
    assert organiser.status == 422
    assert organiser.says("We know no country or region called “Atlantis”.")
    assert organiser.value("countries") == "Atlantis"
    organiser.send("Keep the changes", countries="", languages="", activities="")
    assert account(relay, "dan@example.org").scope is None
    assert logged(relay) == ["person.invited", "person.scope_changed"]


def test_an_address_is_invited_once(relay: Relay, organiser: Person) -> None:
    organiser.open("/desk/people").send("Invite", email="MEI@example.org")
    assert organiser.status == 422
    assert organiser.says("There is an account with this address already.")
    organiser.send("Invite", email="nobody")
    assert organiser.says("Check the e-mail address")
    assert logged(relay) == []


def test_the_last_organiser_can_neither_leave_nor_become_less(
    relay: Relay, organiser: Person
) -> None:
    mine = account(relay, "mei@example.org").id
    organiser.open(f"/desk/people/{mine}").send("Shut the desk to this person")
    assert organiser.status == 409
    organiser.open(f"/desk/people/{mine}").send("Keep the changes", role="viewer")
    assert organiser.status == 409
    assert organiser.says("This is the last organiser. Name another one first.")
    # An invited organiser who has not come yet is nobody who could let others in.
    organiser.open("/desk/people")
    organiser.send("Invite", email="dan@example.org", role="organiser")
    organiser.open(f"/desk/people/{mine}").send("Keep the changes", role="viewer")
    assert organiser.status == 409
    make_account(relay, "lin@example.org")
    organiser.open(f"/desk/people/{mine}").send("Keep the changes", role="viewer")
    assert organiser.status == 403  # no organiser any more
    assert account(relay, "mei@example.org").role is Role.VIEWER


def test_who_is_shut_out_is_out_at_once_until_let_in_again(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    made = make_account(relay, "dan@example.org", Role.MODERATOR)
    dan = arrive(app, "dan@example.org")
    organiser.open(f"/desk/people/{made}").send("Shut the desk to this person")
    assert organiser.status == 200
    assert dan.open("/desk/account").path == "/desk/sign-in"
    dan.send("Sign in", email="dan@example.org", password=PASSWORD)
    assert dan.status == 422
    organiser.send("Let this person in again")
    # The session that was ended stays so.
    assert Person(dan.client).open("/desk/account").path == "/desk/sign-in"
    assert arrive(app, "dan@example.org").says("dan@example.org")
    assert logged(relay) == ["person.deactivated", "person.let_in"]


def test_the_password_is_asked_again_after_a_while_and_nothing_is_typed_twice(
    relay: Relay, organiser: Person, clock: SetClock
) -> None:
    organiser.open("/desk/people")
    clock.time += timedelta(minutes=16)
    organiser.send("Invite", email="dan@example.org", name="Dan", role="viewer")
    assert organiser.says("Your password once more")
    organiser.send("Go on", password_again="wrong password")
    assert organiser.status == 422
    organiser.send("Go on", password_again=PASSWORD)
    assert organiser.page.css("#link")
    made = account(relay, "dan@example.org")
    assert (made.name, made.role) == ("Dan", Role.VIEWER)


def test_forgotten_passwords_are_answered_alike_and_mailed_to_who_has_one(
    relay: Relay,
) -> None:
    make_account(relay)
    settings = relay.settings.model_copy(
        update={
            "smtp_url": "smtp://127.0.0.1:9",
            "mail_from": "relay@example.org",
            "limit_sign_in": "1000 per minute",
        }
    )
    app = build_app(replace(relay, settings=settings))
    pages = []
    for email in ("mei@example.org", "nobody@example.org"):
        somebody = Person(app.test_client()).open("/desk/sign-in")
        somebody.follow("I have forgotten my password")
        somebody.send("Send me the link", email=email)
        # It is a page of its own, which can be reloaded without asking again.
        assert somebody.client.get("/desk/forgot?asked=yes").text == somebody.text
        pages.append((somebody.status, somebody.text))
    assert pages[0] == pages[1]
    with Session(relay.engine) as session:
        assert len(session.exec(select(OutboxRow)).all()) == 1
    for _ in range(9):
        somebody = Person(app.test_client()).open("/desk/forgot")
        somebody.send("Send me the link", email="mei@example.org")
        assert (somebody.status, somebody.text) == pages[0]
    with Session(relay.engine) as session:
        assert len(session.exec(select(OutboxRow)).all()) == 5


def test_without_a_mail_server_an_organiser_is_named(app: Flask) -> None:
    somebody = Person(app.test_client()).open("/desk/forgot")
    assert somebody.says("This site sends no mail. Ask an organiser")
    assert not somebody.page.css("form #email")


def test_a_number_that_no_database_holds_is_no_page(either_relay: Relay) -> None:
    make_account(either_relay)
    organiser = arrive(build_app(either_relay))
    for number in (2**31 - 1, 2**31, 2**63, 10**30):
        for page in ("", "/erase"):
            organiser.open(f"/desk/people/{number}{page}")
            assert organiser.status == 404, (number, page)
