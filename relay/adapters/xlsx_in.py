"""XLSX workbooks of strangers, read as text: no formulas, no links, no entities.

Our own reader: calamine allocates the whole rectangle of a sheet, so that a file of
1,301 bytes with cells in A1 and XFD1048576 makes it ask for 550 GB, which aborts us.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from typing_extensions import override

from relay.adapters.zip_in import UNREADABLE, Bounds, open_zip
from relay.domain.import_rows import (
    CHARACTERS_MAX,
    MOST_COLUMNS,
    MOST_ROWS,
    refuse_file,
)

if TYPE_CHECKING:
    from zipfile import ZipFile

WORKBOOK = "xl/workbook.xml"
# Of all parts, unpacked; 5,000 rows of long descriptions take a third of it.
_BOUNDS = Bounds(members=1_000, member_bytes=64 << 20, total_bytes=96 << 20, ratio=400)
_CHUNK = 1 << 16
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"-?[0-9]+")
# A number above is no longer exact: what is shown of it is not what was typed.
_EXACT = 10**15

Attributes = dict[str, str]


def read_workbook(file: IO[bytes]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of the first visible sheet that hold something, by their line.

    Of a formula it is the value that was last worked out; of a link what is shown.
    Raises Invalid (field `file`).
    """
    archive = open_zip(file, _BOUNDS)
    with archive:
        try:
            path = _first_sheet(archive)
            strings = _SharedStrings()
            if "xl/sharedStrings.xml" in archive.namelist():
                strings.read(archive, "xl/sharedStrings.xml")
            sheet = _Cells(strings.found)
            sheet.read(archive, path)
        except (expat.ExpatError, KeyError, IndexError, *UNREADABLE) as error:
            code = "broken"
            raise refuse_file(code) from error
    return sheet.rows()


class _Part:
    """One part of a workbook, read as a stream: `begin`, `end` and `say` are told."""

    def read(self, archive: ZipFile, path: str) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = lambda name, about: self.begin(
            _local(name), {_local(each): value for each, value in about.items()}
        )
        parser.EndElementHandler = lambda name: self.end(_local(name))
        parser.CharacterDataHandler = self.say
        with archive.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no names
        parser.Parse(b"", True)  # noqa: FBT003 - as above

    def begin(self, name: str, about: Attributes) -> None:
        """Take an element's beginning."""

    def end(self, name: str) -> None:
        """Take an element's end."""

    def say(self, text: str) -> None:
        """Take text."""


class _Named(_Part):
    """The attributes of all elements of one name, in their order."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.found: list[Attributes] = []

    @override
    def begin(self, name: str, about: Attributes) -> None:
        if name == self._name:
            self.found.append(about)


class _SharedStrings(_Part):
    """The strings that cells point to; how they are read aloud is left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._in_text = self._aloud = False

    @override
    def begin(self, name: str, about: Attributes) -> None:
        del about
        self._in_text = name == "t" and not self._aloud
        self._aloud = self._aloud or name == "rPh"

    @override
    def end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._aloud = False
        elif name == "si":
            self.found.append(_unescape("".join(self._pieces)))
            self._pieces = []

    @override
    def say(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)


class _Cells(_Part):
    """The cells of a sheet that hold something, kept one by one: never a rectangle."""

    def __init__(self, strings: list[str]) -> None:
        self._strings = strings
        self._cells: dict[int, dict[int, str]] = {}
        self._row = self._column = 0
        self._kind = ""
        self._pieces: list[str] = []
        self._in_text = self._aloud = False
        self._characters = 0

    @override
    def begin(self, name: str, about: Attributes) -> None:
        self._in_text = name in {"v", "t"} and not self._aloud
        if name == "row":
            self._row = int(about.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            self._find_place(about.get("r", ""))
            self._kind, self._pieces = about.get("t", "n"), []
        elif name == "rPh":
            self._aloud = True

    @override
    def end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._aloud = False
        elif name == "c":
            text = self._text()
            if text.strip():
                self._keep(text)

    @override
    def say(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)

    def rows(self) -> list[tuple[int, tuple[str, ...]]]:
        """Return the rows that hold something, each as wide as it is filled."""
        return [
            (line, tuple(cells.get(at, "") for at in range(1, max(cells) + 1)))
            for line, cells in sorted(self._cells.items())
        ]

    def _find_place(self, name: str) -> None:
        found = _CELL.fullmatch(name)
        if name and found is None:
            code = "broken"
            raise refuse_file(code)
        if found is None:
            self._column += 1
            return
        self._row, self._column = int(found[2]), 0
        for letter in found[1].upper():
            self._column = self._column * 26 + ord(letter) - 64

    def _keep(self, text: str) -> None:
        if self._column > MOST_COLUMNS:
            code = "too_many_columns"
            raise refuse_file(code)
        row = self._cells.setdefault(self._row, {})
        # One more for the headings.
        if len(self._cells) > MOST_ROWS + 1:
            code = "too_many_rows"
            raise refuse_file(code)
        self._characters += len(text)
        if self._characters > CHARACTERS_MAX:
            code = "too_large"
            raise refuse_file(code)
        row[self._column] = text

    def _text(self) -> str:
        text = "".join(self._pieces)
        if self._kind == "s":
            return self._strings[int(text)] if text else ""
        if self._kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if self._kind == "n":
            return _number(text)
        return _unescape(text)


def _first_sheet(archive: ZipFile) -> str:
    """Return the path of the first sheet that people see."""
    sheets, relations = _Named("sheet"), _Named("Relationship")
    sheets.read(archive, WORKBOOK)
    relations.read(archive, "xl/_rels/workbook.xml.rels")
    paths = {each["Id"]: each["Target"] for each in relations.found}
    for each in sheets.found:
        if each.get("state", "visible") == "visible":
            target = paths[each["id"]]
            return target[1:] if target.startswith("/") else f"xl/{target}"
    code = "no_rows"
    raise refuse_file(code)


def _refuse_doctype(*_about: object) -> None:
    code = "broken"
    raise refuse_file(code)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _unescape(text: str) -> str:
    """Return a text with what XML cannot hold, such as _x000D_ for a line's end."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _number(text: str) -> str:
    """Return a number as people see it: 1799962, and not 1799962.0 or 1.799962E6."""
    if not text.strip() or _WHOLE.fullmatch(text):
        return text
    value = float(text)
    is_whole = abs(value) < _EXACT and value == int(value)
    return str(int(value)) if is_whole else text
