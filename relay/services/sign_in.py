"""Attempts to sign in: counted before they are checked, forgotten when they succeed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlmodel import col

from relay.domain.errors import TooMany
from relay.domain.sign_in_pause import (
    ADDRESS_REMEMBERED,
    FREE,
    REMEMBERED,
    Failures,
    seconds_to_wait,
)
from relay.models import Moderator, SignInFailure
from relay.services.audit import audit
from relay.services.writing import insert_one, writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Dice

# The locks that PostgreSQL keeps while attempts are counted, one for each address.
SIGNING_IN = 0x5E1E


@dataclass(frozen=True)
class Attempt:
    """One attempt at one account from one address, under the names they are kept by."""

    account_hash: str
    address_hash: str
    row_id: int = 0


class SignInPauseError(TooMany):
    """Too many wrong attempts: nothing is checked for `retry_after` seconds."""

    code = "sign_in_pause"


def begin_attempt(
    engine: Engine, email: str, *, address: str, clock: Clock, dice: Dice
) -> Attempt:
    """Count an attempt before anything is checked; raises SignInPauseError.

    Counting first leaves nothing to win by asking many times at once. It makes no
    difference whether there is such an account.
    """
    now = clock.now()
    attempt = Attempt(
        dice.derive(f"sign in account {email.strip().lower()}"),
        dice.derive(f"sign in address {address}"),
    )
    with writing(engine) as session:
        _lock_address(session, attempt)
        session.execute(
            delete(SignInFailure).where(col(SignInFailure.at) <= now - REMEMBERED)
        )
        of_pair = _count_pair(session, attempt)
        of_address = _count_accounts(session, attempt, now=now)
        wait = seconds_to_wait(of_pair, of_address, now=now)
        if not wait:
            row = {
                "account_hash": attempt.account_hash,
                "address_hash": attempt.address_hash,
                "at": now,
            }
            row_id = insert_one(session, SignInFailure, row)
            _note_pause(session, email, of_pair, now=now, address=address)
            return Attempt(attempt.account_hash, attempt.address_hash, row_id)
    message = f"Too many wrong attempts: wait {wait} seconds."
    raise SignInPauseError(message, retry_after=wait)


def forgive_attempt(engine: Engine, attempt: Attempt) -> None:
    """Forget one attempt that was right, as far as it went."""
    with writing(engine) as session:
        session.execute(
            delete(SignInFailure).where(col(SignInFailure.id) == attempt.row_id)
        )


def forget_failures(session: Session, attempt: Attempt) -> None:
    """Forget all failures at an account from an address whose owner has come in."""
    session.execute(
        delete(SignInFailure).where(
            col(SignInFailure.account_hash) == attempt.account_hash,
            col(SignInFailure.address_hash) == attempt.address_hash,
        )
    )


def _lock_address(session: Session, attempt: Attempt) -> None:
    """Wait until nobody else from this address is counted; SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        address = func.hashtext(attempt.address_hash)
        session.execute(select(func.pg_advisory_xact_lock(SIGNING_IN, address)))


def _count_pair(session: Session, attempt: Attempt) -> Failures:
    count, last = session.execute(
        select(func.count(), func.max(col(SignInFailure.at))).where(
            col(SignInFailure.account_hash) == attempt.account_hash,
            col(SignInFailure.address_hash) == attempt.address_hash,
        )
    ).one()
    return Failures(count, last)


def _note_pause(
    session: Session, email: str, of_pair: Failures, *, now: datetime, address: str
) -> None:
    """Write into the log that an account waits from now on, if this attempt is wrong.

    What was typed is not kept when it is nobody's address: it may be a password.
    """
    found = session.scalar(
        select(col(Moderator.id)).where(col(Moderator.email) == email.strip().lower())
    )
    if of_pair.count + 1 == FREE:
        audit(
            session,
            "session.refused",
            now=now,
            moderator_id=None,
            subject=found or "",
            details={"attempts": FREE},
            address=address,
        )


def _count_accounts(session: Session, attempt: Attempt, *, now: datetime) -> Failures:
    count, last = session.execute(
        select(
            func.count(col(SignInFailure.account_hash).distinct()),
            func.max(col(SignInFailure.at)),
        ).where(
            col(SignInFailure.address_hash) == attempt.address_hash,
            col(SignInFailure.at) > now - ADDRESS_REMEMBERED,
        )
    ).one()
    return Failures(count, last)
