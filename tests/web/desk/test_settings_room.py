from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.models import AuditRow
from relay.models.moderator import Role
from relay.services.desk_settings import DeskSettings, read_settings
from tests.journeys.person import Person
from tests.making import make_moderator
from tests.sparing import HASHER

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

PASSWORD = "five quiet paper boats"


def sign_in(app: Flask, relay: Relay, role: Role, email: str) -> Person:
    make_moderator(relay, email, role=role, password_hash=HASHER.hash(PASSWORD))
    somebody = Person(app.test_client()).open("/desk/sign-in")
    return somebody.send("Sign in", email=email, password=PASSWORD)


@pytest.fixture
def organiser(app: Flask, relay: Relay) -> Person:
    return sign_in(app, relay, Role.ORGANISER, "ada@example.org").open("/desk/settings")


def kept(relay: Relay) -> DeskSettings:
    with relay.engine.connect() as connection:
        return read_settings(connection)


def settings_log(relay: Relay) -> list[AuditRow]:
    with Session(relay.engine) as session:
        asked = select(AuditRow).where(col(AuditRow.what).startswith("settings."))
        return list(session.exec(asked.order_by(col(AuditRow.id))))


def test_settings_are_changed_one_by_one(organiser: Person, relay: Relay) -> None:
    organiser.send("Save", hand_out="10", second_approval="city", reports_hide="0")
    assert organiser.says("The settings are saved.")
    assert kept(relay) == DeskSettings(
        hand_out=10, second_approval=("city",), reports_hide=0
    )
    organiser.send("Save", blur_reported=None, second_approval=None)
    assert kept(relay) == DeskSettings(hand_out=10, blur_reported=False, reports_hide=0)


def test_a_number_out_of_bounds_is_said_and_kept_in_the_form(
    organiser: Person, relay: Relay
) -> None:
    for wrong in ("0", "51", "many", "-1", "", "9" * 40, "٣"):
        organiser.send("Save", hand_out=wrong, lease_minutes="30")
        assert organiser.status == 422, wrong
        assert organiser.says("Give a whole number from 1 to 50.")
        assert organiser.value("hand_out") == wrong
        assert organiser.value("lease_minutes") == "30"
    assert kept(relay) == DeskSettings()
    organiser.send("Save", hand_out="50")
    assert kept(relay) == DeskSettings(hand_out=50, lease_minutes=30)


def test_two_organisers_never_overwrite_each_other(
    app: Flask, organiser: Person, relay: Relay
) -> None:
    other = sign_in(app, relay, Role.ORGANISER, "bo@example.org")
    other.open("/desk/settings")
    organiser.send("Save", hand_out="10")
    other.send("Save", hand_out="30", lease_minutes="40")
    assert other.status == 409
    assert other.says("Entries handed out at once: 10")
    assert kept(relay) == DeskSettings(hand_out=10)
    assert other.value("hand_out") == "30"
    other.send("Save")
    assert kept(relay) == DeskSettings(hand_out=30, lease_minutes=40)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESCRIBER, Role.VIEWER])
def test_only_organisers_come_in(app: Flask, relay: Relay, role: Role) -> None:
    person = sign_in(app, relay, role, "cy@example.org")
    assert person.open("/desk/settings").status == 403


def test_the_last_change_shows_what_was_before_and_is_taken_back(
    organiser: Person, relay: Relay
) -> None:
    assert "Take this change back" not in organiser.text
    organiser.send("Save", hand_out="10", second_approval="city")
    before, after = (each.text() for each in organiser.page.css(".pair > div")[:2])
    assert ("20" in before, "10" in after) == (True, True)
    organiser.send("Take this change back")
    assert organiser.says("The last change is taken back.")
    assert kept(relay) == DeskSettings()
    organiser.send("Take this change back")
    assert kept(relay) == DeskSettings(hand_out=10, second_approval=("city",))
    assert [row.what for row in settings_log(relay)] == [
        "settings.changed",
        "settings.undone",
        "settings.undone",
    ]


def test_a_change_that_is_not_the_last_any_more_is_not_taken_back(
    app: Flask, organiser: Person, relay: Relay
) -> None:
    organiser.send("Save", hand_out="10")
    other = sign_in(app, relay, Role.ORGANISER, "bo@example.org").open("/desk/settings")
    organiser.send("Save", hand_out="30")
    other.send("Take this change back")
    assert other.status == 409
    assert other.says("The settings were changed again meanwhile.")
    assert kept(relay) == DeskSettings(hand_out=30)
    token = other.value("csrf_token")
    for change, status in (("", 400), ("x", 400), ("999", 404)):
        form = {"csrf_token": token, "change": change}
        assert other.client.post("/desk/settings/undo", data=form).status_code == status
