"""Files of institutions for tests, and imports of them by the services themselves."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from sqlmodel import Session, col, select

from relay.adapters.tables_in import open_table
from relay.domain.import_rows import Defaults
from relay.models import Entry, ImportBatch, ImportRow
from relay.services.check_import import Sent, check_import
from relay.services.import_entries import Begin, begin_import, import_some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from relay.bootstrap import Relay
    from relay.services.check_import import Checked

HEADINGS = ("Link", "Title", "Alt text", "Name", "City")
MUSEUM = Defaults(name="Museum of Rivers", city="Nanjing", lang="en")
ALL = Begin(consent=True)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def rows_of(count: int, *, begin: int = 1) -> list[Sequence[str]]:
    """Return so many good rows, each with a link of its own."""
    return [
        (
            f"https://example.org/{number}",
            f"Boat {number}",
            f"A paper boat with the number {number}",
            "Lin",
            "Nanjing",
        )
        for number in range(begin, begin + count)
    ]


def csv_of(
    rows: Iterable[Sequence[str]],
    headings: Sequence[str] = HEADINGS,
    *,
    mark: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    out = StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def cell(place: str, text: str) -> str:
    """Return a cell of a workbook with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def xlsx_of(
    rows: Iterable[Sequence[str]],
    headings: Sequence[str] = HEADINGS,
    *,
    cells: str = "",
    strings: str = "",
    parts: Mapping[str, bytes | str] = {},
) -> bytes:
    """Return a workbook; `cells` is further XML of its one sheet."""
    data = "".join(
        f'<row r="{line}">'
        + "".join(cell(f"{chr(65 + at)}{line}", each) for at, each in enumerate(row))
        + "</row>"
        for line, row in enumerate([headings, *rows], start=1)
    )
    relation = f'<Relationship Id="r1" Type="{_OFFICE}'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}'
    content = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{data}{cells}'
            "</sheetData></worksheet>"
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
    }
    return zip_of({**content, **parts})


def zip_of(members: Mapping[str, bytes | str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def check(
    relay: Relay,
    data: bytes,
    *,
    by: int,
    defaults: Defaults = MUSEUM,
    name: str = "boats.csv",
) -> Checked:
    """Send a file in and have it checked."""
    table = open_table(BytesIO(data))
    try:
        sent = Sent(name, table.sheet, defaults, table.pictures)
        return check_import(relay.importer, sent, moderator_id=by)
    finally:
        table.close()


def begin(relay: Relay, ref: str, wish: Begin = ALL, *, by: int) -> int:
    """Begin an import; return its id."""
    begin_import(relay.intake, ref, wish, moderator_id=by)
    return batch_of(relay, ref).id or 0


def run_all(relay: Relay, batch_id: int) -> None:
    """Import all rows, as a worker does."""
    line: int | None = 0
    while line is not None:
        line = import_some(relay.importer, batch_id, after=line, limit=3)


def batch_of(relay: Relay, ref: str) -> ImportBatch:
    with Session(relay.engine) as session:
        return session.exec(select(ImportBatch).where(ImportBatch.ref == ref)).one()


def import_rows_of(relay: Relay, ref: str) -> list[ImportRow]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(ImportRow)
                .join(ImportBatch, col(ImportBatch.id) == col(ImportRow.batch_id))
                .where(ImportBatch.ref == ref)
                .order_by(col(ImportRow.line))
            )
        )


def entries_of(relay: Relay) -> list[Entry]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Entry).order_by(col(Entry.id))))


def faults_of(relay: Relay, ref: str) -> dict[int, set[tuple[str, str]]]:
    """Return what is wrong with the rows, by their line."""
    return {
        row.line: {(each["field"], each["code"]) for each in row.faults}
        for row in import_rows_of(relay, ref)
        if row.faults
    }
