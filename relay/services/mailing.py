"""Mails of the outbox: each is written, sent once, tried again, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from relay.domain.language import FALLBACK, match_language
from relay.domain.mail import Mail, next_mail_pause
from relay.services.outbox import finish, give_up, run_later
from relay.services.stop_mail import stop_key
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.domain.errors import MailFailed
    from relay.models import Entry
    from relay.ports import Clock, Letter, Mailroom
    from relay.services.outbox import Ticket


@dataclass(frozen=True)
class Draft:
    """A letter, to whom it goes, and what is noted in the commit that finishes its row.

    `name` is what sets it apart from every other mail, such as `notice.17`: of it the
    mail's id is made, which stays the same however often it is tried.
    """

    to: str
    name: str
    letter: Letter
    note_sent: Callable[[Session, datetime], None]


def _note_nothing(_session: Session, _ticket: Ticket) -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Errand:
    """How the mails of one topic are made: who drafts them, and what giving up changes.

    `draft` returns None when there is nothing to tell any more.
    """

    draft: Callable[[Mailroom, Ticket], Draft | None]
    note_given_up: Callable[[Session, Ticket], None] = _note_nothing


def write_mail(room: Mailroom, draft: Draft) -> Mail:
    """Return a draft as a mail that can be sent."""
    letter = draft.letter
    words = room.writer.write(letter)
    return Mail(
        to=draft.to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        lang=letter.lang,
        message_id=f"{draft.name}@{urlsplit(room.base_url).hostname}",
        stop_url=letter.stop_url,
        at=room.clock.now(),
    )


def keep_sent(engine: Engine, ticket: Ticket, draft: Draft, *, clock: Clock) -> bool:
    """Note that a mail was sent and finish its row, in one commit.

    Tells whether it counted, as another attempt may have taken over.
    """
    now = clock.now()
    with writing(engine) as session:
        if not finish(session, ticket, now=now):
            return False
        draft.note_sent(session, now)
    return True


def keep_unneeded(engine: Engine, ticket: Ticket, *, clock: Clock) -> bool:
    """Finish the row of a mail that has nothing to tell; tells whether it counted."""
    with writing(engine) as session:
        return finish(session, ticket, now=clock.now())


def keep_unsent(
    engine: Engine,
    ticket: Ticket,
    failed: MailFailed,
    *,
    errand: Errand,
    clock: Clock,
) -> bool:
    """Try again later, or give up for good; tells whether there is another try."""
    now = clock.now()
    pause = None if failed.permanent else next_mail_pause(ticket.attempt)
    with writing(engine) as session:
        if pause:
            return run_later(session, ticket, at=now + pause)
        if give_up(session, ticket, now=now):
            errand.note_given_up(session, ticket)
    return False


def language_of(entry: Entry) -> str:
    """Return the language in which an entry's maker is written to."""
    return match_language(entry.lang) or FALLBACK


def stop_url(room: Mailroom, entry: Entry) -> str:
    """Return the link by which an entry's maker gets no more mail."""
    key = stop_key(room.dice, entry.ref)
    return f"{room.base_url}/{language_of(entry)}/mail/{entry.ref}/{key}"
