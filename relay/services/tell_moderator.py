"""Mails to people of the desk: an invitation, or a link for a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.domain.account_letter import AccountLetter
from relay.domain.language import FALLBACK, match_language
from relay.models import AccountLink, Moderator
from relay.models.moderator import LinkPurpose
from relay.services.account_links import link_token
from relay.services.mailing import Draft
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from relay.ports import Mailroom
    from relay.services.outbox import Ticket


def draft_account_letter(room: Mailroom, ticket: Ticket) -> Draft | None:
    """Return the letter of a link; None when it was used or has run out meanwhile.

    The token is made again from the site's key: it is kept nowhere.
    """
    link_id = ticket.subject
    with writing(room.engine) as session:
        found = session.execute(
            select(AccountLink, Moderator)
            .join(Moderator, col(Moderator.id) == col(AccountLink.moderator_id))
            .where(
                col(AccountLink.id) == link_id,
                col(AccountLink.used_at).is_(None),
                col(AccountLink.expires_at) > room.clock.now(),
                col(Moderator.active),
            )
        ).one_or_none()
        if found is None:
            return None
        link, person = found
        is_invited = link.purpose is LinkPurpose.INVITE
        token = link_token(room.dice, link_id, link.purpose)
        place = "invite" if is_invited else "reset"
        letter = AccountLetter(
            template=place,
            lang=match_language(person.lang) or FALLBACK,
            name=person.name,
            url=f"{room.base_url}/desk/{place}/{token}",
            until=link.expires_at,
        )
        return Draft(person.email, f"account.{link_id}", letter, _note_nothing)


def _note_nothing(_session: Session, _now: datetime) -> None:
    """Leave everything as it is: the link itself says whether it was used."""
