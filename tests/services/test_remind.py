from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from relay.domain.errors import MailFailed, NotFound
from relay.domain.mail import PAUSES, Mail
from relay.domain.moderation import Choice, Reason
from relay.models import Entry, OutboxRow, OutboxState, Topic
from relay.services.mailing import Sending, send_mail, write_mail
from relay.services.outbox import Ticket, claim_due, mark_running
from relay.services.remind import draft_reminder, plan_reminders
from relay.services.stop_mail import stop_key, stop_mail
from relay.services.withdraw_entry import withdraw_entry
from relay.services.writing import writing
from tests.making import SetClock, choose, find, make_moderator, send
from workers.errands import ERRANDS

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.ports import Mailer, Mailroom
    from relay.services.mailing import Draft
    from relay.services.submit_entry import Receipt

WEEK = timedelta(days=7)
BASE = "https://relay.example.org"


@dataclass
class Times:
    """A relay whose clock can be put forward."""

    relay: Relay
    by: int
    clock: SetClock = field(default_factory=lambda: SetClock(datetime.now(UTC)))

    def publish(self, **changed: Any) -> Receipt:  # noqa: ANN401 - see `send`
        changed = {"email": "lin@example.org"} | changed
        sent = send(self.relay, **changed)
        choose(self.relay, sent.ref, by=self.by)
        return sent

    def ask(self, sent: Receipt, **values: Any) -> None:  # noqa: ANN401 - columns
        with writing(self.relay.engine) as session:
            session.execute(
                update(Entry)
                .where(col(Entry.ref) == sent.ref)
                .values(**({"remind": True} | values))
            )

    def open_one(self, **changed: Any) -> Receipt:  # noqa: ANN401 - see `send`
        sent = self.publish(**changed)
        self.ask(sent)
        self.clock.time += WEEK + timedelta(minutes=1)
        return sent

    def plan(self) -> int:
        return plan_reminders(
            self.relay.engine,
            find_season(self.relay),
            open_after=WEEK,
            clock=self.clock,
        )

    def begin(self) -> Ticket:
        tickets = claim_due(self.relay.engine, limit=50, clock=self.clock)
        (ticket,) = [each for each in tickets if each.topic is Topic.REMIND_MAKER]
        assert mark_running(
            self.relay.engine, ticket.row_id, ticket.attempt, clock=self.clock
        )
        return ticket

    @property
    def room(self) -> Mailroom:
        return replace(self.relay.mailroom, base_url=BASE, clock=self.clock)

    def draft(self, ticket: Ticket) -> Draft | None:
        return draft_reminder(self.room, ticket)

    def write(self, ticket: Ticket) -> Mail | None:
        draft = self.draft(ticket)
        return write_mail(self.room, draft) if draft else None

    def send(self, ticket: Ticket, mailer: Mailer) -> Sending:
        errand = ERRANDS[Topic.REMIND_MAKER]
        return send_mail(self.room, ticket, errand, mailer=mailer).sending


@dataclass
class Mailbox:
    """A mail server that takes mails, or says why not."""

    failed: MailFailed | None = None
    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        if self.failed:
            raise self.failed
        self.mails.append(mail)

    def check(self) -> None:
        pass


def find_season(relay: Relay) -> int:
    with Session(relay.engine) as session:
        return session.exec(select(Entry.season_id).limit(1)).one()


def reminders(relay: Relay) -> list[OutboxRow]:
    with Session(relay.engine) as session:
        return list(
            session.exec(select(OutboxRow).where(OutboxRow.topic == Topic.REMIND_MAKER))
        )


@pytest.fixture
def times(either_relay: Relay) -> Times:
    return Times(either_relay, make_moderator(either_relay))


def test_who_asked_is_reminded_once(times: Times) -> None:
    sent = times.open_one()
    assert times.plan() == 1
    assert times.plan() == 0
    ticket = times.begin()
    assert times.plan() == 0
    mailer = Mailbox()
    assert times.send(ticket, mailer) is Sending.SENT
    assert find(times.relay, sent.ref).reminded_at == times.clock.time
    assert [each.to for each in mailer.mails] == ["lin@example.org"]
    assert times.send(ticket, mailer) is Sending.UNNEEDED
    assert len(mailer.mails) == 1
    times.clock.time += timedelta(days=10)
    assert times.plan() == 0
    (row,) = reminders(times.relay)
    assert row.state is OutboxState.DONE


def test_nobody_is_reminded_early_or_when_the_baton_has_come_to_rest(
    times: Times,
) -> None:
    sent = times.publish()
    times.ask(sent)
    submitted = find(times.relay, sent.ref).submitted_at
    assert submitted
    for after, planned in (
        (WEEK - timedelta(seconds=1), 0),
        (4 * WEEK, 0),
        (4 * WEEK - timedelta(seconds=1), 1),
    ):
        times.clock.time = submitted + after
        assert times.plan() == planned, after


@pytest.mark.parametrize(
    "values", [{"remind": False}, {"email": None}, {"reminded_at": datetime.now(UTC)}]
)
def test_nobody_is_reminded_who_did_not_ask(
    times: Times, values: dict[str, Any]
) -> None:
    sent = times.open_one()
    times.ask(sent, **values)
    assert times.plan() == 0


@pytest.mark.parametrize("state", ["pending", "published", "rejected", "through"])
def test_a_child_even_one_that_waits_makes_a_reminder_needless(
    times: Times, state: str
) -> None:
    sent = times.open_one()
    child = send(times.relay, baton=sent.baton)
    if state in {"published", "through"}:
        choose(times.relay, child.ref, by=times.by)
    if state == "through":
        grand = send(times.relay, baton=child.baton)
        choose(times.relay, grand.ref, by=times.by)
        end = Choice.TAKE_DOWN
        choose(times.relay, child.ref, end, by=times.by, reason=Reason.OTHER)
    if state == "rejected":
        choose(times.relay, child.ref, Choice.REJECT, by=times.by, reason=Reason.OTHER)
    assert times.plan() == (state == "rejected")


def test_an_entry_that_is_not_public_is_not_reminded_of(times: Times) -> None:
    sent = send(times.relay, email="lin@example.org")
    times.ask(sent)
    times.clock.time += 2 * WEEK
    assert times.plan() == 0


@pytest.mark.parametrize("what", ["child", "stopped", "taken down", "no baton"])
def test_what_changes_after_planning_ends_the_reminder(times: Times, what: str) -> None:
    sent = times.open_one()
    assert times.plan() == 1
    if what == "child":
        send(times.relay, baton=sent.baton)
    if what == "stopped":
        key = stop_key(times.relay.dice, sent.ref)
        stop_mail(times.relay.engine, sent.ref, key, dice=times.relay.dice)
    if what == "taken down":
        end = Choice.TAKE_DOWN
        choose(times.relay, sent.ref, end, by=times.by, reason=Reason.OTHER)
    if what == "no baton":
        revoke(times.relay, sent)
    ticket = times.begin()
    assert times.draft(ticket) is None
    assert times.send(ticket, Mailbox()) is Sending.UNNEEDED
    (row,) = reminders(times.relay)
    assert row.state is OutboxState.DONE
    assert find(times.relay, sent.ref).reminded_at is None


def revoke(relay: Relay, sent: Receipt) -> None:
    from relay.models import Baton  # noqa: PLC0415 - used here only

    with writing(relay.engine) as session:
        session.get_one(Baton, sent.baton).revoked_at = relay.clock.now()


def test_a_withdrawn_entry_is_forgotten(times: Times) -> None:
    sent = times.open_one()
    assert times.plan() == 1
    engine = times.relay.engine
    tickets = claim_due(engine, limit=50, clock=times.clock)
    (ticket,) = [each for each in tickets if each.topic is Topic.REMIND_MAKER]
    withdraw_entry(engine, sent.token, clock=times.clock, media=times.relay.media)
    row, attempt = ticket.row_id, ticket.attempt
    assert mark_running(engine, row, attempt, clock=times.clock) is None


@pytest.mark.parametrize(
    ("lang", "tag", "says"),
    [
        ("en", "en", "Nobody has taken your baton yet"),
        ("zh-Hant", "zh-Hans", None),
        ("he", "he", None),
        ("fr", "en", "Nobody has taken your baton yet"),
    ],
)
def test_the_mail_says_what_is_needed_in_the_makers_language(
    times: Times, lang: str, tag: str, says: str | None
) -> None:
    sent = times.open_one(lang=lang, title="Boats & <b>kites</b>")
    times.plan()
    mail = times.write(times.begin())
    assert mail
    assert (mail.to, mail.lang) == ("lin@example.org", tag)
    assert "Boats & <b>kites</b>" in mail.subject
    assert "Boats & <b>kites</b>" in mail.text
    assert "Boats &amp; &lt;b&gt;kites&lt;/b&gt;" in mail.html
    assert f'lang="{tag}" dir="{"rtl" if tag == "he" else "ltr"}"' in mail.html
    stop = f"{BASE}/{tag}/mail/{sent.ref}/{stop_key(times.relay.dice, sent.ref)}"
    assert mail.stop_url == stop
    for words in (mail.text, mail.html):
        for link in (f"{BASE}/b/{sent.baton}", f"{BASE}/{tag}/w/1", stop):
            assert link in words
        assert sent.token not in words
        assert says is None or says in words
    assert mail.message_id == f"reminder.{sent.ref}@relay.example.org"


def test_a_server_that_may_come_back_is_asked_again_and_then_no_more(
    times: Times,
) -> None:
    sent = times.open_one()
    times.plan()
    clock = times.clock
    busy = MailFailed("busy", permanent=False)
    for pause in PAUSES:
        assert times.send(times.begin(), Mailbox(busy)) is Sending.LATER
        (row,) = reminders(times.relay)
        assert row.due_at == clock.time + pause
        clock.time += pause
    assert times.send(times.begin(), Mailbox(busy)) is Sending.GIVEN_UP
    (row,) = reminders(times.relay)
    assert row.state is OutboxState.FAILED
    entry = find(times.relay, sent.ref)
    assert (entry.remind, entry.reminded_at) == (False, None)


def test_an_address_that_is_none_is_not_asked_again(times: Times) -> None:
    sent = times.open_one()
    times.plan()
    refused = MailFailed("recipient", permanent=True)
    assert times.send(times.begin(), Mailbox(refused)) is Sending.GIVEN_UP
    assert not find(times.relay, sent.ref).remind
    assert times.plan() == 0


def test_many_that_plan_at_once_plan_each_reminder_once(times: Times) -> None:
    for _ in range(3):
        times.ask(times.publish())
    times.clock.time += WEEK + timedelta(minutes=1)
    ready, planned = threading.Barrier(5), list[int]()

    def go() -> None:
        ready.wait()
        planned.append(times.plan())

    threads = [threading.Thread(target=go) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(planned) == 3
    assert len(reminders(times.relay)) == 3


def test_no_more_mail_forgets_the_address_everywhere(either_relay: Relay) -> None:
    one = send(either_relay, email="lin@example.org")
    two = send(either_relay, email="lin@example.org")
    other = send(either_relay, email="mei@example.org")
    key = stop_key(either_relay.dice, one.ref)
    with pytest.raises(NotFound):
        stop_mail(either_relay.engine, two.ref, key, dice=either_relay.dice)
    for _ in range(2):
        stop_mail(either_relay.engine, one.ref, key, dice=either_relay.dice)
    emails = [find(either_relay, each.ref).email for each in (one, two, other)]
    assert emails == [None, None, "mei@example.org"]
