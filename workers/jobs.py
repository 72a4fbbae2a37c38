"""The jobs: ids in, one service called; running one twice changes nothing."""

from __future__ import annotations

import functools
import gc
import logging
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rq.timeouts import JobTimeoutException

from relay.adapters.lifeline import tie_to_parent
from relay.adapters.logs import begin_context
from relay.bootstrap import open_relay
from relay.domain.errors import (
    FetchFailed,
    FetchReason,
    PictureReason,
    PictureRefused,
    TooMany,
)
from relay.domain.picture import CONTENT_TYPES, media_key
from relay.queries import relay_figures
from relay.services import mailing, reveal
from relay.services.forget import forget_made, forget_upload
from relay.services.import_entries import end_import, hand_on
from relay.services.mailing import Sending
from relay.services.measure_relay import keep_figures
from relay.services.outbox import fail, mark_running, wait_turn
from relay.services.print_again import print_again
from relay.services.start_entry import incoming_key, wanted_key
from relay.services.store_picture import refuse_picture, store_picture
from relay.services.store_preview import StoredFile, store_preview, store_refusal
from relay.services.undo_import import step_of
from relay.services.wanted_picture import (
    awaits_picture,
    refuse_wanted,
    store_wanted,
)
from workers.errands import ERRANDS
from workers.rehearsal import rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay
    from relay.domain.picture import PictureSet
    from relay.domain.preview import LinkPreview
    from relay.services.outbox import Work

log = logging.getLogger("relay.jobs")

# How much of its lease an import works before it hands on to another job, and how long
# it then rests, in parts of that: the previews of its entries are read meanwhile.
IMPORT_SHARE = 0.1
IMPORT_REST = 0.5


@functools.cache
def the_relay() -> Relay:
    """Return the relay of this process.

    The worker opens it before it forks, so that each job finds everything loaded.
    Nothing may be connected there: a forked child cannot share a connection.
    """
    return open_relay()


def warm_up() -> None:
    """Do once, before the first fork, what every job would do again for itself."""
    relay = the_relay()
    # Opening them connects nothing and starts nothing.
    _ = relay.media, relay.printer, relay.polite_previewer, relay.pictures
    rehearse(relay)


def fetch_preview(row_id: int, attempt: int, lease: float) -> None:
    """Fetch an entry's link, make its picture, keep both."""
    relay = the_relay()
    with _attempt(relay, row_id, attempt, lease) as work:
        if work is None:
            return
        try:
            preview = relay.polite_previewer.preview(work.link)
        except TooMany as busy:
            _wait(relay, work, busy)
            return
        except FetchFailed as failed:
            _refuse(relay, work, failed)
            return
        except JobTimeoutException:
            _refuse(relay, work, FetchFailed(FetchReason.TIMEOUT, "the whole job"))
            return
        finally:
            relay.turns.leave()
        pictures, reason = _picture_of(relay, preview)
        files = keep_files(relay, pictures)
        is_kept = store_preview(
            relay.engine,
            work.ticket,
            replace(preview, image_reason=reason),
            pictures,
            files,
            base_url=relay.settings.base_url,
            clock=relay.clock,
            printer=relay.printer,
            dice=relay.dice,
        )
        if not is_kept:
            made = [each.key for each in files]
            forget_made(relay.engine, work.ticket, made, media=relay.media)


def make_picture(row_id: int, attempt: int, lease: float) -> None:
    """Make the pictures of a maker's own upload, keep them, forget the upload.

    Another picture for a public entry waits. Its upload has a name of its own, so that
    none is ever shown by mistake.
    """
    relay = the_relay()
    with _attempt(relay, row_id, attempt, lease) as work:
        if work is None:
            return
        entry_id = work.ticket.subject
        is_wanted = awaits_picture(relay.engine, entry_id)
        key = wanted_key(work.ref) if is_wanted else incoming_key(work.ref)
        files: list[StoredFile] = []
        try:
            pictures = relay.pictures.make(_upload(relay, key))
        except PictureRefused as refused:
            refuse = refuse_wanted if is_wanted else refuse_picture
            refuse(relay.engine, work.ticket, refused.reason.value, clock=relay.clock)
        else:
            files = keep_files(relay, pictures)
            store = (
                store_wanted
                if is_wanted
                else functools.partial(store_picture, printer=relay.printer)
            )
            store(relay.engine, work.ticket, pictures, files, clock=relay.clock)
        # Of what was called off meanwhile nothing is left.
        made = [each.key for each in files]
        forget_upload(relay.engine, entry_id, made=made, media=relay.media)


def print_cards(row_id: int, attempt: int, lease: float) -> None:
    """Print an entry's cards anew, because something that they show has changed."""
    relay = the_relay()
    with _attempt(relay, row_id, attempt, lease) as work:
        if work is not None:
            print_again(
                relay.engine, work.ticket, clock=relay.clock, printer=relay.printer
            )


def reveal_entry(row_id: int, attempt: int, lease: float) -> None:
    """Publish an entry that was approved for this time."""
    relay = the_relay()
    with _attempt(relay, row_id, attempt, lease) as work:
        if work is not None:
            reveal.reveal_entry(
                relay.engine, work.ticket, clock=relay.clock, printer=relay.printer
            )


def run_import(row_id: int, attempt: int, lease: float) -> None:
    """Import an institution's rows, or take them back, for a part of the lease.

    Where that is not enough another job goes on: one may take minutes.
    """
    relay = the_relay()
    with _attempt(relay, row_id, attempt, lease) as work:
        if work is None:
            return
        turn = lease * IMPORT_SHARE
        ends = time.monotonic() + turn
        step = step_of(relay.importer, work.ticket.subject)
        line: int | None = 0
        while line is not None:
            if time.monotonic() >= ends:
                rest = timedelta(seconds=turn * IMPORT_REST)
                hand_on(relay.intake, work.ticket, rest=rest)
                return
            line = step(line)
        end_import(relay.intake, work.ticket)


def measure_relay(season_id: int) -> None:
    """Measure a season's relay and keep its figures."""
    tie_to_parent(signal.SIGKILL)
    relay = the_relay()
    begin_context(job="measure_relay", season=season_id)
    begun = time.perf_counter()
    # None of the columns' objects is in a circle: to look for some takes a fifth.
    gc.disable()
    with relay.engine.connect() as connection:
        measured = relay_figures.measure_relay(
            connection, season_id, gazetteer=relay.gazetteer, clock=relay.clock
        )
    keep_figures(relay.engine, measured)
    log.info(
        "the relay is measured",
        extra={"ms": _ms(begun), "entries": len(measured.columns)},
    )


def send_mail(row_id: int, attempt: int, lease: float) -> None:
    """Write a mail, whatever it tells, and hand it to the mail server."""
    relay = the_relay()
    with _attempt(relay, row_id, attempt, lease) as work:
        if work is None:
            return
        errand = ERRANDS[work.ticket.topic]
        sent = mailing.send_mail(
            relay.mailroom, work.ticket, errand, mailer=relay.mailer
        )
        if sent.failed:
            said = {"reason": str(sent.failed), "then": sent.sending.value}
            log.warning("a mail was not sent", extra=said)
        elif sent.sending is not Sending.SENT:
            log.info("no mail", extra={"reason": sent.sending.value})


def keep_files(relay: Relay, pictures: PictureSet | None) -> list[StoredFile]:
    """Put renditions into the media store; doing it twice is harmless."""
    files = []
    for rendition in pictures.renditions if pictures else ():
        key = media_key(rendition)
        relay.media.put(
            key, rendition.data, content_type=CONTENT_TYPES[rendition.format]
        )
        files.append(
            StoredFile(
                name=rendition.name,
                format=rendition.format,
                width=rendition.width,
                height=rendition.height,
                key=key,
                size=len(rendition.data),
            )
        )
    return files


@contextmanager
def _attempt(
    relay: Relay, row_id: int, attempt: int, lease: float
) -> Iterator[Work | None]:
    """Begin the row; give its work, or None when this attempt does not count.

    This is a worker's outermost edge: whatever goes wrong is counted on the row,
    which is then due again or given up, and is raised for RQ to see.
    """
    # A job goes on after its worker is killed; nobody would look after it.
    tie_to_parent(signal.SIGKILL)
    begun = time.perf_counter()
    work = mark_running(
        relay.engine,
        row_id,
        attempt,
        lease=timedelta(seconds=lease),
        clock=relay.clock,
    )
    if work is None:
        log.info("nothing to do", extra={"row": row_id, "attempt": attempt})
        yield None
        return
    begin_context(
        job=work.ticket.topic.value,
        subject=work.ticket.subject,
        ref=work.ref,
        attempt=attempt,
    )
    try:
        yield work
    except BaseException:
        log.exception("the job went wrong", extra={"ms": _ms(begun)})
        fail(relay.engine, work.ticket, clock=relay.clock)
        raise
    log.info("the job is done", extra={"ms": _ms(begun)})


def _ms(begun: float) -> int:
    return round(1000 * (time.perf_counter() - begun))


def _picture_of(
    relay: Relay, preview: LinkPreview
) -> tuple[PictureSet | None, str | None]:
    """Return the page's picture, or why there is none although one was named."""
    if preview.image is None:
        return None, preview.image_reason
    try:
        return relay.pictures.make(preview.image), None
    except PictureRefused as refused:
        return None, refused.reason.value
    except JobTimeoutException:
        # The page came late and its picture is slow: the facts are worth keeping.
        return None, PictureReason.TOO_SLOW.value


def _upload(relay: Relay, key: str) -> bytes:
    original = relay.media.get(key)
    if original is None:
        raise PictureRefused(PictureReason.BROKEN, "there is no upload")
    return original


def _wait(relay: Relay, work: Work, busy: TooMany) -> None:
    """Give the worker to another link until the host has time for this one."""
    log.info("the host is busy", extra={"seconds": busy.retry_after})
    pause = timedelta(seconds=busy.retry_after)
    wait_turn(relay.engine, work.ticket, pause=pause, clock=relay.clock)


def _refuse(relay: Relay, work: Work, failed: FetchFailed) -> None:
    log.info("the link gives no preview", extra={"reason": str(failed)})
    store_refusal(
        relay.engine, work.ticket, failed, clock=relay.clock, printer=relay.printer
    )
