"""Sessions of the desk: one row for each browser in which somebody has signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import col

from relay.domain.browser_name import name_browser
from relay.domain.errors import NotFound
from relay.domain.secret import hash_token
from relay.models import DeskSession
from relay.services.audit import audit
from relay.services.let_go import end_leases
from relay.services.sign_in import Attempt, forget_failures
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Dice

# One shift at the desk; then one signs in again.
SESSION_LASTS = timedelta(hours=12)
# When a session was used is written down this often, not at each page.
SEEN_EVERY = timedelta(minutes=1)
# As many characters of a token's hash as tell an account's sessions apart.
SESSION_NAME = 16


def begin_session(
    engine: Engine,
    moderator_id: int,
    *,
    how: str,
    address: str,
    agent: str,
    attempt: Attempt | None = None,
    clock: Clock,
    dice: Dice,
) -> str:
    """Begin a session and return its token, which only the browser keeps.

    `how` says with what: `password`, `code`, `recovery_code`, `passkey` or `invite`.
    """
    now, token = clock.now(), dice.token()
    browser = name_browser(agent)
    with writing(engine) as session:
        if attempt:
            forget_failures(session, attempt)
        session.add(
            DeskSession(
                token_hash=hash_token(token),
                moderator_id=moderator_id,
                created_at=now,
                seen_at=now,
                address=address,
                browser=browser,
            )
        )
        audit(
            session,
            "session.begun",
            now=now,
            moderator_id=moderator_id,
            subject=moderator_id,
            details={"how": how, "browser": browser},
            address=address,
        )
    return token


def touch_session(engine: Engine, token: str, *, clock: Clock) -> None:
    """Note that a session is in use, at most once in a while."""
    now = clock.now()
    with writing(engine) as session:
        session.execute(
            update(DeskSession)
            .where(
                col(DeskSession.token_hash) == hash_token(token),
                col(DeskSession.seen_at) <= now - SEEN_EVERY,
            )
            .values(seen_at=now)
        )


def end_session(
    engine: Engine, moderator_id: int, token: str, *, address: str, clock: Clock
) -> None:
    """End the session of a token; doing it twice is harmless."""
    _end_one(engine, moderator_id, hash_token(token), address=address, clock=clock)


def end_named_session(
    engine: Engine, moderator_id: int, name: str, *, address: str, clock: Clock
) -> None:
    """End one session of an account by its public name; raises NotFound.

    The name is the beginning of the token's hash, which opens nothing.
    """
    is_whole = len(name) >= SESSION_NAME
    if not is_whole or not _end_one(
        engine, moderator_id, name, address=address, clock=clock
    ):
        message = "There is no such session."
        raise NotFound(message)


def end_other_sessions(
    engine: Engine, moderator_id: int, token: str, *, address: str, clock: Clock
) -> int:
    """End every session of an account but this one; returns how many there were."""
    now = clock.now()
    with writing(engine) as session:
        ended = end_sessions(session, moderator_id, now=now, but=token)
        if ended:
            _note_ended(session, moderator_id, ended, now=now, address=address)
    return ended


def end_sessions(
    session: Session, moderator_id: int, *, now: datetime, but: str = ""
) -> int:
    """End an account's sessions in the caller's transaction; returns how many."""
    ended = session.execute(
        update(DeskSession)
        .where(
            col(DeskSession.moderator_id) == moderator_id,
            col(DeskSession.ended_at).is_(None),
            col(DeskSession.token_hash) != hash_token(but),
        )
        .values(ended_at=now)
        .returning(col(DeskSession.token_hash))
    )
    if not but:
        end_leases(session, moderator_id)
    return len(ended.all())


def _end_one(
    engine: Engine, moderator_id: int, name: str, *, address: str, clock: Clock
) -> bool:
    now = clock.now()
    with writing(engine) as session:
        ended = session.execute(
            update(DeskSession)
            .where(
                col(DeskSession.moderator_id) == moderator_id,
                col(DeskSession.token_hash).startswith(name, autoescape=True),
                col(DeskSession.ended_at).is_(None),
            )
            .values(ended_at=now)
            .returning(col(DeskSession.token_hash))
        ).all()
        if ended:
            _note_ended(session, moderator_id, len(ended), now=now, address=address)
            end_leases(session, moderator_id)
    return bool(ended)


def _note_ended(
    session: Session, moderator_id: int, count: int, *, now: datetime, address: str
) -> None:
    audit(
        session,
        "session.ended",
        now=now,
        moderator_id=moderator_id,
        subject=moderator_id,
        details={"count": count},
        address=address,
    )
