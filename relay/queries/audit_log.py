"""The log of the desk: decisions and everything else, from four tables as one."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col
from typing_extensions import override

from relay.models import AuditRow, Decision, Entry, LinkDecision, Moderator
from relay.models.relay import ParentDecision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Select

LOG_PAGE = 20  # a page is read aloud in 600 phrases, and a row takes 18
AT_ONCE = 500  # rows of each table in memory, however many are asked for
PARENT = "parent.changed"

_PLACE = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-(\d{1,18})")


@dataclass(frozen=True)
class LogQuestion:
    """What of the log is asked for; empty means everything.

    `what` is a name such as `decision.approve`, or what names begin with, such as
    `person.`; `since` is the first and `until` the first moment that is left out.
    """

    person: int | None = None
    ref: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class LogItem:
    """One thing that was done. `who` is empty where nobody is known to have done it.

    `actor` is who or what decided; `details` is plain data, what was before and after
    among it. `key` is the place of the row in the log: its table and id.
    """

    key: tuple[int, int]
    at: datetime
    who: str
    actor: str
    what: str
    ref: str
    no: int | None
    subject: str
    reason: str | None
    note: str
    version: int | None
    address: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LogPlace:
    """How far the log was read: the last id of each of its tables, the newest first."""

    ids: tuple[int, int, int, int]

    @override
    def __str__(self) -> str:
        """Return the place as an address writes it."""
        return "-".join(map(str, self.ids))


def read_place(text: str) -> LogPlace | None:
    """Return the place that an address names; None for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    one, two, three, four = map(int, found.groups())
    return LogPlace((one, two, three, four))


def list_log(
    connection: Connection,
    asked: LogQuestion,
    *,
    after: LogPlace | None = None,
    limit: int = LOG_PAGE,
) -> tuple[list[LogItem], LogPlace | None]:
    """Return the newest rows that are asked for, and the place behind them, if any."""
    items = walk_log(connection, asked, after=after)
    shown = list(islice(items, limit))
    if next(items, None) is None:
        return shown, None
    ids = list(after.ids if after else (0, 0, 0, 0))
    for item in shown:
        table, row_id = item.key
        ids[table] = row_id
    one, two, three, four = ids
    return shown, LogPlace((one, two, three, four))


def walk_log(
    connection: Connection, asked: LogQuestion, *, after: LogPlace | None = None
) -> Iterator[LogItem]:
    """Yield every row that is asked for, the newest first, in bounded memory.

    Rows are only ever added, so in each table the newest has the highest id.
    """
    below = after.ids if after else (0, 0, 0, 0)
    walks = (
        _walk(connection, at, question, asked, below[at])
        for at, question in enumerate(_QUESTIONS)
    )
    return heapq.merge(*walks, key=lambda item: (item.at, item.key), reverse=True)


def _walk(
    connection: Connection,
    table: int,
    question: Callable[[LogQuestion], Select[Any] | None],
    asked: LogQuestion,
    below: int,
) -> Iterator[LogItem]:
    select_rows = question(asked)
    while select_rows is not None:
        row_id = select_rows.selected_columns.id
        page = select_rows.order_by(row_id.desc()).limit(AT_ONCE)
        rows = connection.execute(page.where(row_id < below) if below else page).all()
        for row in rows:
            yield _TELL[table](LogItem(**_shared(table, row)), row)
        if len(rows) < AT_ONCE:
            return
        below = rows[-1].id


def _shared(table: int, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of four kinds
    return {
        "key": (table, row.id),
        "at": row.at.astimezone(UTC),
        "who": row.who or "",
        "actor": "moderator",
        "what": "",
        "ref": row.ref or "",
        "no": row.no,
        "subject": "",
        "reason": None,
        "note": "",
        "version": None,
        "address": "",
    }


def _tell_decision(item: LogItem, row: Any) -> LogItem:  # noqa: ANN401
    states = {"before": row.before.value, "after": row.after.value}
    undone = {"undoes": row.undoes_id} if row.undoes_id else {}
    return replace(
        item,
        actor=row.actor.value,
        what=f"decision.{row.choice.value}",
        subject=str(row.id),
        reason=row.reason,
        note=row.note,
        version=row.version,
        details={**states, **undone, **(row.details or {})},
    )


def _tell_link(item: LogItem, row: Any) -> LogItem:  # noqa: ANN401
    return replace(
        item,
        what=f"link.{row.choice.value}",
        version=row.version,
        details={"title": {"before": row.title_before, "after": row.title_after}},
    )


def _tell_parent(item: LogItem, row: Any) -> LogItem:  # noqa: ANN401
    return replace(
        item,
        what=PARENT,
        version=row.version,
        details={
            "parent": {"before": row.parent_before, "after": row.parent_after},
            "known": {
                "before": row.known_before.value,
                "after": row.known_after.value,
            },
        },
    )


def _tell_audit(item: LogItem, row: Any) -> LogItem:  # noqa: ANN401
    return replace(
        item,
        what=row.what,
        subject=row.subject,
        address=row.address or "",
        details=row.details or {},
    )


def _ask(model: type[Any], asked: LogQuestion) -> Select[Any]:
    found = (
        select(
            *model.__table__.columns,
            col(Moderator.email).label("who"),
            col(Entry.ref).label("ref"),
            col(Entry.no).label("no"),
        )
        .outerjoin(Moderator, col(Moderator.id) == model.moderator_id)
        .outerjoin(Entry, col(Entry.id) == model.entry_id)
    )
    if asked.person is not None:
        found = found.where(model.moderator_id == asked.person)
    if asked.ref:
        found = found.where(col(Entry.ref) == asked.ref)
    if asked.since is not None:
        found = found.where(model.at >= asked.since)
    if asked.until is not None:
        found = found.where(model.at < asked.until)
    return found


def _ask_decisions(asked: LogQuestion) -> Select[Any] | None:
    return _ask_choices(Decision, "decision.", asked)


def _ask_links(asked: LogQuestion) -> Select[Any] | None:
    return _ask_choices(LinkDecision, "link.", asked)


def _ask_choices(
    model: type[Any], prefix: str, asked: LogQuestion
) -> Select[Any] | None:
    if not asked.what or asked.what == prefix:
        return _ask(model, asked)
    choice = asked.what.removeprefix(prefix)
    kind = model.__table__.c.choice.type
    if choice == asked.what or choice not in kind.enums:
        return None
    return _ask(model, asked).where(model.choice == kind.enum_class(choice))


def _ask_parents(asked: LogQuestion) -> Select[Any] | None:
    return _ask(ParentDecision, asked) if asked.what in {"", PARENT} else None


def _ask_audit(asked: LogQuestion) -> Select[Any] | None:
    found = _ask(AuditRow, asked)
    if asked.what.endswith("."):
        return found.where(col(AuditRow.what).startswith(asked.what, autoescape=True))
    return found.where(col(AuditRow.what) == asked.what) if asked.what else found


_QUESTIONS = (_ask_decisions, _ask_links, _ask_parents, _ask_audit)
_TELL = (_tell_decision, _tell_link, _tell_parent, _tell_audit)
