"""Passkeys of accounts: kept, named, taken away, and used with a challenge once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from relay.domain.errors import Conflict, Forbidden, NotFound
from relay.domain.secret import hash_token
from relay.domain.text import clean_text
from relay.models import Moderator, Passkey, SpentProof
from relay.services.audit import audit
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Dice

NAME_MAX = 80
MOST_PASSKEYS = 20  # of one account
# For how long a challenge may be answered.
CHALLENGE_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class NewPasskey:
    """What a browser has made and we have checked, as WebAuthn names its parts."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    backed_up: bool
    name: str


@dataclass(frozen=True)
class KnownPasskey:
    """What is needed to check an answer, and whose passkey it is."""

    id: int
    moderator_id: int
    handle: str
    public_key: bytes
    sign_count: int


def require_handle(engine: Engine, moderator_id: int, *, dice: Dice) -> str:
    """Return the name under which passkeys know an account: random, and kept."""
    with writing(engine) as session:
        account = session.get_one(Moderator, moderator_id, with_for_update=True)
        if account.passkey_handle is None:
            account.passkey_handle = dice.token()
        return account.passkey_handle


def spend_challenge(engine: Engine, challenge: str, *, clock: Clock) -> None:
    """Let a challenge be answered this once; raises Forbidden the second time.

    The session that holds it lies in the browser, where an old one can be put back.
    """
    now = clock.now()
    try:
        with writing(engine) as session:
            session.add(
                SpentProof(
                    proof_hash=hash_token(f"passkey {challenge}"),
                    until=now + CHALLENGE_LASTS,
                )
            )
    except IntegrityError:
        message = "This challenge was answered already."
        raise Forbidden(message) from None


def add_passkey(
    engine: Engine, moderator_id: int, made: NewPasskey, *, address: str, clock: Clock
) -> int:
    """Keep a checked passkey; raises Conflict: it is known, or there are too many."""
    now = clock.now()
    with writing(engine) as session:
        count = session.scalar(
            select(func.count())
            .select_from(Passkey)
            .where(col(Passkey.moderator_id) == moderator_id)
        )
        known = session.scalar(
            select(col(Passkey.id)).where(
                col(Passkey.credential_id) == made.credential_id
            )
        )
        if known or (count or 0) >= MOST_PASSKEYS:
            message = "This passkey is here already, or there are too many."
            raise Conflict(message)
        passkey = Passkey(
            moderator_id=moderator_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            transports=list(made.transports),
            name=_name(made.name),
            backed_up=made.backed_up,
            created_at=now,
        )
        session.add(passkey)
        session.flush()
        _audit(session, "passkey.added", passkey, now=now, address=address)
        return passkey.id or 0


def rename_passkey(
    engine: Engine,
    moderator_id: int,
    passkey_id: int,
    name: str,
    *,
    address: str,
    clock: Clock,
) -> None:
    """Give an own passkey another name; raises NotFound."""
    with writing(engine) as session:
        passkey = _require_own(session, moderator_id, passkey_id)
        passkey.name = _name(name)
        _audit(session, "passkey.renamed", passkey, now=clock.now(), address=address)


def remove_passkey(
    engine: Engine, moderator_id: int, passkey_id: int, *, address: str, clock: Clock
) -> None:
    """Take an own passkey away; raises NotFound."""
    with writing(engine) as session:
        passkey = _require_own(session, moderator_id, passkey_id)
        _audit(session, "passkey.removed", passkey, now=clock.now(), address=address)
        session.delete(passkey)


def find_passkey(engine: Engine, credential_id: bytes) -> KnownPasskey | None:
    """Return a passkey of an account that may come in."""
    with engine.connect() as connection:
        row = connection.execute(
            select(
                col(Passkey.id),
                col(Passkey.moderator_id),
                col(Moderator.passkey_handle),
                col(Passkey.public_key),
                col(Passkey.sign_count),
            )
            .join(Moderator, col(Moderator.id) == col(Passkey.moderator_id))
            .where(
                col(Passkey.credential_id) == credential_id,
                col(Moderator.active),
                col(Moderator.password).is_not(None),
            )
        ).one_or_none()
    return (
        KnownPasskey(row[0] or 0, row[1], row[2] or "", row[3], row[4]) if row else None
    )


def use_passkey(
    engine: Engine,
    passkey_id: int,
    *,
    sign_count: int,
    backed_up: bool,
    clock: Clock,
) -> None:
    """Note that a passkey was used; raises Forbidden when its count has not grown.

    Then there is a copy of it. Those that never count always say 0.
    """
    with writing(engine) as session:
        passkey = session.get(Passkey, passkey_id, with_for_update=True)
        if passkey is None or _is_copied(passkey.sign_count, sign_count):
            message = "This passkey may have been copied."
            raise Forbidden(message)
        passkey.sign_count, passkey.backed_up = sign_count, backed_up
        passkey.used_at = clock.now()


def _is_copied(kept: int, said: int) -> bool:
    counts = kept > 0 or said > 0
    return counts and said <= kept


def _name(typed: str) -> str:
    return clean_text(typed)[:NAME_MAX]


def _require_own(session: Session, moderator_id: int, passkey_id: int) -> Passkey:
    passkey = session.get(Passkey, passkey_id, with_for_update=True)
    if passkey is None or passkey.moderator_id != moderator_id:
        message = "There is no such passkey."
        raise NotFound(message)
    return passkey


def _audit(
    session: Session, what: str, passkey: Passkey, *, now: datetime, address: str
) -> None:
    audit(
        session,
        what,
        now=now,
        moderator_id=passkey.moderator_id,
        subject=passkey.id,
        details={"name": passkey.name},
        address=address,
    )
