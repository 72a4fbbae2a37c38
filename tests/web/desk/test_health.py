from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from relay.domain.preview import PreviewState
from relay.models import OutboxRow, OutboxState
from relay.models.moderator import Role
from relay.services.writing import writing
from tests.making import send
from tests.web.desk.test_settings_room import sign_in

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.web.making import Maker


def test_a_new_relay_without_a_queue_server_is_told_calmly(
    app: Flask, relay: Relay
) -> None:
    person = sign_in(app, relay, Role.VIEWER, "vi@example.org").open("/desk/health")
    assert person.status == 200
    for said in (
        "Nothing waits.",
        "The queue server does not answer.",
        "Nothing is lost",
        "No mail server is set",
        "not measured yet",
        "free of",
    ):
        assert person.says(said), said


def test_what_fails_is_shown_and_tried_again_by_organisers(
    app: Flask, relay: Relay, maker: Maker
) -> None:
    send(relay)
    maker.published(platform="weibo", preview=PreviewState.FAILED)
    with writing(relay.engine) as session:
        for row in session.exec(select(OutboxRow)):
            row.state = OutboxState.FAILED
            session.add(row)
    person = sign_in(app, relay, Role.ORGANISER, "ada@example.org")
    person.open("/desk/health")
    assert person.says("The oldest came")
    person.send("Try again: Reading links")
    assert person.says("1 is tried again.")
    person.send("Try again: Weibo")
    assert person.says("1 link is looked at again.")


def test_viewers_look_but_do_not_press(app: Flask, relay: Relay, maker: Maker) -> None:
    maker.published(platform="weibo", preview=PreviewState.FAILED)
    person = sign_in(app, relay, Role.VIEWER, "vi@example.org").open("/desk/health")
    assert person.says("Weibo")
    assert "Try again" not in person.text
    token = person.value("csrf_token")
    for page in ("outbox/fetch_preview", "links/weibo"):
        answer = person.client.post(f"/desk/health/{page}", data={"csrf_token": token})
        assert answer.status_code == 403


@pytest.mark.parametrize("page", ["outbox/nothing", "links/nothing"])
def test_what_is_not_there_cannot_be_tried_again(
    app: Flask, relay: Relay, page: str
) -> None:
    person = sign_in(app, relay, Role.ORGANISER, "ada@example.org")
    person.open("/desk/health")
    token = person.value("csrf_token")
    answer = person.client.post(f"/desk/health/{page}", data={"csrf_token": token})
    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESCRIBER])
def test_others_do_not_come_in(app: Flask, relay: Relay, role: Role) -> None:
    person = sign_in(app, relay, role, "cy@example.org")
    assert person.open("/desk/health").status == 403
