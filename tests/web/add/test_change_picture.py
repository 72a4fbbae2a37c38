"""Another picture for a public entry, from its maker's form to the wall."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from relay.models import PictureRole, Topic
from relay.models.moderator import Role
from relay.services.outbox import claim_due, mark_running
from relay.services.wanted_picture import refuse_wanted, store_wanted
from tests.deciding import limit_scope
from tests.journeys.person import Person
from tests.making import choose, make_moderator, send
from tests.web.desk.arriving import arrive, make_account
from tests.web.making import Maker, draw_picture, make_pictures
from workers.jobs import keep_files

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket

OLD, NEW = draw_picture(), draw_picture(400, 500)


def begin(relay: Relay) -> Ticket:
    """Begin the work on the picture that was sent in."""
    (ticket,) = [
        each
        for each in claim_due(relay.engine, limit=50, clock=relay.clock)
        if each.topic is Topic.MAKE_PICTURE
    ]
    assert mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=relay.clock)
    return ticket


def make(relay: Relay) -> None:
    """Do what the worker does."""
    ticket, made = begin(relay), make_pictures(NEW)
    files = keep_files(relay, made)
    assert store_wanted(relay.engine, ticket, made, files, clock=relay.clock)


@pytest.fixture
def lin(relay: Relay, app: Flask) -> Person:
    """The maker of a public entry with a picture, who has sent in another one."""
    sent = send(relay)
    Maker(relay).add_picture(sent.entry_id, OLD, role=PictureRole.OWN)
    choose(relay, sent.ref, by=make_moderator(relay, "by@example.org"))
    person = Person(app.test_client()).open(f"/en/mine/{sent.token}/change")
    return person.send(
        "Save the changes", consent="yes", picture=(BytesIO(NEW), "new.png")
    )


def src(person: Person, selector: str) -> list[str]:
    return [each.attributes["src"] or "" for each in person.page.css(selector)]


def test_a_moderator_sees_both_and_the_wall_shows_what_was_taken(
    relay: Relay, app: Flask, lin: Person
) -> None:
    assert lin.says("Your changes wait for a moderator.")
    lin.open(f"{lin.path}/change")
    assert lin.says("Your other picture is being prepared.")
    make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/revisions")
    assert mei.says("The picture is still being made.")
    assert mei.send("Take this change").status == 409
    make(relay)
    assert mei.send("Take this change").status == 409
    lin.open(lin.path)
    assert lin.says("This other picture waits for a moderator.")
    (own,) = src(lin, ".wanted-picture img")
    assert lin.client.get(own).content_type == "image/jpeg"
    public = src(lin.open("/en/w/1"), "article img")
    _now, wanted = src(mei.open("/desk/revisions"), ".pair img")
    assert mei.client.get(wanted).content_type == "image/jpeg"
    assert lin.client.get(wanted).status_code in {302, 303, 403, 404}
    mei.send("Take this change")
    shown = src(lin.open("/en/w/1"), "article img")
    assert shown != public
    assert lin.client.get(shown[0]).status_code == 200
    assert lin.client.get(public[0]).status_code == 404
    assert mei.client.get(wanted).status_code == 404


def test_only_who_may_decide_on_it_sees_what_is_wanted(
    relay: Relay, app: Flask, lin: Person
) -> None:
    make(relay)
    assert lin.says("Your changes wait for a moderator.")
    by = make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/revisions")
    _now, wanted = src(mei, ".pair img")
    assert mei.client.get(wanted).status_code == 200
    limit_scope(relay, by, countries=["KE"])
    assert mei.client.get(wanted).status_code == 404


def test_pictures_that_wait_are_veiled_for_who_wishes_so(
    relay: Relay, app: Flask, lin: Person
) -> None:
    make(relay)
    assert lin.says("Your changes wait for a moderator.")
    make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/keys").send("Keep them", veil="on")
    assert not src(mei.open("/desk/revisions"), ".pair img")
    assert mei.says("Show the picture")


def test_what_is_given_up_is_gone_for_its_maker_and_moderators(
    relay: Relay, lin: Person
) -> None:
    make(relay)
    mine = lin.path
    lin.send("Take the changes back")
    assert lin.client.get(f"{mine}/change/picture").status_code == 404
    assert not src(lin.open(f"{mine}/change"), ".wanted-picture img")


def test_its_maker_learns_that_a_file_could_not_be_used(
    relay: Relay, lin: Person
) -> None:
    mine = lin.path
    assert refuse_wanted(relay.engine, begin(relay), "broken", clock=relay.clock)
    assert lin.open(mine).says("We could not use your other picture.")
    assert lin.open(f"{mine}/change").says("We could not use your other picture.")


def test_a_file_that_is_no_picture_is_refused_with_the_words_kept(
    lin: Person,
) -> None:
    lin.open(f"{lin.path}/change")
    lin.send(
        "Save the changes",
        title="Kites",
        consent="yes",
        picture=(BytesIO(b"%PDF-1.4"), "new.pdf"),
    )
    assert lin.status == 422
    assert lin.value("title") == "Kites"
