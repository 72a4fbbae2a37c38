"""What rules do to entries: they hold, let through, and are looked at afterwards."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select
from typing_extensions import override

from relay.adapters.dice import SystemDice
from relay.domain.entry import Kind
from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import Actor, Choice, Moderation, Reason
from relay.domain.notice import About
from relay.domain.trust import RuleKind
from relay.models import (
    AuditRow,
    DeskSetting,
    Hold,
    Notice,
    Sample,
    Topic,
    TrustRule,
)
from relay.models.moderator import Role
from relay.services.change_entry import change_entry
from relay.services.start_entry import start_entry
from relay.services.submit_entry import PassedBy, submit_draft, submit_entry
from relay.services.trust import see_sample
from tests.deciding import ask_for_two, count_public, log, planned, take_back
from tests.looking import find_page, later_clock
from tests.making import NANJING, WORDS, choose, find, make_moderator, send, sending

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.making import SetClock

MUSEUM = "https://museum.example/boats"


@pytest.fixture
def later() -> SetClock:
    return later_clock()


class LoadedDice(SystemDice):
    """Dice on which one in many always falls, or never does."""

    def __init__(self, *, falls: bool) -> None:
        super().__init__("x" * 40)
        self.falls = falls

    @override
    def one_in(self, many: int) -> bool:
        assert many > 0
        return self.falls


def rule(
    relay: Relay, kind: RuleKind, pattern: str, *, active: bool = True
) -> TrustRule:
    now = relay.clock.now()
    with Session(relay.engine, expire_on_commit=False) as session:
        row = TrustRule(
            kind=kind, pattern=pattern, active=active, created_at=now, changed_at=now
        )
        session.add(row)
        session.commit()
        return row


def trust_museum(relay: Relay) -> TrustRule:
    return rule(relay, RuleKind.ALLOW_DOMAIN, "museum.example")


def holds(relay: Relay) -> list[tuple[str, str, str]]:
    with Session(relay.engine) as session:
        rows = session.exec(select(Hold).order_by(Hold.id)).all()  # type: ignore[arg-type]
        return [(each.pattern, each.place, each.found) for each in rows]


def samples(relay: Relay) -> list[Sample]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Sample)))


def test_an_entry_is_held_by_each_word_and_place_and_waits(
    either_relay: Relay,
) -> None:
    rule(either_relay, RuleKind.BLOCK_WORD, "casino")
    rule(either_relay, RuleKind.BLOCK_WORD, "赌场")
    rule(either_relay, RuleKind.BLOCK_WORD, "boats", active=False)
    sent = send(either_relay, title="CASINO of paper", description="一个赌场")
    assert holds(either_relay) == [
        ("casino", "title", "CASINO"),
        ("赌场", "description", "赌场"),
    ]
    assert find(either_relay, sent.ref).moderation is Moderation.PENDING


def test_a_trusted_domain_is_published_in_the_same_commit(either_relay: Relay) -> None:
    trusted = trust_museum(either_relay)
    sent = send(either_relay, MUSEUM, email="lin@example.org")
    entry = find(either_relay, sent.ref)
    assert entry.moderation is Moderation.APPROVED
    assert entry.no == 1
    assert count_public(either_relay) == 1
    (decision,) = log(either_relay, sent.ref)
    assert (decision.choice, decision.actor) == (Choice.APPROVE, Actor.RULE)
    assert decision.moderator_id is None
    assert decision.details == {
        "rule": {
            "id": trusted.id,
            "kind": "allow_domain",
            "pattern": "museum.example",
        }
    }
    with Session(either_relay.engine) as session:
        # One mail, that it is public; not a second one that it has come.
        assert session.exec(select(Notice.about)).all() == [About.APPROVED]
    assert len(planned(either_relay, Topic.TELL_MAKER)) == 1


def test_a_draft_of_a_trusted_domain_is_published_when_it_is_sent(
    either_relay: Relay,
) -> None:
    trust_museum(either_relay)
    draft = start_entry(either_relay.intake, link=MUSEUM)
    assert find(either_relay, draft.ref).moderation is Moderation.DRAFT
    city = either_relay.gazetteer.find(NANJING)
    submit_draft(
        either_relay.intake, draft.token, WORDS, city=city, passed_by=PassedBy()
    )
    assert find(either_relay, draft.ref).moderation is Moderation.APPROVED


def test_what_is_held_is_never_let_through(relay: Relay) -> None:
    trust_museum(relay)
    rule(relay, RuleKind.BLOCK_WORD, "casino")
    sent = send(relay, MUSEUM, title="Casino")
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    assert log(relay, sent.ref) == []


def test_a_rule_that_is_switched_off_counts_no_more(relay: Relay) -> None:
    """The rules are kept by the process: it must notice that they are others."""
    trusted = trust_museum(relay)
    assert find(relay, send(relay, MUSEUM).ref).moderation is Moderation.APPROVED
    with Session(relay.engine) as session:
        session.get_one(TrustRule, trusted.id).active = False
        session.commit()
    sent = send(relay, f"{MUSEUM}/2")
    assert find(relay, sent.ref).moderation is Moderation.PENDING


def test_kinds_that_two_must_approve_wait_for_them(relay: Relay) -> None:
    trust_museum(relay)
    ask_for_two(relay, Kind.INSTITUTION.value)
    sent = send(relay, MUSEUM, kind=Kind.INSTITUTION)
    assert find(relay, sent.ref).moderation is Moderation.PENDING


def test_a_link_that_is_there_already_waits_for_people(relay: Relay) -> None:
    """Who is trusted has shown it: anybody may paste the same link again."""
    trust_museum(relay)
    send(relay, MUSEUM)
    again = send(relay, MUSEUM, title="Not theirs")
    assert find(relay, again.ref).moderation is Moderation.PENDING


def test_the_post_is_judged_when_its_preview_arrives(
    either_relay: Relay, later: SetClock
) -> None:
    rule(either_relay, RuleKind.BLOCK_WORD, "casino")
    sent = send(either_relay)
    assert holds(either_relay) == []
    find_page(either_relay, later, title="Best casino", picture=None)
    assert holds(either_relay) == [
        ("casino", "post_title", "casino"),
        ("casino", "post_description", "casino"),
    ]
    assert find(either_relay, sent.ref).moderation is Moderation.PENDING


def test_what_a_preview_brings_to_light_of_a_public_entry_is_looked_at(
    relay: Relay, later: SetClock
) -> None:
    rule(relay, RuleKind.ALLOW_DOMAIN, "example.org")
    casino = rule(relay, RuleKind.BLOCK_WORD, "casino")
    settled(relay, "sample_one_in", 0)
    sent = send(relay)
    assert find(relay, sent.ref).moderation is Moderation.APPROVED
    find_page(relay, later, title="Best casino", picture=None)
    (sample,) = samples(relay)
    assert (sample.entry_id, sample.rule_id) == (sent.entry_id, casino.id)
    assert find(relay, sent.ref).moderation is Moderation.APPROVED


def test_a_link_that_leads_elsewhere_is_not_trusted(
    relay: Relay, later: SetClock
) -> None:
    """A museum may have a page that sends people on to anywhere."""
    draft = start_entry(relay.intake, link=MUSEUM)
    find_page(relay, later, picture=None)  # it is example.org's
    trust_museum(relay)
    city = relay.gazetteer.find(NANJING)
    submit_draft(relay.intake, draft.token, WORDS, city=city, passed_by=PassedBy())
    assert find(relay, draft.ref).moderation is Moderation.PENDING


def test_a_change_of_the_makers_frees_what_was_held(either_relay: Relay) -> None:
    trust_museum(either_relay)
    rule(either_relay, RuleKind.BLOCK_WORD, "casino")
    sent = send(either_relay, MUSEUM, title="Casino")
    city = either_relay.gazetteer.find(NANJING)
    change_entry(either_relay.intake, sent.token, WORDS, city=city)
    assert holds(either_relay) == []
    assert find(either_relay, sent.ref).moderation is Moderation.APPROVED


def test_once_people_have_decided_rules_let_nothing_through(relay: Relay) -> None:
    sent = send(relay, MUSEUM)
    by = make_moderator(relay)
    choose(relay, sent.ref, Choice.ASK_CHANGES, by=by, reason=Reason.OTHER)
    trust_museum(relay)
    city = relay.gazetteer.find(NANJING)
    change_entry(relay.intake, sent.token, replace(WORDS, title="New"), city=city)
    assert find(relay, sent.ref).moderation is Moderation.PENDING


def test_a_moderator_may_approve_what_is_held(relay: Relay) -> None:
    rule(relay, RuleKind.BLOCK_WORD, "boats")
    sent = send(relay)
    assert choose(relay, sent.ref, by=make_moderator(relay)).no == 1


def test_what_a_rule_let_through_can_be_taken_back_for_good(relay: Relay) -> None:
    trust_museum(relay)
    sent = send(relay, MUSEUM)
    (decision,) = log(relay, sent.ref)
    take_back(relay, sent.ref, decision.id or 0, by=make_moderator(relay))
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    city = relay.gazetteer.find(NANJING)
    change_entry(relay.intake, sent.token, replace(WORDS, title="New"), city=city)
    assert find(relay, sent.ref).moderation is Moderation.PENDING


def settled(relay: Relay, key: str, value: object) -> None:
    with Session(relay.engine) as session:
        session.add(DeskSetting(key=key, value=value, changed_at=relay.clock.now()))
        session.commit()


@pytest.mark.parametrize(
    ("falls", "every", "kept"), [(True, 10, 1), (False, 10, 0), (True, 0, 0)]
)
def test_one_in_some_is_looked_at_afterwards(
    relay: Relay,
    falls: bool,  # noqa: FBT001 - a parameter of the test
    every: int,
    kept: int,
) -> None:
    trust_museum(relay)
    settled(relay, "sample_one_in", every)
    intake = replace(relay.intake, dice=LoadedDice(falls=falls))
    submit_entry(intake, sending(relay, MUSEUM))
    assert len(samples(relay)) == kept


def test_dice_fall_about_once_in_so_many_throws() -> None:
    dice = SystemDice("x" * 40)
    fallen = sum(dice.one_in(10) for _ in range(2000))
    assert 120 < fallen < 290  # six standard deviations
    assert dice.one_in(1)


def test_a_sample_is_seen_once_and_noted(either_relay: Relay) -> None:
    trust_museum(either_relay)
    settled(either_relay, "sample_one_in", 1)
    sent = send(either_relay, MUSEUM)
    by = make_moderator(either_relay)
    for _ in range(2):
        see_sample(
            either_relay.engine, sent.ref, moderator_id=by, clock=either_relay.clock
        )
    (sample,) = samples(either_relay)
    assert sample.seen_by == by
    with Session(either_relay.engine) as session:
        rows = session.exec(select(AuditRow).where(AuditRow.what == "sample.seen"))
        assert [each.entry_id for each in rows] == [sent.entry_id]


def test_who_may_not_decide_sees_no_sample_off(relay: Relay) -> None:
    trust_museum(relay)
    settled(relay, "sample_one_in", 1)
    sent = send(relay, MUSEUM)
    viewer = make_moderator(relay, role=Role.VIEWER)
    with pytest.raises(Forbidden):
        see_sample(relay.engine, sent.ref, moderator_id=viewer, clock=relay.clock)
    with pytest.raises(NotFound):
        see_sample(relay.engine, "none", moderator_id=viewer, clock=relay.clock)


@pytest.mark.postgres
def test_entries_let_through_at_once_and_decisions_do_not_block_each_other(
    postgres_relay: Relay,
) -> None:
    """Both publish: whoever locks rows before publication would wait for ever."""
    relay = postgres_relay
    trust_museum(relay)
    by = make_moderator(relay)
    waiting = [send(relay, f"https://example.org/{at}") for at in range(6)]
    failed: list[BaseException] = []

    def run(act: object) -> None:
        try:
            act()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    threads = [
        Thread(target=run, args=(lambda ref=each.ref: choose(relay, ref, by=by),))
        for each in waiting
    ] + [
        Thread(target=run, args=(lambda at=at: send(relay, f"{MUSEUM}/{at}"),))
        for at in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    assert failed == []
    assert count_public(relay) == 12
