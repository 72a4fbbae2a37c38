from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import (
    AuditRow,
    Decision,
    Moderator,
    OutboxRow,
    Outcome,
    Report,
    Topic,
)
from relay.models.moderator import Role
from relay.services.desk_settings import change_settings
from relay.services.resolve_reports import (
    NoReportsError,
    reopen_reports,
    resolve_reports,
)
from relay.services.undo import undo
from relay.services.withdraw_entry import withdraw_entry
from relay.services.writing import writing
from tests.making import choose, find, make_moderator, report, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

LATE = datetime(2100, 1, 1, tzinfo=UTC)


def publish(relay: Relay, by: int) -> str:
    sent = send(relay)
    choose(relay, sent.ref, by=by)
    return sent.ref


def resolve(
    relay: Relay,
    ref: str,
    by: int,
    outcome: Outcome = Outcome.KEPT,
    seen: datetime = LATE,
) -> int:
    return resolve_reports(
        relay.engine, ref, outcome, seen=seen, moderator_id=by, clock=relay.clock
    )


def reopen(relay: Relay, ref: str, by: int) -> int:
    return reopen_reports(relay.engine, ref, 2, moderator_id=by, clock=relay.clock)


def take_back(relay: Relay, ref: str, by: int) -> None:
    with Session(relay.engine) as session:
        newest = session.exec(
            select(Decision.id).order_by(col(Decision.id).desc()).limit(1)
        ).one()
    undo(
        relay.engine,
        ref,
        newest or 0,
        None,
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )


def reports(relay: Relay) -> list[Report]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Report).order_by(col(Report.id))))


def outcomes(relay: Relay) -> list[Outcome | None]:
    return [each.outcome for each in reports(relay)]


def to_tell(relay: Relay) -> list[int]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(OutboxRow.subject)
                .where(OutboxRow.topic == Topic.TELL_REPORTER)
                .order_by(col(OutboxRow.id))
            )
        )


def audited(relay: Relay, what: str) -> list[AuditRow]:
    with Session(relay.engine) as session:
        return list(session.exec(select(AuditRow).where(AuditRow.what == what)))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_reports_are_answered_and_the_entry_stays(
    either_relay: Relay, outcome: Outcome
) -> None:
    by = make_moderator(either_relay)
    ref = publish(either_relay, by)
    report(either_relay, email="ana@example.org", address="192.0.2.1")
    report(either_relay, address="192.0.2.2")
    assert resolve(either_relay, ref, by, outcome) == 2
    first, second = reports(either_relay)
    assert (first.outcome, first.resolved_by) == (outcome, by)
    assert first.resolved_at == second.resolved_at
    assert [each.reporter_hash for each in (first, second)] == [None, None]
    assert to_tell(either_relay) == [first.id]
    assert find(either_relay, ref).moderation is Moderation.APPROVED
    (row,) = audited(either_relay, "report.resolved")
    assert (row.moderator_id, row.subject) == (by, ref)
    assert row.details == {"reports": [first.id, second.id], "outcome": outcome.value}
    with pytest.raises(NoReportsError):
        resolve(either_relay, ref, by)


def test_an_address_that_reported_twice_is_told_once(relay: Relay) -> None:
    by = make_moderator(relay)
    ref = publish(relay, by)
    report(relay, email="ana@example.org", address="192.0.2.1")
    report(relay, email="ana@example.org", address="192.0.2.2")
    resolve(relay, ref, by)
    assert to_tell(relay) == [1]
    assert [each.email for each in reports(relay)] == ["ana@example.org", None]


def test_a_report_that_nobody_has_seen_yet_is_not_answered(relay: Relay) -> None:
    by = make_moderator(relay)
    ref = publish(relay, by)
    report(relay, address="192.0.2.1")
    seen = reports(relay)[0].at
    report(relay, address="192.0.2.2")
    assert resolve(relay, ref, by, seen=seen) == 1
    assert outcomes(relay) == [Outcome.KEPT, None]
    # Whoever said something else since was not read either.
    report(relay, address="192.0.2.2", words="Now with words")
    with pytest.raises(NoReportsError):
        resolve(relay, ref, by, seen=seen + timedelta(microseconds=1))


def test_answers_can_be_taken_back_and_given_again(either_relay: Relay) -> None:
    by = make_moderator(either_relay)
    ref = publish(either_relay, by)
    report(either_relay, email="ana@example.org", address="192.0.2.1")
    report(either_relay, address="192.0.2.2")
    resolve(either_relay, ref, by)
    assert reopen(either_relay, ref, by) == 2
    assert outcomes(either_relay) == [None, None]
    assert len(audited(either_relay, "report.reopened")) == 1
    with pytest.raises(NoReportsError):
        reopen(either_relay, ref, by)
    # Without their hashes they count by themselves.
    change_settings(
        either_relay.engine,
        {"reports_hide": 3},
        moderator_id=None,
        clock=either_relay.clock,
    )
    assert report(either_relay, address="192.0.2.3")
    resolve(either_relay, ref, by, Outcome.ACTED)
    assert outcomes(either_relay) == [Outcome.ACTED] * 3


def test_taking_down_says_that_they_were_right_and_taking_that_back_asks_again(
    either_relay: Relay,
) -> None:
    by = make_moderator(either_relay)
    ref = publish(either_relay, by)
    report(either_relay)
    choose(either_relay, ref, Choice.TAKE_DOWN, by=by, reason=Reason.HURTFUL)
    assert outcomes(either_relay) == [Outcome.ACTED]
    take_back(either_relay, ref, by)
    assert outcomes(either_relay) == [None]
    assert find(either_relay, ref).moderation is Moderation.APPROVED
    take_back(either_relay, ref, by)
    assert outcomes(either_relay) == [Outcome.ACTED]


def test_restoring_what_reports_have_hidden_says_that_it_is_kept(
    either_relay: Relay,
) -> None:
    change_settings(
        either_relay.engine,
        {"reports_hide": 1},
        moderator_id=None,
        clock=either_relay.clock,
    )
    by = make_moderator(either_relay)
    ref = publish(either_relay, by)
    assert report(either_relay)
    take_back(either_relay, ref, by)
    assert outcomes(either_relay) == [Outcome.KEPT]
    assert report(either_relay)
    choose(either_relay, ref, Choice.RESTORE, by=by)
    assert outcomes(either_relay) == [Outcome.KEPT, Outcome.KEPT]
    take_back(either_relay, ref, by)
    assert outcomes(either_relay) == [Outcome.KEPT, None]
    assert find(either_relay, ref).moderation is Moderation.TAKEN_DOWN


def test_what_its_maker_withdraws_needs_no_answer_any_more(relay: Relay) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=make_moderator(relay))
    report(relay, email="ana@example.org")
    withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    assert outcomes(relay) == [Outcome.ACTED]
    assert to_tell(relay) == [1]


def test_only_who_may_decide_on_the_entry_answers(relay: Relay) -> None:
    by = make_moderator(relay)
    ref = publish(relay, by)
    report(relay)
    describer = make_moderator(relay, "d@example.org", role=Role.DESCRIBER)
    abroad = make_moderator(relay, "abroad@example.org")
    with writing(relay.engine) as session:
        session.get_one(Moderator, abroad).scope = {"countries": ["KE"]}
    for somebody in (describer, abroad):
        with pytest.raises(Forbidden):
            resolve(relay, ref, somebody)
        with pytest.raises(Forbidden):
            reopen_reports(
                relay.engine, ref, 1, moderator_id=somebody, clock=relay.clock
            )
    with pytest.raises(NotFound):
        resolve(relay, "nothing", by)
    assert outcomes(relay) == [None]


def test_reports_of_another_entry_are_not_reached_by_their_number(relay: Relay) -> None:
    by = make_moderator(relay)
    ref, other = publish(relay, by), send(relay, "https://example.org/b").ref
    report(relay)
    resolve(relay, ref, by)
    with pytest.raises(NoReportsError):
        reopen_reports(relay.engine, other, 1, moderator_id=by, clock=relay.clock)
