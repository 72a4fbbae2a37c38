"""An import is run by real workers: to its end, whoever is killed on the way."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Moderation
from relay.models import ImportState
from relay.models.moderator import Role
from relay.services.import_entries import cancel_import
from relay.services.undo_import import undo_import
from tests.importing import (
    ALL,
    HEADINGS,
    batch_of,
    begin,
    check,
    csv_of,
    entries_of,
    rows_of,
    zip_of,
)
from tests.making import make_moderator
from tests.workers.parts import (
    dispatching,
    horses_of,
    kill_with_children,
    picture_bytes,
    pictures_of,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from workers.queue import JobQueue

pytestmark = [pytest.mark.slow, pytest.mark.redis]


@pytest.fixture
def organiser(relay: Relay) -> int:
    return make_moderator(relay, "ada@example.org", role=Role.ORGANISER)


def is_done(relay: Relay, ref: str) -> bool:
    return batch_of(relay, ref).state is ImportState.DONE


def local_rows(count: int) -> bytes:
    """Return rows whose links nobody asks for long: there is no such site."""
    rows = [(row[0].replace(".org", ".invalid"), *row[1:]) for row in rows_of(count)]
    return csv_of(rows)


def test_killed_workers_lose_no_row_and_double_none(
    relay: Relay,
    queue: JobQueue,
    start_worker: Callable[[], subprocess.Popen[bytes]],
    organiser: int,
) -> None:
    checked = check(relay, local_rows(150), by=organiser)
    begin(relay, checked.ref, replace(ALL, publish=True), by=organiser)
    worker = start_worker()
    kills = 0
    with dispatching(relay, queue):
        while kills < 3:
            before = batch_of(relay, checked.ref).done
            wait_until(
                lambda before=before: batch_of(relay, checked.ref).done > before + 3  # type: ignore[misc]  # the loop's value
            )
            if is_done(relay, checked.ref):
                break
            if kills == 1:
                # The whole worker, as in a power cut.
                kill_with_children(worker.pid)
                worker.wait()
                worker = start_worker()
            else:
                for horse in horses_of(worker.pid):
                    os.kill(horse, signal.SIGKILL)
            kills += 1
        wait_until(lambda: is_done(relay, checked.ref), seconds=120)
    assert kills == 3, "all was done before anybody was killed: take more rows"
    entries = entries_of(relay)
    titles = Counter(each.title for each in entries)
    assert titles == Counter(f"Boat {n}" for n in range(1, 151))
    assert sorted(each.no or 0 for each in entries) == list(range(1, 151))
    assert batch_of(relay, checked.ref).done == 150


def test_pictures_of_an_archive_are_made_like_all_others_and_taken_back(
    relay: Relay,
    queue: JobQueue,
    start_worker: Callable[[], subprocess.Popen[bytes]],
    organiser: int,
) -> None:
    rows = [("", "Lamp", "A red lamp", "", "Nanjing", "lamp.png")]
    data = zip_of(
        {"a.csv": csv_of(rows, (*HEADINGS, "Picture")), "lamp.png": picture_bytes()}
    )
    checked = check(relay, data, by=organiser)
    begin(relay, checked.ref, by=organiser)
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay, checked.ref))
        (entry,) = entries_of(relay)
        wait_until(lambda: pictures_of(relay, entry.id or 0))
        undo_import(relay.intake, checked.ref, moderator_id=organiser)
        wait_until(
            lambda: (
                entries_of(relay)[0].moderation is Moderation.WITHDRAWN
                and not pictures_of(relay, entry.id or 0)
            )
        )


def test_an_import_that_is_called_off_stops(
    relay: Relay,
    queue: JobQueue,
    start_worker: Callable[[], subprocess.Popen[bytes]],
    organiser: int,
) -> None:
    checked = check(relay, local_rows(300), by=organiser)
    begin(relay, checked.ref, by=organiser)
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: batch_of(relay, checked.ref).done)
        cancel_import(relay.intake, checked.ref, moderator_id=organiser)
        time.sleep(0.5)  # for the row that was just being imported
        count = len(entries_of(relay))
        time.sleep(1)
    assert 0 < count < 300
    assert len(entries_of(relay)) == count
    assert batch_of(relay, checked.ref).done == count
