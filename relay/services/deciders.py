"""Who may decide: an active account, by its role, within what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.errors import Forbidden
from relay.domain.scope import is_in_scope, read_scope
from relay.models import Moderator
from relay.models.moderator import Role

if TYPE_CHECKING:
    from sqlmodel import Session

    from relay.models import Entry

MAY_DECIDE = frozenset({Role.ORGANISER, Role.MODERATOR})


class OutOfScopeError(Forbidden):
    """This moderator is for other countries or regions, languages or activities."""

    code = "out_of_scope"


def require_organiser(session: Session, moderator_id: int) -> None:
    """Raise Forbidden unless this account is active and an organiser's."""
    moderator = session.get(Moderator, moderator_id)
    if not moderator or not moderator.active or moderator.role is not Role.ORGANISER:
        message = "Only organisers may do this."
        raise Forbidden(message)


def require_decider(
    session: Session, moderator_id: int, entry: Entry | None = None
) -> None:
    """Raise Forbidden unless this account is active and may decide, on this entry.

    Organisers decide everywhere.
    """
    moderator = session.get(Moderator, moderator_id)
    if not moderator or not moderator.active or moderator.role not in MAY_DECIDE:
        message = "This account may not decide."
        raise Forbidden(message)
    if entry is None or moderator.role is Role.ORGANISER:
        return
    if not is_in_scope(entry, read_scope(moderator.scope)):
        message = "This entry is not within what this account is for."
        raise OutOfScopeError(message)
