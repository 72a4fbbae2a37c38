"""What came of a report goes to a real mail server once; then the address is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.moderation import Choice, Reason
from relay.domain.notice import GRACE
from relay.models import OutboxRow, Outcome, Report, Topic
from relay.services.desk_settings import change_settings
from relay.services.mailing import Sending, send_mail
from relay.services.outbox import Ticket, claim_due, mark_running
from relay.services.resolve_reports import reopen_reports, resolve_reports
from relay.services.stop_mail import stop_key, stop_mail
from relay.web.app import build_app
from tests.mailing import Postbox, serving_mail
from tests.making import SetClock, choose, make_moderator, report, send
from workers.errands import ERRANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from relay.bootstrap import Relay
    from relay.settings import Settings

LATE = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def box() -> Iterator[Postbox]:
    with serving_mail() as box:
        yield box


@pytest.fixture
def settings(settings: Settings, box: Postbox) -> Settings:
    changed = {"smtp_url": box.url, "mail_from": "relay@example.org"}
    return settings.model_copy(update=changed)


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay)


@pytest.fixture
def ref(relay: Relay, by: int) -> str:
    sent = send(relay, title="Words of its maker")
    choose(relay, sent.ref, by=by)
    return sent.ref


def read(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def resolve(relay: Relay, ref: str, by: int, outcome: Outcome = Outcome.KEPT) -> None:
    resolve_reports(
        relay.engine, ref, outcome, seen=LATE, moderator_id=by, clock=relay.clock
    )


def find_report(relay: Relay) -> Report:
    with Session(relay.engine) as session:
        return session.exec(select(Report)).one()


def due(relay: Relay, topic: Topic) -> list[Ticket]:
    clock = SetClock(relay.clock.now() + GRACE)
    return [
        each
        for each in claim_due(relay.engine, limit=9, clock=clock)
        if each.topic is topic
    ]


def work(relay: Relay, topic: Topic = Topic.TELL_REPORTER) -> list[Sending]:
    came = []
    for ticket in due(relay, topic):
        assert mark_running(
            relay.engine, ticket.row_id, ticket.attempt, clock=relay.clock
        )
        sent = send_mail(
            relay.mailroom, ticket, ERRANDS[ticket.topic], mailer=relay.mailer
        )
        came.append(sent.sending)
    return came


@pytest.mark.parametrize(
    ("lang", "subject", "kept", "shown"),
    [
        ("en", "artwork number 1", "has kept it", "It is not shown any more"),
        ("zh-Hans", "1", "保留", "不再展示"),
        ("he", "1", "להשאיר", "אינה מוצגת עוד"),
        ("xx", "artwork number 1", "has kept it", "It is not shown any more"),
    ],
)
def test_readers_learn_what_came_of_it_in_their_language(
    relay: Relay,
    box: Postbox,
    ref: str,
    by: int,
    lang: str,
    subject: str,
    kept: str,
    shown: str,
) -> None:
    report(relay, email="ana@example.org", lang=lang)
    resolve(relay, ref, by)
    assert work(relay) == [Sending.SENT]
    report(relay, email="ben@example.org", lang=lang)
    choose(relay, ref, Choice.TAKE_DOWN, by=by, reason=Reason.HURTFUL)
    assert work(relay) == [Sending.SENT]
    first, second = box.mails
    assert (first["To"], second["To"]) == ("ana@example.org", "ben@example.org")
    assert subject in first["Subject"]
    assert first["Message-ID"].startswith("<report.1.")
    assert kept in read(first, "plain")
    assert f"/{lang if lang != 'xx' else 'en'}/w/1" in read(first, "html")
    for part in ("plain", "html"):
        words = read(second, part)
        assert shown in words
        # Nobody has proved whose address it is: nothing that others wrote goes there.
        assert "Words of its maker" not in words
        assert "/w/1" not in words


def test_acted_and_still_public_says_so(
    relay: Relay, box: Postbox, ref: str, by: int
) -> None:
    report(relay, email="ana@example.org")
    resolve(relay, ref, by, Outcome.ACTED)
    work(relay)
    assert "You were right" in read(box.mails[0], "plain")


def test_the_address_is_gone_once_its_reader_was_told(
    relay: Relay, box: Postbox, ref: str, by: int
) -> None:
    report(relay, email="ana@example.org")
    resolve(relay, ref, by)
    assert work(relay) == [Sending.SENT]
    kept = find_report(relay)
    assert kept.email is None
    assert kept.told_at
    # Asked once more, and answered otherwise: they know already.
    reopen_reports(relay.engine, ref, 1, moderator_id=by, clock=relay.clock)
    resolve(relay, ref, by, Outcome.ACTED)
    assert work(relay) == []
    assert len(box.mails) == 1


def test_the_address_is_gone_when_the_mail_cannot_be_sent(
    relay: Relay, box: Postbox, ref: str, by: int
) -> None:
    box.says["RCPT"] = "550 no such user"
    report(relay, email="nobody@example.org")
    resolve(relay, ref, by)
    assert work(relay) == [Sending.GIVEN_UP]
    kept = find_report(relay)
    assert (kept.email, kept.told_at) == (None, None)


def test_a_server_that_is_busy_is_asked_again(
    relay: Relay, box: Postbox, ref: str, by: int
) -> None:
    box.says["RCPT"] = "450 come back later"
    report(relay, email="ana@example.org")
    resolve(relay, ref, by)
    assert work(relay) == [Sending.LATER]
    assert find_report(relay).email == "ana@example.org"


def test_nobody_is_told_of_an_answer_that_was_taken_back(
    relay: Relay, box: Postbox, ref: str, by: int
) -> None:
    report(relay, email="ana@example.org")
    resolve(relay, ref, by)
    reopen_reports(relay.engine, ref, 1, moderator_id=by, clock=relay.clock)
    assert work(relay) == [Sending.UNNEEDED]
    assert find_report(relay).email == "ana@example.org"
    resolve(relay, ref, by, Outcome.ACTED)
    assert work(relay) == [Sending.SENT]
    assert len(box.mails) == 1


def test_who_wants_no_more_mail_is_forgotten_as_a_reader_too(
    relay: Relay, box: Postbox, by: int
) -> None:
    sent = send(relay, email="ana@example.org")
    choose(relay, sent.ref, by=by)
    report(relay, email="ana@example.org")
    key = stop_key(relay.dice, sent.ref)
    stop_mail(relay.engine, sent.ref, key, dice=relay.dice)
    assert find_report(relay).email is None
    with Session(relay.engine) as session:
        rows = session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.TELL_REPORTER)
        )
        assert rows.all() == []
    assert box.mails == []


def test_a_maker_whose_work_readers_hide_is_told_so_and_what_moderators_say_then(
    relay: Relay, box: Postbox, by: int
) -> None:
    change_settings(
        relay.engine, {"reports_hide": 1}, moderator_id=None, clock=relay.clock
    )
    sent = send(relay, email="lin@example.org")
    choose(relay, sent.ref, by=by)
    assert report(relay)
    assert Sending.SENT in work(relay, Topic.TELL_MAKER)
    assert box.mails[-1]["Subject"].startswith("Your artwork is hidden for now")
    assert "until a moderator has looked" in read(box.mails[-1], "plain")
    page = build_app(relay).test_client().get(f"/en/mine/{sent.token}").text
    assert "It is hidden until a moderator has looked." in page
    resolve(relay, sent.ref, by, Outcome.ACTED)
    assert work(relay, Topic.TELL_MAKER) == [Sending.SENT]
    assert box.mails[-1]["Subject"].startswith("Your artwork was taken down")
