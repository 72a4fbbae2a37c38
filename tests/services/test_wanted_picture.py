from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Conflict, Forbidden, Invalid
from relay.domain.moderation import Choice, Reason
from relay.domain.preview import PreviewState
from relay.domain.share import FOLDER
from relay.models import (
    Card,
    Entry,
    OutboxState,
    Picture,
    PictureRole,
    RenditionFile,
    Revision,
    RevisionState,
    Topic,
)
from relay.queries.media import find_public_format
from relay.services.change_entry import add_picture
from relay.services.forget import KEEP_UPLOADS, forget_upload, forget_uploads
from relay.services.outbox import claim_due, fail, mark_running
from relay.services.revise_entry import (
    give_up_revision,
    refuse_revision,
    revise_entry,
    take_revision,
)
from relay.services.start_entry import incoming_key, wanted_key
from relay.services.wanted_picture import (
    PictureComingError,
    awaits_picture,
    refuse_wanted,
    revise_picture,
    store_wanted,
)
from relay.services.withdraw_entry import withdraw_entry
from relay.services.writing import writing
from tests.deciding import log, take_back
from tests.making import (
    NANJING,
    WORDS,
    SetClock,
    choose,
    find,
    make_moderator,
    send,
    wait_until_blocked,
)
from tests.web.making import Maker, draw_picture, make_pictures
from workers.jobs import keep_files

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket
    from relay.services.submit_entry import Receipt

OLD, NEW = draw_picture(), draw_picture(400, 500)


class Other:
    """A public entry with a picture of its maker's, who wants another one."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.by = make_moderator(relay)
        self.sent: Receipt = send(relay)
        Maker(relay).add_picture(self.sent.entry_id, OLD, role=PictureRole.OWN)
        choose(relay, self.sent.ref, by=self.by)
        self.old = self.shown()

    def begin(self) -> Ticket:
        tickets = [
            each
            for each in claim_due(self.relay.engine, limit=50, clock=self.relay.clock)
            if each.topic is Topic.MAKE_PICTURE
        ]
        for each in tickets:
            clock = self.relay.clock
            assert mark_running(
                self.relay.engine, each.row_id, each.attempt, clock=clock
            )
        return tickets[-1]

    def make(self, picture: bytes = NEW) -> None:
        """Do what the worker does."""
        relay, ticket = self.relay, self.begin()
        assert awaits_picture(relay.engine, self.sent.entry_id)
        made = make_pictures(picture)
        files = keep_files(relay, made)
        assert store_wanted(relay.engine, ticket, made, files, clock=relay.clock)
        forget_upload(relay.engine, self.sent.entry_id, media=relay.media)

    def make_in_vain(self, ticket: Ticket) -> set[str]:
        """Do what the worker does whose work was called off; return what it made."""
        relay, made = self.relay, make_pictures(NEW)
        files = keep_files(relay, made)
        keys = {each.key for each in files}
        assert not store_wanted(relay.engine, ticket, made, files, clock=relay.clock)
        forget_upload(relay.engine, self.sent.entry_id, made=keys, media=relay.media)
        return keys

    def want(self) -> int:
        revise_picture(self.relay.intake, self.sent.token, NEW)
        return self.waiting()

    def waiting(self) -> int:
        with Session(self.relay.engine) as session:
            found = session.exec(
                select(Revision.id).where(Revision.state == RevisionState.WAITING)
            ).one()
        return found or 0

    def take(self, revision_id: int, *, seen: str | None = None) -> None:
        """Take what waits, by who saw the picture of this key, or what is wanted."""
        take_revision(
            self.relay.engine,
            revision_id,
            find(self.relay, self.sent.ref).version,
            seen=seen if seen is not None else min(self.wanted(), default=""),
            moderator_id=self.by,
            clock=self.relay.clock,
            printer=self.relay.printer,
            media=self.relay.media,
        )

    def shown(self) -> set[str]:
        with Session(self.relay.engine) as session:
            return set(
                session.exec(
                    select(RenditionFile.key)
                    .join(Picture)
                    .where(Picture.role == PictureRole.OWN)
                )
            )

    def wanted(self) -> set[str]:
        with Session(self.relay.engine) as session:
            rows = session.exec(select(Revision.changes)).all()
        return {
            file["key"]
            for each in rows
            for file in each.get("picture", {}).get("files", ())
        }

    def cards(self) -> str:
        with Session(self.relay.engine) as session:
            return "".join(session.exec(select(Card.pictures)))

    def kept(self, keys: set[str]) -> set[str]:
        return {each for each in keys if self.relay.media.get(each) is not None}


@pytest.fixture
def other(either_relay: Relay) -> Other:
    return Other(either_relay)


def test_another_picture_waits_and_nobody_sees_it(other: Other) -> None:
    relay = other.relay
    revision = other.want()
    with pytest.raises(PictureComingError):
        other.take(revision)
    other.make()
    assert relay.media.get(wanted_key(other.sent.ref)) is None
    wanted = other.wanted()
    assert other.kept(wanted) == wanted
    assert other.shown() == other.old
    assert not any(key in other.cards() for key in wanted)
    with relay.engine.connect() as connection:
        for key in wanted:
            assert find_public_format(connection, key) is None


def test_what_is_taken_is_shown_and_the_older_one_deleted(other: Other) -> None:
    relay, no = other.relay, find(other.relay, other.sent.ref).no
    drawing = f"{FOLDER}/{no}-0123456789abcdef.card.png"
    relay.media.put(drawing, b"old", content_type="image/png")
    revision = other.want()
    other.make()
    wanted = other.wanted()
    other.take(revision)
    assert other.shown() == wanted
    assert other.kept(wanted) == wanted
    assert other.kept(other.old) == set()
    assert any(key in other.cards() for key in wanted)
    assert not any(key in other.cards() for key in other.old)
    edit = log(relay, other.sent.ref)[-1]
    assert edit.details
    assert set(edit.details) == {"picture"}


def test_words_beside_a_picture_can_be_taken_back_and_the_picture_stays(
    other: Other,
) -> None:
    relay = other.relay
    other.want()
    other.make()
    words = replace(WORDS, title="Kites")
    city = relay.gazetteer.find(NANJING)
    revise_entry(relay.engine, other.sent.token, words, city=city, clock=relay.clock)
    other.take(other.waiting())
    assert find(relay, other.sent.ref).title == "Kites"
    new = other.shown()
    assert new != other.old
    edit = log(relay, other.sent.ref)[-1]
    take_back(relay, other.sent.ref, edit.id or 0, by=other.by)
    assert find(relay, other.sent.ref).title == WORDS.title
    assert other.shown() == new


@pytest.mark.parametrize("seen", ["nothing", "another"])
def test_a_picture_that_the_moderator_has_not_seen_is_not_taken(
    other: Other, seen: str
) -> None:
    if seen == "another":
        revise_picture(other.relay.intake, other.sent.token, draw_picture(300, 200))
        other.make(draw_picture(300, 200))
    before = min(other.wanted(), default="")
    revision = other.want()
    other.make()
    assert before not in other.wanted()
    with pytest.raises(Conflict):
        other.take(revision, seen=before)
    assert other.shown() == other.old


def test_a_picture_is_made_though_its_entry_is_taken_down_meanwhile(
    other: Other,
) -> None:
    revision = other.want()
    reason = Reason.OTHER
    choose(other.relay, other.sent.ref, Choice.TAKE_DOWN, by=other.by, reason=reason)
    other.make()
    other.take(revision)
    assert other.shown() == other.wanted()


def test_an_entry_without_a_link_is_ready_once_another_picture_is_taken(
    other: Other,
) -> None:
    relay = other.relay
    with writing(relay.engine) as session:
        entry = session.get_one(Entry, other.sent.entry_id)
        entry.link, entry.preview = "", PreviewState.REFUSED
    revision = other.want()
    other.make()
    other.take(revision)
    assert find(relay, other.sent.ref).preview is PreviewState.READY


def test_what_was_made_of_a_picture_that_was_given_up_meanwhile_is_deleted(
    other: Other,
) -> None:
    relay = other.relay
    other.want()
    ticket = other.begin()
    give_up_revision(
        relay.engine, other.sent.token, clock=relay.clock, media=relay.media
    )
    keys = other.make_in_vain(ticket)
    assert other.kept(keys) == set()
    assert other.shown() == other.old


def test_what_another_attempt_makes_again_outlives_the_one_that_came_late(
    other: Other,
) -> None:
    relay = other.relay
    other.want()
    late = other.begin()
    assert fail(relay.engine, late, clock=relay.clock) is OutboxState.DUE
    keys = other.make_in_vain(late)
    assert other.kept(keys) == keys
    assert relay.media.get(wanted_key(other.sent.ref)) == NEW


@pytest.mark.postgres
def test_a_withdrawal_and_a_picture_that_is_kept_wait_for_each_other_in_turn(
    postgres_relay: Relay,
) -> None:
    other = Other(postgres_relay)
    relay, made = other.relay, make_pictures(NEW)
    revision = other.want()
    ticket = other.begin()
    with ThreadPoolExecutor(2) as both:
        with writing(relay.engine) as session:
            session.get(Revision, revision, with_for_update=True)
            withdrawn = both.submit(
                withdraw_entry,
                relay.engine,
                other.sent.token,
                clock=relay.clock,
                media=relay.media,
            )
            wait_until_blocked(relay, 1)
            kept = both.submit(
                store_wanted, relay.engine, ticket, made, [], clock=relay.clock
            )
            wait_until_blocked(relay, 2)
        withdrawn.result()
        assert not kept.result()


@pytest.mark.parametrize("is_made", [True, False])
@pytest.mark.parametrize("way", ["refuse", "give up", "withdraw", "another"])
def test_what_is_not_wanted_any_more_is_deleted(
    other: Other, way: str, *, is_made: bool
) -> None:
    relay, clock, media = other.relay, other.relay.clock, other.relay.media
    revision = other.want()
    if is_made:
        other.make()
    wanted = other.wanted() if is_made else set()
    if way == "refuse":
        refuse_revision(
            relay.engine,
            revision,
            reason="unclear",
            moderator_id=other.by,
            clock=clock,
            media=media,
        )
    elif way == "give up":
        give_up_revision(relay.engine, other.sent.token, clock=clock, media=media)
    elif way == "withdraw":
        withdraw_entry(relay.engine, other.sent.token, clock=clock, media=media)
    else:
        revise_picture(relay.intake, other.sent.token, draw_picture(300, 200))
        give_up_revision(relay.engine, other.sent.token, clock=clock, media=media)
    assert other.kept(wanted) == set()
    assert media.get(wanted_key(other.sent.ref)) is None
    due = claim_due(relay.engine, limit=50, clock=clock)
    assert Topic.MAKE_PICTURE not in {each.topic for each in due}
    if way != "withdraw":
        assert other.kept(other.old) == other.old


def test_a_picture_that_is_public_already_is_not_deleted_with_a_refusal(
    other: Other,
) -> None:
    relay = other.relay
    Maker(relay).published(picture=NEW)
    with Session(relay.engine) as session:
        keys = set(session.exec(select(RenditionFile.key)))
    other.want()
    other.make()
    give_up_revision(
        relay.engine, other.sent.token, clock=relay.clock, media=relay.media
    )
    assert other.kept(keys) == keys


def test_newer_words_keep_the_picture_that_is_being_made(other: Other) -> None:
    relay = other.relay
    other.want()
    words = replace(WORDS, title="Kites")
    city = relay.gazetteer.find(NANJING)
    revise_entry(relay.engine, other.sent.token, words, city=city, clock=relay.clock)
    other.make()
    with Session(relay.engine) as session:
        revision = session.get_one(Revision, other.waiting())
    assert revision.changes["title"] == "Kites"
    assert revision.changes["picture"]["state"] == "ready"


def test_a_file_that_is_no_picture_ends_what_was_nothing_else(other: Other) -> None:
    relay = other.relay
    revision = other.want()
    refuse_wanted(relay.engine, other.begin(), "broken", clock=relay.clock)
    with Session(relay.engine) as session:
        assert session.get_one(Revision, revision).state is RevisionState.OVER
    assert other.shown() == other.old


def test_an_upload_that_waits_is_not_swept_away_and_a_forgotten_one_is(
    other: Other,
) -> None:
    relay, key = other.relay, wanted_key(other.sent.ref)
    assert key != incoming_key(other.sent.ref)
    later = SetClock(relay.clock.now() + KEEP_UPLOADS + timedelta(minutes=1))
    other.want()
    assert forget_uploads(relay.engine, clock=later, media=relay.media) == 0
    assert relay.media.get(key) == NEW
    # Whoever ended the work died before the upload was forgotten.
    assert refuse_wanted(relay.engine, other.begin(), "broken", clock=relay.clock)
    assert forget_uploads(relay.engine, clock=later, media=relay.media) == 1
    assert relay.media.get(key) is None


def test_only_a_public_entry_takes_another_picture_to_wait(relay: Relay) -> None:
    sent = send(relay)
    with pytest.raises(Forbidden):
        revise_picture(relay.intake, sent.token, NEW)


def test_a_first_picture_that_is_still_being_made_goes_first(relay: Relay) -> None:
    by = make_moderator(relay)
    sent = send(relay)

    add_picture(relay.intake, sent.token, OLD)
    choose(relay, sent.ref, by=by)
    with pytest.raises(Invalid, match="picture"):
        revise_picture(relay.intake, sent.token, NEW)
