"""The log: all that was done, narrowed, paged, and taken along."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Choice, Reason
from relay.services import audit as audit_module
from relay.services.audit import audit
from relay.services.writing import writing
from relay.web.desk.log_words import DONE, GROUPS
from tests.making import choose, make_moderator, send
from tests.web.desk.arriving import arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.journeys.person import Person


@pytest.fixture
def organiser(relay: Relay, app: Flask) -> Person:
    make_account(relay, "olga@example.org")
    return arrive(app, "olga@example.org")


@pytest.fixture
def rejected(relay: Relay) -> str:
    sent = send(relay)
    note = '=HYPERLINK("https://evil.example")<script>alert(1)</script>'
    choose(
        relay,
        sent.ref,
        Choice.REJECT,
        by=make_moderator(relay),
        reason=Reason.OTHER,
        note=note,
    )
    return sent.ref


def test_a_decision_is_told_with_who_what_and_why(
    organiser: Person, rejected: str
) -> None:
    organiser.open("/desk/log")
    assert organiser.says("mei@example.org")
    assert organiser.says("Do not accept")
    assert organiser.says(rejected)
    assert "<script>alert" not in organiser.text


def test_the_log_is_narrowed_to_a_person_a_deed_an_entry_and_days(
    organiser: Person, rejected: str
) -> None:
    for narrow, found in (
        ("what=decision.", True),
        ("what=decision.reject", True),
        ("what=decision.approve", False),
        ("what=session.", False),
        (f"entry={rejected}", True),
        ("entry=unknown", False),
        ("person=1", False),
        ("person=2", True),
        ("since=2000-01-01", True),
        ("until=2000-01-01", False),
        ("since=2999-01-01", False),
    ):
        organiser.open(f"/desk/log?{narrow}")
        assert bool(organiser.page.css(".log li b")) or not found, narrow
        assert (
            "Do not accept" in [each.text() for each in organiser.page.css(".log b")]
        ) is found, narrow


def test_a_day_that_is_none_is_said_and_everything_is_shown(
    organiser: Person,
) -> None:
    answer = organiser.client.get("/desk/log?since=yesterday&person=x&after=1-2")
    assert answer.status_code == 422
    assert "Write the day like" in answer.text
    for last in ("since=0000-00-00", "until=9999-12-31"):
        assert organiser.client.get(f"/desk/log?{last}").status_code == 422, last


def test_pages_follow_each_other_without_a_gap(relay: Relay, organiser: Person) -> None:
    now = relay.clock.now()
    with writing(relay.engine) as session:
        for each in range(120):
            audit(session, "x.done", now=now, moderator_id=None, subject=each)
    seen: list[str] = []
    organiser.open("/desk/log?what=x.done")
    while True:
        seen += [each.text() for each in organiser.page.css(".log bdi.soft")]
        older = organiser.page.css('a[href*="after="]')
        if not older:
            break
        organiser.open(older[0].attributes["href"] or "")
    assert seen == [str(each) for each in reversed(range(120))]


def test_the_table_is_safe_for_spreadsheets_and_whole(
    organiser: Person, rejected: str
) -> None:
    answer = organiser.client.get("/desk/log.csv?what=decision.")
    assert answer.content_type.startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    (row,) = rows
    assert (row["ref"], row["what"], row["reason"]) == (
        rejected,
        "decision.reject",
        "other",
    )
    assert row["note"].startswith("'=HYPERLINK")


def test_the_data_is_json_and_taking_it_is_logged(
    organiser: Person, rejected: str
) -> None:
    told = json.loads(organiser.client.get(f"/desk/log.json?entry={rejected}").data)
    assert [each["what"] for each in told] == ["decision.reject"]
    assert told[0]["details"]["before"] == "pending"
    assert json.loads(organiser.client.get("/desk/log.json?entry=none").data) == []
    organiser.open("/desk/log?what=log.")
    assert organiser.says("The log was downloaded")


def test_all_that_services_write_into_the_log_has_its_words() -> None:
    begins = "|".join(re.escape(each) for each in GROUPS if each.endswith("."))
    written = {
        found
        for path in Path(audit_module.__file__).parent.glob("*.py")
        for found in re.findall(f'"((?:{begins})[a-z_]+)"', path.read_text("utf-8"))
    }
    assert "person.added" in written
    assert written - set(DONE) == set()
