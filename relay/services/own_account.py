"""What people change of their own account: name, language, password, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.errors import NotFound
from relay.domain.text import clean_text
from relay.models import Moderator, ModeratorToken
from relay.services.audit import audit
from relay.services.sessions import end_sessions
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import Clock

NAME_MAX = 80
# As many characters of a hash as tell an account's tokens apart.
TOKEN_NAME = 16


def change_name(
    engine: Engine, moderator_id: int, *, name: str, lang: str, clock: Clock
) -> None:
    """Change how others at the desk know a person, and the language of our mails."""
    with writing(engine) as session:
        account = session.get_one(Moderator, moderator_id, with_for_update=True)
        account.name, account.lang = clean_text(name)[:NAME_MAX], lang
        audit(
            session,
            "person.renamed",
            now=clock.now(),
            moderator_id=moderator_id,
            subject=moderator_id,
        )


def change_password(
    engine: Engine,
    moderator_id: int,
    *,
    password_hash: str,
    token: str,
    address: str,
    clock: Clock,
) -> int:
    """Change a password and end all sessions but the one of this token.

    Returns how many were ended.
    """
    now = clock.now()
    with writing(engine) as session:
        account = session.get_one(Moderator, moderator_id, with_for_update=True)
        account.password = password_hash
        ended = end_sessions(session, moderator_id, now=now, but=token)
        audit(
            session,
            "person.password_changed",
            now=now,
            moderator_id=moderator_id,
            subject=moderator_id,
            details={"sessions_ended": ended},
            address=address,
        )
    return ended


def revoke_token(
    engine: Engine, moderator_id: int, name: str, *, address: str, clock: Clock
) -> None:
    """Let an own API token work no more, by its public name; raises NotFound."""
    now = clock.now()
    with writing(engine) as session:
        token = session.exec(
            select(ModeratorToken).where(
                ModeratorToken.moderator_id == moderator_id,
                col(ModeratorToken.token_hash).startswith(name, autoescape=True),
                col(ModeratorToken.revoked_at).is_(None),
            )
        ).first()
        if token is None or len(name) < TOKEN_NAME:
            message = "There is no such token."
            raise NotFound(message)
        token.revoked_at = now
        audit(
            session,
            "token.revoked",
            now=now,
            moderator_id=moderator_id,
            subject=token.token_hash[:TOKEN_NAME],
            address=address,
        )
