"""One-time links to accounts: to be invited, and to choose a password anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlmodel import col

from relay.domain.errors import NotFound
from relay.domain.secret import hash_token
from relay.domain.text import clean_text
from relay.models import AccountLink, Moderator, SignInFailure, Topic
from relay.models.moderator import LinkPurpose, Role
from relay.services.audit import audit
from relay.services.deciders import require_organiser
from relay.services.moderators import free_address
from relay.services.outbox import remember
from relay.services.sessions import end_sessions
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Dice

LASTS = {
    LinkPurpose.INVITE: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=24),
}
# So many mails one account gets within a day because somebody asked for them.
RESETS_A_DAY = 5
NAME_MAX = 80


@dataclass(frozen=True)
class NewPerson:
    """Whom an organiser invites. `lang` is the language of the mail."""

    email: str
    name: str = ""
    role: Role = Role.MODERATOR
    scope: dict[str, Any] = field(default_factory=dict)
    lang: str = ""


@dataclass(frozen=True)
class MadeLink:
    """A link that was made, for whom, and until when it works."""

    id: int
    moderator_id: int
    purpose: LinkPurpose
    expires_at: datetime


@dataclass(frozen=True)
class OpenLink:
    """A link that can still be used, and whose account it opens."""

    moderator_id: int
    purpose: LinkPurpose
    email: str
    name: str


def link_token(dice: Dice, link_id: int, purpose: LinkPurpose) -> str:
    """Return the token of a link: made again whenever it is shown, and kept nowhere."""
    return dice.derive(f"account link {purpose.value} {link_id}")


def invite_person(
    engine: Engine,
    person: NewPerson,
    *,
    moderator_id: int,
    address: str,
    clock: Clock,
    dice: Dice,
) -> MadeLink:
    """Make an account without a password, and the link that gives it one.

    The mail with the link is planned in the same commit. Raises Invalid when the
    address is none or taken, and Forbidden.
    """
    now = clock.now()
    with writing(engine) as session:
        require_organiser(session, moderator_id)
        made = Moderator(
            email=free_address(session, person.email),
            name=clean_text(person.name)[:NAME_MAX],
            role=person.role,
            scope=person.scope or None,
            lang=person.lang,
            fs_uniquifier=dice.token(),
            created_at=now,
        )
        session.add(made)
        session.flush()
        link = _make_link(session, made, LinkPurpose.INVITE, now=now, dice=dice)
        audit(
            session,
            "person.invited",
            now=now,
            moderator_id=moderator_id,
            subject=made.id,
            details={"role": person.role.value, "scope": person.scope},
            address=address,
        )
    return link


def send_link(
    engine: Engine,
    person_id: int,
    *,
    moderator_id: int | None,
    address: str | None = None,
    clock: Clock,
    dice: Dice,
) -> MadeLink:
    """Make a new link for an account, and plan its mail; older ones stop working.

    It invites whoever has no password yet. Without `moderator_id` it was asked for at
    the command line. Raises NotFound, Forbidden.
    """
    now = clock.now()
    with writing(engine) as session:
        if moderator_id is not None:
            require_organiser(session, moderator_id)
        person = session.get(Moderator, person_id, with_for_update=True)
        if person is None or not person.active or person.erased_at:
            message = "There is no active account with this number."
            raise NotFound(message)
        purpose = LinkPurpose.RESET if person.password else LinkPurpose.INVITE
        link = _make_link(session, person, purpose, now=now, dice=dice)
        audit(
            session,
            f"person.{purpose.value}_link_made",
            now=now,
            moderator_id=moderator_id,
            subject=person_id,
            address=address,
        )
    return link


def ask_reset(
    engine: Engine, email: str, *, address: str, clock: Clock, dice: Dice
) -> None:
    """Plan the mail with which the owner of an address chooses a new password.

    What happens takes as long, and looks the same, where there is no such account: the
    wish is counted in both cases, and only so many are heard in a day.
    """
    now, typed = clock.now(), email.strip().lower()
    wish = dice.derive(f"reset account {typed}")
    with writing(engine) as session:
        asked = session.scalar(
            select(func.count())
            .select_from(SignInFailure)
            .where(col(SignInFailure.account_hash) == wish)
        )
        # Its address is no address: such rows make nobody wait.
        row = SignInFailure(account_hash=wish, address_hash=wish, at=now)
        session.add(row)
        person = session.scalar(
            select(Moderator).where(
                col(Moderator.email) == typed,
                col(Moderator.active),
                col(Moderator.password).is_not(None),
            )
        )
        if person is None or (asked or 0) >= RESETS_A_DAY:
            return
        _make_link(session, person, LinkPurpose.RESET, now=now, dice=dice)
        audit(
            session,
            "person.reset_asked",
            now=now,
            moderator_id=None,
            subject=person.id,
            address=address,
        )


def find_link(
    engine: Engine, token: str, purpose: LinkPurpose, *, clock: Clock
) -> OpenLink | None:
    """Return the open link of a token; None when it was used or has run out."""
    with engine.connect() as connection:
        row = connection.execute(
            select(
                col(Moderator.id),
                col(AccountLink.purpose),
                col(Moderator.email),
                col(Moderator.name),
            )
            .join(Moderator, col(Moderator.id) == col(AccountLink.moderator_id))
            .where(*_is_open(token, purpose, now=clock.now()), col(Moderator.active))
        ).one_or_none()
    return OpenLink(row[0] or 0, row[1], row[2], row[3]) if row else None


def use_link(
    engine: Engine,
    token: str,
    purpose: LinkPurpose,
    *,
    password_hash: str,
    address: str,
    clock: Clock,
) -> int:
    """Give an account its password, once; returns its id. Raises NotFound.

    Whoever was signed in with the old one is not any more, and the account's other
    links stop working.
    """
    now = clock.now()
    with writing(engine) as session:
        used = session.execute(
            update(AccountLink)
            .where(*_is_open(token, purpose, now=now))
            .values(used_at=now)
            .returning(col(AccountLink.moderator_id))
        ).scalar_one_or_none()
        person = used and session.get(Moderator, used, with_for_update=True)
        if not person or not person.active:
            message = "This link was used or has run out."
            raise NotFound(message)
        person.password = password_hash
        _end_links(session, used or 0, now=now)
        end_sessions(session, used or 0, now=now)
        what = "person.joined" if purpose is LinkPurpose.INVITE else "person.reset"
        audit(session, what, now=now, moderator_id=used, subject=used, address=address)
        return used or 0


def _make_link(
    session: Session,
    person: Moderator,
    purpose: LinkPurpose,
    *,
    now: datetime,
    dice: Dice,
) -> MadeLink:
    """Make a link and plan its mail; the token depends on the link's own number."""
    person_id = person.id or 0
    _end_links(session, person_id, now=now)
    link = AccountLink(
        moderator_id=person_id,
        purpose=purpose,
        token_hash=hash_token(dice.token()),
        created_at=now,
        expires_at=now + LASTS[purpose],
    )
    session.add(link)
    session.flush()
    link_id = link.id or 0
    link.token_hash = hash_token(link_token(dice, link_id, purpose))
    remember(session, [Topic.TELL_MODERATOR], [link_id], now=now)
    return MadeLink(link_id, person_id, purpose, link.expires_at)


def _end_links(session: Session, person_id: int, *, now: datetime) -> None:
    session.execute(
        update(AccountLink)
        .where(
            col(AccountLink.moderator_id) == person_id,
            col(AccountLink.used_at).is_(None),
        )
        .values(used_at=now)
    )


def _is_open(token: str, purpose: LinkPurpose, *, now: datetime) -> tuple[Any, ...]:
    return (
        col(AccountLink.token_hash) == hash_token(token),
        col(AccountLink.purpose) == purpose,
        col(AccountLink.used_at).is_(None),
        col(AccountLink.expires_at) > now,
    )
