"""A file is checked row by row; nothing of it is an entry, and every fault is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Forbidden, Invalid, SeasonClosed
from relay.domain.import_rows import Defaults
from relay.models import AuditRow, ImportRow, ImportState, Season
from relay.models.moderator import Role
from tests.importing import (
    HEADINGS,
    batch_of,
    check,
    csv_of,
    entries_of,
    faults_of,
    import_rows_of,
    rows_of,
    xlsx_of,
    zip_of,
)
from tests.making import PICTURE, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

WIDE = ("Link", "Title", "Alt text", "City", "Kind", "Baton", "Parent", "Picture")
GOOD = ("https://example.org/1", "Boat", "A boat", "Nanjing", "", "", "", "")


@pytest.fixture
def organiser(either_relay: Relay) -> int:
    return make_moderator(either_relay, "ada@example.org", role=Role.ORGANISER)


def test_rows_are_kept_and_nothing_is_an_entry(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(4)), by=organiser)
    batch = batch_of(either_relay, checked.ref)
    assert batch.state is ImportState.CHECKED
    assert (batch.rows, batch.wrong, batch.done) == (4, 0, 0)
    assert (batch.name, batch.institution) == ("boats.csv", "Museum of Rivers")
    assert entries_of(either_relay) == []
    with Session(either_relay.engine) as session:
        (row,) = session.exec(select(AuditRow).where(AuditRow.subject == checked.ref))
    assert (row.what, row.moderator_id) == ("import.checked", organiser)


def test_a_workbook_gives_the_same_rows_as_a_list(
    either_relay: Relay, organiser: int
) -> None:
    kept = [
        [row.words for row in import_rows_of(either_relay, checked.ref)]
        for checked in (
            check(either_relay, csv_of(rows_of(3)), by=organiser),
            check(either_relay, xlsx_of(rows_of(3)), by=organiser),
        )
    ]
    assert kept[0] == kept[1]


def test_every_fault_is_told_by_line_and_column(
    either_relay: Relay, organiser: int
) -> None:
    def row(**changed: str) -> tuple[str, ...]:
        given = dict(zip(WIDE, GOOD, strict=True)) | changed
        return tuple(given[each] for each in WIDE)

    wrong = [
        (row(Title=""), ("title", "missing")),
        (row(Title="x" * 201), ("title", "too_long")),
        (row(**{"Alt text": ""}), ("alt", "missing")),
        (row(Link=""), ("link", "missing")),
        (row(Link="http://127.0.0.1/"), ("link", "address")),
        (row(Link="no link at all"), ("link", "characters")),
        (row(City="Atlantis-on-Sea"), ("city", "unknown")),
        (row(Kind="ghost"), ("kind", "unknown")),
        (row(Baton="ABC"), ("baton", "unknown")),
        (row(Parent="99"), ("parent", "unknown")),
        (row(Parent="the first one"), ("parent", "unknown")),
        (row(Picture="boat.png"), ("picture", "no_archive")),
    ]
    data = csv_of([GOOD, *(each for each, _ in wrong)], WIDE)
    checked = check(either_relay, data, by=organiser)
    assert faults_of(either_relay, checked.ref) == {
        line: {fault} for line, (_, fault) in enumerate(wrong, start=3)
    }
    assert batch_of(either_relay, checked.ref).wrong == len(wrong)


def test_a_city_that_may_be_several_offers_them(
    either_relay: Relay, organiser: int
) -> None:
    row = ("https://example.org/1", "Boat", "A boat", "Lin", "Cambridge")
    checked = check(either_relay, csv_of([row]), by=organiser)
    (kept,) = import_rows_of(either_relay, checked.ref)
    assert kept.faults
    assert kept.faults[0]["code"] == "which_one"
    assert len(kept.faults[0]["cities"]) > 1


def test_what_is_meant_for_all_fills_empty_cells(
    either_relay: Relay, organiser: int
) -> None:
    data = csv_of([("https://example.org/1", "Boat", "A boat", "", "")])
    checked = check(either_relay, data, by=organiser, defaults=Defaults())
    assert faults_of(either_relay, checked.ref) == {
        2: {("name", "missing"), ("city", "missing")}
    }
    assert faults_of(either_relay, check(either_relay, data, by=organiser).ref) == {}


def test_links_that_are_here_already_are_told_and_are_no_fault(
    either_relay: Relay, organiser: int
) -> None:
    there = send(either_relay, "https://example.org/1?utm_source=x")
    rows = [*rows_of(2), *rows_of(1, begin=2)]
    checked = check(either_relay, csv_of(rows), by=organiser)
    twins = [row.words.get("twin") for row in import_rows_of(either_relay, checked.ref)]
    assert twins == [f"entry:{there.ref}", None, "line:3"]
    assert faults_of(either_relay, checked.ref) == {}


def test_pictures_of_good_rows_are_kept_where_only_workers_look(
    either_relay: Relay, organiser: int
) -> None:
    headings = ("Title", "Alt text", "City", "Picture")
    rows = [
        ("Boat", "A boat", "Nanjing", "boat.png"),
        ("", "A kite", "Nanjing", "boat.png"),
        ("Lamp", "A lamp", "Nanjing", "lamp.png"),
    ]
    data = zip_of({"list.csv": csv_of(rows, headings), "boat.png": PICTURE})
    checked = check(either_relay, data, by=organiser, name="all.zip")
    good, *bad = import_rows_of(either_relay, checked.ref)
    assert good.picture_key
    assert good.picture_key.startswith("imports/")
    assert either_relay.media.get(good.picture_key) == PICTURE
    assert [each.picture_key for each in bad] == [None, None]
    assert faults_of(either_relay, checked.ref) == {
        3: {("title", "missing")},
        4: {("picture", "not_in_file")},
    }


def test_headings_that_mean_nothing_are_named(
    either_relay: Relay, organiser: int
) -> None:
    data = csv_of([(*row, "7") for row in rows_of(1)], (*HEADINGS, "Inventory no."))
    assert check(either_relay, data, by=organiser).unknown == ("Inventory no.",)


def test_a_file_that_cannot_be_read_leaves_nothing(
    either_relay: Relay, organiser: int
) -> None:
    with pytest.raises(Invalid):
        check(either_relay, csv_of(rows_of(1), ("A", "B", "C", "D", "E")), by=organiser)
    with Session(either_relay.engine) as session:
        assert session.exec(select(ImportRow)).all() == []


def test_only_organisers_import(either_relay: Relay) -> None:
    moderator = make_moderator(either_relay)
    with pytest.raises(Forbidden):
        check(either_relay, csv_of(rows_of(1)), by=moderator)


def test_a_closed_season_takes_none(either_relay: Relay, organiser: int) -> None:
    with Session(either_relay.engine) as session:
        session.exec(select(Season)).one().closes_at = either_relay.clock.now()
        session.commit()
    with pytest.raises(SeasonClosed):
        check(either_relay, csv_of(rows_of(1)), by=organiser)
