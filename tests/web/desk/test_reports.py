"""Readers' reports at the desk: answered by a form, and taken back by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.moderation import Moderation
from relay.domain.report import ReportReason
from relay.models import Entry, Outcome, Report
from relay.models.moderator import Role
from relay.services.desk_settings import change_settings
from tests.making import report
from tests.web.desk.arriving import arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.journeys.person import Person
    from tests.web.making import Maker


@pytest.fixture
def mei(relay: Relay, app: Flask) -> Person:
    make_account(relay, role=Role.MODERATOR)
    return arrive(app)


def outcomes(relay: Relay) -> list[Outcome | None]:
    with Session(relay.engine) as session:
        reports = session.exec(select(Report).order_by(col(Report.id)))
        return [each.outcome for each in reports]


def state(relay: Relay) -> Moderation:
    with Session(relay.engine) as session:
        return session.exec(select(Entry)).one().moderation


def test_a_report_is_answered_without_touching_the_entry_and_asked_again(
    relay: Relay, maker: Maker, mei: Person
) -> None:
    maker.published()
    report(relay, words="Look <here>")
    mei.open("/desk/entry/ref1")
    assert "Look &lt;here&gt;" in mei.text
    mei.send("Keep the artwork")
    assert "The reports are answered." in mei.text
    assert outcomes(relay) == [Outcome.KEPT]
    assert state(relay) is Moderation.APPROVED
    mei.send("Take back")
    assert outcomes(relay) == [None]
    mei.send("They were right, and it is seen to")
    assert outcomes(relay) == [Outcome.ACTED]
    assert state(relay) is Moderation.APPROVED


def test_what_readers_have_hidden_is_shown_again_or_stays_hidden(
    relay: Relay, maker: Maker, mei: Person
) -> None:
    change_settings(
        relay.engine, {"reports_hide": 1}, moderator_id=None, clock=relay.clock
    )
    maker.published()
    report(relay)
    mei.open("/desk/entry/ref1")
    assert "So many readers have reported it" in mei.text
    assert "Reports of readers" in mei.text
    mei.send("Keep it: show it again")
    assert (state(relay), outcomes(relay)) == (Moderation.APPROVED, [Outcome.KEPT])
    report(relay)
    mei.open("/desk/entry/ref1")
    mei.send("They were right: it stays hidden")
    assert state(relay) is Moderation.TAKEN_DOWN
    assert outcomes(relay) == [Outcome.KEPT, Outcome.ACTED]


def test_who_is_in_a_picture_comes_first(
    relay: Relay, maker: Maker, mei: Person
) -> None:
    maker.published()
    maker.published(title="Somebody at the river")
    report(relay, 1)
    report(relay, 2, ReportReason.IN_PICTURE)
    mei.open("/desk/entry/ref1")
    assert "Urgent" not in mei.text
    mei.open("/desk/entry/ref2")
    assert "Urgent" in mei.text
    mei.open("/desk/?mark=urgent")
    assert "Somebody at the river" in mei.text
    assert "Work 1" not in mei.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"outcome": "kept"},
        {"outcome": "gone", "seen": "2026-11-22T10:00:00+00:00"},
        {"outcome": "kept", "seen": "2026-11-22T10:00:00"},
        {"outcome": "kept", "seen": "yesterday"},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    relay: Relay, app: Flask, maker: Maker, form: dict[str, str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    make_account(relay, role=Role.MODERATOR)
    maker.published()
    report(relay)
    mei = arrive(app)
    where = "/desk/entry/ref1/reports"
    assert mei.client.post(where, data=form).status_code == 400
    assert mei.client.post(f"{where}/again", data=form).status_code == 400
    assert outcomes(relay) == [None]


def test_viewers_read_reports_and_answer_none(
    relay: Relay, app: Flask, maker: Maker
) -> None:
    make_account(relay, role=Role.VIEWER)
    maker.published()
    report(relay, words="Please look")
    viewer = arrive(app).open("/desk/entry/ref1")
    assert "Please look" in viewer.text
    assert "Keep the artwork" not in viewer.text
