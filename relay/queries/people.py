"""The people of the desk, as organisers and they themselves see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlmodel import col

from relay.domain.scope import Scope, read_scope
from relay.domain.secret import hash_token
from relay.models import (
    AccountLink,
    DeskSession,
    Moderator,
    ModeratorToken,
    Passkey,
)

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row

    from relay.models.moderator import Role

PEOPLE_MAX = 500  # on one page; a campaign has some dozens
SESSIONS_MAX = 50
# As many characters of a hash as tell sessions or tokens of one account apart.
NAME_LENGTH = 16


@dataclass(frozen=True)
class Person:
    """One account. `joined` is False until the invitation was accepted."""

    id: int
    email: str
    name: str
    role: Role
    scope: Scope
    lang: str
    active: bool
    joined: bool
    has_totp: bool
    recovery_codes: int
    passkeys: int
    last_seen: datetime | None
    link_until: datetime | None


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in; `here` is the one that asks."""

    name: str
    begun_at: datetime
    seen_at: datetime
    address: str
    browser: str
    here: bool


@dataclass(frozen=True)
class OwnPasskey:
    """A passkey as its owner knows it."""

    id: int
    name: str
    backed_up: bool
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class OwnToken:
    """A token of a program, which nobody can read any more."""

    name: str
    created_at: datetime


def list_people(connection: Connection, *, now: datetime) -> list[Person]:
    """Return everybody who was not erased: those who may come in first, by address."""
    rows = connection.execute(
        _people(now)
        .where(col(Moderator.erased_at).is_(None))
        .order_by(col(Moderator.active).desc(), col(Moderator.email))
        .limit(PEOPLE_MAX)
    )
    return [_person(row) for row in rows]


def find_person(
    connection: Connection, person_id: int, *, now: datetime
) -> Person | None:
    """Return one account that was not erased."""
    row = connection.execute(
        _people(now).where(
            col(Moderator.id) == person_id, col(Moderator.erased_at).is_(None)
        )
    ).one_or_none()
    return _person(row) if row else None


def list_sessions(
    connection: Connection, moderator_id: int, *, token: str, begun_after: datetime
) -> list[OpenSession]:
    """Return an account's open sessions, the one of this token first."""
    here = hash_token(token)
    rows = connection.execute(
        select(
            col(DeskSession.token_hash),
            col(DeskSession.created_at),
            col(DeskSession.seen_at),
            col(DeskSession.address),
            col(DeskSession.browser),
        )
        .where(
            col(DeskSession.moderator_id) == moderator_id,
            col(DeskSession.ended_at).is_(None),
            col(DeskSession.created_at) > begun_after,
        )
        .order_by(
            (col(DeskSession.token_hash) == here).desc(),
            col(DeskSession.seen_at).desc(),
        )
        .limit(SESSIONS_MAX)
    )
    return [
        OpenSession(
            row.token_hash[:NAME_LENGTH],
            row.created_at,
            row.seen_at,
            row.address or "",
            row.browser or "",
            row.token_hash == here,
        )
        for row in rows
    ]


def list_passkeys(connection: Connection, moderator_id: int) -> list[OwnPasskey]:
    """Return an account's passkeys, the oldest first."""
    rows = connection.execute(
        select(
            col(Passkey.id),
            col(Passkey.name),
            col(Passkey.backed_up),
            col(Passkey.created_at),
            col(Passkey.used_at),
        )
        .where(col(Passkey.moderator_id) == moderator_id)
        .order_by(col(Passkey.id))
    )
    return [OwnPasskey(row[0] or 0, row[1], row[2], row[3], row[4]) for row in rows]


def list_credentials(connection: Connection, moderator_id: int) -> list[bytes]:
    """Return the ids of an account's passkeys, so that none is made twice."""
    return list(
        connection.scalars(
            select(col(Passkey.credential_id)).where(
                col(Passkey.moderator_id) == moderator_id
            )
        )
    )


def list_tokens(connection: Connection, moderator_id: int) -> list[OwnToken]:
    """Return an account's API tokens that work, the oldest first."""
    rows = connection.execute(
        select(col(ModeratorToken.token_hash), col(ModeratorToken.created_at))
        .where(
            col(ModeratorToken.moderator_id) == moderator_id,
            col(ModeratorToken.revoked_at).is_(None),
        )
        .order_by(col(ModeratorToken.created_at))
    )
    return [OwnToken(row.token_hash[:NAME_LENGTH], row.created_at) for row in rows]


def find_totp(connection: Connection, moderator_id: int) -> str | None:
    """Return what is kept of an account's app for codes."""
    return connection.scalar(
        select(col(Moderator.totp)).where(col(Moderator.id) == moderator_id)
    )


def _people(now: datetime) -> Select[Any]:
    mine = col(Moderator.id)
    last_seen = (
        select(func.max(col(DeskSession.seen_at)))
        .where(col(DeskSession.moderator_id) == mine)
        .scalar_subquery()
    )
    passkeys = (
        select(func.count())
        .select_from(Passkey)
        .where(col(Passkey.moderator_id) == mine)
        .scalar_subquery()
    )
    link_until = (
        select(func.max(col(AccountLink.expires_at)))
        .where(
            col(AccountLink.moderator_id) == mine,
            col(AccountLink.used_at).is_(None),
            col(AccountLink.expires_at) > now,
        )
        .scalar_subquery()
    )
    return select(
        mine,
        col(Moderator.email),
        col(Moderator.name),
        col(Moderator.role),
        col(Moderator.scope),
        col(Moderator.lang),
        col(Moderator.active),
        col(Moderator.password).is_not(None).label("joined"),
        col(Moderator.totp).is_not(None).label("has_totp"),
        col(Moderator.recovery_codes),
        passkeys.label("passkeys"),
        last_seen.label("last_seen"),
        link_until.label("link_until"),
    )


def _person(row: Row[Any]) -> Person:
    return Person(
        row.id,
        row.email,
        row.name,
        row.role,
        read_scope(row.scope),
        row.lang,
        row.active,
        row.joined,
        row.has_totp,
        len(row.recovery_codes or []),
        row.passkeys,
        row.last_seen,
        row.link_until,
    )
