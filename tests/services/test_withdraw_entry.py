from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, SQLModel, select

from relay.domain.errors import FetchFailed, FetchReason, NotFound, Unavailable
from relay.domain.looks import LinkChoice
from relay.domain.moderation import Choice, Moderation, Reason
from relay.domain.notice import About
from relay.domain.preview import LinkPreview, PageFacts
from relay.domain.trust import RuleKind
from relay.models import (
    UNFINISHED,
    AuditRow,
    Baton,
    Card,
    Hold,
    ImportBatch,
    ImportRow,
    ImportState,
    LinkDecision,
    Look,
    LookFile,
    Notice,
    OutboxRow,
    OutboxState,
    Picture,
    PictureRole,
    Preview,
    RenditionFile,
    Stash,
    Topic,
)
from relay.services.appeal import appeal
from relay.services.change_entry import add_picture, change_entry
from relay.services.edit_entry import Edit, edit_entry
from relay.services.mailing import send_mail
from relay.services.outbox import claim_due, fail, mark_running, wait_turn
from relay.services.revise_entry import revise_entry
from relay.services.start_entry import incoming_key, start_entry
from relay.services.store_picture import refuse_picture, store_picture
from relay.services.store_preview import store_preview, store_refusal
from relay.services.withdraw_entry import forget_withdrawn, withdraw_entry
from relay.services.writing import writing
from tests.making import (
    NAIROBI,
    NANJING,
    PICTURE,
    WORDS,
    SetClock,
    choose,
    find,
    make_moderator,
    send,
    wait_until_blocked,
)
from tests.services.test_tell_maker import Server
from tests.web.making import draw_picture, make_pictures
from workers.errands import ERRANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt

# A word that nobody else writes.
WORD = "Quizzaciously"
SAID = replace(
    WORDS,
    title=f"{WORD} a title",
    alt=f"{WORD} an alt text",
    description=f"{WORD} a story",
    name=f"{WORD} Lin",
    email=f"{WORD.lower()}@example.org",
)


def withdraw(relay: Relay, token: str) -> None:
    withdraw_entry(relay.engine, token, clock=relay.clock, media=relay.media)


def in_state(relay: Relay, state: Moderation) -> tuple[str, str]:
    """Return the ref and token of an entry in a state."""
    by = make_moderator(relay)
    sent = send(relay)
    steps: dict[Moderation, list[Choice]] = {
        Moderation.CHANGES_ASKED: [Choice.ASK_CHANGES],
        Moderation.APPROVED: [Choice.APPROVE],
        Moderation.REJECTED: [Choice.REJECT],
        Moderation.TAKEN_DOWN: [Choice.APPROVE, Choice.TAKE_DOWN],
    }
    for each in steps.get(state, []):
        choose(relay, sent.ref, each, by=by, reason=Reason.UNCLEAR)
    assert find(relay, sent.ref).moderation is state
    return sent.ref, sent.token


def test_whatever_a_maker_said_and_was_told_is_nowhere_any_more(
    either_relay: Relay,
) -> None:
    relay = either_relay
    other = send(relay, "https://example.org/other", title="Somebody else")
    files = set(kept_files(relay))
    sent = live_a_whole_life(relay)
    assert len(list(places_of(relay, WORD))) > 15
    assert len(set(kept_files(relay)) - files) == 4
    withdraw(relay, sent.token)
    assert list(places_of(relay, WORD)) == []
    assert set(kept_files(relay)) == files
    entry = find(relay, sent.ref)
    assert (entry.no, entry.city_id) == (1, NANJING)
    assert find(relay, other.ref).title == "Somebody else"
    with Session(relay.engine) as session:
        waiting = session.exec(
            select(OutboxRow.topic).where(
                OutboxRow.subject != other.entry_id,
                OutboxRow.state.in_(UNFINISHED),  # type: ignore[attr-defined]
            )
        ).all()
        told = session.exec(select(Notice.about)).all()
    assert waiting == []
    assert told[-1] is About.WITHDRAWN


def live_a_whole_life(relay: Relay) -> Receipt:
    """Send an entry in and let everything happen to it that can happen."""
    by = make_moderator(relay)
    sent = send(
        relay,
        f"https://example.org/{WORD}",
        **{
            name: getattr(SAID, name)
            for name in ("title", "alt", "description", "name", "email")
        },
        remind=True,
    )
    note = f"Dear {WORD} Lin"
    choose(relay, sent.ref, Choice.REJECT, by=by, reason=Reason.OTHER, note=note)
    clock, printer = relay.clock, relay.printer
    appeal(relay.engine, sent.token, f"{WORD}!", clock=clock, printer=printer)
    choose(relay, sent.ref, Choice.ASK_CHANGES, by=by, reason=Reason.OTHER, note=note)
    city = relay.gazetteer.find(NANJING)
    again = replace(SAID, title=f"{WORD} another title")
    change_entry(relay.intake, sent.token, again, city=city)
    choose(relay, sent.ref, by=by)
    edit_entry(
        relay.engine,
        sent.ref,
        Edit(find(relay, sent.ref).version, title=f"{WORD} a third title", note=note),
        moderator_id=by,
        clock=clock,
        printer=printer,
    )
    revise_entry(relay.engine, sent.token, SAID, city=city, clock=clock)
    keep_more(relay, sent)
    return sent


def keep_more(relay: Relay, sent: Receipt) -> None:
    """Keep what workers, rules, imports and readers write of an entry."""
    for key in (incoming_key(sent.ref), "ab/own.jpg", "cd/look.jpg", "share/1-aa.png"):
        relay.media.put(key, WORD.encode(), content_type="image/jpeg")
    with writing(relay.engine) as session:
        entry_id, now = sent.entry_id, relay.clock.now()
        session.add(Preview(entry_id=entry_id, title=WORD, author=WORD))
        add_files(session, entry_id, relay)
        facts = {"title": WORD}
        look = Look(entry_id=entry_id, looked_at=now, facts=facts, declined_title=WORD)
        session.add(look)
        session.flush()
        file: dict[str, Any] = {"width": 1, "height": 1, "size": 1}
        session.add(
            LookFile(
                entry_id=entry_id, name="wall", format="jpeg", key="cd/look.jpg", **file
            )
        )
        session.add(
            LinkDecision(
                entry_id=entry_id,
                at=now,
                choice=LinkChoice.TAKE,
                title_before=WORD,
                title_after=WORD,
                version=1,
            )
        )
        session.add(
            Hold(
                entry_id=entry_id,
                kind=RuleKind.BLOCK_WORD,
                pattern="x",
                place="title",
                found=WORD,
                at=now,
            )
        )
        session.add(Stash(entry_id=entry_id, note=WORD, at=now))
        session.get_one(Baton, sent.baton).name = f"For {WORD}"
        batch = ImportBatch(
            ref="r", season_id=1, name="x", state=ImportState.DONE, created_at=now
        )
        session.add(batch)
        session.flush()
        session.add(
            ImportRow(
                batch_id=batch.id or 0,
                line=1,
                words={"title": WORD},
                faults=[{"field": WORD}],
                entry_id=entry_id,
            )
        )


def places_of(relay: Relay, word: str) -> Iterator[str]:
    """Yield each table and column in which a word stands."""
    with relay.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in connection.execute(table.select()).mappings():
                for column, value in row.items():
                    if word.casefold() in repr(value).casefold():
                        yield f"{table.name}.{column}"


def kept_files(relay: Relay) -> Iterator[str]:
    """Yield every file of the media store."""
    folder = Path(urlsplit(relay.settings.media).path)
    for each in folder.rglob("*"):
        if each.is_file():
            yield str(each.relative_to(folder))


def test_the_tree_is_contracted(either_relay: Relay) -> None:
    by = make_moderator(either_relay)
    first = send(either_relay)
    second = send(either_relay, "https://example.org/2", baton=first.baton)
    third = send(
        either_relay, "https://example.org/3", baton=second.baton, city=NAIROBI
    )
    for each in (first, second, third):
        choose(either_relay, each.ref, by=by)
    withdraw(either_relay, second.token)
    assert find(either_relay, third.ref).from_id == first.entry_id
    assert find(either_relay, third.ref).parent_id == second.entry_id


class AwayMedia:
    """A media store that cannot be reached for now."""

    def __init__(self, relay: Relay) -> None:
        self._media = relay.media
        self.is_away = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        if self.is_away:
            message = "the store is away"
            raise Unavailable(message)
        return getattr(self._media, name)


def test_files_that_cannot_be_deleted_now_are_deleted_later(
    either_relay: Relay,
) -> None:
    ref, token = in_state(either_relay, Moderation.APPROVED)
    give_everything(either_relay, ref)
    store: Any = AwayMedia(either_relay)
    clock = either_relay.clock
    withdraw_entry(either_relay.engine, token, clock=clock, media=store)
    assert find(either_relay, ref).moderation is Moderation.WITHDRAWN
    assert forget_withdrawn(either_relay.engine, clock=clock, media=store) == 0
    assert either_relay.media.get("ab/own.jpg") == b"made"
    store.is_away = False
    assert forget_withdrawn(either_relay.engine, clock=clock, media=store) == 1
    assert either_relay.media.get("ab/own.jpg") is None
    assert forget_withdrawn(either_relay.engine, clock=clock, media=store) == 0


def test_mails_on_their_way_do_not_count_any_more(either_relay: Relay) -> None:
    sent = send(either_relay, email="lin@example.org")
    later = SetClock(either_relay.clock.now() + timedelta(hours=1))
    tickets = claim_due(either_relay.engine, limit=9, clock=later)
    (ticket,) = (each for each in tickets if each.topic is Topic.TELL_MAKER)
    withdraw(either_relay, sent.token)
    engine = either_relay.engine
    assert mark_running(engine, ticket.row_id, ticket.attempt, clock=later) is None


def test_the_log_tells_that_it_was_withdrawn_and_nothing_else(
    either_relay: Relay,
) -> None:
    ref, token = in_state(either_relay, Moderation.PENDING)
    withdraw(either_relay, token)
    with Session(either_relay.engine) as session:
        row = session.exec(
            select(AuditRow).where(AuditRow.what == "entry.withdrawn")
        ).one()
    assert (row.subject, row.moderator_id, row.details) == (ref, None, None)


@pytest.mark.parametrize(
    "state",
    [
        Moderation.PENDING,
        Moderation.CHANGES_ASKED,
        Moderation.APPROVED,
        Moderation.REJECTED,
        Moderation.TAKEN_DOWN,
    ],
)
def test_withdrawing_forgets_every_word(either_relay: Relay, state: Moderation) -> None:
    ref, token = in_state(either_relay, state)
    before = find(either_relay, ref)
    give_everything(either_relay, ref)
    withdraw(either_relay, token)
    after = find(either_relay, ref)
    assert after.moderation is Moderation.WITHDRAWN
    said = {after.title, after.alt, after.name, after.description, after.link}
    assert said | {after.canonical, after.search_text} == {""}
    assert after.email is None
    assert after.no == before.no
    with Session(either_relay.engine) as session:
        for model in (Card, Preview, Picture, RenditionFile):
            assert session.exec(select(model)).all() == []
        assert session.exec(select(Baton)).one().revoked_at is not None
        fetches = session.exec(
            select(OutboxRow.state).where(OutboxRow.topic == Topic.FETCH_PREVIEW)
        ).all()
        assert set(fetches) == {OutboxState.DONE}
    assert either_relay.media.get(incoming_key(ref)) is None
    assert either_relay.media.get("ab/own.jpg") is None


def give_everything(relay: Relay, ref: str) -> None:
    """Give an entry a preview, a picture with a file, and an upload."""
    entry_id = find(relay, ref).id or 0
    relay.media.put(incoming_key(ref), b"raw", content_type="image/jpeg")
    relay.media.put("ab/own.jpg", b"made", content_type="image/jpeg")
    with Session(relay.engine) as session:
        session.add(Preview(entry_id=entry_id, title="Of the post"))
        add_files(session, entry_id, relay)
        session.commit()


def add_files(session: Session, entry_id: int, relay: Relay) -> None:
    picture = Picture(
        entry_id=entry_id,
        role=PictureRole.OWN,
        digest="d" * 64,
        width=4,
        height=3,
        colour="#123456",
        fingerprint="0" * 16,
        created_at=relay.clock.now(),
    )
    session.add(picture)
    session.flush()
    session.add(
        RenditionFile(
            picture_id=picture.id or 0,
            name="wall",
            format="jpeg",
            width=4,
            height=3,
            key="ab/own.jpg",
            size=4,
        )
    )


def test_a_picture_that_another_entry_shows_too_is_kept(either_relay: Relay) -> None:
    ref, token = in_state(either_relay, Moderation.PENDING)
    other = send(either_relay, "https://example.org/other")
    give_everything(either_relay, ref)
    with Session(either_relay.engine) as session:
        add_files(session, other.entry_id, either_relay)
        session.commit()
    withdraw(either_relay, token)
    assert either_relay.media.get("ab/own.jpg") == b"made"


def test_withdrawn_is_final_and_withdrawing_twice_is_harmless(relay: Relay) -> None:
    ref, token = in_state(relay, Moderation.PENDING)
    withdraw(relay, token)
    before = find(relay, ref)
    withdraw(relay, token)
    assert find(relay, ref) == before


def test_a_draft_can_be_withdrawn(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link="https://example.org/a")
    withdraw(either_relay, draft.token)
    assert find(either_relay, draft.ref).moderation is Moderation.WITHDRAWN


def test_an_unknown_token_withdraws_nothing(relay: Relay) -> None:
    with pytest.raises(NotFound):
        withdraw(relay, "nobody")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "work",
    [
        "it begins",
        "it fails",
        "it waits",
        "a mail is sent",
        "what a link gave",
        "why it gave nothing",
        "a picture",
        "none of it",
    ],
)
def test_who_withdraws_and_a_job_wait_for_each_other_in_turn(
    postgres_relay: Relay, work: str
) -> None:
    relay, sent = postgres_relay, send(postgres_relay, email="lin@example.org")
    add_picture(relay.intake, sent.token, PICTURE)
    choose(relay, sent.ref, by=make_moderator(relay))
    soon = SetClock(relay.clock.now() + timedelta(minutes=1))
    tickets = {
        each.topic: each
        for each in claim_due(relay.engine, limit=9, clock=soon)
        if work == "it begins"
        or mark_running(relay.engine, each.row_id, each.attempt, clock=relay.clock)
    }
    link, own = tickets[Topic.FETCH_PREVIEW], tickets[Topic.MAKE_PICTURE]
    mail, errand = tickets[Topic.TELL_MAKER], ERRANDS[Topic.TELL_MAKER]
    post = "https://example.org/post"
    facts = LinkPreview(post, post, "other", PageFacts(title="Boats"))
    late = FetchFailed(FetchReason.TIMEOUT)
    made = make_pictures(draw_picture())
    clock, printer = relay.clock, relay.printer
    steps: dict[str, Callable[[], object]] = {
        "it begins": lambda: mark_running(
            relay.engine, link.row_id, link.attempt, clock=clock
        ),
        "it fails": lambda: fail(relay.engine, link, clock=clock),
        "it waits": lambda: wait_turn(
            relay.engine, link, pause=timedelta(seconds=1), clock=clock
        ),
        "a mail is sent": lambda: (
            send_mail(relay.mailroom, mail, errand, mailer=Server()).failed
        ),
        "what a link gave": lambda: store_preview(
            relay.engine,
            link,
            facts,
            None,
            clock=clock,
            printer=printer,
            dice=relay.dice,
        ),
        "why it gave nothing": lambda: store_refusal(
            relay.engine, link, late, clock=clock, printer=printer
        ),
        "a picture": lambda: store_picture(
            relay.engine, own, made, [], clock=clock, printer=printer
        ),
        "none of it": lambda: refuse_picture(relay.engine, own, "broken", clock=clock),
    }
    with ThreadPoolExecutor(2) as both:
        with writing(relay.engine) as session:
            # Half of the withdrawal: it holds the entry, and not yet its work.
            told = select(Notice).where(Notice.about == About.APPROVED)
            session.exec(told.with_for_update()).one()
            withdrawn = both.submit(withdraw, relay, sent.token)
            wait_until_blocked(relay, 1)
            kept = both.submit(steps[work])
            wait_until_blocked(relay, 2)
        withdrawn.result()
        assert not kept.result()
    assert find(relay, sent.ref).moderation is Moderation.WITHDRAWN
    with Session(relay.engine) as session:
        assert set(session.exec(select(Notice.mailed_at))) == {None}
