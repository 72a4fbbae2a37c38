"""The log of the desk: to read, to narrow, and to take along as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.spreadsheet import safe_cell
from relay.queries.audit_log import (
    LogItem,
    LogQuestion,
    list_log,
    read_place,
    walk_log,
)
from relay.queries.people import list_people
from relay.services.audit import audit
from relay.services.writing import writing
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may
from relay.web.desk.log_words import DONE, DONE_BY, GROUPS
from relay.web.limits import who_asks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue
    from sqlalchemy import Engine

COLUMNS = (
    "at",
    "who",
    "actor",
    "what",
    "ref",
    "no",
    "subject",
    "reason",
    "note",
    "version",
    "details",
    "address",
)
# So that a spreadsheet program takes it for UTF-8.
BYTE_ORDER_MARK = "\ufeff"


@pages.get("/log")
@may(*ORGANISERS)
def log() -> ResponseReturnValue:
    """Show the log page by page, the newest first."""
    asked, errors = _read_question()
    after = read_place(request.args.get("after", ""))
    with reading() as connection:
        items, further = list_log(connection, asked, after=after)
        people = list_people(connection, now=the_relay().clock.now())
    typed = {name: request.args.get(name, "") for name in _FIELDS}
    return render_template(
        "desk/log.html",
        items=items,
        people=[
            ("", _("Everybody")),
            *((str(each.id), each.name or each.email) for each in people),
        ],
        groups=[("", _("Everything")), *GROUPS.items()],
        done=DONE,
        actors=DONE_BY,
        typed=typed,
        errors=errors,
        older=further and url_for("desk.log", after=str(further), **_given(typed)),
        exports={
            form: url_for("desk.export_log", form=form, **_given(typed))
            for form in ("csv", "json")
        },
    ), 422 if errors else 200


@pages.get("/log.<any(csv, json):form>")
@may(*ORGANISERS)
def export_log(form: str) -> ResponseReturnValue:
    """Send all that is asked for as a file; that it was taken along is logged, too."""
    asked, _errors = _read_question()
    relay = the_relay()
    with writing(relay.engine) as session:
        audit(
            session,
            "log.exported",
            now=relay.clock.now(),
            moderator_id=current_user.id,
            subject=form,
            address=who_asks(),
        )
    write, kind = (_as_csv, "text/csv") if form == "csv" else (_as_json, _JSON)
    answer = Response(write(relay.engine, asked), mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="log.{form}"'
    return answer


_JSON = "application/json"
_FIELDS = ("person", "entry", "what", "since", "until")


def _given(typed: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in typed.items() if value}


def _read_question() -> tuple[LogQuestion, dict[str, str]]:
    """Return what is asked for, and what is wrong with how it was asked."""
    asked, errors = request.args, {}
    since, until = _read_day("since"), _read_day("until")
    for name, day in (("since", since), ("until", until)):
        if asked.get(name) and day is None:
            errors[name] = _("Write the day like 2026-11-22.")
    person = asked.get("person", "")
    return LogQuestion(
        person=int(person) if person.isdecimal() and len(person) < 10 else None,  # noqa: PLR2004 - digits
        ref=asked.get("entry", "").strip(),
        what=asked.get("what", ""),
        since=since,
        until=until and until + timedelta(days=1),
    ), errors


def _read_day(name: str) -> datetime | None:
    try:
        typed = datetime.strptime(request.args.get(name, ""), "%Y-%m-%d")  # noqa: DTZ007 - a day
    except ValueError:
        return None
    # The last day of all has none after it, where the question would end.
    day = datetime.combine(typed, time(), tzinfo=UTC)
    return day if day.date() < date.max else None


def _walk(engine: Engine, asked: LogQuestion) -> Iterator[LogItem]:
    with engine.connect() as connection:
        yield from walk_log(connection, asked)


def _as_csv(engine: Engine, asked: LogQuestion) -> Iterator[str]:
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    yield BYTE_ORDER_MARK
    for item in _walk(engine, asked):
        row = _tell(item)
        row["details"] = json.dumps(item.details, ensure_ascii=False)
        writer.writerow([safe_cell(row[name]) for name in COLUMNS])
        yield page.getvalue()
        page.seek(0)
        page.truncate()
    yield page.getvalue()


def _as_json(engine: Engine, asked: LogQuestion) -> Iterator[str]:
    before = "[\n"
    for item in _walk(engine, asked):
        yield before + json.dumps(_tell(item), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _tell(item: LogItem) -> dict[str, Any]:
    told = asdict(item)
    told["at"] = item.at.isoformat()
    return {name: told[name] for name in COLUMNS}
