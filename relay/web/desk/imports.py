"""Imports: an institution's table is checked, imported, followed, and taken back."""

from __future__ import annotations

import csv
from contextlib import closing
from io import StringIO
from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.adapters.tables_in import open_table
from relay.domain.errors import (
    Conflict,
    Invalid,
    SeasonClosed,
    Unavailable,
)
from relay.domain.import_rows import (
    FILE_BYTES,
    MOST_ROWS,
    NAME_MAX,
    Column,
    Defaults,
    refuse_file,
)
from relay.domain.spreadsheet import safe_cell
from relay.domain.text import clean_text
from relay.models import ImportState
from relay.queries.imports import (
    count_as_imported,
    count_pictures,
    count_states,
    count_twins,
    find_import,
    list_entries,
    list_faulty_rows,
    list_good_rows,
    list_imports,
)
from relay.services.check_import import Sent, check_import
from relay.services.import_entries import (
    Begin,
    begin_import,
    cancel_import,
    resume_import,
)
from relay.services.undo_import import undo_import
from relay.web.context import find_season, reading, the_relay
from relay.web.desk import pages
from relay.web.desk.confirm import fresh
from relay.web.desk.guard import ORGANISERS, may, may_open
from relay.web.desk.import_words import (
    BEGIN_FAULTS,
    STATES,
    column_name,
    headings,
    say_file_fault,
    say_row_fault,
)
from relay.web.errors import why_closed
from relay.web.i18n import current_language
from relay.web.words import MODERATIONS, known_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

    from relay.queries.imports import ImportView
    from relay.services.check_import import Checked

FIRST_ROWS = 10
MOST_FAULTS = 100
ENTRIES_PAGE = 200
# The form's other fields, and what parts of it are called.
_FORM_BYTES = 64 * 1024


@pages.url_value_preprocessor
def take_large_file(endpoint: str | None, _values: object) -> None:
    """Let organisers send a large file in; everybody else has the limit of all pages.

    Before anything reads the form, as the check of its token does.
    """
    is_sent = endpoint == "desk.check_file" and request.method == "POST"
    if is_sent and may_open("desk.check_file"):
        request.max_content_length = FILE_BYTES + _FORM_BYTES


@pages.get("/imports")
@may(*ORGANISERS)
def imports() -> ResponseReturnValue:
    """List all imports, and ask for a file."""
    return _list()


@pages.post("/imports")
@may(*ORGANISERS)
def check_file() -> ResponseReturnValue:
    """Check a file; nothing of it is an entry yet."""
    try:
        checked = _check()
    except Invalid as error:
        return _list({"file": say_file_fault(error.fields)}), 422
    except SeasonClosed as error:
        return _list({"file": why_closed(error)}), 403
    except Unavailable:
        said = _("The pictures cannot be kept now. Try again later.")
        return _list({"file": said}), 503
    if checked.unknown:
        names = " · ".join(checked.unknown)
        flash(_("These columns are not used: %(names)s", names=names), "message")
    return redirect(url_for("desk.one_import", ref=checked.ref), code=303)


@pages.get("/imports/template")
@may(*ORGANISERS)
def import_template() -> ResponseReturnValue:
    """Give an empty table with headings in the reader's language."""
    return _csv("entries.csv", [list(headings().values())])


@pages.get("/imports/<ref>")
@may(*ORGANISERS)
def one_import(ref: str) -> ResponseReturnValue:
    """Show what will happen, what happens, or what has happened."""
    return _page(_require(ref))


@pages.get("/imports/<ref>/faults")
@may(*ORGANISERS)
def import_faults(ref: str) -> ResponseReturnValue:
    """Give the rows that were left out, to be mended and sent in again."""
    found = _require(ref)
    with reading() as connection:
        rows = list_faulty_rows(connection, found.id, limit=found.rows)
    names = headings()
    lines = [
        [
            str(row.line),
            " ".join(
                f"{column_name(each['field'])}: {say_row_fault(each)}"
                for each in row.faults
            ),
            *(row.cells.get(column, "") for column in Column),
        ]
        for row in rows
    ]
    first = [_("Line"), _("What is wrong"), *(names[column] for column in Column)]
    return _csv("rows-to-mend.csv", [first, *lines])


@pages.post("/imports/<ref>/begin")
@may(*ORGANISERS)
def begin_one(ref: str) -> ResponseReturnValue:
    """Begin an import as its organiser has chosen."""
    found, form = _require(ref), request.form
    begin = Begin(
        consent=form.get("consent") == "yes",
        leave_out_wrong=form.get("leave_out_wrong") == "yes",
        leave_out_twins=form.get("leave_out_twins") == "yes",
        publish=form.get("publish") == "yes",
    )
    try:
        begin_import(
            the_relay().intake,
            ref,
            begin,
            moderator_id=current_user.id,
            address=request.remote_addr,
        )
    except Invalid as error:
        said = {each.field: BEGIN_FAULTS[each.field] for each in error.fields}
        return _page(found, said), 422
    except SeasonClosed as error:
        return _page(found, {"consent": why_closed(error)}), 403
    except Conflict:
        return _page(_require(ref)), 409
    return redirect(url_for("desk.one_import", ref=ref), code=303)


@pages.post("/imports/<ref>/cancel")
@may(*ORGANISERS)
def cancel_one(ref: str) -> ResponseReturnValue:
    """Call an import off."""
    _require(ref)
    try:
        cancel_import(
            the_relay().intake,
            ref,
            moderator_id=current_user.id,
            address=request.remote_addr,
        )
    except Conflict:
        return _page(_require(ref)), 409
    flash(_("The import is called off. No further row is imported."), "message")
    return redirect(url_for("desk.one_import", ref=ref), code=303)


@pages.post("/imports/<ref>/resume")
@may(*ORGANISERS)
def resume_one(ref: str) -> ResponseReturnValue:
    """Go on with an import that was given up."""
    _require(ref)
    resume_import(the_relay().intake, ref, moderator_id=current_user.id)
    return redirect(url_for("desk.one_import", ref=ref), code=303)


@pages.post("/imports/<ref>/undo")
@may(*ORGANISERS)
@fresh
def undo_one(ref: str) -> ResponseReturnValue:
    """Take an import back: its entries are withdrawn that nobody has touched."""
    found = _require(ref)
    if request.form.get("sure") != "yes":
        return _page(found, {"sure": BEGIN_FAULTS["sure"]}), 422
    try:
        undo_import(
            the_relay().intake,
            ref,
            moderator_id=current_user.id,
            address=request.remote_addr,
        )
    except Conflict:
        return _page(_require(ref)), 409
    flash(_("The import is being taken back."), "message")
    return redirect(url_for("desk.one_import", ref=ref), code=303)


def _check() -> Checked:
    upload, form, relay = request.files.get("file"), request.form, the_relay()
    if upload is None or not upload.filename:
        code = "missing"
        raise refuse_file(code)
    defaults = Defaults(
        name=clean_text(form.get("institution", ""))[:NAME_MAX],
        city=form.get("city", "").strip()[:NAME_MAX],
        lang=known_language(form.get("words_lang", "").strip()[:35]),
    )
    with closing(upload), closing(open_table(upload.stream)) as table:
        return check_import(
            relay.importer,
            Sent(upload.filename, table.sheet, defaults, table.pictures),
            moderator_id=current_user.id,
            address=request.remote_addr,
        )


def _require(ref: str) -> ImportView:
    with reading() as connection:
        found = find_import(connection, ref)
    if found is None:
        abort(404)
    return found


def _list(errors: dict[str, object] | None = None) -> str:
    with reading() as connection:
        found = list_imports(connection)
    return render_template(
        "desk/imports.html",
        items=found,
        errors=errors or {},
        states=STATES,
        season=find_season(),
        columns=headings(),
        most_mb=FILE_BYTES // 2**20,
        most_rows=MOST_ROWS,
        lang=request.form.get("words_lang", current_language().tag),
        now=the_relay().clock.now(),
    )


def _page(found: ImportView, errors: dict[str, object] | None = None) -> str:
    shown = {
        ImportState.CHECKED: _show_checked,
        ImportState.RUNNING: _show_running,
    }.get(found.state, _show_ended)
    return shown(found, errors or {})


def _show_checked(found: ImportView, errors: dict[str, object]) -> str:
    with reading() as connection:
        return render_template(
            "desk/import_checked.html",
            found=found,
            errors=errors,
            good=list_good_rows(connection, found.id, limit=FIRST_ROWS),
            wrong=list_faulty_rows(connection, found.id, limit=MOST_FAULTS),
            twins=count_twins(connection, found.id),
            pictures=count_pictures(connection, found.id),
            columns=headings(),
            column_name=column_name,
            say=say_row_fault,
        )


def _show_running(found: ImportView, _errors: dict[str, object]) -> str:
    return render_template("desk/import_running.html", found=found)


def _show_ended(found: ImportView, errors: dict[str, object]) -> str:
    after = max(0, request.args.get("after", 0, type=int))
    with reading() as connection:
        entries = list_entries(
            connection, found.id, after=min(after, 2**31), limit=ENTRIES_PAGE + 1
        )
        return render_template(
            "desk/import_ended.html",
            found=found,
            errors=errors,
            entries=entries[:ENTRIES_PAGE],
            next_after=entries[ENTRIES_PAGE - 1].line
            if len(entries) > ENTRIES_PAGE
            else None,
            states=[
                (MODERATIONS[state], many)
                for state, many in count_states(connection, found.id).items()
            ],
            untouched=count_as_imported(connection, found.id),
            wrong=list_faulty_rows(connection, found.id, limit=MOST_FAULTS),
            column_name=column_name,
            say=say_row_fault,
        )


def _csv(name: str, rows: Iterable[Iterable[str]]) -> Response:
    """Answer with a table in which no cell is a formula, in UTF-8 that says so."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([safe_cell(each) for each in row] for row in rows)
    answer = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
