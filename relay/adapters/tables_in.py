"""Tables of strangers: CSV in the encodings that programs write, and XLSX."""

from __future__ import annotations

import codecs
import csv
from io import BytesIO, StringIO
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from relay.adapters.xlsx_in import WORKBOOK, read_workbook
from relay.adapters.zip_in import MAGIC, PictureArchive, require_short_list
from relay.domain.import_rows import (
    CHARACTERS_MAX,
    MOST_COLUMNS,
    MOST_ROWS,
    Sheet,
    count_known,
    refuse_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# A table of text alone: 5,000 rows of long descriptions in Chinese.
TABLE_BYTES = 32 * 1024 * 1024
_MARKS = ",;\t"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

Rows = list[tuple[int, tuple[str, ...]]]


class TableFile:
    """What an institution has sent in: a table, perhaps with pictures around it."""

    def __init__(self, sheet: Sheet, pictures: PictureArchive | None = None) -> None:
        self.sheet = sheet
        self.pictures = pictures

    def close(self) -> None:
        """Let go of the pictures."""
        if self.pictures:
            self.pictures.close()


def open_table(file: IO[bytes]) -> TableFile:
    """Read a CSV or XLSX table, or a ZIP archive that holds one; content decides.

    Raises Invalid (field `file`).
    """
    file.seek(0)
    begins = file.read(len(MAGIC))
    if begins != MAGIC:
        file.seek(0)
        return TableFile(read_csv(_read(file)))
    if _is_workbook(file):
        return TableFile(_sheet(read_workbook(file), "XLSX"))
    pictures = PictureArchive(file)
    try:
        _name, data = pictures.read_table()
        return TableFile(read_table(data), pictures)
    except BaseException:
        pictures.close()
        raise


def read_table(data: bytes) -> Sheet:
    """Read a table that lies in an archive; raises Invalid (field `file`)."""
    if data.startswith(MAGIC):
        if not _is_workbook(BytesIO(data)):
            code = "archive_inside"
            raise refuse_file(code)
        return _sheet(read_workbook(BytesIO(data)), "XLSX")
    return read_csv(data)


def read_csv(data: bytes) -> Sheet:
    """Read a CSV table, whose cells end with a comma, a semicolon or a tab.

    Raises Invalid (field `file`: empty, encoding, broken, too_many_rows, …).
    """
    if not data.strip():
        code = "empty"
        raise refuse_file(code)
    text, read_as = _decode(data)
    mark = ""
    if text[:4].lower() == "sep=":  # Excel's own first line
        first, _, text = text.partition("\n")
        mark = first[4:5]
    mark = mark if mark and mark in _MARKS else _find_mark(text)
    return _sheet(_parse(text, mark), read_as)


def _read(file: IO[bytes]) -> bytes:
    data = file.read(TABLE_BYTES + 1)
    if len(data) > TABLE_BYTES:
        code = "too_large"
        raise refuse_file(code)
    return data


def _is_workbook(file: IO[bytes]) -> bool:
    """Tell an XLSX from other archives, without making much of its list of members."""
    require_short_list(file)
    try:
        with ZipFile(file) as archive:
            return WORKBOOK in archive.namelist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        code = "broken"
        raise refuse_file(code) from error


def _decode(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: what its mark says, else what fits strictly."""
    tries = [(name, shown) for bom, name, shown in _BOMS if data.startswith(bom)]
    for name, shown in tries[:1] or [("utf-8", "UTF-8"), ("gb18030", "GB 18030")]:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, shown
    code = "encoding"
    raise refuse_file(code)


def _find_mark(text: str) -> str:
    """Return what ends a cell: by it the first line has most headings that we know."""

    def fits(mark: str) -> tuple[int, int]:
        try:
            first = next((row for row in _reader(text, mark) if any(row)), [])
        except csv.Error:
            return 0, 0
        return count_known(first), len(first)

    return max(_MARKS, key=fits)


def _parse(text: str, mark: str) -> Rows:
    rows: Rows = []
    try:
        for line, row in enumerate(_reader(text, mark), start=1):
            if any(each.strip() for each in row):
                rows.append((line, tuple(row)))
            if len(rows) > MOST_ROWS + 1:
                code = "too_many_rows"
                raise refuse_file(code)
    except csv.Error as error:
        code = "broken"
        raise refuse_file(code) from error
    return rows


def _reader(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)


def _sheet(rows: Rows, read_as: str) -> Sheet:
    if not rows:
        code = "empty"
        raise refuse_file(code)
    (_line, headings), *found = rows
    if max(len(row) for _, row in rows) > MOST_COLUMNS:
        code = "too_many_columns"
        raise refuse_file(code)
    if sum(len(each) for _, row in found for each in row) > CHARACTERS_MAX:
        code = "too_large"
        raise refuse_file(code)
    if not found:
        code = "no_rows"
        raise refuse_file(code)
    return Sheet(headings, tuple(found), read_as)
