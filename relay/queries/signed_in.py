"""Who is signed in: the account behind a session, asked for once a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlmodel import col

from relay.domain.secret import hash_token
from relay.models import DeskSession, DeskSetting, Moderator, Passkey

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from relay.models.moderator import Role

SECOND_FACTOR = "require_second_factor"


@dataclass(frozen=True)
class SignedIn:
    """An account as each page of the desk needs it, and the session it came by."""

    id: int
    email: str
    name: str
    role: Role
    scope: dict[str, Any] | None
    habits: dict[str, Any] | None
    fs_uniquifier: str
    begun_at: datetime
    seen_at: datetime
    has_totp: bool
    has_passkey: bool
    needs_second_factor: bool | None


def find_signed_in(
    connection: Connection, token: str, *, begun_after: datetime
) -> SignedIn | None:
    """Return who is signed in with this session's token; None when it has ended."""
    row = connection.execute(
        select(
            col(Moderator.id),
            col(Moderator.email),
            col(Moderator.name),
            col(Moderator.role),
            col(Moderator.scope),
            col(Moderator.habits),
            col(Moderator.fs_uniquifier),
            col(DeskSession.created_at),
            col(DeskSession.seen_at),
            col(Moderator.totp).is_not(None),
            exists().where(col(Passkey.moderator_id) == col(Moderator.id)),
            select(col(DeskSetting.value))
            .where(col(DeskSetting.key) == SECOND_FACTOR)
            .scalar_subquery(),
        )
        .join(Moderator, col(Moderator.id) == col(DeskSession.moderator_id))
        .where(
            col(DeskSession.token_hash) == hash_token(token),
            col(DeskSession.ended_at).is_(None),
            col(DeskSession.created_at) > begun_after,
            col(Moderator.active),
            col(Moderator.password).is_not(None),
        )
    ).one_or_none()
    return SignedIn(*row) if row else None
