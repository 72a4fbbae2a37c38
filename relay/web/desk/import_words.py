"""What is wrong with a file, or with a row of it, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from relay.domain.import_rows import HEADINGS, MOST_COLUMNS, MOST_ROWS, Column
from relay.models import ImportState
from relay.web.context import the_relay
from relay.web.i18n import current_language
from relay.web.words import join_place, show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from relay.domain.errors import FieldError

STATES: dict[ImportState, object] = {
    ImportState.CHECKED: _l("Checked, not begun"),
    ImportState.RUNNING: _l("Being imported"),
    ImportState.DONE: _l("Imported"),
    ImportState.CANCELLED: _l("Called off"),
}

_UNSAFE = _l(
    "For safety we do not open this archive. Pack the table and its pictures anew, "
    "with nothing else."
)

FILE_FAULTS: dict[str, object] = {
    "missing": _l("Choose a file."),
    "empty": _l("This file is empty."),
    "no_rows": _l("This table has headings and no rows."),
    "no_headings": _l(
        "The first line must name the columns: a title, and a link or a picture. "
        "Begin with our empty table."
    ),
    "double_column": _l("Two columns mean the same. Leave one of them out."),
    "encoding": _l(
        "We cannot tell how the letters of this file are written. Save it as XLSX, or "
        "as CSV in UTF-8."
    ),
    "no_table": _l("There is no CSV or XLSX table in this archive."),
    "two_tables": _l("There are several tables in this archive. Leave one in it."),
    "too_large": _l("This file is too large. Send it in parts."),
    "bomb": _UNSAFE,
    "bad_path": _UNSAFE,
    "link": _UNSAFE,
    "packed_oddly": _UNSAFE,
    "archive_inside": _UNSAFE,
    "locked": _l("This archive has a password. Pack it without one."),
    "too_many_members": _l(
        "There are too many files in this archive. Send it in parts."
    ),
}
_BROKEN = _l("We cannot read this file. Save it again as CSV or XLSX, or pack it anew.")

BEGIN_FAULTS: dict[str, object] = {
    "consent": _l("Tick the box if the makers agree. Without it nothing is imported."),
    "leave_out_wrong": _l(
        "Tick the box to leave the wrong rows out, or mend them and send the file "
        "again."
    ),
    "rows": _l("There is no row that can be imported."),
    "sure": _l("Tick the box if you are sure."),
}

ROW_FAULTS: dict[tuple[str, str], object] = {
    ("link", "missing"): _l("There is neither a link nor a picture."),
    ("link", "twin"): _l("Left out: this link is here already."),
    ("link", ""): _l("This is no link that we can open."),
    ("title", "missing"): _l("The title is missing."),
    ("alt", "missing"): _l("The alt text is missing: say what can be seen."),
    ("name", "missing"): _l("The name is missing."),
    ("kind", ""): _l("Write individual, institution, organisation or city."),
    ("lang", ""): _l("Write the language as a code, such as en, zh-Hans or he."),
    ("city", "missing"): _l("The city is missing."),
    ("city", "unknown"): _l("We do not know this city. Write the nearest larger one."),
    ("city", ""): _l("This may be several cities: add the country or region."),
    ("baton", "revoked"): _l("This baton was taken back by its giver."),
    ("baton", ""): _l("We do not know this baton."),
    ("parent", ""): _l("There is no such artwork on the wall."),
    ("picture", "no_archive"): _l(
        "Pictures must come with the table, in one ZIP archive."
    ),
    ("picture", "not_in_file"): _l("There is no picture of this name in the archive."),
    ("picture", "two_of_the_name"): _l(
        "Two pictures have this name: write it with its folder."
    ),
    ("picture", "unknown_format"): _l(
        "We do not know this kind of picture. Send JPEG, PNG, WebP, AVIF, HEIC or GIF."
    ),
    ("picture", "lost"): _l("The picture got lost. Send this row in again."),
    ("picture", ""): _l("This picture cannot be read."),
    ("season", ""): _l("The season had closed."),
}


def say_file_fault(faults: Iterable[FieldError]) -> object:
    """Return what is wrong with a file as a whole."""
    (fault, *_rest) = faults
    if fault.code == "too_many_rows":
        most = show_number(MOST_ROWS)
        return _("At most %(most)s rows fit in. Send the file in parts.", most=most)
    if fault.code == "too_many_columns":
        most = show_number(MOST_COLUMNS)
        return _("This table has more than %(most)s columns.", most=most)
    return FILE_FAULTS.get(fault.code, _BROKEN)


def say_row_fault(fault: Mapping[str, Any]) -> str:
    """Return what is wrong with a row, with the cities that may have been meant."""
    field, code = str(fault["field"]), str(fault["code"])
    if code == "too_long":
        return str(_("This is too long."))
    any_code = ROW_FAULTS.get((field, ""), _l("This cannot be taken as it is."))
    said = str(ROW_FAULTS.get((field, code), any_code))
    cities = [name for each in fault.get("cities", ()) if (name := _city(each))]
    if not cities:
        return said
    perhaps = _("Perhaps: %(cities)s", cities=" · ".join(cities))
    return f"{said} {perhaps}"


def column_name(column: str) -> str:
    """Return a column's heading in the reader's language."""
    known = column in set(Column)
    return headings()[Column(column)] if known else str(_("Row"))


def headings() -> dict[Column, str]:
    """Return the headings of our empty table in the reader's language."""
    return HEADINGS[current_language().tag]


def _city(city_id: int) -> str:
    """Return a city as a table may name it, told apart from its namesakes."""
    gazetteer = the_relay().gazetteer
    found = gazetteer.find(city_id)
    if found is None:
        return ""
    name = gazetteer.name(city_id, current_language().tag)
    if found.region:
        return f"{name}, {found.region}"
    return join_place(name, found.country)
