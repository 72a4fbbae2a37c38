from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from relay.domain.preview import PreviewState
from relay.models import OutboxRow, OutboxState, Topic
from relay.queries.health import (
    AGES,
    LATE,
    list_failing,
    read_outbox,
    read_size,
    read_waiting,
)
from relay.services.writing import insert_rows, writing
from tests.web.making import Maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from relay.bootstrap import Relay


def add_row(relay: Relay, topic: Topic, state: OutboxState, *, due: timedelta) -> None:
    now = relay.clock.now()
    with writing(relay.engine) as session:
        insert_rows(
            session,
            OutboxRow,
            {
                "topic": topic,
                "subject": 1,
                "state": state,
                "attempt": 0,
                "failures": 0,
                "due_at": now + due,
                "created_at": now,
            },
        )


def test_waiting_entries_are_counted_by_age(either_relay: Relay) -> None:
    maker, now = Maker(either_relay), either_relay.clock.now()
    ages = (timedelta(minutes=1), *(age + timedelta(minutes=1) for age in AGES))
    for age in (*ages, timedelta(days=9)):
        maker.pending(submitted_at=now - age)
    maker.published(submitted_at=now - timedelta(days=99))
    with either_relay.engine.connect() as connection:
        waiting = read_waiting(connection, now=now)
    assert waiting.ages == (1, 1, 1, 2)
    assert waiting.total == 5
    assert waiting.oldest == now - timedelta(days=9)


def test_nothing_waits_in_a_new_relay(relay: Relay) -> None:
    now = relay.clock.now()
    with relay.engine.connect() as connection:
        assert read_waiting(connection, now=now).oldest is None
        assert read_outbox(connection, now=now).oldest_due is None
        assert list_failing(connection) == []
        assert read_size(connection) > 4096


def test_the_outbox_is_told_by_state_and_topic(either_relay: Relay) -> None:
    relay, now = either_relay, either_relay.clock.now()
    add_row(relay, Topic.TELL_MAKER, OutboxState.FAILED, due=-timedelta(days=1))
    add_row(relay, Topic.TELL_MAKER, OutboxState.FAILED, due=-timedelta(days=1))
    add_row(relay, Topic.FETCH_PREVIEW, OutboxState.DUE, due=-2 * LATE)
    add_row(relay, Topic.FETCH_PREVIEW, OutboxState.DUE, due=timedelta(hours=1))
    add_row(relay, Topic.PRINT_CARDS, OutboxState.RUNNING, due=-LATE)
    add_row(relay, Topic.PRINT_CARDS, OutboxState.DONE, due=-LATE)
    with relay.engine.connect() as connection:
        outbox = read_outbox(connection, now=now + timedelta(seconds=5))
    assert outbox.counts == {
        OutboxState.DUE: {Topic.FETCH_PREVIEW: 1},
        OutboxState.SENT: {},
        OutboxState.RUNNING: {Topic.PRINT_CARDS: 1},
        OutboxState.FAILED: {Topic.TELL_MAKER: 2},
    }
    assert outbox.is_late(now)
    assert not outbox.is_late(now - 2 * LATE)


def test_links_fail_by_platform_whether_published_or_waiting(
    either_relay: Relay,
) -> None:
    maker = Maker(either_relay)
    maker.published(platform="weibo", preview=PreviewState.FAILED)
    maker.pending(platform="weibo", preview=PreviewState.REFUSED)
    maker.pending(platform="instagram", preview=PreviewState.REFUSED)
    maker.pending(platform="none", preview=PreviewState.REFUSED)
    maker.pending(platform="instagram", preview=PreviewState.READY)
    with either_relay.engine.connect() as connection:
        failing = list_failing(connection)
    assert [(each.platform, each.failed, each.refused) for each in failing] == [
        ("weibo", 1, 1),
        ("instagram", 0, 1),
    ]
    assert len(failing[0].newest) == 2


@pytest.mark.parametrize("what", ["waiting", "outbox", "failing"])
def test_nothing_is_scanned(relay: Relay, what: str) -> None:
    Maker(relay).pending()
    now = relay.clock.now()
    plans: list[str] = []

    def note(connection, _cursor, statement, given, *_rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202 - SQLAlchemy's
        if statement.lstrip().startswith("SELECT"):
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            plans.extend(row[3] for row in cursor.fetchall())

    ask: dict[str, Callable[[Connection], object]] = {
        "waiting": partial(read_waiting, now=now),
        "outbox": partial(read_outbox, now=now),
        "failing": list_failing,
    }
    event.listen(relay.engine, "before_cursor_execute", note)
    with relay.engine.connect() as connection:
        ask[what](connection)
    assert plans
    for plan in plans:
        table = plan.split()[1] if plan.startswith("SCAN") else ""
        assert table not in {"entry", "outbox"}, plan
