"""Second factors: codes of an app, each good once, and codes for when it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.baton import read_code, show_code
from relay.domain.errors import Conflict, NotFound
from relay.domain.secret import hash_token
from relay.models import Moderator
from relay.services.audit import audit
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Dice

RECOVERY_CODES = 10
# What stands between the number of the newest code that was used and the sealed secret.
_BETWEEN = "|"


def set_up_totp(
    engine: Engine,
    moderator_id: int,
    sealed: str,
    counter: int,
    *,
    address: str,
    clock: Clock,
    dice: Dice,
) -> list[str]:
    """Keep the sealed secret of an app and return recovery codes, shown this once.

    `counter` numbers the code that proved it, which is thereby used.
    """
    now = clock.now()
    with writing(engine) as session:
        account = _require_account(session, moderator_id)
        account.totp = f"{counter}{_BETWEEN}{sealed}"
        codes = _make_codes(account, dice)
        audit(
            session,
            "second_factor.set_up",
            now=now,
            moderator_id=moderator_id,
            subject=moderator_id,
            address=address,
        )
    return codes


def read_totp(kept: str | None) -> tuple[str, int] | None:
    """Return the sealed secret and the number of the newest code that was used."""
    counter, between, sealed = (kept or "").partition(_BETWEEN)
    return (sealed, int(counter)) if between else None


def use_counter(engine: Engine, moderator_id: int, counter: int) -> bool:
    """Use a code by its number; False when it or a newer one was used before."""
    with writing(engine) as session:
        account = _require_account(session, moderator_id)
        found = read_totp(account.totp)
        if found is None or counter <= found[1]:
            return False
        account.totp = f"{counter}{_BETWEEN}{found[0]}"
        return True


def drop_totp(engine: Engine, moderator_id: int, *, address: str, clock: Clock) -> None:
    """Take the app and the recovery codes away from an account."""
    now = clock.now()
    with writing(engine) as session:
        account = _require_account(session, moderator_id)
        if account.totp is None:
            return
        account.totp, account.recovery_codes = None, None
        audit(
            session,
            "second_factor.removed",
            now=now,
            moderator_id=moderator_id,
            subject=moderator_id,
            address=address,
        )


def renew_recovery_codes(
    engine: Engine, moderator_id: int, *, address: str, clock: Clock, dice: Dice
) -> list[str]:
    """Return new recovery codes; the old ones work no more. Raises Conflict."""
    now = clock.now()
    with writing(engine) as session:
        account = _require_account(session, moderator_id)
        if account.totp is None:
            message = "There is no second factor that could be recovered."
            raise Conflict(message)
        codes = _make_codes(account, dice)
        audit(
            session,
            "second_factor.codes_renewed",
            now=now,
            moderator_id=moderator_id,
            subject=moderator_id,
            address=address,
        )
    return codes


def use_recovery_code(
    engine: Engine,
    moderator_id: int,
    typed: str,
    *,
    address: str,
    clock: Clock,
    dice: Dice,
) -> bool:
    """Use a recovery code; False when it is none of the account's, or was used."""
    now, code = clock.now(), read_code(typed)
    if code is None:
        return False
    with writing(engine) as session:
        account = _require_account(session, moderator_id)
        kept = list(account.recovery_codes or [])
        wanted = _hash_code(dice, moderator_id, code)
        if wanted not in kept:
            return False
        account.recovery_codes = [each for each in kept if each != wanted]
        audit(
            session,
            "second_factor.code_used",
            now=now,
            moderator_id=moderator_id,
            subject=moderator_id,
            details={"left": len(kept) - 1},
            address=address,
        )
        return True


def _make_codes(account: Moderator, dice: Dice) -> list[str]:
    codes = [dice.baton_code() for _ in range(RECOVERY_CODES)]
    account.recovery_codes = [_hash_code(dice, account.id or 0, each) for each in codes]
    return [show_code(each) for each in codes]


def _hash_code(dice: Dice, moderator_id: int, code: str) -> str:
    """Return what is kept of a code: 53 bits alone are too few for a bare hash.

    Without the site's key nobody can try codes against a stolen table.
    """
    return hash_token(dice.derive(f"recovery code {moderator_id} {code}"))


def _require_account(session: Session, moderator_id: int) -> Moderator:
    account = session.exec(
        select(Moderator)
        .where(col(Moderator.id) == moderator_id, col(Moderator.active))
        .with_for_update()
    ).first()
    if account is None:
        message = "There is no such account."
        raise NotFound(message)
    return account
