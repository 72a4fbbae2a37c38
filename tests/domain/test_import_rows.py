"""Columns are known by their names in every language; rows say what they say."""

from __future__ import annotations

import pytest

from relay.domain.entry import Kind
from relay.domain.errors import Invalid
from relay.domain.import_rows import (
    HEADINGS,
    Column,
    Defaults,
    find_column,
    find_columns,
    find_doubles,
    find_kind,
    read_cells,
    read_row,
)
from relay.domain.language import LANGUAGES
from relay.domain.spreadsheet import safe_cell

GOOD = {"link": "https://example.org/1", "title": "Boat", "alt": "A boat", "name": "Li"}


def faults(**changed: str) -> set[tuple[str, str]]:
    return {(each.field, each.code) for each in read_row({**GOOD, **changed}).faults}


def test_every_language_has_a_heading_for_every_column() -> None:
    assert set(HEADINGS) == set(LANGUAGES)
    for names in HEADINGS.values():
        assert set(names) == set(Column)
        for column, name in names.items():
            assert find_column(name) is column


@pytest.mark.parametrize("written", ["ALT_TEXT", " alt text: ", "Alt", "替代文本*"])
def test_headings_are_known_however_they_are_written(written: str) -> None:
    assert find_column(written) is Column.ALT


def test_columns_are_found_in_any_order_and_others_are_named() -> None:
    found = find_columns(["Inventory no.", "标题", "", "קישור"])
    assert found.places == {Column.TITLE: 1, Column.LINK: 3}
    assert found.unknown == ("Inventory no.",)


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (["Link", "Alt text"], "no_headings"),
        (["Title", "Alt text"], "no_headings"),
        (["https://example.org", "Boat"], "no_headings"),
        (["Link", "Title", "url"], "double_column"),
    ],
)
def test_a_table_without_what_it_needs_is_refused(
    headings: list[str], code: str
) -> None:
    with pytest.raises(Invalid) as error:
        find_columns(headings)
    assert [(each.field, each.code) for each in error.value.fields] == [("file", code)]


def test_an_empty_cell_means_what_is_meant_for_all() -> None:
    columns = find_columns(["Title", "Link", "Name"])
    meant = Defaults(name="Museum", city="Nanjing", lang="zh")
    cells = read_cells(columns, ["Boat", "https://example.org"], meant)
    assert (cells["name"], cells["city"], cells["lang"]) == ("Museum", "Nanjing", "zh")
    assert read_cells(columns, ["Boat", "x", "Lin"], meant)["name"] == "Lin"


def test_what_we_made_safe_for_spreadsheets_comes_back_as_it_was() -> None:
    columns = find_columns(["Title", "Link"])
    for text in ("=1+1", "-", "'tis", "'", "@home"):
        cells = read_cells(columns, [safe_cell(text), "x"], Defaults())
        assert cells["title"] == text


def test_a_good_row_is_of_an_institution_with_consent() -> None:
    said = read_row(GOOD)
    assert said.faults == ()
    assert said.words.kind is Kind.INSTITUTION
    assert said.words.consent


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.INSTITUTION),
        ("Person", Kind.INDIVIDUAL),
        ("organization", Kind.ORGANISATION),
        ("机构", Kind.INSTITUTION),
        ("עיר", Kind.CITY),
        ("ghost", None),
    ],
)
def test_kinds_are_read_in_every_language(text: str, kind: Kind | None) -> None:
    assert find_kind(text) is kind


def test_each_fault_names_its_column() -> None:
    assert faults(title="") == {("title", "missing")}
    assert faults(alt=" ") == {("alt", "missing")}
    assert faults(alt="x" * 1001) == {("alt", "too_long")}
    assert faults(name="") == {("name", "missing")}
    assert faults(kind="ghost") == {("kind", "unknown")}
    assert faults(lang="in English") == {("lang", "unknown")}
    assert faults(lang="zh-Hans") == set()


def test_the_first_of_two_links_is_no_double() -> None:
    links = [(2, "a"), (3, "b"), (4, "a"), (5, "a")]
    assert find_doubles(links) == {4: 2, 5: 2}
