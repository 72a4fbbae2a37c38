"""Deciding on a page that has changed: take it as it is now, or keep what was approved.

Either way a row in the audit log says who chose what, and between which titles and
pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.domain.errors import Conflict, Forbidden, NotFound
from relay.domain.looks import LinkChoice
from relay.domain.moderation import Moderation
from relay.models import (
    Entry,
    LinkDecision,
    Look,
    LookFile,
    Picture,
    PictureRole,
    Preview,
    RenditionFile,
)
from relay.services.decide import require_decider
from relay.services.files_in_use import files_out_of_use
from relay.services.print_again import print_if_public
from relay.services.store_look import forget_change
from relay.services.store_preview import replace_picture
from relay.services.writing import upsert, writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine, Table
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock, MediaStore


@dataclass(frozen=True)
class LinkWish:
    """What a moderator wants, having seen the change in one `version` of the look."""

    choice: LinkChoice
    version: int


def decide_link(
    engine: Engine,
    ref: str,
    wish: LinkWish,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
    media: MediaStore,
) -> None:
    """Take or decline a changed page, with its audit row, in one commit.

    The maker's own words and picture stay, whatever is chosen. Raises NotFound,
    Forbidden, and Conflict when the change was decided or is another one by now.
    """
    now = clock.now()
    with writing(engine) as session:
        require_decider(session, moderator_id)
        entry, look = _require_changed(session, ref, wish)
        keys = set(_keys_of(session, look))
        row = _audit_row(session, look)
        if wish.choice is LinkChoice.TAKE:
            _take(session, entry, look, now=now)
        else:
            look.declined_title = (look.facts or {}).get("title")
            look.declined_fingerprint = (look.picture or {}).get("fingerprint")
        forget_change(session, look)
        session.add(
            LinkDecision(
                entry_id=entry.id or 0,
                moderator_id=moderator_id,
                at=now,
                choice=wish.choice,
                version=entry.version,
                **row,
            )
        )
        session.flush()
        print_if_public(session, entry, printer=printer)
        stray = files_out_of_use(session, keys)
    for key in stray:
        media.delete(key)


def _require_changed(session: Session, ref: str, wish: LinkWish) -> tuple[Entry, Look]:
    entry = session.scalar(select(Entry).where(col(Entry.ref) == ref).with_for_update())
    if entry is None:
        message = "There is no entry with this reference."
        raise NotFound(message)
    if entry.moderation is not Moderation.APPROVED:
        message = "Only the links of published entries wait for a decision."
        raise Forbidden(message)
    look = session.get(Look, entry.id, with_for_update=True)
    if look is None or look.changed_at is None or look.version != wish.version:
        message = "This change was decided already, or the page has changed again."
        raise Conflict(message)
    return entry, look


def _take(session: Session, entry: Entry, look: Look, *, now: datetime) -> None:
    """Put the page as it is now in place of what was approved."""
    table: Table = Preview.__table__  # type: ignore[attr-defined]
    facts = {**(look.facts or {}), "fetched_at": now}
    row = {"entry_id": entry.id, "attempts": 1, **facts}
    upsert(session, table, row, facts)
    if look.picture:
        files = session.scalars(
            select(LookFile).where(col(LookFile.entry_id) == look.entry_id)
        )
        replace_picture(
            session,
            look.entry_id,
            PictureRole.POST,
            look.picture,
            [each.model_dump(exclude={"id", "entry_id"}) for each in files],
            now=now,
        )
    look.declined_title = look.declined_fingerprint = None
    entry.version += 1


def _keys_of(session: Session, look: Look) -> list[str]:
    """Return the files of the picture that waits and of the one it would replace."""
    files = select(col(LookFile.key)).where(col(LookFile.entry_id) == look.entry_id)
    shown = (
        select(col(RenditionFile.key))
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .where(
            col(Picture.entry_id) == look.entry_id,
            col(Picture.role) == PictureRole.POST,
        )
    )
    return [*session.scalars(files), *session.scalars(shown)]


def _audit_row(session: Session, look: Look) -> dict[str, Any]:
    preview = session.get(Preview, look.entry_id)
    digest = session.scalar(
        select(col(Picture.digest)).where(
            col(Picture.entry_id) == look.entry_id,
            col(Picture.role) == PictureRole.POST,
        )
    )
    return {
        "title_before": preview.title if preview else None,
        "title_after": (look.facts or {}).get("title"),
        "picture_before": digest,
        "picture_after": (look.picture or {}).get("digest"),
    }
