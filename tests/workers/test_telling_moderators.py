"""People of the desk get their links by real mail, through the real queue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import OutboxRow, OutboxState, Topic
from relay.models.moderator import Role
from relay.services.account_links import NewPerson, invite_person
from relay.web.app import build_app
from tests.mailing import Postbox, serving_mail
from tests.making import make_moderator
from tests.workers.parts import dispatching, wait_until

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


def is_done(relay: Relay) -> bool:
    with Session(relay.engine) as session:
        row = session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.TELL_MODERATOR)
        ).one()
    return row.state is OutboxState.DONE


def test_an_invitation_arrives_once_and_its_link_opens_the_desk(
    relay: Relay, queue: JobQueue, box: Postbox, start_worker: Start
) -> None:
    invite_person(
        relay.engine,
        NewPerson("dan@example.org", lang="he"),
        moderator_id=make_moderator(relay, role=Role.ORGANISER, password_hash="hash"),
        address="127.0.0.1",
        clock=relay.clock,
        dice=relay.dice,
    )
    start_worker()
    with dispatching(relay, queue):
        wait_until(lambda: is_done(relay))
    assert len(box.mails) == 1
    mail = box.mails[0]
    assert mail["To"] == "dan@example.org"
    plain = mail.get_body(["plain"])
    assert plain
    found = re.search(r"https?://[^/\s]+(/desk/invite/\S+)", plain.get_content())
    assert found
    opened = build_app(relay).test_client().get(found[1])
    assert opened.status_code == 200
    assert "dan@example.org" in opened.text
