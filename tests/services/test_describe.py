from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.describing import Hindrance
from relay.domain.entry import ALT_MAX, AltBy
from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Choice, Reason
from relay.domain.scope import Scope
from relay.domain.secret import hash_token
from relay.models import AuditRow, Moderator, Revision, RevisionState
from relay.models.moderator import Role
from relay.queries.describe import (
    count_described,
    find_undescribed,
    select_undescribed,
)
from relay.services.change_entry import change_entry
from relay.services.describe import (
    DescribedError,
    decline_entry,
    describe_entry,
    hand_one,
    let_go,
)
from relay.services.edit_entry import Edit, edit_entry
from relay.services.revise_entry import (
    RevisionOverError,
    refuse_revision,
    revise_entry,
    take_revision,
)
from relay.services.writing import writing
from tests.deciding import take_back
from tests.making import NANJING, WORDS, SetClock, choose, find, make_moderator
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from relay.bootstrap import Relay

EVERYTHING = Scope()


class Room:
    """A relay with entries that nobody has described, and two describers."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.maker = Maker(relay)
        self.mei = make_moderator(relay)
        self.ana = make_moderator(relay, "ana@example.org", role=Role.DESCRIBER)
        self.ben = make_moderator(relay, "ben@example.org", role=Role.DESCRIBER)

    def make(self, count: int = 1, **changed: object) -> None:
        picture = draw_picture()
        for _ in range(count):
            entry_id = self.maker.pending(
                **{"alt": "", "alt_by": AltBy.VOLUNTEER, **changed}
            )
            self.maker.add_picture(entry_id, picture)

    def ask(self, who: int, *, after: str = "", minutes: int = 0) -> str | None:
        clock = SetClock(self.relay.clock.now() + timedelta(minutes=minutes))
        with self.relay.engine.connect() as connection:
            among = select_undescribed(connection, EVERYTHING, me=who, after=after)
        return hand_one(self.relay.engine, among, moderator_id=who, clock=clock)

    def describe(self, who: int, ref: str, words: str = "Boats", lang: str = "") -> int:
        return describe_entry(
            self.relay.engine,
            ref,
            words,
            lang=lang,
            moderator_id=who,
            clock=self.relay.clock,
        )

    def decline(self, who: int, ref: str) -> None:
        decline_entry(
            self.relay.engine,
            ref,
            Hindrance.UNCLEAR,
            moderator_id=who,
            clock=self.relay.clock,
        )

    def take(self, revision: int, ref: str) -> None:
        take_revision(
            self.relay.engine,
            revision,
            find(self.relay, ref).version,
            moderator_id=self.mei,
            clock=self.relay.clock,
            printer=self.relay.printer,
            media=self.relay.media,
        )

    def count(self, who: int) -> int:
        with self.relay.engine.connect() as connection:
            return count_described(connection, who)

    def revisions(self) -> list[Revision]:
        with Session(self.relay.engine) as session:
            return list(session.exec(select(Revision).order_by(col(Revision.id))))

    def audited(self) -> list[tuple[str, int | None]]:
        with Session(self.relay.engine) as session:
            rows = session.exec(
                select(AuditRow)
                .where(col(AuditRow.what).startswith("description."))
                .order_by(col(AuditRow.id))
            )
            return [(each.what, each.moderator_id) for each in rows]


@pytest.fixture
def room(either_relay: Relay) -> Room:
    return Room(either_relay)


@pytest.fixture
def small(relay: Relay) -> Room:
    """The same on SQLite alone, where another database would change nothing."""
    return Room(relay)


def test_the_oldest_without_words_comes_first_and_stays_until_it_is_done(
    room: Room,
) -> None:
    room.maker.pending()  # has an alt text
    room.maker.pending(alt="")  # has no picture
    room.make(2)
    assert [room.ask(room.ana) for _ in range(2)] == ["ref3", "ref3"]
    assert room.ask(room.ben) == "ref4"
    room.describe(room.ana, "ref3")
    assert room.ask(room.ana) is None


def test_what_somebody_holds_too_long_is_for_others(room: Room) -> None:
    room.make()
    assert room.ask(room.ana) == "ref1"
    assert room.ask(room.ben, minutes=14) is None
    assert room.ask(room.ben, minutes=16) == "ref1"


def test_a_skipped_picture_is_for_others_and_the_next_one_comes(room: Room) -> None:
    room.make(2)
    assert room.ask(room.ana) == "ref1"
    let_go(room.relay.engine, "ref1", moderator_id=room.ana)
    assert room.ask(room.ana, after="ref1") == "ref2"
    assert room.ask(room.ben) == "ref1"
    let_go(room.relay.engine, "ref1", moderator_id=room.ana)
    assert room.ask(room.ben) == "ref1"  # nobody lets go of another's
    assert room.ask(room.ben, after="nothing") == "ref1"


def test_what_somebody_cannot_describe_is_for_others(room: Room) -> None:
    room.make()
    room.ask(room.ana)
    room.decline(room.ana, "ref1")
    assert room.ask(room.ana) is None
    assert room.ask(room.ben) == "ref1"
    assert room.audited() == [("description.declined", room.ana)]


def test_describers_who_ask_at_once_never_get_the_same(room: Room) -> None:
    room.make(6)
    people = [
        make_moderator(room.relay, f"{at}@example.org", role=Role.DESCRIBER)
        for at in range(6)
    ]
    together = Barrier(6)

    def ask(who: int) -> str | None:
        together.wait(10)
        return room.ask(who)

    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(ask, people))
    assert sorted(map(str, given)) == [f"ref{at}" for at in range(1, 7)]


def test_of_two_who_describe_the_same_the_first_is_heard(room: Room) -> None:
    room.make()
    together = Barrier(4)

    def describe(words: str) -> str | None:
        together.wait(10)
        try:
            room.describe(room.ana, "ref1", words)
        except DescribedError:
            return None
        return words

    with ThreadPoolExecutor(4) as pool:
        heard = [each for each in pool.map(describe, "abcd") if each]
    (revision,) = room.revisions()
    assert [revision.changes["alt"]] == heard


def test_words_wait_for_a_moderator_and_are_a_volunteers_then(room: Room) -> None:
    room.make()
    choose(room.relay, "ref1", by=room.mei)
    revision = room.describe(room.ana, "ref1", " Boats\x00 on a river ")
    assert find(room.relay, "ref1").alt == ""
    (kept,) = room.revisions()
    assert (kept.changes, kept.before) == ({"alt": "Boats on a river"}, {"alt": ""})
    assert (kept.moderator_id, kept.state) == (room.ana, RevisionState.WAITING)
    assert room.audited() == [("description.written", room.ana)]
    room.take(revision, "ref1")
    entry = find(room.relay, "ref1")
    assert (entry.alt, entry.alt_by) == ("Boats on a river", AltBy.VOLUNTEER)
    assert room.revisions()[0].state is RevisionState.TAKEN


def test_a_taken_description_can_be_taken_back_and_written_anew(room: Room) -> None:
    room.make()
    room.take(room.describe(room.ana, "ref1"), "ref1")
    take_back(room.relay, "ref1", 1, by=room.mei)
    assert find(room.relay, "ref1").alt == ""
    assert room.ask(room.ben) == "ref1"


def test_the_language_is_kept_where_it_is_another(room: Room) -> None:
    room.make(2)
    room.describe(room.ana, "ref1", lang="en")
    revision = room.describe(room.ana, "ref2", "纸船", lang="zh-Hans")
    assert [each.changes for each in room.revisions()] == [
        {"alt": "Boats"},
        {"alt": "纸船", "alt_lang": "zh-Hans"},
    ]
    room.take(revision, "ref2")
    entry = find(room.relay, "ref2")
    assert (entry.alt, entry.alt_lang, entry.lang) == ("纸船", "zh-Hans", "en")
    room.take(room.revisions()[0].id or 0, "ref1")
    assert find(room.relay, "ref1").alt_lang == ""


def test_the_language_goes_back_with_the_words(room: Room) -> None:
    room.make()
    room.take(room.describe(room.ana, "ref1", "纸船", lang="zh-Hans"), "ref1")
    take_back(room.relay, "ref1", 1, by=room.mei)
    entry = find(room.relay, "ref1")
    assert (entry.alt, entry.alt_lang) == ("", "")


@pytest.mark.parametrize("is_public", [True, False])
def test_its_maker_can_change_a_volunteers_words_and_speaks_their_own_language(
    room: Room, *, is_public: bool
) -> None:
    relay, mei = room.relay, room.mei
    room.make(token_hash=hash_token("token"))
    if is_public:
        choose(relay, "ref1", by=mei)
    room.take(room.describe(room.ana, "ref1", "纸船", lang="zh-Hans"), "ref1")
    words = replace(WORDS, alt="纸船", alt_by=AltBy.VOLUNTEER, email="lin@example.org")
    city = relay.gazetteer.find(NANJING)
    for alt, expected in (
        ("纸船", ("纸船", "zh-Hans", AltBy.VOLUNTEER)),
        ("My boats", ("My boats", "", AltBy.MAKER)),
    ):
        changed = replace(words, alt=alt)
        if is_public:
            revision = revise_entry(
                relay.engine, "token", changed, city=city, clock=relay.clock
            )
            assert revision
            room.take(revision.id or 0, "ref1")
        else:
            change_entry(relay.intake, "token", changed, city=city)
        entry = find(relay, "ref1")
        assert (entry.alt, entry.alt_lang, entry.alt_by) == expected


@pytest.mark.parametrize("way", ["edit", "maker"])
def test_words_for_what_has_an_alt_text_meanwhile_are_over(
    small: Room, way: str
) -> None:
    small.make(token_hash=hash_token("token"))
    revision = small.describe(small.ana, "ref1")
    relay = small.relay
    if way == "edit":
        edit_entry(
            relay.engine,
            "ref1",
            Edit(1, alt="Others were faster"),
            moderator_id=small.mei,
            clock=relay.clock,
            printer=relay.printer,
        )
    else:
        city = relay.gazetteer.find(NANJING)
        change_entry(relay.intake, "token", WORDS, city=city)
    assert small.revisions()[0].state is RevisionState.OVER
    with pytest.raises(RevisionOverError):
        small.take(revision, "ref1")
    with pytest.raises(DescribedError):
        small.describe(small.ben, "ref1")
    assert small.count(small.ana) == 0


def test_one_counts_what_waits_or_was_taken(small: Room) -> None:
    small.make(3)
    first = small.describe(small.ana, "ref1")
    small.take(first, "ref1")
    refused = small.describe(small.ana, "ref2")
    small.describe(small.ana, "ref3")
    assert small.count(small.ana) == 3
    refuse_revision(
        small.relay.engine,
        refused,
        reason="",
        moderator_id=small.mei,
        clock=small.relay.clock,
        media=small.relay.media,
    )
    assert (small.count(small.ana), small.count(small.ben)) == (2, 0)
    assert small.ask(small.ben) == "ref2"


@pytest.mark.parametrize(
    ("words", "code"),
    [("", "missing"), ("\u200b \n", "missing"), ("a" * (ALT_MAX + 1), "too_long")],
)
def test_words_that_say_nothing_or_too_much_are_refused(
    small: Room, words: str, code: str
) -> None:
    small.make()
    with pytest.raises(Invalid) as refused:
        small.describe(small.ana, "ref1", words)
    assert [(each.field, each.code) for each in refused.value.fields] == [
        ("words", code)
    ]
    assert small.revisions() == []


def test_only_describers_describe_and_only_within_their_scope(small: Room) -> None:
    small.make()
    viewer = make_moderator(small.relay, "v@example.org", role=Role.VIEWER)
    with writing(small.relay.engine) as session:
        session.get_one(Moderator, small.ben).scope = {"languages": ["he"]}
    for who in (viewer, 999):
        with pytest.raises(Forbidden):
            small.ask(who)
    for who in (viewer, small.ben):
        with pytest.raises(Forbidden):
            small.describe(who, "ref1")
        with pytest.raises(Forbidden):
            small.decline(who, "ref1")
    with pytest.raises(NotFound):
        small.describe(small.ana, "nothing")
    with small.relay.engine.connect() as connection:
        scope = Scope(languages=frozenset({"he"}))
        among = select_undescribed(connection, scope, me=small.ben)
    assert (
        hand_one(
            small.relay.engine,
            among,
            moderator_id=small.ben,
            clock=small.relay.clock,
        )
        is None
    )


def test_what_is_rejected_or_described_needs_no_words(small: Room) -> None:
    small.make()
    choose(small.relay, "ref1", Choice.REJECT, by=small.mei, reason=Reason.NOT_ART)
    assert small.ask(small.ana) is None
    with pytest.raises(DescribedError):
        small.describe(small.ana, "ref1")


def test_a_picture_is_seen_only_by_who_holds_it(small: Room) -> None:
    small.make()
    small.ask(small.ana)
    now = small.relay.clock.now()
    with small.relay.engine.connect() as connection:
        shown = find_undescribed(connection, "ref1", me=small.ana, now=now)
        assert shown
        assert [each.role for each in shown.pictures] == ["post"]
        for who, at in (
            (small.ben, now),
            (small.mei, now),
            (small.ana, now + timedelta(hours=1)),
        ):
            assert find_undescribed(connection, "ref1", me=who, now=at) is None
