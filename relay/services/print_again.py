"""Printing an entry's cards anew, after something that they show has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Moderation
from relay.models import Entry
from relay.services.outbox import finish
from relay.services.publish import print_cards
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock
    from relay.services.outbox import Ticket


def print_again(
    engine: Engine, ticket: Ticket, *, clock: Clock, printer: CardPrinter
) -> bool:
    """Print the cards and finish the row, in one commit; tell whether it counted.

    An entry that is not public has no cards.
    """
    with writing(engine) as session:
        if not finish(session, ticket, now=clock.now()):
            return False
        entry = session.get(Entry, ticket.subject)
        if entry is not None:
            print_if_public(session, entry, printer=printer)
    return True


def print_if_public(session: Session, entry: Entry, *, printer: CardPrinter) -> None:
    """Print the cards of an approved entry anew: its picture or link has changed.

    Its row is locked and read again first: whoever veils, edits or takes it down at
    this moment would else have their cards overwritten by what was before.
    """
    session.flush()
    session.refresh(entry, with_for_update=True)
    if entry.moderation is Moderation.APPROVED:
        print_cards(session, entry, printer=printer)
