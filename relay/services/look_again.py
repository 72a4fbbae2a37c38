"""Looking at links again: planned after some days, or because somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import col

from relay.domain.errors import FetchReason, Forbidden, NotFound
from relay.domain.looks import DRAFT_PAUSE, LOOK_AGAIN_DAYS, LOOK_PAUSE
from relay.domain.moderation import MAKER_MAY_CHANGE, Moderation
from relay.domain.preview import PreviewState
from relay.models import UNFINISHED, Entry, Look, OutboxRow, OutboxState, Preview, Topic
from relay.services.change_entry import forget_preview, require_own
from relay.services.outbox import remember
from relay.services.submit_entry import require_season_of
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Intake

# So many are planned at a time, once a minute: what came in within one hour of an
# exhibition's opening is not asked for within one second two weeks later.
PLANNED_AT_ONCE = 100

_MAY_BE_LOOKED_AT = MAKER_MAY_CHANGE | {Moderation.DRAFT, Moderation.APPROVED}


class Asked(StrEnum):
    """What became of a wish for another look."""

    SOON = "soon"
    ALREADY = "already"
    LATER = "later"


@dataclass(frozen=True)
class LookAnswer:
    """What became of the wish; `at` is the earliest moment for a later one."""

    asked: Asked
    at: datetime | None = None


def plan_looks(
    engine: Engine,
    *,
    every: timedelta = timedelta(days=LOOK_AGAIN_DAYS),
    limit: int = PLANNED_AT_ONCE,
    clock: Clock,
) -> int:
    """Make the links due that were looked at long ago; returns how many.

    The time of the look moves on in the same commit. So a look that is lost for good
    is missed once, and its link comes up again like any other.
    """
    now = clock.now()
    with writing(engine) as session:
        old = session.execute(
            select(col(Look.entry_id), col(Entry.moderation), col(Entry.link))
            .join(Entry, col(Entry.id) == col(Look.entry_id))
            .where(col(Look.looked_at) <= now - every)
            .order_by(col(Look.looked_at))
            .limit(limit)
            .with_for_update(of=Look.__table__, skip_locked=True)  # type: ignore[attr-defined]
        ).all()
        if not old:
            return 0
        session.execute(
            update(Look)
            .where(col(Look.entry_id).in_([each.entry_id for each in old]))
            .values(looked_at=now)
            .execution_options(synchronize_session=False)
        )
        wanted = {
            each.entry_id
            for each in old
            if each.moderation is Moderation.APPROVED and each.link
        }
        wanted -= _being_fetched(session, wanted)
        remember(session, [Topic.FETCH_PREVIEW], sorted(wanted), now=now)
    return len(wanted)


def look_at_own(intake: Intake, token: str) -> LookAnswer:
    """Look at the link of one's own entry again.

    A draft's link is read from the beginning, so its maker waits for it as at first.
    Raises NotFound, Forbidden, and SeasonClosed for a draft.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        entry = require_own(session, token)
        is_draft = entry.moderation is Moderation.DRAFT
        if is_draft:
            require_season_of(session, entry, now)
        answer = _ask(session, entry, now)
        if is_draft and answer.asked is Asked.SOON:
            forget_preview(session, entry)
            entry.preview = PreviewState.QUEUED
    return _ring(intake, answer)


def look_for_desk(intake: Intake, ref: str) -> LookAnswer:
    """Look at an entry's link again for a moderator; raises NotFound, Forbidden."""
    with writing(intake.engine) as session:
        entry = session.scalar(
            select(Entry).where(col(Entry.ref) == ref).with_for_update()
        )
        if entry is None:
            message = "There is no entry with this reference."
            raise NotFound(message)
        answer = _ask(session, entry, intake.clock.now())
    return _ring(intake, answer)


def _ring(intake: Intake, answer: LookAnswer) -> LookAnswer:
    if answer.asked is Asked.SOON:
        intake.doorbell.ring()
    return answer


def _ask(session: Session, entry: Entry, now: datetime) -> LookAnswer:
    """Make a look due now, unless one is due, is too recent, or must wait."""
    if not entry.link or entry.moderation not in _MAY_BE_LOOKED_AT:
        message = "There is no link here to look at."
        raise Forbidden(message)
    rows = _newest_rows(session, entry.id or 0)
    waiting = next((row for row in rows if row.state in UNFINISHED), None)
    if waiting and (waiting.state is not OutboxState.DUE or waiting.due_at <= now):
        return LookAnswer(Asked.ALREADY)
    if waiting and _was_sent_away(session, entry):
        return LookAnswer(Asked.LATER, waiting.due_at)
    last = max((row.sent_at for row in rows if row.sent_at), default=None)
    pause = DRAFT_PAUSE if entry.moderation is Moderation.DRAFT else LOOK_PAUSE
    if last and now - last < pause:
        return LookAnswer(Asked.LATER, last + pause)
    if waiting:
        waiting.due_at = now
        preview = session.get(Preview, entry.id)
        if preview is not None and preview.next_try_at:
            preview.next_try_at = now
    else:
        remember(session, [Topic.FETCH_PREVIEW], [entry.id or 0], now=now)
    return LookAnswer(Asked.SOON)


def _newest_rows(session: Session, entry_id: int) -> list[OutboxRow]:
    return list(
        session.scalars(
            select(OutboxRow)
            .where(
                col(OutboxRow.subject) == entry_id,
                col(OutboxRow.topic) == Topic.FETCH_PREVIEW,
            )
            .order_by(col(OutboxRow.id).desc())
            .limit(5)
            .with_for_update()
        )
    )


def _was_sent_away(session: Session, entry: Entry) -> bool:
    """Tell whether the platform itself asked us to come back later."""
    look, preview = session.get(Look, entry.id), session.get(Preview, entry.id)
    reasons = {each.reason for each in (look, preview) if each is not None}
    return FetchReason.RATE_LIMITED.value in reasons


def _being_fetched(session: Session, entry_ids: Collection[int]) -> set[int]:
    return set(
        session.scalars(
            select(col(OutboxRow.subject)).where(
                col(OutboxRow.subject).in_(entry_ids),
                col(OutboxRow.topic) == Topic.FETCH_PREVIEW,
                col(OutboxRow.state).in_(UNFINISHED),
            )
        )
    )
