"""Accounts of the desk: invitations, new moderators, and tokens for programs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.domain.entry import EMAIL_MAX
from relay.domain.errors import FieldError, Invalid, NotFound
from relay.domain.secret import hash_token
from relay.models import Invite, Moderator, ModeratorToken
from relay.models.moderator import Role
from relay.services.audit import audit
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import Clock, Dice

INVITE_DAYS = 7
# Something on both sides of one @, without spaces and what no database keeps.
_PART = r"[^@\s\x00-\x1f\x7f\ud800-\udfff]+"
_ADDRESS = re.compile(f"{_PART}@{_PART}")


def add_moderator(
    engine: Engine,
    email: str,
    *,
    role: Role,
    password_hash: str | None,
    clock: Clock,
    dice: Dice,
) -> int:
    """Make an account; returns its id. Raises Invalid when the address is taken."""
    with writing(engine) as session:
        return _add(session, email, role, password_hash, clock, dice)


def add_by_command(
    engine: Engine,
    email: str,
    *,
    role: Role,
    password_hash: str,
    clock: Clock,
    dice: Dice,
) -> int:
    """Make an account as whoever runs the machine wishes, and log it; returns its id.

    Raises Invalid when the address is none or taken.
    """
    with writing(engine) as session:
        made = _add(session, email, role, password_hash, clock, dice)
        audit(
            session,
            "person.added",
            now=clock.now(),
            moderator_id=None,
            subject=made,
            details={"role": role.value},
        )
    return made


def require_free_address(engine: Engine, email: str) -> None:
    """Raise Invalid when no account can be made for this address."""
    with Session(engine) as session:
        free_address(session, email)


def free_address(session: Session, email: str) -> str:
    """Return an address as it is kept; raises Invalid when none can be made of it."""
    address = email.strip().lower()
    if len(address) > EMAIL_MAX or not _ADDRESS.fullmatch(address):
        raise Invalid([FieldError("email", "not_an_address")])
    if session.exec(select(Moderator.id).where(Moderator.email == address)).first():
        raise Invalid([FieldError("email", "taken")])
    return address


def _add(
    session: Session,
    email: str,
    role: Role,
    password_hash: str | None,
    clock: Clock,
    dice: Dice,
) -> int:
    moderator = Moderator(
        email=free_address(session, email),
        password=password_hash,
        role=role,
        fs_uniquifier=dice.token(),
        created_at=clock.now(),
    )
    session.add(moderator)
    session.flush()
    return moderator.id or 0


def invite_first_moderator(engine: Engine, *, clock: Clock, dice: Dice) -> str | None:
    """Return a fresh one-time token while nobody can sign in yet, else None.

    Older unused invitations to become the first moderator stop working.
    """
    now = clock.now()
    with writing(engine) as session:
        if session.exec(
            select(Moderator.id).where(col(Moderator.password).is_not(None)).limit(1)
        ).first():
            return None
        for old in session.exec(select(Invite)).all():
            session.delete(old)
        token = dice.token()
        session.add(
            Invite(
                token_hash=hash_token(token),
                role=Role.ORGANISER,
                created_at=now,
                expires_at=now + timedelta(days=INVITE_DAYS),
            )
        )
    return token


def accept_invite(
    engine: Engine,
    token: str,
    *,
    email: str,
    password_hash: str,
    clock: Clock,
    dice: Dice,
) -> int:
    """Make the moderator that an invitation allows, once; raises NotFound, Invalid."""
    now = clock.now()
    with writing(engine) as session:
        invite = session.get(Invite, hash_token(token), with_for_update=True)
        if invite is None or invite.used_at or invite.expires_at <= now:
            message = "This invitation was used or has run out."
            raise NotFound(message)
        invite.used_at = now
        made = _add(session, email, invite.role, password_hash, clock, dice)
        audit(session, "person.joined", now=now, moderator_id=made, subject=made)
        return made


def is_invite_open(engine: Engine, token: str, *, clock: Clock) -> bool:
    """Tell whether an invitation can still be used."""
    with Session(engine) as session:
        invite = session.get(Invite, hash_token(token))
        return bool(invite and not invite.used_at and invite.expires_at > clock.now())


def make_token(engine: Engine, email: str, *, clock: Clock, dice: Dice) -> str:
    """Return a new API token of a moderator; raises NotFound."""
    now = clock.now()
    with writing(engine) as session:
        moderator = session.exec(
            select(Moderator).where(Moderator.email == email.strip().lower())
        ).first()
        if moderator is None or not moderator.active:
            message = "There is no active moderator with this address."
            raise NotFound(message)
        token = dice.token()
        session.add(
            ModeratorToken(
                token_hash=hash_token(token),
                moderator_id=moderator.id or 0,
                created_at=now,
            )
        )
        audit(
            session,
            "token.made",
            now=now,
            moderator_id=moderator.id,
            subject=moderator.id,
        )
    return token
