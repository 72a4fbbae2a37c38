"""The job that makes another picture of a public entry leaves what is public alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Picture, PictureRole, Revision, Topic
from relay.services.outbox import claim_due
from relay.services.start_entry import wanted_key
from relay.services.wanted_picture import revise_picture
from relay.settings import environment_with
from tests.making import choose, make_moderator, send
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.settings import Settings

pytestmark = [pytest.mark.slow]

JOB = """
import sys
from workers import jobs
jobs.make_picture(int(sys.argv[1]), int(sys.argv[2]), 50.0)
"""


@pytest.mark.parametrize(
    ("upload", "state"),
    [(draw_picture(400, 500), "ready"), (b"\x89PNG\r\n\x1a\nbroken", "refused")],
)
def test_what_is_made_waits_and_the_upload_is_forgotten(
    relay: Relay, settings: Settings, upload: bytes, state: str
) -> None:
    by, sent = make_moderator(relay), send(relay)
    Maker(relay).add_picture(sent.entry_id, draw_picture(), role=PictureRole.OWN)
    choose(relay, sent.ref, by=by)
    revise_picture(relay.intake, sent.token, upload)
    (ticket,) = [
        each
        for each in claim_due(relay.engine, limit=9, clock=relay.clock)
        if each.topic is Topic.MAKE_PICTURE
    ]
    subprocess.run(
        [sys.executable, "-c", JOB, str(ticket.row_id), str(ticket.attempt)],
        env=environment_with(data=settings.data, secret_key=settings.secret_key),
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=60,
    )
    with Session(relay.engine) as session:
        changes = session.exec(select(Revision.changes)).one()
        shown = session.exec(select(Picture)).one()
    assert changes["picture"]["state"] == state
    assert (shown.width, shown.height) == (800, 600)
    assert relay.media.get(wanted_key(sent.ref)) is None
