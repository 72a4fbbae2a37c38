"""The queue: what waits for a decision, the oldest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import render_template, request

from relay.domain.moderation import Moderation
from relay.queries.desk import COUNT_MAX, QUEUE_PAGE, count_states, list_queue
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import LOOKERS, may
from relay.web.desk.links import link_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SHOWN = (
    Moderation.PENDING,
    Moderation.CHANGES_ASKED,
    Moderation.APPROVED,
    Moderation.REJECTED,
    Moderation.TAKEN_DOWN,
)


@pages.get("/")
@may(*LOOKERS)
def queue() -> ResponseReturnValue:
    """List entries in one state, the oldest first, page by page."""
    asked = request.args.get("state", "")
    state = Moderation(asked) if asked in set(SHOWN) else Moderation.PENDING
    with reading() as connection:
        found = list_queue(
            connection, state=state, after=_after(), limit=QUEUE_PAGE + 1
        )
        counts = count_states(connection, SHOWN)
    shown = found[:QUEUE_PAGE]
    last = shown[-1] if len(found) > len(shown) else None
    return render_template(
        "desk/queue.html",
        items=shown,
        state=state,
        tabs=counts.items(),
        count_max=COUNT_MAX,
        link_tabs=link_tabs(),
        after=f"{last.submitted_at.isoformat()}~{last.ref}" if last else "",
        now=the_relay().clock.now(),
    )


def _after() -> tuple[datetime, str] | None:
    """Return the place in the list that `?after=` names; nonsense is its beginning."""
    at, _, ref = request.args.get("after", "").partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), ref
    except (ValueError, OverflowError):
        return None
