from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.adapters.dice import SystemDice
from relay.domain.errors import Invalid, NotFound
from relay.domain.moderation import Actor, Choice, Moderation, Reason
from relay.domain.notice import About
from relay.domain.report import WORDS_MAX, ReportReason
from relay.models import Card, Decision, Notice, Report
from relay.services.desk_settings import change_settings
from relay.services.report_entry import reporter_hash
from tests.making import choose, find, make_moderator, report, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def publish(relay: Relay, by: int | None = None, **changed: str) -> str:
    sent = send(relay, **changed)
    choose(relay, sent.ref, by=by or make_moderator(relay))
    return sent.ref


def hide_at(relay: Relay, limit: int) -> None:
    change_settings(
        relay.engine, {"reports_hide": limit}, moderator_id=None, clock=relay.clock
    )


def reports(relay: Relay) -> list[Report]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Report).order_by(col(Report.id))))


def last_decision(relay: Relay) -> Decision:
    with Session(relay.engine) as session:
        newest = select(Decision).order_by(col(Decision.id).desc())
        return session.exec(newest.limit(1)).one()


def test_a_report_is_kept_with_clean_words(either_relay: Relay) -> None:
    ref = publish(either_relay)
    words = " My\x00 address \ud800 " + "w" * WORDS_MAX
    report(either_relay, words=words, email=" ana@example.org ", lang="he")
    (kept,) = reports(either_relay)
    assert kept.entry_id == find(either_relay, ref).id
    assert (kept.reason, kept.email, kept.lang) == ("hurtful", "ana@example.org", "he")
    assert kept.words.startswith("My address w")
    assert len(kept.words) == WORDS_MAX


@pytest.mark.parametrize(
    "email",
    [
        "ana",
        "ana@example.org\r\nBcc: all@example.org",
        "ana@example.org, all@example.org",
        '"a\nb"@example.org',
        "ana@" + "a" * 260 + ".org",
    ],
)
def test_what_is_no_single_address_is_refused_and_nothing_is_kept(
    relay: Relay, email: str
) -> None:
    publish(relay)
    with pytest.raises(Invalid) as refused:
        report(relay, email=email)
    assert [(each.field, each.code) for each in refused.value.fields] == [
        ("email", "not_an_address")
    ]
    assert reports(relay) == []


def test_only_what_is_public_can_be_reported(either_relay: Relay) -> None:
    by, sent = make_moderator(either_relay), send(either_relay)
    with pytest.raises(NotFound):
        report(either_relay)
    choose(either_relay, sent.ref, by=by)
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    with pytest.raises(NotFound):
        report(either_relay)
    assert reports(either_relay) == []


def test_a_reporter_of_one_entry_cannot_be_found_again_at_another(
    relay: Relay,
) -> None:
    by = make_moderator(relay)
    publish(relay, by)
    publish(relay, by, link="https://example.org/other")
    report(relay, 1)
    report(relay, 2)
    here, there = (each.reporter_hash for each in reports(relay))
    assert here
    assert there
    assert here != there
    assert "192.0.2" not in here
    other_site = SystemDice("another key")
    own, others = (reporter_hash(dice, "ref", "a") for dice in (relay.dice, other_site))
    assert own != others


def test_a_reporter_who_comes_again_is_heard_again_and_counts_once(
    either_relay: Relay,
) -> None:
    hide_at(either_relay, 2)
    ref = publish(either_relay)
    report(either_relay, words="First", email="ana@example.org")
    assert not report(either_relay, words="Second")
    (kept,) = reports(either_relay)
    assert (kept.words, kept.email) == ("Second", "ana@example.org")
    # Another reason is another line of the same reporter, so that none is lost.
    assert not report(either_relay, reason=ReportReason.IN_PICTURE)
    assert len(reports(either_relay)) == 2
    assert find(either_relay, ref).moderation is Moderation.APPROVED


def test_so_many_readers_hide_an_entry_in_the_commit_of_the_last_report(
    either_relay: Relay,
) -> None:
    hide_at(either_relay, 3)
    ref = publish(either_relay, email="lin@example.org")
    hid = [report(either_relay, address=f"192.0.2.{at}") for at in (1, 2, 3)]
    assert hid == [False, False, True]
    entry, decision = find(either_relay, ref), last_decision(either_relay)
    assert entry.moderation is Moderation.TAKEN_DOWN
    assert (decision.actor, decision.choice) == (Actor.REPORTS, Choice.TAKE_DOWN)
    assert (decision.moderator_id, decision.after) == (None, Moderation.TAKEN_DOWN)
    with Session(either_relay.engine) as session:
        assert session.exec(select(Card).where(Card.entry_id == entry.id)).all() == []
        told = session.exec(select(Notice).order_by(col(Notice.id).desc())).first()
    assert told
    assert (told.about, told.decision_id) == (About.TAKEN_DOWN, decision.id)
    # A moderator has yet to look: nothing is answered by it.
    assert {each.resolved_at for each in reports(either_relay)} == {None}


def test_no_number_of_readers_hides_an_entry_where_organisers_say_never(
    relay: Relay,
) -> None:
    hide_at(relay, 0)
    ref = publish(relay)
    assert not any(report(relay, address=f"192.0.2.{at}") for at in range(20))
    assert find(relay, ref).moderation is Moderation.APPROVED


def test_after_a_moderator_has_kept_it_only_new_reports_count(
    either_relay: Relay,
) -> None:
    hide_at(either_relay, 2)
    by = make_moderator(either_relay)
    ref = publish(either_relay, by)
    for at in (1, 2):
        report(either_relay, address=f"192.0.2.{at}")
    choose(either_relay, ref, Choice.RESTORE, by=by)
    assert not report(either_relay, address="192.0.2.3")
    assert find(either_relay, ref).moderation is Moderation.APPROVED
    assert report(either_relay, address="192.0.2.4")
    assert find(either_relay, ref).moderation is Moderation.TAKEN_DOWN


def test_readers_who_report_at_the_same_moment_hide_an_entry_once(
    either_relay: Relay,
) -> None:
    hide_at(either_relay, 4)
    ref = publish(either_relay)
    together = Barrier(8)

    def send_report(at: int) -> bool | None:
        together.wait(10)
        try:
            return report(either_relay, address=f"192.0.2.{at}")
        except NotFound:
            return None

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(send_report, range(8)))
    assert came.count(True) == 1
    assert came.count(False) == 3
    assert came.count(None) == 4
    assert find(either_relay, ref).moderation is Moderation.TAKEN_DOWN
    with Session(either_relay.engine) as session:
        by_reports = select(Decision).where(Decision.actor == Actor.REPORTS)
        assert len(session.exec(by_reports).all()) == 1
    assert len(reports(either_relay)) == 4
