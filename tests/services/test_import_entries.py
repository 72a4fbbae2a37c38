"""Rows become entries once each, whoever dies, calls it off, or begins it twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.entry import CONSENT_VERSION, Kind, ParentKnown
from relay.domain.errors import Conflict, Forbidden, Invalid, NotFound, SeasonClosed
from relay.domain.moderation import Choice, Moderation
from relay.domain.trust import RuleKind
from relay.models import (
    AuditRow,
    Decision,
    ImportState,
    OutboxRow,
    OutboxState,
    Season,
    Topic,
    TrustRule,
)
from relay.models.moderator import Role
from relay.services import import_entries
from relay.services.desk_settings import change_settings
from relay.services.forget_imports import KEEP_CHECKED, KEEP_ROWS, forget_imports
from relay.services.import_entries import (
    Begin,
    begin_import,
    cancel_import,
    end_import,
    hand_on,
    import_some,
)
from relay.services.outbox import claim_due, mark_running
from relay.services.start_entry import incoming_key
from relay.services.undo_import import step_of, undo_import
from relay.services.writing import writing
from tests.importing import (
    ALL,
    batch_of,
    begin,
    check,
    csv_of,
    entries_of,
    faults_of,
    import_rows_of,
    rows_of,
    run_all,
    zip_of,
)
from tests.making import (
    PICTURE,
    SetClock,
    choose,
    find,
    make_moderator,
    send,
    wait_until_blocked,
)

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket

REST = timedelta(minutes=1)


@pytest.fixture
def organiser(either_relay: Relay) -> int:
    return make_moderator(either_relay, "ada@example.org", role=Role.ORGANISER)


def log_of(relay: Relay) -> list[str]:
    with Session(relay.engine) as session:
        rows = session.exec(select(AuditRow).order_by(AuditRow.id))  # type: ignore[arg-type]  # a column
        return [row.what for row in rows if row.what.startswith("import.")]


def outbox_of(relay: Relay) -> list[OutboxState]:
    with Session(relay.engine) as session:
        rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]  # a column
        return [row.state for row in rows if row.topic is Topic.RUN_IMPORT]


def take_job(relay: Relay) -> Ticket:
    """Begin the import's job, as a worker would."""
    clock = SetClock(datetime.now(UTC) + timedelta(minutes=1))
    tickets = claim_due(relay.engine, limit=50, clock=clock)
    (ticket,) = [each for each in tickets if each.topic is Topic.RUN_IMPORT]
    assert mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
    return ticket


def test_good_rows_become_entries_that_wait(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(7)), by=organiser)
    batch_id = begin(either_relay, checked.ref, by=organiser)
    ticket = take_job(either_relay)
    run_all(either_relay, batch_id)
    assert end_import(either_relay.intake, ticket)
    entries = entries_of(either_relay)
    assert [each.title for each in entries] == [f"Boat {n}" for n in range(1, 8)]
    assert {each.moderation for each in entries} == {Moderation.PENDING}
    assert {each.kind for each in entries} == {Kind.INSTITUTION}
    assert {each.consent_version for each in entries} == {CONSENT_VERSION}
    assert {each.lang for each in entries} == {"en"}
    batch = batch_of(either_relay, checked.ref)
    assert (batch.state, batch.done) == (ImportState.DONE, 7)
    assert log_of(either_relay) == ["import.checked", "import.begun", "import.done"]
    rows = import_rows_of(either_relay, checked.ref)
    assert [row.entry_id for row in rows] == [each.id for each in entries]
    assert rows[0].words == {"version": 1}


def test_wrong_rows_are_left_out_only_on_purpose(
    either_relay: Relay, organiser: int
) -> None:
    rows = [*rows_of(2), ("https://example.org/9", "", "A boat", "Lin", "Nanjing")]
    checked = check(either_relay, csv_of(rows), by=organiser)
    with pytest.raises(Invalid) as error:
        begin(either_relay, checked.ref, by=organiser)
    assert [each.field for each in error.value.fields] == ["leave_out_wrong"]
    assert batch_of(either_relay, checked.ref).state is ImportState.CHECKED
    wish = replace(ALL, leave_out_wrong=True)
    run_all(either_relay, begin(either_relay, checked.ref, wish, by=organiser))
    assert len(entries_of(either_relay)) == 2


def test_nothing_begins_without_consent_or_a_good_row(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(1)), by=organiser)
    with pytest.raises(Invalid) as error:
        begin(either_relay, checked.ref, Begin(), by=organiser)
    assert [each.field for each in error.value.fields] == ["consent"]
    bad = check(either_relay, csv_of([("x", "", "", "", "")]), by=organiser)
    with pytest.raises(Invalid) as error:
        begin(either_relay, bad.ref, replace(ALL, leave_out_wrong=True), by=organiser)
    assert [each.field for each in error.value.fields] == ["rows"]
    assert outbox_of(either_relay) == []


def test_rows_that_are_here_already_can_be_left_out(
    either_relay: Relay, organiser: int
) -> None:
    send(either_relay, "https://example.org/1")
    checked = check(either_relay, csv_of(rows_of(3)), by=organiser)
    wish = replace(ALL, leave_out_twins=True)
    run_all(either_relay, begin(either_relay, checked.ref, wish, by=organiser))
    assert len(entries_of(either_relay)) == 3
    assert faults_of(either_relay, checked.ref) == {2: {("link", "twin")}}


def test_publishing_at_once_is_the_organisers_own_decision(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(3)), by=organiser)
    wish = replace(ALL, publish=True)
    batch_id = begin(either_relay, checked.ref, wish, by=organiser)
    run_all(either_relay, batch_id)
    entries = entries_of(either_relay)
    assert [each.no for each in entries] == [1, 2, 3]
    with Session(either_relay.engine) as session:
        decisions = session.exec(select(Decision)).all()
    assert {each.moderator_id for each in decisions} == {organiser}
    assert {each.choice for each in decisions} == {Choice.APPROVE}
    assert len(decisions) == 3


def test_what_a_rule_holds_waits_although_all_is_to_be_published(
    either_relay: Relay, organiser: int
) -> None:
    now = either_relay.clock.now()
    with Session(either_relay.engine) as session:
        rule = TrustRule(
            kind=RuleKind.BLOCK_WORD,
            pattern="boat 2",
            active=True,
            created_at=now,
            changed_at=now,
        )
        session.add(rule)
        session.commit()
    checked = check(either_relay, csv_of(rows_of(3)), by=organiser)
    wish = replace(ALL, publish=True)
    run_all(either_relay, begin(either_relay, checked.ref, wish, by=organiser))
    states = [each.moderation for each in entries_of(either_relay)]
    assert states == [Moderation.APPROVED, Moderation.PENDING, Moderation.APPROVED]


def test_pictures_go_the_way_of_all_pictures(
    either_relay: Relay, organiser: int
) -> None:
    headings = ("Title", "Alt text", "City", "Picture")
    row = ("Boat", "A boat", "Nanjing", "boat.png")
    data = zip_of({"list.csv": csv_of([row], headings), "boat.png": PICTURE})
    checked = check(either_relay, data, by=organiser)
    (kept,) = import_rows_of(either_relay, checked.ref)
    run_all(either_relay, begin(either_relay, checked.ref, by=organiser))
    (entry,) = entries_of(either_relay)
    assert either_relay.media.get(incoming_key(entry.ref)) == PICTURE
    assert kept.picture_key
    assert either_relay.media.get(kept.picture_key) is None
    with Session(either_relay.engine) as session:
        topics = {row.topic for row in session.exec(select(OutboxRow))}
    assert Topic.MAKE_PICTURE in topics


def test_a_lost_picture_is_told_and_the_row_left_out(
    either_relay: Relay, organiser: int
) -> None:
    headings = ("Title", "Alt text", "City", "Picture")
    row = ("Boat", "A boat", "Nanjing", "boat.png")
    data = zip_of({"list.csv": csv_of([row], headings), "boat.png": PICTURE})
    checked = check(either_relay, data, by=organiser)
    (kept,) = import_rows_of(either_relay, checked.ref)
    either_relay.media.delete(kept.picture_key or "")
    run_all(either_relay, begin(either_relay, checked.ref, by=organiser))
    assert entries_of(either_relay) == []
    assert faults_of(either_relay, checked.ref) == {2: {("picture", "lost")}}
    assert batch_of(either_relay, checked.ref).wrong == 1


def test_batons_and_numbers_tell_who_passed_it_on(
    either_relay: Relay, organiser: int
) -> None:
    first = send(either_relay)
    choose(either_relay, first.ref, by=organiser)
    headings = ("Link", "Title", "Alt text", "City", "Baton", "Passed on by")
    rows = [
        ("https://example.org/a", "A", "An a", "Nanjing", first.baton, ""),
        ("https://example.org/b", "B", "A b", "Nanjing", "", "No. 1"),
    ]
    checked = check(either_relay, csv_of(rows, headings), by=organiser)
    run_all(either_relay, begin(either_relay, checked.ref, by=organiser))
    known = [
        (each.parent_id, each.parent_known) for each in entries_of(either_relay)[1:]
    ]
    assert known == [
        (first.entry_id, ParentKnown.DECLARED),
        (first.entry_id, ParentKnown.CLAIMED),
    ]


@pytest.mark.parametrize("dies_in", ["_publish", "_keep_entry", "after"])
def test_a_row_whose_worker_died_becomes_one_entry(
    either_relay: Relay,
    organiser: int,
    monkeypatch: pytest.MonkeyPatch,
    dies_in: str,
) -> None:
    class Killed(BaseException): ...

    def die(*_: object) -> None:
        raise Killed

    checked = check(either_relay, csv_of(rows_of(3)), by=organiser)
    wish = replace(ALL, publish=True)
    batch_id = begin(either_relay, checked.ref, wish, by=organiser)
    with monkeypatch.context() as patch:
        if dies_in != "after":
            patch.setattr(import_entries, dies_in, die)
            with pytest.raises(Killed):
                import_some(either_relay.importer, batch_id, after=0, limit=1)
        else:
            import_some(either_relay.importer, batch_id, after=0, limit=1)
    assert len(entries_of(either_relay)) == 1
    run_all(either_relay, batch_id)
    entries = entries_of(either_relay)
    assert [each.title for each in entries] == ["Boat 1", "Boat 2", "Boat 3"]
    assert [each.no for each in entries] == [1, 2, 3]
    assert batch_of(either_relay, checked.ref).done == 3


def test_two_workers_at_once_make_each_entry_once(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(12)), by=organiser)
    wish = replace(ALL, publish=True)
    batch_id = begin(either_relay, checked.ref, wish, by=organiser)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(run_all, either_relay, batch_id) for _ in range(2)]
        for each in both:
            each.result()
    titles = [each.title for each in entries_of(either_relay)]
    assert sorted(titles) == sorted(f"Boat {n}" for n in range(1, 13))
    assert batch_of(either_relay, checked.ref).done == 12


def test_a_job_hands_on_to_another_which_goes_first_when_it_has_rested(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(4)), by=organiser)
    batch_id = begin(either_relay, checked.ref, by=organiser)
    ticket = take_job(either_relay)
    assert import_some(either_relay.importer, batch_id, after=0, limit=2) == 3
    assert hand_on(either_relay.intake, ticket, rest=REST)
    assert not hand_on(either_relay.intake, ticket, rest=REST)
    assert not end_import(either_relay.intake, ticket)
    assert outbox_of(either_relay) == [OutboxState.DONE, OutboxState.DUE]
    soon = SetClock(datetime.now(UTC) + REST / 2)
    (meanwhile,) = claim_due(either_relay.engine, limit=1, clock=soon)
    assert meanwhile.topic is Topic.FETCH_PREVIEW
    later = SetClock(datetime.now(UTC) + REST)
    (first,) = claim_due(either_relay.engine, limit=1, clock=later)
    assert first.topic is Topic.RUN_IMPORT
    assert batch_of(either_relay, checked.ref).state is ImportState.RUNNING


def test_what_is_called_off_goes_no_further(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(6)), by=organiser)
    batch_id = begin(either_relay, checked.ref, by=organiser)
    ticket = take_job(either_relay)
    import_some(either_relay.importer, batch_id, after=0, limit=2)
    cancel_import(either_relay.intake, checked.ref, moderator_id=organiser)
    assert import_some(either_relay.importer, batch_id, after=3, limit=2) is None
    assert not hand_on(either_relay.intake, ticket, rest=REST)
    assert outbox_of(either_relay) == [OutboxState.DONE]
    assert len(entries_of(either_relay)) == 2
    assert batch_of(either_relay, checked.ref).state is ImportState.CANCELLED
    with pytest.raises(Conflict):
        cancel_import(either_relay.intake, checked.ref, moderator_id=organiser)
    with pytest.raises(Conflict):
        begin(either_relay, checked.ref, by=organiser)


def test_beginning_twice_is_beginning_once(either_relay: Relay, organiser: int) -> None:
    checked = check(either_relay, csv_of(rows_of(2)), by=organiser)
    begin(either_relay, checked.ref, by=organiser)
    begin(either_relay, checked.ref, by=organiser)
    assert outbox_of(either_relay) == [OutboxState.DUE]


def test_a_season_that_closes_meanwhile_is_told_row_by_row(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(3)), by=organiser)
    batch_id = begin(either_relay, checked.ref, by=organiser)
    import_some(either_relay.importer, batch_id, after=0, limit=1)
    later = check(either_relay, csv_of(rows_of(1, begin=9)), by=organiser)
    with Session(either_relay.engine) as session:
        session.exec(select(Season)).one().closes_at = either_relay.clock.now()
        session.commit()
    run_all(either_relay, batch_id)
    assert faults_of(either_relay, checked.ref) == {
        3: {("season", "closed")},
        4: {("season", "closed")},
    }
    with pytest.raises(SeasonClosed):
        begin(either_relay, later.ref, by=organiser)


def test_only_organisers_begin_call_off_and_undo(
    either_relay: Relay, organiser: int
) -> None:
    ref = check(either_relay, csv_of(rows_of(1)), by=organiser).ref
    other, intake = make_moderator(either_relay), either_relay.intake
    with pytest.raises(Forbidden):
        begin_import(intake, ref, ALL, moderator_id=other)
    with pytest.raises(Forbidden):
        cancel_import(intake, ref, moderator_id=other)
    with pytest.raises(Forbidden):
        undo_import(intake, ref, moderator_id=other)
    with pytest.raises(NotFound):
        begin_import(intake, "nothing", ALL, moderator_id=organiser)


def test_undoing_withdraws_what_nobody_has_touched(
    either_relay: Relay, organiser: int
) -> None:
    checked = check(either_relay, csv_of(rows_of(4)), by=organiser)
    wish = replace(ALL, publish=True)
    batch_id = begin(either_relay, checked.ref, wish, by=organiser)
    with pytest.raises(Conflict):
        undo_import(either_relay.intake, checked.ref, moderator_id=organiser)
    ticket = take_job(either_relay)
    run_all(either_relay, batch_id)
    end_import(either_relay.intake, ticket)
    touched = entries_of(either_relay)[1]
    choose(either_relay, touched.ref, Choice.BLUR, by=organiser)
    other = make_moderator(either_relay, "bo@example.org", role=Role.ORGANISER)
    for _ in range(2):
        undo_import(either_relay.intake, checked.ref, moderator_id=other)
    ticket = take_job(either_relay)
    step = step_of(either_relay.importer, batch_id)
    line: int | None = 0
    while line is not None:
        line = step(line)
    assert end_import(either_relay.intake, ticket)
    states = [each.moderation for each in entries_of(either_relay)]
    assert states.count(Moderation.WITHDRAWN) == 3
    assert find(either_relay, touched.ref).moderation is Moderation.APPROVED
    assert log_of(either_relay)[-1] == "import.undone"
    with Session(either_relay.engine) as session:
        rows = session.exec(select(AuditRow).where(AuditRow.what == "entry.withdrawn"))
        assert [row.moderator_id for row in rows] == [other] * 3


def test_the_first_of_two_approvals_publishes_nothing(
    either_relay: Relay, organiser: int
) -> None:
    change_settings(
        either_relay.engine,
        {"second_approval": ("institution",)},
        moderator_id=organiser,
        clock=either_relay.clock,
    )
    checked = check(either_relay, csv_of(rows_of(1)), by=organiser)
    wish = replace(ALL, publish=True)
    run_all(either_relay, begin(either_relay, checked.ref, wish, by=organiser))
    assert entries_of(either_relay)[0].moderation is Moderation.PENDING


def test_old_imports_are_forgotten_with_their_pictures(
    either_relay: Relay, organiser: int
) -> None:
    headings = ("Title", "Alt text", "City", "Picture")
    rows = [("Boat", "A boat", "Nanjing", "boat.png"), ("", "", "Nanjing", "")]
    data = zip_of({"list.csv": csv_of(rows, headings), "boat.png": PICTURE})
    checked = check(either_relay, data, by=organiser)
    key = import_rows_of(either_relay, checked.ref)[0].picture_key or ""
    clock = SetClock(datetime.now(UTC) + timedelta(days=2))
    engine, media = either_relay.engine, either_relay.media
    assert forget_imports(engine, clock=clock, media=media) == 0
    assert media.get(key)
    clock.time += KEEP_CHECKED
    assert forget_imports(engine, clock=clock, media=media) == 1
    assert media.get(key) is None
    assert batch_of(either_relay, checked.ref).state is ImportState.CANCELLED
    assert len(import_rows_of(either_relay, checked.ref)) == 2
    clock.time += KEEP_ROWS + timedelta(minutes=1)
    forget_imports(engine, clock=clock, media=media)
    assert import_rows_of(either_relay, checked.ref) == []


@pytest.mark.postgres
@pytest.mark.parametrize("way", ["hands on", "ends"])
def test_what_is_called_off_while_a_job_stops_is_not_worked_on_any_more(
    postgres_relay: Relay, way: str
) -> None:
    relay = postgres_relay
    by = make_moderator(relay, "ada@example.org", role=Role.ORGANISER)
    checked = check(relay, csv_of(rows_of(4)), by=by)
    begin(relay, checked.ref, by=by)
    ticket = take_job(relay)
    stops = {
        "hands on": lambda: hand_on(relay.intake, ticket, rest=REST),
        "ends": lambda: end_import(relay.intake, ticket),
    }
    with ThreadPoolExecutor(2) as both:
        with writing(relay.engine) as session:
            session.get(OutboxRow, ticket.row_id, with_for_update=True)
            stopped = both.submit(stops[way])
            wait_until_blocked(relay, 1)
            off = both.submit(cancel_import, relay.intake, checked.ref, moderator_id=by)
            wait_until_blocked(relay, 2)
        assert stopped.result()
        assert type(off.exception()) is (Conflict if way == "ends" else type(None))
    # On one that has ended, workers are asked to take it back.
    assert set(outbox_of(relay)) == {OutboxState.DONE}
