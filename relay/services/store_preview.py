"""Keeping what a worker learnt of a link: facts and picture, or why there are none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select
from sqlmodel import col

from relay.domain.looks import Sight, has_changed, is_settled
from relay.domain.moderation import MAKER_MAY_CHANGE, Moderation
from relay.domain.preview import PreviewState
from relay.domain.retry import next_pause, state_after
from relay.models import Entry, Picture, PictureRole, Preview, RenditionFile
from relay.services.find_baton import find_baton_in
from relay.services.outbox import finish, lock_entry, move_preview, run_later
from relay.services.print_again import print_if_public
from relay.services.store_look import (
    keep_failed_look,
    keep_look,
    picture_columns,
    remember_look,
    seen_of,
)
from relay.services.trust import judge_entry, take_rules
from relay.services.writing import upsert, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine, Table
    from sqlmodel import Session

    from relay.domain.errors import FetchFailed
    from relay.domain.picture import PictureSet
    from relay.domain.preview import LinkPreview
    from relay.ports import CardPrinter, Clock, Dice
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


def store_preview(  # noqa: PLR0913 - rules may publish what arrives: all who help
    engine: Engine,
    ticket: Ticket,
    preview: LinkPreview,
    pictures: PictureSet | None,
    files: Sequence[StoredFile] = (),
    *,
    base_url: str = "",
    clock: Clock,
    printer: CardPrinter,
    dice: Dice,
) -> bool:
    """Keep a link's facts and picture and finish the row, all in one commit.

    A baton that the post names is kept with the facts, for people to decide about;
    at `base_url` are our own pages.

    Tells whether it was kept: a result that comes after another attempt has taken
    over changes nothing. The card of an approved entry is printed anew.

    Moderation never waits for a machine, so what was still on its way when an entry
    was approved is shown. What another look finds later is not: a change waits for
    moderators, and the approved card stays. The rules look at what arrived, too.
    """
    now = clock.now()
    with writing(engine) as session:
        rules = take_rules(session)
        entry = _entry_to_keep(session, ticket)
        if not finish(session, ticket, now=now):
            return False
        if entry is None:
            return True
        facts = _facts_row(preview)
        words = (facts["title"], facts["description"], facts["image_alt"])
        facts["baton_code"] = find_baton_in(
            session, entry, words, base_url=base_url, now=now
        )
        if is_settled(entry.preview) and entry.moderation is Moderation.APPROVED:
            rows = [asdict(each) for each in files]
            keep_look(session, entry, facts, pictures, rows, now=now)
            is_news = entry.preview is not PreviewState.READY
        else:
            _replace(session, ticket, entry, facts, pictures, files, now=now)
            is_news = True
        if is_news:
            move_preview(session, ticket, _ANY, to=PreviewState.READY)
            if not judge_entry(
                session, rules, ticket.subject, now=now, dice=dice, printer=printer
            ):
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
        entry = _entry_to_keep(session, ticket)
        if entry is not None and is_settled(entry.preview):
            return keep_failed_look(
                session, ticket, entry, failed, now=now, printer=printer
            )
        tries = 1 + (_tries_before(session, ticket.subject) or 0)
        pause = next_pause(failed, tries=tries)
        again_at = now + pause if pause else None
        if not (
            run_later(session, ticket, at=again_at)
            if again_at
            else finish(session, ticket, now=now)
        ):
            return False
        if entry is None:
            return True
        row = {"reason": failed.reason.value, "next_try_at": again_at}
        _keep_facts(session, ticket, row)
        if again_at:
            fetching = {PreviewState.FETCHING}
            move_preview(session, ticket, fetching, to=PreviewState.QUEUED)
        else:
            state = state_after(failed)
            move_preview(session, ticket, _ANY, to=state)
            if state is PreviewState.GONE:
                remember_look(session, ticket.subject, now=now)
            print_if_public(session, entry, printer=printer)
    return True


def replace_picture(
    session: Session,
    entry_id: int,
    role: PictureRole,
    columns: Mapping[str, Any],
    files: Iterable[Mapping[str, Any]],
    *,
    now: datetime,
) -> None:
    """Keep a picture and its files in place of the entry's older one.

    `columns` are as `picture_columns` returns them, and each of the files as a
    StoredFile has it.
    """
    session.execute(
        delete(Picture)
        .where(col(Picture.entry_id) == entry_id, col(Picture.role) == role)
        .execution_options(synchronize_session=False)
    )
    picture_id = session.execute(
        insert(Picture)
        .values(entry_id=entry_id, role=role, created_at=now, **columns)
        .returning(col(Picture.id))
    ).scalar_one()
    rows = [{"picture_id": picture_id, **each} for each in files]
    if rows:
        session.execute(insert(RenditionFile), rows)


def _entry_to_keep(session: Session, ticket: Ticket) -> Entry | None:
    """Return the entry, locked, unless its maker has withdrawn it meanwhile."""
    entry = lock_entry(session, ticket)
    if entry is None or entry.moderation is Moderation.WITHDRAWN:
        return None
    return entry


def _replace(
    session: Session,
    ticket: Ticket,
    entry: Entry,
    facts: dict[str, Any],
    pictures: PictureSet | None,
    files: Sequence[StoredFile],
    *,
    now: datetime,
) -> None:
    """Keep facts and picture in place of older ones, if there are any."""
    found = Sight(facts["title"], pictures.fingerprint if pictures else None)
    if (
        is_settled(entry.preview)
        and entry.moderation in MAKER_MAY_CHANGE
        and has_changed(seen_of(session, ticket.subject), found)
    ):
        # Who decides on it now has seen something else: let that decision be stale.
        entry.version += 1
    _keep_facts(session, ticket, {**facts, "next_try_at": None, "fetched_at": now})
    if pictures is not None:
        columns, rows = picture_columns(pictures), [asdict(each) for each in files]
        replace_picture(
            session, ticket.subject, PictureRole.POST, columns, rows, now=now
        )
    remember_look(session, ticket.subject, now=now)


def _facts_row(preview: LinkPreview) -> dict[str, Any]:
    """Return the columns that tell of the page, without those that tell when."""
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
        "image_reason": preview.image_reason,
        "steps": [asdict(step) for step in preview.steps],
    }


def _keep_facts(session: Session, ticket: Ticket, row: dict[str, Any]) -> None:
    table: Table = Preview.__table__  # type: ignore[attr-defined]
    upsert(
        session,
        table,
        {
            "entry_id": ticket.subject,
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
