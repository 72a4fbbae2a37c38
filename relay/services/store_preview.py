"""Keeping what a worker learnt of a link: facts and picture, or why there are none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.domain.retry import next_pause, state_after
from relay.models import Entry, Picture, PictureRole, Preview, RenditionFile
from relay.services.outbox import finish, move_preview, run_later
from relay.services.publish import print_cards
from relay.services.writing import upsert, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine, Table
    from sqlmodel import Session

    from relay.domain.errors import FetchFailed
    from relay.domain.picture import PictureSet
    from relay.domain.preview import LinkPreview
    from relay.ports import CardPrinter, Clock
    from relay.services.outbox import Ticket

DATE_MAX = 40
LANG_MAX = 35

_ANY = tuple(PreviewState)


@dataclass(frozen=True)
class StoredFile:
    """One rendition that lies in the media store already; `size` in bytes."""

    name: str
    format: str
    width: int
    height: int
    key: str
    size: int


def store_preview(
    engine: Engine,
    ticket: Ticket,
    preview: LinkPreview,
    pictures: PictureSet | None,
    files: Sequence[StoredFile] = (),
    *,
    image_reason: str | None = None,
    clock: Clock,
    printer: CardPrinter,
) -> bool:
    """Keep a link's facts and picture and finish the row, all in one commit.

    Tells whether it was kept: a result that comes after another attempt has taken
    over changes nothing. The card of an approved entry is printed anew.
    """
    now = clock.now()
    with writing(engine) as session:
        if not finish(session, ticket, now=now):
            return False
        entry = _entry_to_keep(session, ticket)
        if entry is None:
            return True
        reason = image_reason or preview.image_reason
        _keep_facts(session, ticket, _facts_row(preview, reason, now))
        if pictures is not None:
            replace_picture(
                session, ticket.entry_id, PictureRole.POST, pictures, files, now=now
            )
        move_preview(session, ticket, _ANY, to=PreviewState.READY)
        print_if_public(session, entry, printer=printer)
    return True


def store_refusal(
    engine: Engine,
    ticket: Ticket,
    failed: FetchFailed,
    *,
    clock: Clock,
    printer: CardPrinter,
) -> bool:
    """Keep why a link gave no preview: try again later, or give up and say so.

    Tells whether it was kept, like `store_preview`.
    """
    now = clock.now()
    with writing(engine) as session:
        tries = 1 + (_tries_before(session, ticket.entry_id) or 0)
        pause = next_pause(failed, tries=tries)
        again_at = now + pause if pause else None
        if not (
            run_later(session, ticket, at=again_at)
            if again_at
            else finish(session, ticket, now=now)
        ):
            return False
        entry = _entry_to_keep(session, ticket)
        if entry is None:
            return True
        row = {"reason": failed.reason.value, "next_try_at": again_at}
        _keep_facts(session, ticket, row)
        if again_at:
            fetching = {PreviewState.FETCHING}
            move_preview(session, ticket, fetching, to=PreviewState.QUEUED)
        else:
            move_preview(session, ticket, _ANY, to=state_after(failed))
            print_if_public(session, entry, printer=printer)
    return True


def replace_picture(
    session: Session,
    entry_id: int,
    role: PictureRole,
    pictures: PictureSet,
    files: Sequence[StoredFile],
    *,
    now: datetime,
) -> None:
    """Keep a picture and its files in place of the entry's older one."""
    session.execute(
        delete(Picture)
        .where(col(Picture.entry_id) == entry_id, col(Picture.role) == role)
        .execution_options(synchronize_session=False)
    )
    picture_id = session.execute(
        insert(Picture)
        .values(
            entry_id=entry_id,
            role=role,
            digest=pictures.digest,
            width=pictures.width,
            height=pictures.height,
            colour=pictures.colour,
            placeholder=pictures.placeholder,
            fingerprint=pictures.fingerprint,
            created_at=now,
        )
        .returning(col(Picture.id))
    ).scalar_one()
    rows = [{"picture_id": picture_id, **asdict(each)} for each in files]
    if rows:
        session.execute(insert(RenditionFile), rows)


def print_if_public(session: Session, entry: Entry, *, printer: CardPrinter) -> None:
    """Print the cards of an approved entry anew: its picture or link has changed."""
    if entry.moderation is Moderation.APPROVED:
        session.refresh(entry)
        print_cards(session, entry, printer=printer)


def _entry_to_keep(session: Session, ticket: Ticket) -> Entry | None:
    """Return the entry, unless its maker has withdrawn it meanwhile."""
    entry = session.get(Entry, ticket.entry_id)
    if entry is None or entry.moderation is Moderation.WITHDRAWN:
        return None
    return entry


def _facts_row(
    preview: LinkPreview, image_reason: str | None, now: datetime
) -> dict[str, Any]:
    facts = preview.facts
    return {
        "final_url": preview.final_url,
        "title": facts.title,
        "description": facts.description,
        "author": facts.author,
        "publisher": facts.publisher,
        "image_url": facts.image,
        "image_alt": facts.image_alt,
        "date": facts.date[:DATE_MAX] if facts.date else None,
        "lang": facts.lang[:LANG_MAX] if facts.lang else None,
        "reason": None,
        "image_reason": image_reason,
        "steps": [asdict(step) for step in preview.steps],
        "next_try_at": None,
        "fetched_at": now,
    }


def _keep_facts(session: Session, ticket: Ticket, row: dict[str, Any]) -> None:
    table: Table = Preview.__table__  # type: ignore[attr-defined]
    upsert(
        session,
        table,
        {
            "entry_id": ticket.entry_id,
            "final_url": "",
            "steps": [],
            "attempts": 1,
            **row,
        },
        {**row, "attempts": table.c.attempts + 1},
    )


def _tries_before(session: Session, entry_id: int) -> int | None:
    return session.execute(
        select(col(Preview.attempts)).where(col(Preview.entry_id) == entry_id)
    ).scalar_one_or_none()
