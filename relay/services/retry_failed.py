"""Trying again what was given up, because somebody has mended what was broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import col

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import Entry, OutboxRow, OutboxState, Topic
from relay.services.audit import audit
from relay.services.look_again import Asked, look_for_desk
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from relay.ports import Intake

# So many at a time: what failed in thousands fails again in thousands.
AT_ONCE = 500

_OF_PREVIEWS = frozenset({Topic.FETCH_PREVIEW, Topic.MAKE_PICTURE})


def retry_failed(intake: Intake, topic: Topic, *, moderator_id: int | None) -> int:
    """Make failed rows of a topic due again, the oldest first; return how many.

    Their losses are forgotten. Jobs are safe to run twice, so nothing is done double.
    """
    now = intake.clock.now()
    with writing(intake.engine) as session:
        rows = session.execute(
            select(col(OutboxRow.id), col(OutboxRow.subject))
            .where(
                col(OutboxRow.state) == OutboxState.FAILED,
                col(OutboxRow.topic) == topic,
            )
            .order_by(col(OutboxRow.due_at))
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        if not rows:
            return 0
        session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id).in_([row.id for row in rows]))
            .values(state=OutboxState.DUE, failures=0, due_at=now, done_at=None)
            .execution_options(synchronize_session=False)
        )
        if topic in _OF_PREVIEWS:
            _wait_again(session, [row.subject for row in rows])
        audit(
            session,
            "outbox.retried",
            now=now,
            moderator_id=moderator_id,
            subject=topic.value,
            details={"rows": len(rows)},
        )
    intake.doorbell.ring()
    return len(rows)


def retry_links(
    intake: Intake, refs: Iterable[str], *, platform: str, moderator_id: int | None
) -> int:
    """Look again at the links of some entries of a platform; return at how many.

    Those that are looked at already, or were a short while ago, are left alone.
    """
    soon = sum(_look_again(intake, ref) for ref in refs)
    if soon:
        with writing(intake.engine) as session:
            audit(
                session,
                "links.retried",
                now=intake.clock.now(),
                moderator_id=moderator_id,
                subject=platform,
                details={"links": soon},
            )
    return soon


def _look_again(intake: Intake, ref: str) -> bool:
    try:
        return look_for_desk(intake, ref).asked is Asked.SOON
    except (NotFound, Forbidden):
        return False


def _wait_again(session: Session, entry_ids: list[int]) -> None:
    """Say of entries that their preview is on its way; what is public stays."""
    session.execute(
        update(Entry)
        .where(
            col(Entry.id).in_(entry_ids),
            col(Entry.preview) == PreviewState.FAILED,
            col(Entry.moderation) != Moderation.APPROVED,
        )
        .values(preview=PreviewState.QUEUED)
        .execution_options(synchronize_session=False)
    )
