"""Forgetting who people were: addresses after some days, a person of the desk at once.

What was done stays in the log; from where, and at last by whom, does not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlmodel import col

from relay.domain.errors import NotFound
from relay.domain.moderation import Moderation
from relay.models import (
    AccountLink,
    Approval,
    AuditRow,
    Decision,
    DeskSession,
    DeskSetting,
    Entry,
    ImportBatch,
    Lease,
    LinkDecision,
    Moderator,
    ModeratorToken,
    ParentDecision,
    Passkey,
    Report,
    Reveal,
    Revision,
    Sample,
    SignInFailure,
    Stash,
    TrustRule,
)
from relay.models.moderator import Role
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.people import lock_people, require_another_organiser
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock

# As many rows of a table as are blanked at a time, so that no transaction lasts long.
BATCH = 1_000

# Where the log or a room names the person who did something.
_NAMES: tuple[tuple[type[Any], str], ...] = (
    (Decision, "moderator_id"),
    (LinkDecision, "moderator_id"),
    (ParentDecision, "moderator_id"),
    (AuditRow, "moderator_id"),
    (Reveal, "moderator_id"),
    (DeskSetting, "moderator_id"),
    (TrustRule, "moderator_id"),
    (ImportBatch, "moderator_id"),
    (Revision, "moderator_id"),
    (Revision, "decided_by"),
    (Sample, "seen_by"),
    (Stash, "by_id"),
    (Stash, "for_id"),
    (Report, "resolved_by"),
)
# What belongs to an account alone.
_OWN: tuple[type[Any], ...] = (
    AccountLink,
    Approval,
    DeskSession,
    Lease,
    ModeratorToken,
    Passkey,
)
# A maker's address is of use while the entry may still become something.
_OVER = (Moderation.REJECTED, Moderation.TAKEN_DOWN)


def forget_personal(engine: Engine, *, days: int, clock: Clock) -> int:
    """Blank what is older than so many days and says who somebody was.

    Addresses and browsers of the log and of sessions, failed sign-ins, who reported
    what, and the mail addresses of entries that were ended so long ago. Returns how
    many rows were blanked; more may be left for the next time.
    """
    before = clock.now() - timedelta(days=days)
    blanked = 0
    with writing(engine) as session:
        failures = select(col(SignInFailure.id)).where(col(SignInFailure.at) < before)
        blanked += _count(
            session,
            delete(SignInFailure).where(
                col(SignInFailure.id).in_(failures.limit(BATCH))
            ),
        )
        blanked += _blank(
            session,
            AuditRow,
            AuditRow.id,
            (col(AuditRow.at) < before) & col(AuditRow.address).is_not(None),
            address=None,
        )
        blanked += _blank(
            session,
            DeskSession,
            DeskSession.token_hash,
            (col(DeskSession.seen_at) < before)
            & (
                col(DeskSession.address).is_not(None)
                | col(DeskSession.browser).is_not(None)
            ),
            address=None,
            browser=None,
        )
        blanked += _blank(
            session,
            Report,
            Report.id,
            (col(Report.at) < before)
            & col(Report.resolved_at).is_not(None)
            & (col(Report.email).is_not(None) | col(Report.reporter_hash).is_not(None)),
            email=None,
            reporter_hash=None,
        )
        newest = (
            select(col(Decision.at))
            .where(col(Decision.entry_id) == col(Entry.id))
            .order_by(col(Decision.id).desc())
            .limit(1)
            .scalar_subquery()
        )
        blanked += _blank(
            session,
            Entry,
            Entry.id,
            col(Entry.moderation).in_(_OVER)
            & col(Entry.email).is_not(None)
            & (newest < before),
            email=None,
            remind=False,
        )
    return blanked


def erase_person(
    engine: Engine, person_id: int, *, moderator_id: int, clock: Clock
) -> None:
    """Erase a person of the desk: what they did stays, but no more who did it.

    The account cannot be used or found any more. Raises NotFound, Forbidden, and
    Conflict when it is the last organiser.
    """
    now = clock.now()
    with writing(engine) as session:
        lock_people(session)
        require_organiser(session, moderator_id)
        person = session.get(Moderator, person_id, with_for_update=True)
        if person is None or person.erased_at:
            message = "There is no such account."
            raise NotFound(message)
        require_another_organiser(session, person)
        for model in _OWN:
            session.execute(delete(model).where(model.moderator_id == person_id))
        for model, name in _NAMES:
            column = getattr(model, name)
            session.execute(
                update(model).where(column == person_id).values({name: None})
            )
        # What the log says of the account itself, such as the address it was given.
        session.execute(
            update(AuditRow)
            .where(
                col(AuditRow.subject) == str(person_id),
                col(AuditRow.what).startswith("person."),
            )
            .values(details=None)
        )
        # An address that nobody has (RFC 2606), as the column wants one of its own.
        person.email = f"erased-{person_id}@invalid"
        person.name, person.lang, person.role = "", "", Role.VIEWER
        person.password = person.totp = person.passkey_handle = None
        person.recovery_codes = person.scope = person.habits = None
        person.active, person.erased_at = False, now
        audit(
            session,
            "person.erased",
            now=now,
            moderator_id=None if person_id == moderator_id else moderator_id,
            subject=person_id,
        )


def _blank(
    session: Session,
    model: type[Any],
    key: Any,  # noqa: ANN401 - the column of a primary key
    old: Any,  # noqa: ANN401 - a clause
    **blank: object,
) -> int:
    rows = select(col(key)).where(old).limit(BATCH)
    return _count(session, update(model).where(col(key).in_(rows)).values(**blank))


def _count(session: Session, statement: Any) -> int:  # noqa: ANN401 - update or delete
    done: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)
