from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.domain.moderation import Moderation
from relay.models import OutboxRow, OutboxState, Topic
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.journeys.test_adding import (
    WHOLE,
    assert_summary,
    begin,
    entries,
    private_path,
)
from tests.looking import find_nothing, forget_visits, later_clock
from tests.making import PICTURE

if TYPE_CHECKING:
    from relay.bootstrap import Relay

TYPED = {**WHOLE, "description": "A long story\n\nin two parts", "email": "l@x.org"}
LINK = "https://example.org/post"


@pytest.fixture
def hasty(relay: Relay) -> Person:
    """Somebody whose address may send one entry an hour, and begin four drafts."""
    limits = {"limit_submit": "1 per hour", "limit_draft": "4 per hour"}
    settings = relay.settings.model_copy(update=limits)
    return Person(build_app(open_relay(settings)).test_client())


def boat() -> tuple[BytesIO, str]:
    return (BytesIO(PICTURE), "boat.png")


def assert_waits(person: Person) -> None:
    """The page says when to try again, in words and to programs."""
    assert person.status == 429
    assert_summary(person, "wait")
    assert person.says("You can try again in 60 minutes")


def rows(relay: Relay, topic: Topic) -> list[OutboxState]:
    with Session(relay.engine) as session:
        found = session.exec(select(OutboxRow.state).where(OutboxRow.topic == topic))
        return [OutboxState(each) for each in found]


def test_who_must_wait_loses_no_word_of_an_entry(hasty: Person, relay: Relay) -> None:
    begin(hasty).send("Send it in", **WHOLE)
    assert "/add/done/" in hasty.path
    begin(hasty, "https://example.org/2").send("Send it in", **TYPED)
    assert_waits(hasty)
    for name, value in TYPED.items():
        assert hasty.value(name) == value
    assert not hasty.says("Only the picture cannot be kept")
    assert entries(relay)[1].moderation is Moderation.DRAFT
    answer = hasty.client.get(hasty.path)
    assert answer.status_code == 200


def test_the_answer_to_who_must_wait_is_kept_by_nobody(hasty: Person) -> None:
    begin(hasty).send("Send it in", **WHOLE)
    form = begin(hasty, "https://example.org/2")
    answer = hasty.client.post(
        form.path, data={**WHOLE, "send": "1", "csrf_token": form.value("csrf_token")}
    )
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_must_wait_loses_no_word_of_a_change(hasty: Person, relay: Relay) -> None:
    begin(hasty).send("Send it in", **WHOLE)
    hasty.open(f"{private_path(hasty)}/change")
    hasty.send("Save the changes", **{**TYPED, "picture": boat()})
    assert_waits(hasty)
    for name, value in TYPED.items():
        assert hasty.value(name) == value
    assert hasty.says("Only the picture cannot be kept: choose it again.")
    assert entries(relay)[0].description == ""


def test_who_must_wait_keeps_the_link_that_was_pasted(
    hasty: Person, relay: Relay
) -> None:
    for _ in range(4):
        begin(hasty)
    begin(hasty, "Look <here> https://example.org/5")
    assert_waits(hasty)
    assert hasty.value("link") == "Look <here> https://example.org/5"
    assert len(entries(relay)) == 4


def test_one_draft_makes_no_work_without_end(hasty: Person, relay: Relay) -> None:
    begin(hasty)
    statuses = []
    for _ in range(5):
        hasty.send("Use this picture", picture=boat(), title="Boats")
        statuses.append(hasty.status)
    assert statuses == [200, 200, 200, 429, 429]
    assert hasty.value("title") == "Boats"
    pictures = rows(relay, Topic.MAKE_PICTURE)
    assert pictures.count(OutboxState.DUE) == 1
    assert len(pictures) == 3
    # What makes no work is never refused for it.
    hasty.send("Send it in", **WHOLE)
    assert "/add/done/" in hasty.path


def test_one_link_is_not_fetched_again_and_again(person: Person, relay: Relay) -> None:
    form = begin(person)
    token = form.value("csrf_token")
    for _ in range(20):
        again = {"again": "1", "title": "Boats", "csrf_token": token}
        answer = person.client.post(form.path, data=again)
        assert answer.status_code == 200
        assert "We are looking at your post already." in answer.text
        assert 'value="Boats"' in answer.text
    assert rows(relay, Topic.FETCH_PREVIEW) == [OutboxState.DUE]


def test_who_asks_for_another_look_too_soon_hears_when(
    person: Person, relay: Relay
) -> None:
    here = begin(person).path
    find_nothing(relay, later_clock())
    person.open(here).send("Try the link once more", title="Boats")
    assert person.status == 200
    assert person.says("We looked at your post a short while ago.")
    assert person.says("You can ask again at")
    assert person.value("title") == "Boats"
    forget_visits(relay)
    person.send("Try the link once more")
    assert not person.says("You can ask again at")
    assert person.first(".found").attributes["data-waits"] == "yes"
    states = [OutboxState.DONE, OutboxState.DUE]
    assert rows(relay, Topic.FETCH_PREVIEW) == states


def test_asking_for_another_look_counts_as_a_draft_does(hasty: Person) -> None:
    form = begin(hasty)
    data = {"again": "1", "csrf_token": form.value("csrf_token")}
    statuses = [hasty.client.post(form.path, data=data).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_a_private_link_that_nobody_has_is_not_found_even_in_a_hurry(
    hasty: Person,
) -> None:
    begin(hasty).send("Send it in", **WHOLE)
    begin(hasty, "https://example.org/2")
    data = {"send": "1", "csrf_token": hasty.value("csrf_token")}
    answer = hasty.client.post("/en/add/check/nobody", data=data)
    assert answer.status_code == 429
    assert "Please wait a moment" in answer.text
