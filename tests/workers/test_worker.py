"""What one worker process does, beginning to end, over real HTTP and real Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.preview import PreviewState
from relay.models import OutboxState, PictureRole, RenditionFile
from relay.services.start_entry import incoming_key, start_entry
from relay.services.store_preview import StoredFile
from tests.workers.parts import (
    dispatching,
    entry_of,
    picture_bytes,
    pictures_of,
    previews_of,
    row_of,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from tests.workers.parts import Site
    from workers.queue import JobQueue

    Start = Callable[[], subprocess.Popen[bytes]]

pytestmark = [pytest.mark.slow, pytest.mark.redis]


def is_done(relay: Relay, entry_id: int) -> bool:
    return row_of(relay, entry_id).state in {OutboxState.DONE, OutboxState.FAILED}


def files_of(relay: Relay, entry_id: int) -> list[StoredFile]:
    (picture,) = pictures_of(relay, entry_id)
    with Session(relay.engine) as session:
        rows = session.exec(
            select(RenditionFile).where(RenditionFile.picture_id == picture.id)
        )
        return [
            StoredFile(
                each.name, each.format, each.width, each.height, each.key, each.size
            )
            for each in rows
        ]


def test_a_link_becomes_facts_and_a_picture_that_lies_in_the_media_store(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Callable[[str], int],
    start_worker: Start,
) -> None:
    start_worker()
    entry_id = send_in("/post")
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay, entry_id))
    assert entry_of(relay, entry_id).preview is PreviewState.READY
    (preview,) = previews_of(relay, entry_id)
    assert preview.title == "Lanterns on the river, answer 1"
    assert preview.attempts == 1
    (picture,) = pictures_of(relay, entry_id)
    assert (picture.role, picture.width, picture.height) == (
        PictureRole.POST,
        800,
        600,
    )
    files = files_of(relay, entry_id)
    assert {each.name for each in files} >= {"page", "wall", "small"}
    for each in files:
        kept = relay.media.get(each.key)
        assert kept is not None
        assert len(kept) == each.size
    assert site.count("/post") == 1


def test_a_finished_job_leaves_nothing_in_redis(
    relay: Relay, queue: JobQueue, send_in: Callable[[str], int], start_worker: Start
) -> None:
    start_worker()
    entry_id = send_in("/post")
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay, entry_id))
        wait_until(lambda: not queue.redis.keys("rq:job:*"))
    assert not queue.redis.keys("rq:execution:*")


def test_a_makers_own_picture_is_made_and_the_upload_is_forgotten(
    relay: Relay, queue: JobQueue, start_worker: Start
) -> None:
    start_worker()
    started = start_entry(relay.intake, picture=picture_bytes())
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay, started.entry_id))
        wait_until(lambda: relay.media.get(incoming_key(started.ref)) is None)
    assert entry_of(relay, started.entry_id).preview is PreviewState.READY
    (picture,) = pictures_of(relay, started.entry_id)
    assert picture.role is PictureRole.OWN


def test_an_upload_that_is_no_picture_is_refused_with_its_reason(
    relay: Relay, queue: JobQueue, start_worker: Start
) -> None:
    start_worker()
    started = start_entry(relay.intake, picture=b"%PDF-1.7 not a picture at all")
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay, started.entry_id))
        wait_until(lambda: relay.media.get(incoming_key(started.ref)) is None)
    assert entry_of(relay, started.entry_id).preview is PreviewState.REFUSED
    (preview,) = previews_of(relay, started.entry_id)
    assert preview.image_reason == "unknown_format"


def test_a_page_that_is_gone_is_not_asked_again(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Callable[[str], int],
    start_worker: Start,
) -> None:
    start_worker()
    entry_id = send_in("/gone")
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay, entry_id))
    assert entry_of(relay, entry_id).preview is PreviewState.GONE
    assert previews_of(relay, entry_id)[0].reason == "gone"
    assert site.count("/gone") == 1


def test_a_page_that_fails_today_waits_for_its_next_try(
    relay: Relay, queue: JobQueue, send_in: Callable[[str], int], start_worker: Start
) -> None:
    start_worker()
    entry_id = send_in("/broken")
    with dispatching(relay, queue):
        wait_until(lambda: previews_of(relay, entry_id))
    row, (preview,) = row_of(relay, entry_id), previews_of(relay, entry_id)
    assert row.state is OutboxState.DUE
    assert row.due_at == preview.next_try_at
    assert preview.reason == "server_error"
    assert entry_of(relay, entry_id).preview is PreviewState.QUEUED


def test_a_job_that_is_run_twice_changes_nothing(
    relay: Relay,
    queue: JobQueue,
    site: Site,
    send_in: Callable[[str], int],
    start_worker: Start,
) -> None:
    start_worker()
    entry_id = send_in("/post")
    with dispatching(relay, queue) as dispatcher:
        wait_until(lambda: is_done(relay, entry_id))
        before = row_of(relay, entry_id), previews_of(relay, entry_id)
        row = before[0]
        queue.rq.enqueue(
            "workers.jobs.fetch_preview",
            args=(row.id, row.attempt, 50),
            job_id="again",
            result_ttl=0,
        )
        wait_until(lambda: not queue.redis.keys("rq:job:again"))
        dispatcher.end()
    assert (row_of(relay, entry_id), previews_of(relay, entry_id)) == before
    assert site.count("/post") == 1
