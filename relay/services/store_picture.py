"""Keeping the picture that a maker sent in, or why it could not be used."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import PictureRole, Preview
from relay.services.outbox import finish, lock_entry, move_preview
from relay.services.print_again import print_if_public
from relay.services.store_look import picture_columns
from relay.services.store_preview import replace_picture
from relay.services.writing import upsert, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine, Table

    from relay.domain.picture import PictureSet
    from relay.ports import CardPrinter, Clock
    from relay.services.outbox import Ticket
    from relay.services.store_preview import StoredFile


def store_picture(
    engine: Engine,
    ticket: Ticket,
    pictures: PictureSet,
    files: Sequence[StoredFile],
    *,
    clock: Clock,
    printer: CardPrinter,
) -> bool:
    """Keep a maker's own picture and finish the row, all in one commit.

    Tells whether it was kept: a result that comes after another attempt has taken
    over changes nothing. The card of an approved entry is printed anew.
    """
    now = clock.now()
    with writing(engine) as session:
        entry = lock_entry(session, ticket)
        if not finish(session, ticket, now=now):
            return False
        if entry is None or entry.moderation is Moderation.WITHDRAWN:
            return True
        columns, rows = picture_columns(pictures), [asdict(each) for each in files]
        replace_picture(
            session, ticket.subject, PictureRole.OWN, columns, rows, now=now
        )
        if not entry.link:
            # With a link, the state says how far its own preview has come.
            move_preview(session, ticket, tuple(PreviewState), to=PreviewState.READY)
        print_if_public(session, entry, printer=printer)
    return True


def refuse_picture(
    engine: Engine, ticket: Ticket, reason: str, *, clock: Clock
) -> bool:
    """Keep why a maker's own picture could not be used, and finish the row."""
    with writing(engine) as session:
        entry = lock_entry(session, ticket)
        if not finish(session, ticket, now=clock.now()):
            return False
        if entry is None:
            return True
        why = {"image_reason": reason} | ({} if entry.link else {"reason": reason})
        row: dict[str, object] = {
            "entry_id": entry.id,
            "final_url": "",
            "steps": [],
            "attempts": 0,
        }
        table: Table = Preview.__table__  # type: ignore[attr-defined]
        upsert(session, table, {**row, **why}, why)
        if not entry.link:
            move_preview(session, ticket, tuple(PreviewState), to=PreviewState.REFUSED)
    return True
