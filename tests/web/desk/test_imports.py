"""Imports at the desk, without scripts: seen first, begun on purpose, taken back."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pytest

from relay.domain.import_rows import FILE_BYTES
from relay.domain.moderation import Moderation
from relay.models import ImportState
from relay.models.moderator import Role
from relay.services.import_entries import end_import
from relay.services.outbox import LOSSES_MAX, fail
from relay.services.undo_import import step_of
from tests.importing import (
    HEADINGS,
    batch_of,
    check,
    csv_of,
    entries_of,
    import_rows_of,
    rows_of,
    run_all,
    xlsx_of,
    zip_of,
)
from tests.making import PICTURE, SetClock, send
from tests.services.test_import_entries import take_job
from tests.web.desk.arriving import PASSWORD, arrive, make_account

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.journeys.person import Person

BAD = ("https://example.org/9", "", "=SUM(A1)", "Lin", "Cambridge")


@pytest.fixture
def account(relay: Relay) -> int:
    return make_account(relay)


@pytest.fixture
def organiser(app: Flask, account: int) -> Person:
    assert account
    return arrive(app).open("/desk/imports")


def send_file(person: Person, data: bytes, name: str = "boats.csv") -> Person:
    return person.send(
        "Check the table", file=(BytesIO(data), name), institution="Museum of Rivers"
    )


def ref_of(person: Person) -> str:
    return person.path.rpartition("/")[2]


def finish(relay: Relay, ref: str) -> None:
    """Do what the workers do."""
    ticket = take_job(relay)
    step, line = step_of(relay.importer, batch_of(relay, ref).id or 0), 0
    while (found := step(line)) is not None:
        line = found
    assert end_import(relay.intake, ticket)


def test_a_table_is_seen_imported_and_taken_back(
    organiser: Person, relay: Relay
) -> None:
    rows = [*rows_of(3), BAD]
    send_file(organiser, csv_of(rows))
    assert organiser.says("1 row is wrong.")
    assert organiser.says("The title is missing.")
    # Namesakes of one country are told apart, in words that a table may use.
    assert organiser.says("Perhaps: Cambridge, United Kingdom")
    assert organiser.says("Cambridge, Massachusetts")
    assert organiser.says("Boat 3")
    assert entries_of(relay) == []
    button = "Import up to 3 entries"
    organiser.send(button)
    assert organiser.status == 422
    assert organiser.says("Tick the box if the makers agree.")
    assert organiser.says("Tick the box to leave the wrong rows out")
    assert entries_of(relay) == []
    ref = batch_of(relay, organiser.path.split("/")[3]).ref
    organiser.send(button, consent="yes", leave_out_wrong="yes", publish="yes")
    assert organiser.says("1 of 4 rows are done.")
    finish(relay, ref)
    organiser.follow("Look again")
    assert organiser.says("The import has ended")
    assert [each.no for each in entries_of(relay)] == [1, 2, 3]
    organiser.send("Take the import back")
    assert organiser.says("Tick the box if you are sure.")
    organiser.send("Take the import back", sure="yes")
    assert organiser.says("The import is being taken back.")
    finish(relay, ref)
    organiser.follow("Look again")
    assert {each.moderation for each in entries_of(relay)} == {Moderation.WITHDRAWN}
    assert "I am sure" not in organiser.text
    organiser.open("/desk/log")
    assert organiser.says("Import taken back")


def test_what_is_wrong_is_said_in_the_readers_language(organiser: Person) -> None:
    send_file(organiser, csv_of([BAD]))
    organiser.client.set_cookie("lang", "zh-Hans")
    organiser.open(organiser.path)
    assert organiser.says("也许是：")
    assert organiser.says("缺少标题。")


def test_an_import_of_yesterday_is_taken_back_with_the_password_again(
    organiser: Person, relay: Relay
) -> None:
    send_file(organiser, csv_of(rows_of(1)))
    organiser.send("Import 1 entry", consent="yes")
    ref = ref_of(organiser)
    finish(relay, ref)
    with organiser.client.session_transaction() as session:
        for name in list(session):
            if "prove" in name:
                session[name] = 0
    organiser.open(f"/desk/imports/{ref}").send("Take the import back", sure="yes")
    assert organiser.status == 403
    organiser.send("Go on", password_again=PASSWORD)
    assert organiser.says("The import is being taken back.")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip"])
def test_every_kind_of_file_is_taken(
    organiser: Person, relay: Relay, kind: str
) -> None:
    rows, headings = rows_of(2), HEADINGS
    data = csv_of(rows)
    if kind == "xlsx":
        data = xlsx_of(rows)
    if kind == "zip":
        with_pictures = [(*row, f"{at}.png") for at, row in enumerate(rows)]
        table = csv_of(with_pictures, (*headings, "Picture"))
        data = zip_of({"list.csv": table, "0.png": PICTURE, "1.png": PICTURE})
    send_file(organiser, data, f"boats.{kind}")
    assert organiser.says("Every row can be imported.")
    organiser.send("Import up to 2 entries", consent="yes")
    run_all(relay, batch_of(relay, ref_of(organiser)).id or 0)
    assert len(entries_of(relay)) == 2


def test_a_file_that_cannot_be_read_says_why_and_keeps_the_answers(
    organiser: Person,
) -> None:
    send_file(organiser, b"A,B\n1,2\n")
    assert organiser.status == 422
    assert organiser.says("The first line must name the columns")
    assert organiser.value("institution") == "Museum of Rivers"
    organiser.send("Check the table")
    assert organiser.says("Choose a file.")
    send_file(organiser, zip_of({"../a.csv": b"x"}), "a.zip")
    assert organiser.says("For safety we do not open this archive.")


def test_columns_that_mean_nothing_are_named_and_cannot_hurt(
    organiser: Person,
) -> None:
    evil = "<script>alert(1)</script>"
    headings = ("Link", evil, "Alt text", "Title", "City")
    send_file(organiser, csv_of([("x", "", evil, evil, evil)], headings))
    assert organiser.says(f"These columns are not used: {evil}")
    assert evil not in organiser.text


def test_links_that_are_here_already_are_left_out_unless_wanted(
    organiser: Person, relay: Relay
) -> None:
    sent = send(relay, "https://example.org/1")
    send_file(organiser, csv_of([*rows_of(2), *rows_of(1, begin=2)]))
    assert f"/desk/entry/{sent.ref}" in organiser.text
    assert organiser.says("The same link as in line 3.")
    organiser.send("Import up to 3 entries", consent="yes")
    run_all(relay, batch_of(relay, ref_of(organiser)).id or 0)
    assert len(entries_of(relay)) == 2


def test_the_wrong_rows_come_back_mended_and_are_no_formulas(
    organiser: Person, relay: Relay
) -> None:
    send_file(organiser, csv_of([BAD]))
    ref = ref_of(organiser)
    answer = organiser.client.get(f"/desk/imports/{ref}/faults")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8-sig")
    first, row = list(csv.reader(StringIO(text)))
    said = dict(zip(first, row, strict=True))
    assert said["Line"] == "2"
    assert "Title: The title is missing." in said["What is wrong"]
    assert said["Alt text"] == "'=SUM(A1)"
    mended = [
        "Boat" if name == "Title" else "Nanjing" if name == "City" else said[name]
        for name in first
    ]
    organiser.open("/desk/imports")
    send_file(organiser, csv_of([mended], first))
    assert organiser.says("Every row can be imported.")
    (kept,) = import_rows_of(relay, ref_of(organiser))
    assert kept.words["cells"]["alt"] == "=SUM(A1)"


@pytest.mark.parametrize(
    ("lang", "heading"),
    [("en", "Alt text"), ("zh-Hans", "替代文字"), ("he", "טקסט חלופי")],
)
def test_the_empty_table_is_in_the_readers_language_and_is_understood(
    organiser: Person, lang: str, heading: str
) -> None:
    organiser.client.set_cookie("lang", lang)
    answer = organiser.client.get("/desk/imports/template")
    (first,) = csv.reader(StringIO(answer.data.decode("utf-8-sig")))
    assert heading in first
    row = ("https://example.org/1", "A", "B", "", "C", "", "Nanjing", "", "", "", "")
    organiser.client.set_cookie("lang", "en")
    organiser.open("/desk/imports")
    send_file(organiser, csv_of([row], first))
    assert organiser.says("Every row can be imported.")


def test_what_is_called_off_is_not_imported(organiser: Person, relay: Relay) -> None:
    send_file(organiser, csv_of(rows_of(2)))
    ref = ref_of(organiser)
    organiser.send("Import up to 2 entries", consent="yes")
    organiser.send("Call the import off")
    assert organiser.says("The import was called off")
    assert batch_of(relay, ref).state is ImportState.CANCELLED
    assert entries_of(relay) == []
    answer = organiser.client.get("/desk/imports")
    assert "Called off" in answer.text


def test_an_import_that_was_given_up_goes_on_when_asked(
    organiser: Person, relay: Relay
) -> None:
    send_file(organiser, csv_of(rows_of(2)))
    ref = ref_of(organiser)
    organiser.send("Import up to 2 entries", consent="yes")
    clock = SetClock(relay.clock.now())
    for _ in range(LOSSES_MAX + 1):
        fail(relay.engine, take_job(relay), clock=clock)
    organiser.follow("Look again")
    assert organiser.says("The import has stopped.")
    organiser.send("Go on")
    assert "The import has stopped." not in organiser.text
    finish(relay, ref)
    assert len(entries_of(relay)) == 2


def multipart(token: str, data: bytes) -> bytes:
    """Return a form with a file, made by hand: the test client would leave a file."""
    field = b'--x\r\nContent-Disposition: form-data; name="'
    return (
        field + b'csrf_token"\r\n\r\n' + token.encode() + b"\r\n"
        + field + b'file"; filename="a.csv"\r\n\r\n' + data + b"\r\n--x--\r\n"
    )  # fmt: skip


def test_only_organisers_may_send_large_files(app: Flask, organiser: Person) -> None:
    large = csv_of(rows_of(2)) + b"\n" * (13 * 1024 * 1024)
    body = multipart(organiser.value("csrf_token"), large)
    kind = "multipart/form-data; boundary=x"
    answer = organiser.client.post("/desk/imports", data=body, content_type=kind)
    assert answer.status_code == 303
    answer = organiser.client.post("/desk/seasons", data=body, content_type=kind)
    assert answer.status_code == 413
    answer = app.test_client().post("/desk/imports", data=body, content_type=kind)
    assert answer.status_code == 413
    answer = organiser.client.post(
        "/desk/imports",
        data=b"x",
        content_type=kind,
        environ_overrides={"CONTENT_LENGTH": str(FILE_BYTES * 2)},
    )
    assert answer.status_code == 413


def test_a_moderator_sees_no_imports(app: Flask, relay: Relay, account: int) -> None:
    ref = check(relay, csv_of(rows_of(1)), by=account).ref
    make_account(relay, "bo@example.org", Role.MODERATOR)
    other = arrive(app, "bo@example.org")
    assert other.open(f"/desk/imports/{ref}").status == 403
    assert 'href="/desk/imports"' not in other.text


def test_what_is_not_there_is_not_found(organiser: Person) -> None:
    for path in ("", "/faults"):
        assert organiser.open(f"/desk/imports/nothing{path}").status == 404
