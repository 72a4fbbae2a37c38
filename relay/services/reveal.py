"""Revealing what was approved for later: at its time, by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Actor, Choice, Moderation
from relay.models import Entry, Reveal
from relay.services.approve import find_reveal
from relay.services.decide_step import Act, take_step
from relay.services.outbox import finish, run_later
from relay.services.publish import lock_publication
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import CardPrinter, Clock
    from relay.services.outbox import Ticket


def reveal_entry(
    engine: Engine, ticket: Ticket, *, clock: Clock, printer: CardPrinter
) -> bool:
    """Publish an entry whose time has come and finish the row; tell whether it did.

    What was changed since it was approved, or decided otherwise, is left alone. Where
    the time was put off the row waits on.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_publication(session)
        entry = session.get(Entry, ticket.subject, with_for_update=True)
        planned = find_reveal(session, entry) if entry else None
        if planned is not None and planned.at > now:
            run_later(session, ticket, at=planned.at)
            return False
        if not finish(session, ticket, now=now) or entry is None or planned is None:
            return False
        if entry.moderation is not Moderation.PENDING:
            return False
        # The row is over with the publication: whoever takes that back does not want
        # to see it happen again.
        session.delete(session.get_one(Reveal, entry.id))
        session.flush()
        act = Act(Choice.APPROVE, now, planned.moderator_id, Actor.CLOCK)
        take_step(session, entry, act, printer=printer)
    return True
