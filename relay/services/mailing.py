"""Mails of the outbox: each is written, sent once, tried again, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from relay.domain.errors import MailFailed
from relay.domain.language import FALLBACK, match_language
from relay.domain.mail import Mail, next_mail_pause
from relay.services.outbox import finish, give_up, run_later
from relay.services.stop_mail import stop_key
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from relay.models import Entry
    from relay.ports import Letter, Mailer, Mailroom
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


class Sending(StrEnum):
    """What came of a mail."""

    SENT = "sent"
    UNNEEDED = "there is nothing to tell any more"
    NO_SERVER = "there is no mail server: the pages tell it alone"
    LATER = "it is tried again later"
    GIVEN_UP = "it is given up"


@dataclass(frozen=True)
class Sent:
    """What came of a mail, and what the server said if it was not taken."""

    sending: Sending
    failed: MailFailed | None = None


def send_mail(
    room: Mailroom, ticket: Ticket, errand: Errand, *, mailer: Mailer | None
) -> Sent:
    """Write the mail of a row that has begun, hand it over, and keep what came of it.

    The server may take a mail and its answer be lost: then it is sent again, under the
    same id, and a reader's program shows it once.
    """
    draft = errand.draft(room, ticket)
    if draft is None or mailer is None:
        with writing(room.engine) as session:
            finish(session, ticket, now=room.clock.now())
        return Sent(Sending.UNNEEDED if draft is None else Sending.NO_SERVER)
    try:
        mailer.send(write_mail(room, draft))
    except MailFailed as failed:
        return Sent(_keep_unsent(room, ticket, failed, errand), failed)
    with writing(room.engine) as session:
        now = room.clock.now()
        # In the order of whoever withdraws: what is told, then the work of telling it.
        draft.note_sent(session, now)
        if not finish(session, ticket, now=now):
            session.rollback()
    return Sent(Sending.SENT)


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


def _keep_unsent(
    room: Mailroom, ticket: Ticket, failed: MailFailed, errand: Errand
) -> Sending:
    """Try again later, or give up for good."""
    now = room.clock.now()
    pause = None if failed.permanent else next_mail_pause(ticket.attempt)
    with writing(room.engine) as session:
        if pause:
            run_later(session, ticket, at=now + pause)
            return Sending.LATER
        if give_up(session, ticket, now=now):
            errand.note_given_up(session, ticket)
    return Sending.GIVEN_UP


def language_of(entry: Entry) -> str:
    """Return the language in which an entry's maker is written to."""
    return match_language(entry.lang) or FALLBACK


def stop_url(room: Mailroom, entry: Entry) -> str:
    """Return the link by which an entry's maker gets no more mail."""
    key = stop_key(room.dice, entry.ref)
    return f"{room.base_url}/{language_of(entry)}/mail/{entry.ref}/{key}"
