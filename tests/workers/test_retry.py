"""What becomes of a link whose server does not answer as it should, try after try."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from relay.adapters.previewer import SafePreviewer
from relay.domain.errors import FetchFailed
from relay.domain.preview import PreviewState
from relay.models import OutboxState
from relay.services.outbox import claim_due, mark_running
from relay.services.start_entry import start_entry
from relay.services.store_preview import store_preview, store_refusal
from tests.adapters.loopback import Loopback, door_to, respond, serve
from tests.making import SetClock
from tests.workers.parts import entry_of, previews_of, row_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from relay.bootstrap import Relay

MINUTES_10 = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime.now(UTC))


def send_in(relay: Relay, clock: SetClock, server: Loopback) -> int:
    allow = frozenset({server.place})
    intake = replace(relay.intake, allow=allow, clock=clock)
    return start_entry(intake, link=server.url("/post")).entry_id


def work_through(
    relay: Relay, clock: SetClock, server: Loopback, entry_id: int
) -> list[timedelta]:
    """Do as a worker does whenever the row is due; return the pauses in between."""
    pauses = []
    previewer = SafePreviewer(door_to(server), deadline=3)
    while (row := row_of(relay, entry_id)).state is OutboxState.DUE:
        if server.requests:
            pauses.append(row.due_at - clock.time)
        clock.time = max(clock.time, row.due_at)
        (ticket,) = claim_due(relay.engine, limit=1, clock=clock)
        work = mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
        assert work is not None
        try:
            preview = previewer.preview(work.link)
        except FetchFailed as failed:
            store_refusal(
                relay.engine, ticket, failed, clock=clock, printer=relay.printer
            )
        else:
            store_preview(
                relay.engine,
                ticket,
                preview,
                None,
                clock=clock,
                printer=relay.printer,
                dice=relay.dice,
            )
    return pauses


def always(status: str, *headers: str) -> Callable[[socket.socket, str], None]:
    return lambda sock, _head: respond(sock, status=status, headers=headers)


def hang_up(_sock: socket.socket, _head: str) -> None:
    """Close without a word."""


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (always("500 Sorry"), "server_error"),
        (always("503 Sorry", "Retry-After: 5"), "server_error"),
        (always("429 Slow"), "rate_limited"),
        (always("429 Slow", "Retry-After: never"), "rate_limited"),
        (hang_up, "bad_response"),
    ],
    ids=["500", "503", "429", "429 without a time", "no word"],
)
def test_after_10_minutes_1_hour_and_24_hours_we_give_up_and_say_so(
    relay: Relay,
    clock: SetClock,
    behave: Callable[[socket.socket, str], None],
    reason: str,
) -> None:
    with serve(behave) as server:
        entry_id = send_in(relay, clock, server)
        assert work_through(relay, clock, server, entry_id) == [MINUTES_10, HOUR, DAY]
        assert server.connections == 4
    assert entry_of(relay, entry_id).preview is PreviewState.FAILED
    (kept,) = previews_of(relay, entry_id)
    assert (kept.reason, kept.attempts, kept.next_try_at) == (reason, 4, None)


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [
        ("401 Who are you", "forbidden", PreviewState.REFUSED),
        ("403 No", "forbidden", PreviewState.REFUSED),
        ("451 Not here", "forbidden", PreviewState.REFUSED),
        ("404 What", "gone", PreviewState.GONE),
        ("410 Gone", "gone", PreviewState.GONE),
    ],
)
def test_a_no_is_taken_for_an_answer(
    relay: Relay, clock: SetClock, status: str, reason: str, state: PreviewState
) -> None:
    with serve(always(status, "Retry-After: 60")) as server:
        entry_id = send_in(relay, clock, server)
        assert work_through(relay, clock, server, entry_id) == []
        assert server.connections == 1
    assert entry_of(relay, entry_id).preview is state
    assert previews_of(relay, entry_id)[0].reason == reason


@pytest.mark.parametrize("status", ["429 Slow", "503 Later"])
def test_a_server_that_names_a_time_is_asked_again_then(
    relay: Relay, clock: SetClock, status: str
) -> None:
    waits = ["7200", "99999999", "Fri, 01 Jan 1999 00:00:00 GMT"]

    def tell(sock: socket.socket, _head: str) -> None:
        if waits:
            respond(sock, status=status, headers=(f"Retry-After: {waits.pop(0)}",))
        else:
            respond(sock, b"<title>Lanterns</title>")

    with serve(tell) as server:
        entry_id = send_in(relay, clock, server)
        pauses = work_through(relay, clock, server, entry_id)
    assert pauses == [2 * HOUR, timedelta(days=7), DAY]
    assert entry_of(relay, entry_id).preview is PreviewState.READY


def test_a_date_is_understood_as_a_time_to_wait(relay: Relay, clock: SetClock) -> None:
    until = format_datetime(clock.time + 5 * HOUR, usegmt=True)
    waits = [until]

    def tell(sock: socket.socket, _head: str) -> None:
        if waits:
            moment = f"Retry-After: {waits.pop()}"
            respond(sock, status="429 Slow", headers=(moment,))
        else:
            respond(sock, b"<title>Lanterns</title>")

    with serve(tell) as server:
        entry_id = send_in(relay, clock, server)
        (pause,) = work_through(relay, clock, server, entry_id)
    assert 5 * HOUR - timedelta(minutes=1) < pause <= 5 * HOUR
