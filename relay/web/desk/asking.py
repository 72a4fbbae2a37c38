"""What a moderator asks of the queue, read from the address; nonsense asks nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.desk_keys import Habits, habits_of
from relay.domain.entry import Kind
from relay.domain.moderation import Moderation
from relay.domain.scope import Scope, is_in_scope
from relay.models.moderator import Role
from relay.queries.desk_counts import with_mark
from relay.queries.desk_question import DeskQuestion, Mark

if TYPE_CHECKING:
    from relay.models import Entry

SHOWN = (
    Moderation.PENDING,
    Moderation.CHANGES_ASKED,
    Moderation.APPROVED,
    Moderation.REJECTED,
    Moderation.TAKEN_DOWN,
)

MARKS: dict[Mark, object] = {
    Mark.URGENT: _l("Urgent: somebody says they are in the picture"),
    Mark.REPORTED: _l("Reported by readers"),
    Mark.APPEAL: _l("Appeals"),
    Mark.HELD: _l("Held by a rule"),
    Mark.NO_ALT: _l("Without alt text"),
    Mark.DOUBLE: _l("Possibly a duplicate"),
    Mark.REVISED: _l("Changed words waiting"),
    Mark.CHANGED: _l("Page changed"),
    Mark.SAMPLED: _l("Samples of what rules let through"),
    Mark.MINE: _l("Put aside for me"),
    Mark.ASIDE: _l("Put aside"),
}

# What an address may say of a question; what is longer is no tag, key or code.
_NARROWING = ("country", "lang", "platform", "kind")
_WORD_MAX = 35


def read_question() -> DeskQuestion:
    """Return what this request asks, within what whoever asks is for."""
    args = request.args
    named: dict[str, Any] = {
        name: args.get(name, "").strip()[:_WORD_MAX] for name in _NARROWING
    }
    named["country"] = named["country"].upper()
    if named["kind"] not in set(Kind):
        named["kind"] = ""
    asked = DeskQuestion(**named, scope=the_scope(), me=current_user.id)
    state, mark = args.get("state", ""), args.get("mark", "")
    if mark in set(Mark):
        return with_mark(asked, Mark(mark))
    return replace(asked, state=Moderation(state)) if state in set(SHOWN) else asked


def address_of(asked: DeskQuestion) -> dict[str, Any]:
    """Return a question as it stands in an address, without what goes unsaid."""
    said = {name: str(getattr(asked, name)) for name in _NARROWING}
    if asked.mark:
        said["mark"] = asked.mark.value
    elif asked.state and asked.state is not Moderation.PENDING:
        said["state"] = asked.state.value
    return {name: value for name, value in said.items() if value}


def the_scope() -> Scope:
    """Return what whoever asks is for; organisers are for everything."""
    scope: Scope = current_user.scope
    return Scope() if current_user.role is Role.ORGANISER else scope


def sees_picture(entry: Entry) -> bool:
    """Tell whether whoever asks may see the pictures of an entry: theirs, or public."""
    is_public = entry.moderation is Moderation.APPROVED
    return is_public or is_in_scope(entry, the_scope())


def the_habits() -> Habits:
    """Return how whoever asks likes to work."""
    return habits_of(current_user.habits)
