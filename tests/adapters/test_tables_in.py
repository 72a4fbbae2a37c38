"""Tables as programs write them are read alike; hostile ones are refused."""

from __future__ import annotations

import struct
import time
import tracemalloc
from io import BytesIO

import pytest
from python_calamine import load_workbook

from relay.adapters.tables_in import open_table, read_csv
from relay.adapters.xlsx_in import read_workbook
from relay.domain.errors import Invalid
from relay.domain.import_rows import MOST_ROWS
from tests.importing import HEADINGS, cell, csv_of, rows_of, xlsx_of, zip_of

ROWS = rows_of(3)
CHINESE = [("https://example.org/1", "纸船", "河上的纸船", "林", "南京")]


def refused(data: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(Invalid) as error:
        open_table(BytesIO(data)).close()
    (fault,) = error.value.fields
    assert fault.field == "file"
    return fault.code


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_csv_is_read_in_whatever_programs_write(mark: str, encoding: str) -> None:
    sheet = open_table(BytesIO(csv_of(CHINESE, mark=mark, encoding=encoding))).sheet
    assert sheet.headings == HEADINGS
    assert sheet.rows == ((2, CHINESE[0]),)


def test_the_encoding_is_told() -> None:
    assert read_csv(csv_of(CHINESE, encoding="gb18030")).read_as == "GB 18030"
    assert read_csv(csv_of(CHINESE)).read_as == "UTF-8"


def test_a_cell_may_hold_commas_quotes_and_lines() -> None:
    row = ("https://example.org/1", 'A "boat", of paper', "One\nTwo", "Lin", "Nanjing")
    assert read_csv(csv_of([row])).rows == ((2, row),)


def test_excels_own_first_line_is_no_row() -> None:
    data = b"sep=;\r\n" + csv_of(ROWS, mark=";")
    assert read_csv(data).headings == HEADINGS


def test_empty_lines_are_no_rows_and_lines_keep_their_numbers() -> None:
    data = csv_of([ROWS[0], ("",) * 5, ROWS[1]])
    assert [line for line, _ in read_csv(data).rows] == [2, 4]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (csv_of([]), "no_rows"),
        (b"Link,Title\n\xff\xff\xff,x\n", "encoding"),
        (csv_of(ROWS, encoding="utf-16-le"), "encoding"),
        (b'Link,Title\n"never closed,x\n', "broken"),
        (csv_of([("x",) * 61]), "too_many_columns"),
        (csv_of([("x", "y")] * (MOST_ROWS + 1)), "too_many_rows"),
        (b"PK\x03\x04 but nothing behind it", "broken"),
        (xlsx_of(ROWS)[:-40], "broken"),
        (zip_of({"notes.docx": b"x"}), "no_table"),
        (zip_of({"a.csv": csv_of(ROWS), "b.csv": csv_of(ROWS)}), "two_tables"),
        (zip_of({"a.xlsx": zip_of({"b.csv": csv_of(ROWS)})}), "archive_inside"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_as_many_rows_as_are_promised_are_read() -> None:
    assert len(read_csv(csv_of(rows_of(MOST_ROWS))).rows) == MOST_ROWS


def test_a_workbook_says_what_another_reader_finds_in_it() -> None:
    strings = (
        "<si><t>plain</t></si>"
        "<si><r><t xml:space='preserve'>in </t></r><r><t>parts</t></r></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
        "<si><t xml:space='preserve'>two_x000A_lines</t></si>"
    )
    cells = (
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c>'
        '<c r="D3" t="s"><v>2</v></c><c r="E3" t="s"><v>3</v></c></row>'
        '<row r="7"><c r="A7"><v>1799962</v></c><c r="B7" t="b"><v>1</v></c>'
        '<c r="C7"><v>0.5</v></c><c r="D7" s="3"/></row>'
    )
    data = xlsx_of(ROWS[:1], cells=cells, strings=strings)
    rows = dict(read_workbook(BytesIO(data)))
    assert rows[3] == ("plain", "in parts", "", "東京", "two\nlines")
    assert rows[7] == ("1799962", "TRUE", "0.5")
    theirs = load_workbook(BytesIO(data)).get_sheet_by_index(0).to_python()
    for line, row in rows.items():
        if line != 7:  # which has types there
            assert list(row) == theirs[line - 1][: len(row)]
    assert theirs[6][:3] == [1799962.0, True, 0.5]


def test_numbers_are_as_people_see_them() -> None:
    cells = (
        '<row r="3"><c r="A3"><v>1799962.0</v></c><c r="B3"><v>1.799962E6</v></c></row>'
    )
    assert dict(read_workbook(BytesIO(xlsx_of([], cells=cells))))[3] == (
        "1799962",
        "1799962",
    )


def test_formulas_and_links_are_text() -> None:
    cells = (
        '<row r="3">'
        '<c r="A3" t="str"><f>HYPERLINK("http://evil.example","x")</f><v>shown</v></c>'
        f"{cell('B3', '=1+1')}<c r='C3'><f>2+2</f></c></row>"
    )
    assert dict(read_workbook(BytesIO(xlsx_of([], cells=cells))))[3] == (
        "shown",
        "=1+1",
    )


def test_a_hidden_sheet_is_not_the_one_that_is_meant() -> None:
    data = xlsx_of(
        ROWS,
        parts={
            "xl/workbook.xml": (
                '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument'
                '/2006/relationships"><sheets>'
                '<sheet name="H" state="hidden" r:id="r0"/>'
                '<sheet name="A" r:id="r1"/></sheets></workbook>'
            )
        },
    )
    assert len(open_table(BytesIO(data)).sheet.rows) == 3


def test_a_sheet_that_is_wide_and_high_takes_no_room() -> None:
    far = f'<row r="1048576">{cell("BH1048576", "x")}</row>'
    tracemalloc.start()
    rows = read_workbook(BytesIO(xlsx_of(ROWS, cells=far)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows[-1][0] == 1048576
    assert peak < 4_000_000
    too_far = f'<row r="1048576">{cell("XFD1048576", "x")}</row>'
    assert refused(xlsx_of(ROWS, cells=too_far)) == "too_many_columns"


def test_a_string_that_ten_thousand_cells_share_is_no_bomb() -> None:
    many = "".join(
        f'<row r="{line}"><c r="A{line}" t="s"><v>0</v></c></row>'
        for line in range(10, 4_000)
    )
    long = f"<si><t>{'x' * 30_000}</t></si>"
    tracemalloc.start()
    assert refused(xlsx_of(ROWS, cells=many, strings=long)) == "too_large"
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_entities_are_refused() -> None:
    laughs = (
        '<!DOCTYPE sst [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<sst><si><t>&b;</t></si></sst>"
    )
    data = xlsx_of(ROWS, parts={"xl/sharedStrings.xml": laughs})
    assert refused(data) == "broken"


def test_a_workbook_that_swells_is_refused_before_it_is_unpacked() -> None:
    swollen = b"<sst>" + b" " * (65 << 20)
    began = time.process_time()
    data = xlsx_of(ROWS, parts={"xl/sharedStrings.xml": swollen})
    packed_in = time.process_time() - began
    began = time.process_time()
    assert refused(data) == "bomb"
    assert time.process_time() - began < packed_in


def test_a_size_that_lies_is_found_out() -> None:
    data = bytearray(zip_of({"a.csv": csv_of(rows_of(50))}))
    at = data.find(b"PK\x01\x02")
    for place in (at + 24, 22):
        struct.pack_into("<L", data, place, 10)
    assert refused(bytes(data)) == "broken"
