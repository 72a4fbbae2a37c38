"""Rows of an import: columns known by their names, and what each row says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.entry import EntryWords, Kind, check_words, clean_words
from relay.domain.errors import FieldError, Invalid
from relay.domain.spreadsheet import safe_cell
from relay.domain.text import clean_lines, clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_ROWS = 5_000
MOST_COLUMNS = 60
# Twice what the longest field may hold: what is longer is cut, and wrong anyway.
CELL_MAX = 10_000
# Of all cells together, so that shared strings cannot fill the database.
CHARACTERS_MAX = 20_000_000
FILE_BYTES = 200 * 1024 * 1024
NAME_MAX = 200
LANG_MAX = 35

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_AROUND = " *:：#"


class Column(StrEnum):
    """What a table may say of an entry, by the names that the API uses."""

    LINK = "link"
    TITLE = "title"
    ALT = "alt"
    DESCRIPTION = "description"
    NAME = "name"
    KIND = "kind"
    CITY = "city"
    LANG = "lang"
    BATON = "baton"
    PARENT = "parent"
    PICTURE = "picture"


# The headings of the template, in each language of the interface.
HEADINGS: dict[str, dict[Column, str]] = {
    "en": {
        Column.LINK: "Link",
        Column.TITLE: "Title",
        Column.ALT: "Alt text",
        Column.DESCRIPTION: "Description",
        Column.NAME: "Name",
        Column.KIND: "Kind",
        Column.CITY: "City",
        Column.LANG: "Language",
        Column.BATON: "Baton",
        Column.PARENT: "Passed on by",
        Column.PICTURE: "Picture",
    },
    "zh-Hans": {
        Column.LINK: "链接",
        Column.TITLE: "标题",
        Column.ALT: "替代文字",
        Column.DESCRIPTION: "说明",
        Column.NAME: "姓名或名称",
        Column.KIND: "类别",
        Column.CITY: "城市",
        Column.LANG: "语言",
        Column.BATON: "接力棒",
        Column.PARENT: "上一棒编号",
        Column.PICTURE: "图片",
    },
    "he": {
        Column.LINK: "קישור",
        Column.TITLE: "כותרת",
        Column.ALT: "טקסט חלופי",
        Column.DESCRIPTION: "תיאור",
        Column.NAME: "שם",
        Column.KIND: "סוג",
        Column.CITY: "עיר",
        Column.LANG: "שפה",
        Column.BATON: "שרביט",
        Column.PARENT: "הועבר מאת",
        Column.PICTURE: "תמונה",
    },
}

# What else people write above such columns.
_ALSO: dict[Column, tuple[str, ...]] = {
    Column.LINK: ("url", "post", "post link", "web address", "网址", "帖子链接"),
    Column.TITLE: ("artwork", "作品", "作品名称", "שם היצירה"),
    Column.ALT: (
        *("alternative text", "替代文本", "图片描述", "图片说明"),
        "תיאור התמונה",
    ),
    Column.DESCRIPTION: ("story", "text", "作品说明", "描述", "סיפור"),
    Column.NAME: ("maker", "artist", "姓名", "名称", "作者", "יוצר"),
    Column.KIND: ("type", "类型", "参与者类别"),
    Column.CITY: ("place", "所在城市", "יישוב"),
    Column.LANG: ("文字语言",),
    Column.BATON: ("baton code", "接力棒代码", "קוד השרביט"),
    Column.PARENT: ("parent no", "parent number", "saw", "上一棒"),
    Column.PICTURE: ("picture file", "image", "file", "图片文件", "קובץ תמונה"),
}

# How people write of whom an entry is.
_KINDS: dict[Kind, tuple[str, ...]] = {
    Kind.INDIVIDUAL: ("person", "个人", "אדם", "אדם פרטי", "יחיד"),
    Kind.INSTITUTION: ("机构", "מוסד"),
    Kind.ORGANISATION: ("organization", "组织", "ארגון"),
    Kind.CITY: ("城市", "עיר"),
}


@dataclass(frozen=True)
class Sheet:
    """A table as it was sent in: its headings, and rows by their line in the file.

    `read_as` says how: the name of an encoding, or XLSX.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    read_as: str


@dataclass(frozen=True)
class Columns:
    """Where each column stands, and the headings that are none of ours."""

    places: Mapping[Column, int]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Defaults:
    """What is meant where a cell is empty."""

    name: str = ""
    city: str = ""
    lang: str = ""


@dataclass(frozen=True)
class RowSays:
    """What one row says of an entry, and what is wrong with its words."""

    words: EntryWords
    faults: tuple[FieldError, ...]


def refuse_file(code: str) -> Invalid:
    """Return the error of a file that cannot be taken as a whole."""
    return Invalid([FieldError("file", code)])


def find_column(heading: str) -> Column | None:
    """Return the column that a heading means, in any language of the interface."""
    return _NAMES.get(_plain(heading))


def count_known(headings: Sequence[str]) -> int:
    """Return how many of the headings mean something."""
    return sum(find_column(each) is not None for each in headings)


def find_columns(headings: Sequence[str]) -> Columns:
    """Return where the columns are.

    Raises Invalid (field `file`: no_headings, double_column).
    """
    places: dict[Column, int] = {}
    unknown = []
    for at, heading in enumerate(headings):
        column = find_column(heading)
        if column is None:
            unknown += [clean_text(heading)[:NAME_MAX]] if heading.strip() else []
        elif column in places:
            code = "double_column"
            raise refuse_file(code)
        else:
            places[column] = at
    if Column.TITLE not in places or not places.keys() & {Column.LINK, Column.PICTURE}:
        code = "no_headings"
        raise refuse_file(code)
    return Columns(places, tuple(unknown))


def read_cells(
    columns: Columns, row: Sequence[str], defaults: Defaults
) -> dict[str, str]:
    """Return what a row says, by column, with what is meant where it says nothing."""
    cells = {
        column.value: _as_typed(clean_lines(row[at][: CELL_MAX + 1]))
        if at < len(row)
        else ""
        for column, at in columns.places.items()
    }
    for column, meant in (
        (Column.NAME, defaults.name),
        (Column.CITY, defaults.city),
        (Column.LANG, defaults.lang),
    ):
        cells[column.value] = cells.get(column.value) or meant
    return cells


def read_row(cells: Mapping[str, str]) -> RowSays:
    """Return the words of a row; its maker's consent is confirmed for all rows.

    Link, city, baton and picture are for others to look at.
    """
    faults = []
    kind = find_kind(cells.get(Column.KIND, ""))
    if kind is None:
        faults.append(FieldError("kind", "unknown"))
    lang = cells.get(Column.LANG, "")
    if lang and not (_LANGUAGE.fullmatch(lang) and len(lang) <= LANG_MAX):
        faults.append(FieldError("lang", "unknown"))
    words = clean_words(
        EntryWords(
            title=cells.get(Column.TITLE, ""),
            alt=cells.get(Column.ALT, ""),
            description=cells.get(Column.DESCRIPTION, ""),
            name=cells.get(Column.NAME, ""),
            kind=kind or Kind.INSTITUTION,
            lang=lang,
            consent=True,
        )
    )
    try:
        check_words(words)
    except Invalid as error:
        faults += error.fields
    return RowSays(words, tuple(faults))


def find_kind(text: str) -> Kind | None:
    """Return who takes part; an institution where nothing is said."""
    return _KIND_NAMES.get(_plain(text)) if text.strip() else Kind.INSTITUTION


def find_doubles(links: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return, by line, the earlier line with the same canonical link."""
    first: dict[str, int] = {}
    doubles = {}
    for line, link in links:
        if first.setdefault(link, line) != line:
            doubles[line] = first[link]
    return doubles


def _as_typed(text: str) -> str:
    """Return a cell without the apostrophe that we gave it ourselves (`safe_cell`)."""
    bare = text[1:]
    return bare if text.startswith("'") and safe_cell(bare) == text else text


def _plain(heading: str) -> str:
    return fold(clean_text(heading).replace("_", " ")).strip(_AROUND)


_NAMES = {
    _plain(name): column
    for column in Column
    for name in (
        column.value,
        *(names[column] for names in HEADINGS.values()),
        *_ALSO[column],
    )
}
_KIND_NAMES = {
    _plain(name): kind for kind, names in _KINDS.items() for name in (kind, *names)
}
