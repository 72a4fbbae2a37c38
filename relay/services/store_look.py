"""Keeping what another look at a link found: a change, a return, a failure, an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select
from sqlmodel import col

from relay.domain.errors import FetchReason
from relay.domain.looks import (
    Sight,
    has_changed,
    is_as_before,
    next_look,
    state_after_look,
)
from relay.domain.preview import PreviewState
from relay.models import Look, LookFile, Picture, PictureRole, Preview
from relay.services.outbox import finish, move_preview, run_later
from relay.services.print_again import print_if_public
from relay.services.writing import upsert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Table
    from sqlmodel import Session

    from relay.domain.errors import FetchFailed
    from relay.domain.picture import PictureSet
    from relay.models import Entry
    from relay.ports import CardPrinter
    from relay.services.outbox import Ticket

_ANY = tuple(PreviewState)

# What a look that succeeded makes of the one before.
_SUCCEEDED: dict[str, Any] = {"tries": 0, "reason": None, "gone_since": None}


def remember_look(session: Session, entry_id: int, *, now: datetime) -> None:
    """Note that a link was read: its next look is counted from here."""
    table: Table = Look.__table__  # type: ignore[attr-defined]
    row = {"looked_at": now, **_SUCCEEDED}
    upsert(session, table, {"entry_id": entry_id, "version": 0, **row}, row)


def keep_look(
    session: Session,
    entry: Entry,
    facts: dict[str, Any],
    pictures: PictureSet | None,
    files: Sequence[dict[str, Any]],
    *,
    now: datetime,
) -> None:
    """Compare a published page with what was approved; a change waits for moderators.

    Nothing of the approved preview is touched. `facts` are columns of Preview, each
    of `files` holds those of a rendition.
    """
    entry_id = entry.id or 0
    remember_look(session, entry_id, now=now)
    preview = session.get(Preview, entry_id)
    if preview is not None:
        preview.reason = preview.next_try_at = None
        # For moderators, like all that was found later. One that was found stays.
        preview.baton_code = preview.baton_code or facts["baton_code"]
    look = session.get_one(Look, entry_id, populate_existing=True)
    before = seen_of(session, entry_id)
    found = Sight(facts["title"], pictures.fingerprint if pictures else None)
    declined = Sight(look.declined_title, look.declined_fingerprint)
    if has_changed(before, found):
        if declined == Sight() or has_changed(declined, found):
            _keep_change(session, look, found, facts, pictures, files, now=now)
    elif is_as_before(before, found):
        forget_change(session, look)


def keep_failed_look(
    session: Session,
    ticket: Ticket,
    entry: Entry,
    failed: FetchFailed,
    *,
    now: datetime,
    printer: CardPrinter,
) -> bool:
    """Keep why another look failed; what was read before stays as it is.

    Tells whether it was kept, like `store_refusal`.
    """
    look = session.get(Look, entry.id)
    tries = 1 + (look.tries if look else 0)
    since = look.gone_since if look else None
    again_at = next_look(failed, entry.preview, tries=tries, gone_since=since, now=now)
    if not (
        run_later(session, ticket, at=again_at)
        if again_at
        else finish(session, ticket, now=now)
    ):
        return False
    if failed.reason is FetchReason.GONE:
        since = since or now
    _note_failure(
        session,
        ticket.subject,
        {
            "looked_at": now,
            "tries": tries if again_at else 0,
            "reason": failed.reason.value,
            "gone_since": since,
        },
    )
    if again_at is None:
        _settle(session, ticket, entry, failed, printer=printer)
    return True


def seen_of(session: Session, entry_id: int) -> Sight:
    """Return what is kept of a page: what its moderators could see."""
    preview = session.get(Preview, entry_id)
    fingerprint = session.scalar(
        select(col(Picture.fingerprint)).where(
            col(Picture.entry_id) == entry_id, col(Picture.role) == PictureRole.POST
        )
    )
    return Sight(preview.title if preview else None, fingerprint)


def forget_change(session: Session, look: Look) -> None:
    """Forget a change that waits: it was decided, or the page is as it was again."""
    look.changed_at = look.facts = look.picture = None
    session.execute(delete(LookFile).where(col(LookFile.entry_id) == look.entry_id))


def _keep_change(
    session: Session,
    look: Look,
    found: Sight,
    facts: dict[str, Any],
    pictures: PictureSet | None,
    files: Sequence[dict[str, Any]],
    *,
    now: datetime,
) -> None:
    """Keep a change apart, unless it is the one that waits already."""
    waiting = Sight(
        (look.facts or {}).get("title"), (look.picture or {}).get("fingerprint")
    )
    if look.changed_at and is_as_before(waiting, found):
        return
    forget_change(session, look)
    look.changed_at = now
    look.version += 1
    look.facts = facts
    look.picture = picture_columns(pictures) if pictures else None
    session.flush()
    rows = [{"entry_id": look.entry_id, **each} for each in files]
    if rows:
        session.execute(insert(LookFile), rows)


def picture_columns(pictures: PictureSet) -> dict[str, Any]:
    """Return the columns of a picture that do not say whose it is."""
    return {
        "digest": pictures.digest,
        "width": pictures.width,
        "height": pictures.height,
        "colour": pictures.colour,
        "placeholder": pictures.placeholder,
        "fingerprint": pictures.fingerprint,
    }


def _note_failure(session: Session, entry_id: int, row: dict[str, Any]) -> None:
    table: Table = Look.__table__  # type: ignore[attr-defined]
    upsert(session, table, {"entry_id": entry_id, "version": 0, **row}, row)


def _settle(
    session: Session,
    ticket: Ticket,
    entry: Entry,
    failed: FetchFailed,
    *,
    printer: CardPrinter,
) -> None:
    """Give the entry the state that follows, and its cards where that shows."""
    before, after = entry.preview, state_after_look(entry.preview, failed)
    if after is PreviewState.READY:
        return
    preview = session.get(Preview, entry.id)
    if preview is not None and (after is not before or after is not PreviewState.GONE):
        preview.reason = failed.reason.value
    if after is not before:
        move_preview(session, ticket, _ANY, to=after)
        print_if_public(session, entry, printer=printer)
