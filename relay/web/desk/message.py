"""What a maker would read of a decision, shown to the moderator before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import NEEDS_REASON, Choice, choices_for
from relay.services.decide import Wish
from relay.services.foretell import foretell
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.asking import address_of, read_question
from relay.web.desk.entry import require_entry
from relay.web.desk.guard import DECIDERS, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.ports import Written


@dataclass(frozen=True)
class Told:
    """What a maker would read of one decision, in their own language."""

    choice: Choice
    lang: str
    subject: str
    text: str


@pages.route("/entry/<ref>/message", methods=["GET", "POST"])
@may(*DECIDERS)
def message(ref: str) -> ResponseReturnValue:
    """Show what the maker would read of a decision, or of each that needs a reason.

    A form sends it by POST, so that its secret stands in no address.
    """
    shown, values = require_entry(ref), request.values
    wanted = values.get("choice")
    choices = (
        (Choice(wanted),)
        if wanted in set(Choice)
        else tuple(NEEDS_REASON.intersection(choices_for(shown.entry.moderation)))
    )
    reason, note = values.get("reason", "")[:32] or None, values.get("note", "")
    told = [_foretell(ref, Wish(each, 0, reason, note)) for each in sorted(choices)]
    is_script = request.headers.get("X-Requested-With") == "desk"
    return render_template(
        "desk/decide_told.html" if is_script else "desk/decide_message.html",
        shown=shown,
        told=[each for each in told if each],
        reason=reason or "",
        note=note,
        address=address_of(read_question()),
    )


def _foretell(ref: str, wish: Wish) -> Told | None:
    try:
        words, lang = foretell(the_relay().mailroom, ref, wish)
    except (NotFound, Forbidden):
        return None
    return Told(wish.choice, lang, words.subject, _without_foot(words))


def _without_foot(words: Written) -> str:
    """Return a mail's words without what stands below the line, which is for mail."""
    return words.text.partition("\n--\n")[0].strip()
