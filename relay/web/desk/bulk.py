"""Many entries, one decision: chosen in the list, counted, confirmed, and told each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Conflict, Forbidden, Invalid, NotFound
from relay.domain.moderation import NEEDS_REASON, Choice, choices_for
from relay.queries.desk import list_chosen
from relay.services.decide import Wish, decide_many
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import address_of, read_question
from relay.web.desk.guard import DECIDERS, may
from relay.web.desk.refusals import say_refused
from relay.web.words import CHOICES, MODERATIONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.domain.errors import RelayError
    from relay.domain.moderation import Moderation
    from relay.queries.desk import QueueItem
    from relay.services.decide import Outcome

# More than stand on one page of the list, with room for a longer one.
CHOSEN_MAX = 50


@dataclass(frozen=True)
class Bulk:
    """What was chosen, in the versions that were seen, and what is wanted of it."""

    chosen: dict[str, int]
    choice: Choice | None
    reason: str
    note: str

    def wish(self, version: int) -> Wish | None:
        """Return the wish about one entry."""
        if self.choice is None:
            return None
        return Wish(self.choice, version, self.reason or None, self.note)


@dataclass(frozen=True)
class Told:
    """What came of one entry."""

    item: QueueItem
    is_done: bool
    said: object


@pages.post("/bulk")
@may(*DECIDERS)
def check_bulk() -> ResponseReturnValue:
    """Show what would be decided, with its count, before anything is."""
    bulk = _read()
    if not bulk.chosen:
        return redirect(url_for("desk.queue", **address_of(read_question())), code=303)
    return _page(bulk, {})


@pages.post("/bulk/decide")
@may(*DECIDERS)
def decide_bulk() -> ResponseReturnValue:
    """Decide on each that was chosen, and tell what came of each."""
    bulk, relay = _read(), the_relay()
    errors = _errors(bulk)
    if errors or not bulk.chosen:
        return _page(bulk, errors), 422
    with reading() as connection:
        items = {each.ref: each for each in list_chosen(connection, bulk.chosen)}
    wishes = [(ref, bulk.wish(version)) for ref, version in bulk.chosen.items()]
    try:
        outcomes = decide_many(
            relay.engine,
            [(ref, wish) for ref, wish in wishes if wish and ref in items],
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )
    except Invalid:
        return _page(
            bulk, {"reason": _("Choose a reason: its maker will read it.")}
        ), 422
    is_approval = bulk.choice is Choice.APPROVE
    told = [_told(items[each.ref], each, is_approval=is_approval) for each in outcomes]
    return render_template(
        "desk/bulk_done.html",
        told=told,
        done=sum(each.is_done for each in told),
        address=address_of(read_question()),
    )


def bulk_choices(state: Moderation | None) -> list[tuple[str, object]]:
    """Return the decisions that can be taken on many entries of one state."""
    if state is None:
        return []
    return [(each.value, CHOICES[each]) for each in choices_for(state)]


def _read() -> Bulk:
    form = request.form
    pairs = (each.partition("~") for each in form.getlist("chosen")[:CHOSEN_MAX])
    choice = form.get("choice", "")
    return Bulk(
        {
            ref[:32]: int(version[:9])
            for ref, _mark, version in pairs
            if version.isdecimal()
        },
        Choice(choice) if choice in set(Choice) else None,
        form.get("reason", "")[:32],
        form.get("note", ""),
    )


def _errors(bulk: Bulk) -> dict[str, str]:
    errors = {}
    if bulk.choice is None:
        errors["choice"] = _("Choose one of the decisions.")
    if bulk.choice in NEEDS_REASON and not bulk.reason:
        errors["reason"] = _("Choose a reason: its maker will read it.")
    return errors


def _page(bulk: Bulk, errors: dict[str, str]) -> str:
    asked = read_question()
    with reading() as connection:
        items = list_chosen(connection, bulk.chosen)
    return render_template(
        "desk/bulk.html",
        bulk=bulk,
        items=items,
        bulk_choices=bulk_choices(asked.state),
        address=address_of(asked),
        errors=errors,
    )


def _told(item: QueueItem, outcome: Outcome, *, is_approval: bool) -> Told:
    decided = outcome.decided
    if decided is not None and is_approval and decided.waits_for_another:
        first = _("Your approval counts. Now somebody else must approve it, too.")
        return Told(item, is_done=True, said=first)
    if decided is not None:
        return Told(item, is_done=True, said=MODERATIONS[decided.moderation])
    return Told(item, is_done=False, said=_why(outcome.refused))


def _why(refused: RelayError | None) -> object:
    if isinstance(refused, Conflict):
        return _("Somebody was faster, or its maker changed it: look at it again.")
    if isinstance(refused, NotFound):
        return _("It is not there any more.")
    if isinstance(refused, Invalid):
        return _("The reason was put away meanwhile: decide with another one.")
    if isinstance(refused, Forbidden):
        return say_refused(refused)
    return _("Your account may not do this, or it was decided already.")
