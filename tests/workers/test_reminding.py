"""A reminder goes to a real mail server once, whoever dies in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from relay.models import Entry, OutboxRow, OutboxState, Topic
from relay.services.outbox import Ticket
from relay.services.writing import writing
from tests.mailing import Postbox, serving_mail
from tests.making import choose, find, make_moderator, send
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

    from relay.adapters.valkey import Valkey
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
def ref(relay: Relay, valkey: Valkey) -> str:  # noqa: ARG001 - the queue is there first
    """The reference of an open entry whose maker wants to be reminded."""
    sent = send(relay, "https://example.invalid/")
    choose(relay, sent.ref, by=make_moderator(relay))
    with writing(relay.engine) as session:
        session.execute(
            update(Entry)
            .where(col(Entry.ref) == sent.ref)
            .values(
                # The address comes late: no other mail is on its way.
                email="lin@example.org",
                remind=True,
                submitted_at=relay.clock.now() - timedelta(days=8),
            )
        )
    return sent.ref


def row_of(relay: Relay) -> OutboxRow | None:
    with Session(relay.engine) as session:
        return session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.REMIND_MAKER)
        ).one_or_none()


def is_done(relay: Relay) -> bool:
    row = row_of(relay)
    return row is not None and row.state is OutboxState.DONE


def test_it_is_planned_sent_and_never_sent_again(
    relay: Relay, queue: JobQueue, box: Postbox, ref: str, start_worker: Start
) -> None:
    start_worker()
    with dispatching(relay, queue, replace(QUICK, plan=timedelta(seconds=0.3))):
        wait_until(lambda: is_done(relay))
        row = row_of(relay)
        assert row
        # The same job once more, as a queue may give it.
        again = Ticket(row.id or 0, row.topic, row.subject, row.attempt)
        queue.send([again], lease=QUICK.lease)
        wait_until(lambda: queue.count_waiting() == 0)
        marker = send(relay, link="https://example.invalid/")
        wait_until(lambda: find(relay, marker.ref).preview != "queued")
    (mail,) = box.mails
    assert mail["To"] == "lin@example.org"
    assert mail["Message-ID"] == f"<reminder.{ref}@127.0.0.1>"
    assert find(relay, ref).reminded_at


@pytest.mark.parametrize("holds", ["RCPT", "DATA"])
def test_a_worker_that_is_killed_while_it_sends_is_followed_by_another(
    relay: Relay,
    queue: JobQueue,
    box: Postbox,
    ref: str,
    start_worker: Start,
    holds: str,
) -> None:
    box.holds = holds
    box.may_answer.clear()
    worker = start_worker()
    with dispatching(relay, queue, replace(QUICK, plan=timedelta(seconds=0.3))):
        assert box.was_asked.wait(PATIENCE_SECONDS)
        assert horses_of(worker.pid)
        kill_with_children(worker.pid)
        box.may_answer.set()
        start_worker()
        wait_until(lambda: is_done(relay))
    assert find(relay, ref).reminded_at
    # A server that had the whole mail may have taken it although nobody waited for its
    # answer. Then it comes twice under one name, and is shown once.
    assert 1 <= len(box.mails) <= (1 if holds == "RCPT" else 2)
    assert {each["Message-ID"] for each in box.mails} == {f"<reminder.{ref}@127.0.0.1>"}


def test_a_server_that_is_busy_is_asked_later(
    relay: Relay, queue: JobQueue, box: Postbox, ref: str, start_worker: Start
) -> None:
    box.says["RCPT"] = "450 come back later"
    start_worker()
    with dispatching(relay, queue, replace(QUICK, plan=timedelta(seconds=0.3))):
        wait_until(lambda: (row := row_of(relay)) and row.attempt and waits(row))
        row = row_of(relay)
        assert row
        assert row.due_at > relay.clock.now() + timedelta(minutes=5)
        assert row.failures == 0
        box.says.clear()
        with writing(relay.engine) as session:
            session.get_one(OutboxRow, row.id).due_at = relay.clock.now()
        wait_until(lambda: is_done(relay))
    assert len(box.mails) == 1
    assert find(relay, ref).reminded_at


def waits(row: OutboxRow) -> bool:
    return row.state is OutboxState.DUE


def test_without_a_mail_server_nothing_is_planned(
    relay: Relay, queue: JobQueue, ref: str
) -> None:
    silent = type(relay)(
        relay.settings.model_copy(update={"smtp_url": ""}), relay.clock
    )
    patience = replace(QUICK, plan=timedelta(seconds=0.1), look=timedelta(seconds=0.1))
    with dispatching(silent, queue, patience):
        wait_until(lambda: queue.redis.get("relay:dispatcher"))
        send(silent)
        wait_until(lambda: queue.count_waiting() > 0)
    silent.engine.dispose()
    assert row_of(relay) is None
    assert find(relay, ref).remind
