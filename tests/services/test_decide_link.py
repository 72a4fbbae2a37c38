from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Conflict, FetchReason, Forbidden, NotFound
from relay.domain.looks import LinkChoice
from relay.domain.moderation import Choice, Reason
from relay.models import Card, LinkDecision, LookFile, RenditionFile
from relay.models.moderator import Role
from relay.services.decide_link import LinkWish, decide_link
from relay.services.look_again import look_at_own
from tests.looking import (
    BOATS,
    DAY,
    KITES,
    LANTERNS,
    find_nothing,
    find_page,
    forget_visits,
    later_clock,
    look,
    look_of,
    preview_of,
    publish_one,
)
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt
    from tests.making import SetClock


@pytest.fixture
def clock() -> SetClock:
    return later_clock()


def change(relay: Relay, clock: SetClock) -> Receipt:
    """Publish an entry whose page changes afterwards."""
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_page(relay, clock, title="Buy shoes", picture=LANTERNS)
    return sent


def decide_on(
    relay: Relay,
    ref: str,
    choice: LinkChoice,
    *,
    by: int,
    version: int = 1,
) -> None:
    decide_link(
        relay.engine,
        ref,
        LinkWish(choice, version),
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
        media=relay.media,
    )


def card_of(relay: Relay, entry_id: int) -> str:
    with Session(relay.engine) as session:
        return session.get_one(Card, (entry_id, "en")).pictures


def audit_of(relay: Relay) -> list[tuple[object, ...]]:
    with Session(relay.engine) as session:
        return [
            (each.choice, each.title_before, each.title_after, each.moderator_id)
            for each in session.exec(select(LinkDecision))
        ]


def keys(relay: Relay, model: type[RenditionFile | LookFile]) -> list[str]:
    with Session(relay.engine) as session:
        return list(session.exec(select(model.key)))


def test_taking_the_new_one_changes_the_card_and_says_so_in_the_audit_log(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = change(either_relay, clock)
    by = make_moderator(either_relay)
    before = find(either_relay, sent.ref)
    old = keys(either_relay, RenditionFile)
    decide_on(either_relay, sent.ref, LinkChoice.TAKE, by=by)
    card = card_of(either_relay, sent.entry_id)
    assert LANTERNS in card
    assert BOATS not in card
    after = find(either_relay, sent.ref)
    assert (after.title, after.no, after.version) == (
        before.title,
        before.no,
        before.version + 1,
    )
    assert preview_of(either_relay, sent.entry_id).title == "Buy shoes"
    assert audit_of(either_relay) == [(LinkChoice.TAKE, "Paper boats", "Buy shoes", by)]
    assert keys(either_relay, LookFile) == []
    assert all(map(either_relay.media.get, keys(either_relay, RenditionFile)))
    assert not any(map(either_relay.media.get, old))


def test_keeping_what_was_approved_keeps_it_and_is_not_asked_twice(
    either_relay: Relay, clock: SetClock
) -> None:
    sent = change(either_relay, clock)
    by = make_moderator(either_relay)
    before = card_of(either_relay, sent.entry_id)
    declined = keys(either_relay, LookFile)
    decide_on(either_relay, sent.ref, LinkChoice.KEEP, by=by)
    assert card_of(either_relay, sent.entry_id) == before
    assert preview_of(either_relay, sent.entry_id).title == "Paper boats"
    assert audit_of(either_relay) == [(LinkChoice.KEEP, "Paper boats", "Buy shoes", by)]
    assert not any(map(either_relay.media.get, declined))
    assert all(map(either_relay.media.get, keys(either_relay, RenditionFile)))
    look(either_relay, clock)
    find_page(either_relay, clock, title="Buy shoes", picture=LANTERNS)
    kept = look_of(either_relay, sent.entry_id)
    assert kept is not None
    assert kept.changed_at is None
    look(either_relay, clock)
    find_page(either_relay, clock, title="Buy shoes", picture=KITES)
    kept = look_of(either_relay, sent.entry_id)
    assert kept is not None
    assert kept.changed_at is not None


def test_a_file_that_another_entry_shows_stays_in_the_media_store(
    relay: Relay, clock: SetClock
) -> None:
    other = publish_one(relay, clock, link="https://example.org/other")
    sent = change_one_more(relay, clock)
    decide_on(relay, sent.ref, LinkChoice.TAKE, by=make_moderator(relay))
    assert BOATS in card_of(relay, other.entry_id)
    assert all(map(relay.media.get, keys(relay, RenditionFile)))


def change_one_more(relay: Relay, clock: SetClock) -> Receipt:
    """Publish another entry with the same picture, whose page changes."""
    sent = publish_one(relay, clock)
    forget_visits(relay)
    look_at_own(relay.intake, sent.token)
    clock.time += DAY
    find_page(relay, clock, picture=LANTERNS)
    return sent


def test_what_was_never_seen_can_be_taken_too(relay: Relay, clock: SetClock) -> None:
    sent = send(relay)
    find_nothing(relay, clock, FetchReason.FORBIDDEN)
    by = make_moderator(relay)
    choose(relay, sent.ref, by=by)
    forget_visits(relay)
    look_at_own(relay.intake, sent.token)
    clock.time += DAY
    find_page(relay, clock, picture=LANTERNS)
    decide_on(relay, sent.ref, LinkChoice.TAKE, by=by)
    assert LANTERNS in card_of(relay, sent.entry_id)
    assert audit_of(relay) == [(LinkChoice.TAKE, None, "Paper boats", by)]


def test_of_two_moderators_one_decides(either_relay: Relay, clock: SetClock) -> None:
    sent = change(either_relay, clock)
    by = make_moderator(either_relay)
    decide_on(either_relay, sent.ref, LinkChoice.KEEP, by=by)
    with pytest.raises(Conflict):
        decide_on(either_relay, sent.ref, LinkChoice.TAKE, by=by)
    assert len(audit_of(either_relay)) == 1


def test_a_change_that_nobody_looked_at_cannot_be_taken(
    relay: Relay, clock: SetClock
) -> None:
    sent = change(relay, clock)
    look(relay, clock)
    find_page(relay, clock, title="Buy boots", picture=KITES)
    with pytest.raises(Conflict):
        decide_on(relay, sent.ref, LinkChoice.TAKE, by=make_moderator(relay))
    assert KITES not in card_of(relay, sent.entry_id)


def test_only_moderators_decide_and_only_on_published_entries(
    relay: Relay, clock: SetClock
) -> None:
    sent = change(relay, clock)
    viewer = make_moderator(relay, "viewer@example.org", role=Role.VIEWER)
    with pytest.raises(Forbidden):
        decide_on(relay, sent.ref, LinkChoice.TAKE, by=viewer)
    by = make_moderator(relay)
    with pytest.raises(NotFound):
        decide_on(relay, "nobody", LinkChoice.TAKE, by=by)
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    with pytest.raises(Forbidden):
        decide_on(relay, sent.ref, LinkChoice.TAKE, by=by)
    assert audit_of(relay) == []
