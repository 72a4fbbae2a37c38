"""Makers are told by real mail, through the real queue, whoever dies in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Notice, OutboxRow, OutboxState, Topic
from relay.services.outbox import Ticket
from relay.services.writing import writing
from tests.mailing import Postbox, serving_mail
from tests.making import find, send
from tests.workers.parts import (
    PATIENCE_SECONDS,
    QUICK,
    dispatching,
    horses_of,
    kill_with_children,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from relay.bootstrap import Relay
    from relay.settings import Settings
    from workers.queue import JobQueue

    Start = Callable[[], subprocess.Popen[bytes]]

pytestmark = [pytest.mark.slow, pytest.mark.redis]


@pytest.fixture
def box() -> Iterator[Postbox]:
    with serving_mail() as box:
        yield box


@pytest.fixture
def settings(settings: Settings, box: Postbox) -> Settings:
    changed = {"smtp_url": box.url, "mail_from": "relay@example.org"}
    return settings.model_copy(update=changed)


@pytest.fixture
def row(relay: Relay) -> OutboxRow:
    """The row of a mail that tells a maker that their artwork is in."""
    send(relay, "https://example.invalid/", email="lin@example.org")
    return row_of(relay)


def row_of(relay: Relay) -> OutboxRow:
    with Session(relay.engine) as session:
        return session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.TELL_MAKER)
        ).one()


def notice_of(relay: Relay) -> Notice:
    with Session(relay.engine) as session:
        return session.exec(select(Notice)).one()


def is_done(relay: Relay) -> bool:
    return row_of(relay).state is OutboxState.DONE


def test_it_is_told_once(
    relay: Relay, queue: JobQueue, box: Postbox, row: OutboxRow, start_worker: Start
) -> None:
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay))
        # The same job once more, as a queue may give it.
        again = Ticket(row.id or 0, row.topic, row.subject, row_of(relay).attempt)
        queue.send([again], lease=QUICK.lease)
        marker = send(relay, link="https://example.invalid/")
        wait_until(lambda: find(relay, marker.ref).preview != "queued")
        wait_until(lambda: queue.count_waiting() == 0)
    (mail,) = box.mails
    assert mail["Subject"] == "We have your artwork: Paper boats"
    assert notice_of(relay).mailed_at


@pytest.mark.parametrize("holds", ["RCPT", "DATA"])
def test_a_worker_that_is_killed_while_it_tells_is_followed_by_another(
    relay: Relay,
    queue: JobQueue,
    box: Postbox,
    row: OutboxRow,
    start_worker: Start,
    holds: str,
) -> None:
    box.holds = holds
    box.may_answer.clear()
    worker = start_worker()
    with dispatching(relay, queue):
        assert box.was_asked.wait(PATIENCE_SECONDS)
        assert horses_of(worker.pid)
        kill_with_children(worker.pid)
        assert notice_of(relay).mailed_at is None
        box.may_answer.set()
        start_worker()
        wait_until(lambda: is_done(relay))
    assert notice_of(relay).mailed_at
    # A server that had the whole mail may have taken it although nobody waited for its
    # answer. Then it comes twice under one name, and is shown once.
    assert 1 <= len(box.mails) <= (1 if holds == "RCPT" else 2)
    assert len({each["Message-ID"] for each in box.mails}) == 1
    assert row_of(relay).id == row.id


def test_a_server_that_is_busy_is_asked_later_and_one_that_refuses_no_more(
    relay: Relay, queue: JobQueue, box: Postbox, row: OutboxRow, start_worker: Start
) -> None:
    box.says["RCPT"] = "450 come back later"
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: row_of(relay).attempt and waits(relay))
        assert row_of(relay).due_at > relay.clock.now()
        box.says["RCPT"] = "550 no such user"
        with writing(relay.engine) as session:
            session.get_one(OutboxRow, row.id).due_at = relay.clock.now()
        wait_until(lambda: row_of(relay).state is OutboxState.FAILED)
    assert box.mails == []
    assert notice_of(relay).mailed_at is None


def waits(relay: Relay) -> bool:
    return row_of(relay).state is OutboxState.DUE
