from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select, update

from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.moderation import Moderation
from relay.domain.picture import PictureSet
from relay.domain.preview import LinkPreview, PageFacts, PreviewState, Step
from relay.models import (
    Card,
    Entry,
    OutboxRow,
    OutboxState,
    Picture,
    PictureRole,
    Preview,
    RenditionFile,
)
from relay.services.outbox import Ticket, claim_due, mark_running
from relay.services.print_again import print_again
from relay.services.start_entry import start_entry
from relay.services.store_picture import refuse_picture, store_picture
from relay.services.store_preview import StoredFile, store_preview, store_refusal
from tests.making import send

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay
    from relay.models.preview import Preview as PreviewRow

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
FACTS = PageFacts(title="Lanterns", description="On a river", image="https://e.org/i")
PREVIEW = LinkPreview(
    asked="https://example.org/post",
    final_url="https://example.org/post/",
    platform="web",
    facts=FACTS,
    steps=(Step("asked", "example.org", 12.5),),
)
PICTURE = PictureSet(
    digest="d" * 64,
    width=800,
    height=600,
    colour="#a03020",
    placeholder="data:image/webp;base64,AA==",
    fingerprint="0" * 16,
    renditions=(),
)
FILES = [
    StoredFile("wall", "jpeg", 640, 480, "ab/wall.jpg", 1000),
    StoredFile("wall", "webp", 640, 480, "ab/wall.webp", 700),
]


class SetClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def begin(relay: Relay, clock: SetClock) -> Callable[[], Ticket]:
    """Send a link in, and begin its work as a worker would."""

    def begin_again() -> Ticket:
        if not relay_has_rows(relay):
            start_entry(relay.intake, link="https://example.org/post")
            make_due(relay)
        (ticket,) = claim_due(relay.engine, limit=1, clock=clock)
        assert mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
        return ticket

    return begin_again


def relay_has_rows(relay: Relay) -> bool:
    with Session(relay.engine) as session:
        return session.exec(select(OutboxRow.id)).first() is not None


def make_due(relay: Relay) -> None:
    with Session(relay.engine) as session:
        session.exec(update(OutboxRow).values(due_at=NOON))
        session.commit()


def approve(relay: Relay) -> None:
    with Session(relay.engine) as session:
        session.exec(
            update(Entry).values(
                moderation=Moderation.APPROVED,
                no=1,
                city_id=1799962,
                country="CN",
                title="Lanterns",
                name="Lin",
                published_at=NOON,
                submitted_at=NOON,
                consent_at=NOON,
            )
        )
        session.commit()


def withdraw(relay: Relay) -> None:
    with Session(relay.engine) as session:
        session.exec(update(Entry).values(moderation=Moderation.WITHDRAWN))
        session.commit()


def entry_of(relay: Relay) -> Entry:
    with Session(relay.engine) as session:
        return session.exec(select(Entry)).one()


def row_of(relay: Relay) -> OutboxRow:
    with Session(relay.engine) as session:
        return session.exec(select(OutboxRow)).one()


def preview_of(relay: Relay) -> PreviewRow | None:
    with Session(relay.engine) as session:
        return session.exec(select(Preview)).one_or_none()


def count(relay: Relay, model: type) -> int:
    with Session(relay.engine) as session:
        return len(session.exec(select(model)).all())


def keep(relay: Relay, ticket: Ticket, clock: SetClock, **changes: object) -> bool:
    given = {"preview": PREVIEW, "pictures": PICTURE, "files": FILES} | changes
    return store_preview(
        relay.engine,
        ticket,
        clock=clock,
        printer=relay.printer,
        dice=relay.dice,
        **given,  # type: ignore[arg-type]
    )


def refuse(
    relay: Relay,
    ticket: Ticket,
    clock: SetClock,
    reason: FetchReason = FetchReason.TIMEOUT,
    *,
    retry_after: int | None = None,
) -> bool:
    return store_refusal(
        relay.engine,
        ticket,
        FetchFailed(reason, retry_after=retry_after),
        clock=clock,
        printer=relay.printer,
    )


def test_facts_picture_and_state_are_kept_together(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    assert keep(relay, begin(), clock)
    assert entry_of(relay).preview is PreviewState.READY
    assert row_of(relay).state is OutboxState.DONE
    kept = preview_of(relay)
    assert kept is not None
    assert (kept.title, kept.description) == ("Lanterns", "On a river")
    assert kept.steps == [{"name": "asked", "detail": "example.org", "ms": 12.5}]
    assert kept.fetched_at == NOON
    assert count(relay, Picture) == 1
    assert count(relay, RenditionFile) == 2


def test_the_result_of_a_zombie_changes_nothing(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    ticket = begin()
    zombie = replace(ticket, attempt=ticket.attempt - 1)
    assert not keep(relay, zombie, clock)
    assert not refuse(relay, zombie, clock, FetchReason.GONE)
    assert entry_of(relay).preview is PreviewState.FETCHING
    assert preview_of(relay) is None
    assert count(relay, Picture) == 0
    assert row_of(relay).state is OutboxState.RUNNING


def test_a_result_that_comes_twice_is_kept_once(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    ticket = begin()
    assert keep(relay, ticket, clock)
    later = replace(PREVIEW, facts=replace(FACTS, title="Another"))
    assert not keep(relay, ticket, clock, preview=later)
    kept = preview_of(relay)
    assert kept is not None
    assert kept.title == "Lanterns"
    assert kept.attempts == 1


def test_a_page_whose_picture_was_refused_is_ready_and_says_why(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    large = replace(PREVIEW, image_reason="too_large")
    assert keep(relay, begin(), clock, preview=large, pictures=None, files=[])
    kept = preview_of(relay)
    assert kept is not None
    assert kept.image_reason == "too_large"
    assert entry_of(relay).preview is PreviewState.READY


def test_the_card_of_an_approved_entry_shows_a_picture_that_comes_late(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    ticket = begin()
    approve(relay)
    assert keep(relay, ticket, clock)
    with Session(relay.engine) as session:
        cards = session.exec(select(Card)).all()
    assert {card.lang for card in cards} >= {"en", "zh-Hans", "he"}
    assert all("/media/ab/wall.jpg" in card.pictures for card in cards)


def test_no_card_is_printed_for_an_entry_that_is_not_public(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    keep(relay, begin(), clock)
    assert count(relay, Card) == 0


def test_nothing_is_kept_of_an_entry_that_was_withdrawn_meanwhile(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    ticket = begin()
    withdraw(relay)
    assert keep(relay, ticket, clock)
    assert preview_of(relay) is None
    assert count(relay, Picture) == 0
    assert row_of(relay).state is OutboxState.DONE


def test_a_link_that_fails_is_tried_after_10_minutes_1_hour_and_24_hours(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    pauses = []
    for _ in range(3):
        assert refuse(relay, begin(), clock)
        assert entry_of(relay).preview is PreviewState.QUEUED
        kept = preview_of(relay)
        assert kept is not None
        assert kept.next_try_at == row_of(relay).due_at
        pauses.append(row_of(relay).due_at - clock.time)
        clock.time = row_of(relay).due_at
    assert pauses == [
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=24),
    ]


def test_after_the_fourth_failure_a_link_is_given_up_and_its_entry_says_so(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    for _ in range(3):
        refuse(relay, begin(), clock)
        clock.time = row_of(relay).due_at
    assert refuse(relay, begin(), clock)
    assert entry_of(relay).preview is PreviewState.FAILED
    assert row_of(relay).state is OutboxState.DONE
    kept = preview_of(relay)
    assert kept is not None
    assert (kept.reason, kept.attempts, kept.next_try_at) == ("timeout", 4, None)


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (FetchReason.LOGIN_WALL, PreviewState.REFUSED),
        (FetchReason.FORBIDDEN, PreviewState.REFUSED),
        (FetchReason.BLOCKED_ADDRESS, PreviewState.REFUSED),
        (FetchReason.GONE, PreviewState.GONE),
    ],
)
def test_a_permanent_reason_is_not_tried_again(
    relay: Relay,
    begin: Callable[[], Ticket],
    clock: SetClock,
    reason: FetchReason,
    state: PreviewState,
) -> None:
    assert refuse(relay, begin(), clock, reason)
    assert entry_of(relay).preview is state
    assert row_of(relay).state is OutboxState.DONE


def test_a_site_that_asks_us_to_wait_longer_is_obeyed(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    refuse(relay, begin(), clock, FetchReason.RATE_LIMITED, retry_after=7200)
    assert row_of(relay).due_at == NOON + timedelta(hours=2)


def test_a_site_that_asks_us_to_come_back_sooner_is_not(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    refuse(relay, begin(), clock, FetchReason.RATE_LIMITED, retry_after=1)
    assert row_of(relay).due_at == NOON + timedelta(minutes=10)


def test_nobody_can_make_us_wait_for_more_than_a_week(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    refuse(relay, begin(), clock, FetchReason.RATE_LIMITED, retry_after=10**12)
    assert row_of(relay).due_at == NOON + timedelta(days=7)


def test_a_success_after_failures_forgets_their_reason(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    refuse(relay, begin(), clock)
    clock.time = row_of(relay).due_at
    assert keep(relay, begin(), clock)
    kept = preview_of(relay)
    assert kept is not None
    assert (kept.reason, kept.next_try_at, kept.attempts) == (None, None, 2)


def test_a_makers_own_picture_is_kept_beside_the_posts(
    relay: Relay, clock: SetClock
) -> None:
    start_entry(relay.intake, link="https://example.org/post", picture=b"an upload")
    make_due(relay)
    link, upload = claim_due(relay.engine, limit=9, clock=clock)
    for ticket in (link, upload):
        mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
    store_picture(
        relay.engine, upload, PICTURE, FILES, clock=clock, printer=relay.printer
    )
    assert entry_of(relay).preview is PreviewState.FETCHING
    keep(relay, link, clock)
    assert entry_of(relay).preview is PreviewState.READY
    with Session(relay.engine) as session:
        roles = set(session.exec(select(Picture.role)).all())
    assert roles == {PictureRole.OWN, PictureRole.POST}


def test_a_refused_upload_says_why(relay: Relay, clock: SetClock) -> None:
    start_entry(relay.intake, picture=b"no picture")
    make_due(relay)
    (ticket,) = claim_due(relay.engine, limit=1, clock=clock)
    mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
    assert refuse_picture(relay.engine, ticket, "unknown_format", clock=clock)
    assert entry_of(relay).preview is PreviewState.REFUSED
    kept = preview_of(relay)
    assert kept is not None
    assert kept.image_reason == "unknown_format"


def test_cards_are_printed_again_once(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    ticket = begin()
    approve(relay)
    assert print_again(relay.engine, ticket, clock=clock, printer=relay.printer)
    printed = count(relay, Card)
    assert printed >= 3
    assert not print_again(relay.engine, ticket, clock=clock, printer=relay.printer)
    assert count(relay, Card) == printed


def test_a_baton_in_the_posts_words_is_kept_with_the_facts(
    relay: Relay, begin: Callable[[], Ticket], clock: SetClock
) -> None:
    giver = send(relay)
    with Session(relay.engine) as session:
        session.exec(update(OutboxRow).values(state=OutboxState.DONE))
        session.commit()
    start_entry(relay.intake, link="https://example.org/post")
    make_due(relay)
    named = replace(FACTS, description=f"Thank you, {giver.baton.lower()}!")
    assert keep(relay, begin(), clock, preview=replace(PREVIEW, facts=named))
    kept = preview_of(relay)
    assert kept is not None
    assert kept.baton_code == giver.baton
