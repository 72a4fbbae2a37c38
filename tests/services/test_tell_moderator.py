"""Letters to people of the desk: the right link, in their language, while it works."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from relay.domain.errors import NotFound
from relay.models import Moderator, Topic
from relay.models.moderator import LinkPurpose, Role
from relay.ports import Mailroom
from relay.services.account_links import (
    MadeLink,
    NewPerson,
    find_link,
    invite_person,
    send_link,
    use_link,
)
from relay.services.mailing import write_mail
from relay.services.outbox import Ticket
from relay.services.tell_moderator import draft_account_letter
from tests.making import SetClock, make_moderator

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def invite(relay: Relay, **about: str) -> MadeLink:
    by = make_moderator(relay, role=Role.ORGANISER, password_hash="hash")
    return invite_person(
        relay.engine,
        NewPerson("dan@example.org", **about),  # type: ignore[arg-type]  # words alone
        moderator_id=by,
        address="127.0.0.1",
        clock=relay.clock,
        dice=relay.dice,
    )


def room(relay: Relay) -> Mailroom:
    return Mailroom(
        engine=relay.engine,
        base_url="https://relay.example.org",
        clock=relay.clock,
        dice=relay.dice,
        writer=relay.mail_writer,
        gazetteer=relay.gazetteer,
    )


def ticket(made: MadeLink) -> Ticket:
    return Ticket(1, Topic.TELL_MODERATOR, made.id, 1)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Your invitation to the moderators’ desk"),
        ("zh-Hans", "邀请您加入审核台"),
        ("he", "ההזמנה שלכם לשולחן העבודה של צוות הבדיקה"),
    ],
)
def test_an_invitation_leads_to_its_account_in_the_invited_ones_language(
    either_relay: Relay, lang: str, words: str
) -> None:
    made = invite(either_relay, lang=lang)
    draft = draft_account_letter(room(either_relay), ticket(made))
    assert draft
    mail = write_mail(room(either_relay), draft)
    assert (mail.to, mail.subject, mail.stop_url) == ("dan@example.org", words, "")
    address = next(line for line in mail.text.splitlines() if "https://" in line)
    assert address.startswith("https://relay.example.org/desk/invite/")
    assert address in mail.html
    token = address.rsplit("/", 1)[1]
    found = find_link(
        either_relay.engine, token, LinkPurpose.INVITE, clock=either_relay.clock
    )
    assert found
    assert found.moderator_id == made.moderator_id
    used = use_link(
        either_relay.engine,
        token,
        LinkPurpose.INVITE,
        password_hash="hash",
        address="127.0.0.1",
        clock=either_relay.clock,
    )
    assert used == made.moderator_id
    with pytest.raises(NotFound):
        use_link(
            either_relay.engine,
            token,
            LinkPurpose.INVITE,
            password_hash="another",
            address="127.0.0.1",
            clock=either_relay.clock,
        )


def test_a_link_that_was_used_replaced_or_ran_out_is_not_mailed(relay: Relay) -> None:
    made = invite(relay)
    later = replace(relay, clock=SetClock(relay.clock.now() + timedelta(days=7)))
    assert draft_account_letter(room(later), ticket(made)) is None
    newer = send_link(
        relay.engine,
        made.moderator_id,
        moderator_id=None,
        clock=relay.clock,
        dice=relay.dice,
    )
    assert draft_account_letter(room(relay), ticket(made)) is None
    assert draft_account_letter(room(relay), ticket(newer))
    with Session(relay.engine) as session:
        session.get_one(Moderator, made.moderator_id).active = False
        session.commit()
    assert draft_account_letter(room(relay), ticket(newer)) is None


def test_a_link_for_a_new_password_says_so(relay: Relay) -> None:
    person = make_moderator(relay, "lin@example.org", password_hash="hash")
    made = send_link(
        relay.engine, person, moderator_id=None, clock=relay.clock, dice=relay.dice
    )
    draft = draft_account_letter(room(relay), ticket(made))
    assert draft
    mail = write_mail(room(relay), draft)
    assert mail.subject == "A new password for the desk"
    assert "/desk/reset/" in mail.text
    assert "your password stays as it is" in mail.text
