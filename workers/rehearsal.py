"""A job rehearsed before the first fork, so that none has to learn its lines again.

Each job is a new process. What the worker has done once, its jobs find done: compiled
statements, prepared classes, patterns. Without it they cost more than the steps.
"""

from __future__ import annotations

import gc
import logging
from secrets import token_urlsafe
from typing import TYPE_CHECKING, cast

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from relay.adapters.database import for_writing
from relay.adapters.page_reader import read_page
from relay.domain.errors import FetchFailed, FetchReason, RelayError, Unavailable
from relay.domain.picture import RENDITION_PX, PictureSet
from relay.domain.preview import LinkPreview, Step
from relay.models import OutboxRow, OutboxState, Season
from relay.services.outbox import fail, mark_running
from relay.services.start_entry import (
    LinkFacts,
    draft_row,
    insert_entry,
    link_row,
    remember_work,
)
from relay.services.store_preview import StoredFile, store_preview, store_refusal
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket

LINK = "https://example.org/rehearsal"

_PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Lanterns on the river | A blog</title>
<meta property="og:title" content="Lanterns on the river">
<meta property="og:description" content="Paper boats carry names downstream.">
<meta property="og:image" content="/lanterns.jpg">
<meta property="article:published_time" content="2026-03-14T09:26:53+08:00">
<script type="application/ld+json">{"@type": "Article", "headline": "Lanterns",
"author": {"@type": "Person", "name": "Mei Lin"}}</script></head>
<body><article><h1>Lanterns on the river</h1><p class="byline">By Mei Lin</p>
<time>14 March 2026</time><p>Whoever finds one folds another.</p></article></body>"""

log = logging.getLogger("relay.worker")


def rehearse(relay: Relay) -> None:
    """Do what a job does, in a transaction that is rolled back; then freeze it all.

    Nothing stays connected: a forked process cannot share a connection. Whatever goes
    wrong only costs the time that was to be saved.
    """
    try:
        with for_writing(relay.engine).connect() as connection:
            # Begun here, so that it is ours: services take the connection for an
            # engine, their sessions join it, and their commits leave it open.
            begun = connection.begin()
            try:
                _play(relay, cast("Engine", connection))
            finally:
                if begun.is_active:  # a session that fails has rolled it back
                    begun.rollback()
    except (SQLAlchemyError, RelayError) as error:
        reason = str(error).split("\n", 1)[0]
        log.warning("going on without a rehearsal", extra={"reason": reason})
    finally:
        relay.engine.dispose()
    # What is frozen is never looked through again, which would copy its pages.
    gc.collect()
    gc.freeze()


def _play(relay: Relay, stage: Engine) -> None:
    facts = read_page(_PAGE, LINK, content_type="text/html; charset=utf-8")
    preview = LinkPreview(LINK, LINK, "web", facts, steps=(Step("rehearsed", "", 0.0),))
    gone = FetchFailed(FetchReason.GONE, "nothing was asked")
    clock, printer = relay.clock, relay.printer
    store_preview(
        stage,
        _begin(relay, stage),
        preview,
        _PICTURES,
        _FILES,
        clock=clock,
        printer=printer,
        dice=relay.dice,
    )
    store_refusal(stage, _begin(relay, stage), gone, clock=clock, printer=printer)
    fail(stage, _begin(relay, stage), clock=clock)


def _begin(relay: Relay, stage: Engine) -> Ticket:
    """Send in an entry and begin its job."""
    now = relay.clock.now()
    facts = LinkFacts(LINK, LINK, "web")
    with writing(stage) as session:
        season_id = session.scalars(select(col(Season.id)).limit(1)).one()
        row = draft_row(season_id or 0, token_urlsafe(12), token_urlsafe(16), now)
        row |= link_row(facts, has_picture=False) | {"title": "", "lang": ""}
        entry_id = insert_entry(session, row)
        remember_work(session, entry_id, facts, has_picture=False, now=now)
        row_id = session.scalars(
            update(OutboxRow)
            .where(col(OutboxRow.subject) == entry_id)
            .values(state=OutboxState.SENT, attempt=1)
            .returning(col(OutboxRow.id))
        ).one()
    work = mark_running(stage, row_id or 0, 1, clock=relay.clock)
    if work is None:
        message = "what was begun did not count"
        raise Unavailable(message)
    return work.ticket


_PICTURES = PictureSet(
    digest="0" * 64,
    width=3000,
    height=2000,
    colour="#008080",
    placeholder="data:image/webp;base64,AAAA",
    fingerprint="0" * 16,
    renditions=(),
)
_FILES = [
    StoredFile(name, form, px, px, f"rehearsal/{name}.{form}", 1)
    for name, px in RENDITION_PX.items()
    for form in ("webp", "jpeg")
]
