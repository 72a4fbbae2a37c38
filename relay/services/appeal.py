"""Appealing: a maker asks once for another look at an entry that was not accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.errors import FieldError, Forbidden, Invalid
from relay.domain.moderation import Actor, Choice, Moderation
from relay.domain.text import clean_lines, is_visible
from relay.models import Appeal
from relay.services.change_entry import require_own
from relay.services.decide_step import Act, take_step
from relay.services.publish import lock_publication
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.models import Entry
    from relay.ports import CardPrinter, Clock

WORDS_MAX = 2_000


def appeal(
    engine: Engine, token: str, words: str, *, clock: Clock, printer: CardPrinter
) -> None:
    """Bring a rejected entry back to the queue with its maker's words, once for good.

    Raises Invalid (field `appeal`: missing, too_long), Forbidden where there is nothing
    to appeal against or it was done before, NotFound.
    """
    words = _check(words)
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = require_own(session, token)
        if not may_appeal(session, entry):
            message = "There is no appeal against this decision."
            raise Forbidden(message)
        session.add(Appeal(entry_id=entry.id or 0, words=words, at=now))
        session.flush()
        act = Act(Choice.APPEAL, now, actor=Actor.MAKER)
        take_step(session, entry, act, printer=printer)


def may_appeal(session: Session, entry: Entry) -> bool:
    """Tell whether a maker may ask for another look: once, and of no duplicate."""
    return (
        entry.moderation is Moderation.REJECTED
        and entry.merged_into is None
        and session.get(Appeal, entry.id) is None
    )


def _check(words: str) -> str:
    words = clean_lines(words)
    if not is_visible(words):
        raise Invalid([FieldError("appeal", "missing")])
    if len(words) > WORDS_MAX:
        raise Invalid([FieldError("appeal", "too_long")])
    return words
