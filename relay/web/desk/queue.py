"""The queue: what waits for a decision, the oldest first, and what is odd among it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import render_template, request
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.moderation import Moderation
from relay.queries.desk import QUEUE_PAGE, QueueItem, list_doubles, list_queue
from relay.queries.desk_counts import (
    COUNT_MAX,
    count_asked,
    count_marks,
    count_states,
    find_oldest,
    list_choices,
)
from relay.queries.desk_leases import list_handed, list_holders
from relay.queries.desk_marks import list_marks
from relay.queries.desk_question import DeskQuestion, Mark
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import (
    MARKS,
    SHOWN,
    address_of,
    read_question,
    the_habits,
)
from relay.web.desk.bulk import bulk_choices
from relay.web.desk.guard import LOOKERS, may
from relay.web.desk.links import link_tabs
from relay.web.words import KINDS, country_name, language_name, platform_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection

Option = tuple[str, object]


@dataclass(frozen=True)
class MarkTab:
    """One mark to be asked for: how many bear it (None: nobody counted)."""

    name: object
    question: dict[str, object]
    is_here: bool
    count: int | None


@pages.get("/")
@may(*LOOKERS)
def queue() -> ResponseReturnValue:
    """List the entries that are asked for, the oldest first, page by page."""
    asked, now = read_question(), the_relay().clock.now()
    with reading() as connection:
        items, after = _list(connection, asked)
        ids = [each.id for each in items]
        return render_template(
            "desk/queue.html",
            items=items,
            holders=list_holders(connection, ids, now=now),
            marks=list_marks(connection, ids),
            mark_words=MARKS,
            asked=asked,
            address=address_of(asked),
            state=asked.state,
            states=SHOWN,
            counts=count_states(connection, SHOWN, asked.scope),
            mark_tabs=_mark_tabs(connection, asked),
            choices_of=_options(connection, asked),
            count=count_asked(connection, asked) if _is_narrowed(asked) else None,
            count_max=COUNT_MAX,
            oldest=find_oldest(connection, asked),
            handed=list_handed(connection, current_user.id, now=now),
            link_tabs=link_tabs(),
            bulk_choices=bulk_choices(asked.state),
            habits=the_habits(),
            after=f"{after[0].isoformat()}~{after[1]}" if after else "",
            now=now,
        )


def _list(
    connection: Connection, asked: DeskQuestion
) -> tuple[list[QueueItem], tuple[datetime, str] | None]:
    """Return a page of entries, and after which one the next page begins."""
    if asked.mark is Mark.DOUBLE:
        return list_doubles(connection, asked, after=_after())
    found = list_queue(connection, asked, after=_after(), limit=QUEUE_PAGE + 1)
    shown = found[:QUEUE_PAGE]
    last = shown[-1] if len(found) > len(shown) else None
    return shown, (last.submitted_at, last.ref) if last else None


def _after() -> tuple[datetime, str] | None:
    """Return the place in the list that `?after=` names; nonsense is its beginning."""
    at, _mark, ref = request.args.get("after", "").partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), ref
    except (ValueError, OverflowError):
        return None


def _is_narrowed(asked: DeskQuestion) -> bool:
    """Tell whether the tabs do not say already how many there are."""
    plain = DeskQuestion(state=asked.state, me=asked.me)
    return asked != plain and asked.mark is not Mark.DOUBLE


def _mark_tabs(connection: Connection, asked: DeskQuestion) -> list[MarkTab]:
    """Return the marks that some entry bears, and those that nobody counts."""
    base = replace(asked, mark=None, state=Moderation.PENDING)
    counts = count_marks(connection, base)
    return [
        MarkTab(
            name,
            address_of(replace(base, mark=mark)),
            mark is asked.mark,
            counts.get(mark),
        )
        for mark, name in MARKS.items()
        if counts.get(mark) != 0 or mark is asked.mark
    ]


def _options(
    connection: Connection, asked: DeskQuestion
) -> Mapping[str, tuple[object, list[Option]]]:
    """Return what the list can be narrowed to: of each, its name and what there is."""
    found = list_choices(connection, asked.scope)
    return {
        "country": (
            _("Country or region"),
            _sorted(found.countries, asked.country, country_name),
        ),
        "lang": (_("Language"), _sorted(found.langs, asked.lang, language_name)),
        "platform": (
            _("Platform"),
            _sorted(found.platforms, asked.platform, platform_name),
        ),
        "kind": (
            _("Kind"),
            _sorted(found.kinds, asked.kind, lambda each: str(KINDS[each])),  # type: ignore[index]
        ),
    }


def _sorted(
    values: frozenset[str], chosen: str, name: Callable[[str], str]
) -> list[Option]:
    """Return values with their names, in the order of those, the chosen one too."""
    named = [(each, name(each)) for each in values | {chosen} if each]
    return [("", _("all")), *sorted(named, key=lambda each: each[1].casefold())]
