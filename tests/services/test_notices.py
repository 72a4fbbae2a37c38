from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.domain.notice import GRACE, PASSED_ON_PAUSE, About
from relay.models import Entry, Notice, OutboxRow, OutboxState, Topic
from relay.services.notices import notify
from relay.services.writing import writing
from tests.making import send

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay


def tell(
    relay: Relay, entry_id: int, about: About, *, at: datetime | None = None
) -> None:
    with writing(relay.engine) as session:
        entry = session.get_one(Entry, entry_id)
        notify(session, entry, about, now=at or relay.clock.now())


def mails(relay: Relay) -> list[OutboxRow]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(OutboxRow)
                .where(OutboxRow.topic == Topic.TELL_MAKER)
                .order_by(col(OutboxRow.id))
            )
        )


def notices(relay: Relay, entry_id: int) -> list[Notice]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(Notice)
                .where(Notice.entry_id == entry_id)
                .order_by(col(Notice.id))
            )
        )


def test_without_an_address_it_is_kept_for_the_private_page_alone(
    either_relay: Relay,
) -> None:
    sent = send(either_relay)
    tell(either_relay, sent.entry_id, About.APPROVED)
    (notice,) = notices(either_relay, sent.entry_id)
    assert (notice.about, notice.mailed_at) == (About.APPROVED, None)
    assert mails(either_relay) == []


def test_a_mail_waits_for_second_thoughts(either_relay: Relay) -> None:
    sent = send(either_relay, email="lin@example.org")
    now = either_relay.clock.now()
    tell(either_relay, sent.entry_id, About.APPROVED, at=now)
    (row,) = [each for each in mails(either_relay) if each.due_at > now]
    (notice,) = notices(either_relay, sent.entry_id)[-1:]
    assert row.subject == notice.id
    assert row.due_at == now + GRACE


def test_who_withdraws_gets_no_mail(either_relay: Relay) -> None:
    sent = send(either_relay, email="lin@example.org")
    before = len(mails(either_relay))
    tell(either_relay, sent.entry_id, About.WITHDRAWN)
    assert len(mails(either_relay)) == before


def test_of_passed_batons_there_is_one_mail_a_day(either_relay: Relay) -> None:
    sent = send(either_relay, email="lin@example.org")
    now, before = either_relay.clock.now(), len(mails(either_relay))
    for _ in range(3):
        tell(either_relay, sent.entry_id, About.PASSED_ON, at=now)
    (row,) = mails(either_relay)[before:]
    with writing(either_relay.engine) as session:
        session.get_one(OutboxRow, row.id).state = OutboxState.DONE
        session.get_one(Notice, row.subject).mailed_at = now
    later = now + timedelta(hours=3)
    for _ in range(2):
        tell(either_relay, sent.entry_id, About.PASSED_ON, at=later)
    _, second = mails(either_relay)[before:]
    assert second.due_at == now + PASSED_ON_PAUSE
    assert len(notices(either_relay, sent.entry_id)) >= 5


def test_what_is_passed_on_while_its_mail_is_written_comes_with_the_next(
    either_relay: Relay,
) -> None:
    sent = send(either_relay, email="lin@example.org")
    before = len(mails(either_relay))
    tell(either_relay, sent.entry_id, About.PASSED_ON)
    (row,) = mails(either_relay)[before:]
    with writing(either_relay.engine) as session:
        session.get_one(OutboxRow, row.id).state = OutboxState.RUNNING
    tell(either_relay, sent.entry_id, About.PASSED_ON)
    assert len(mails(either_relay)[before:]) == 2
