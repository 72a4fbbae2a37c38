"""The audit log: what was done at the desk, written in the commit that did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relay.models import AuditRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


def audit(
    session: Session,
    what: str,
    *,
    now: datetime,
    moderator_id: int | None,
    subject: object = "",
    entry_id: int | None = None,
    details: dict[str, Any] | None = None,
    address: str | None = None,
) -> None:
    """Write one row in the caller's transaction.

    `what` names a thing and what befell it, such as `person.invited`; `subject` is the
    id of the thing, `details` plain data, such as what was before and after. `address`
    is the internet address that it was done from; it is blanked after some days.
    """
    session.add(
        AuditRow(
            at=now,
            moderator_id=moderator_id,
            what=what,
            entry_id=entry_id,
            subject=str(subject),
            details=details,
            address=address,
        )
    )
