"""No more mail: whoever says so has every trace of the address deleted."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import col

from relay.domain.errors import NotFound
from relay.models import Entry, Report
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import Dice


def stop_key(dice: Dice, ref: str) -> str:
    """Return the key of an entry's link that ends all mail; it opens nothing else."""
    return dice.derive(f"stop mail {ref}")


def require_stop_key(dice: Dice, ref: str, key: str) -> None:
    """Raise NotFound unless the link was one of ours."""
    if not hmac.compare_digest(stop_key(dice, ref).encode(), key.encode()):
        message = "This link is not whole."
        raise NotFound(message)


def stop_mail(engine: Engine, ref: str, key: str, *, dice: Dice) -> None:
    """Forget the address of an entry wherever it stands; doing it twice is harmless.

    Raises NotFound.
    """
    require_stop_key(dice, ref, key)
    with writing(engine) as session:
        address = session.scalar(select(col(Entry.email)).where(col(Entry.ref) == ref))
        if address:
            session.execute(
                update(Entry)
                .where(col(Entry.email) == address)
                .values(email=None, remind=False)
                .execution_options(synchronize_session=False)
            )
            session.execute(
                update(Report)
                .where(col(Report.email) == address)
                .values(email=None)
                .execution_options(synchronize_session=False)
            )
