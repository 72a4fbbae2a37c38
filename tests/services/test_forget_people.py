from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, select

from relay.domain.errors import Forbidden, NotFound
from relay.domain.moderation import Choice, Reason
from relay.models import (
    AuditRow,
    Decision,
    DeskSession,
    Entry,
    Moderator,
    Passkey,
    Report,
    SignInFailure,
    Stash,
    metadata,
)
from relay.models.moderator import Role
from relay.services.audit import audit
from relay.services.forget_people import erase_person, forget_personal
from relay.services.people import LastOrganiserError
from relay.services.writing import writing
from tests.making import SetClock, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

DAYS = 30
ADDRESS = "203.0.113.7"


def only(relay: Relay, model: type[Any]) -> Any:  # noqa: ANN401 - a row of any table
    with Session(relay.engine) as session:
        return session.exec(select(model)).one()


def leave_traces(relay: Relay, by: int, entry_id: int) -> None:
    now = relay.clock.now()
    with writing(relay.engine) as session:
        audit(session, "x.done", now=now, moderator_id=by, address=ADDRESS)
        session.add(
            DeskSession(
                token_hash="t" * 64,
                moderator_id=by,
                created_at=now,
                seen_at=now,
                address=ADDRESS,
                browser="Firefox",
            )
        )
        session.add(SignInFailure(account_hash="a", address_hash="b", at=now))
        session.add(
            Report(
                entry_id=entry_id,
                reason="other",
                email="reader@example.org",
                reporter_hash="h",
                at=now,
                resolved_at=now,
            )
        )


@pytest.mark.parametrize(("days", "kept"), [(DAYS, True), (DAYS + 1, False)])
def test_who_it_was_is_blanked_when_the_days_are_over(
    either_relay: Relay, days: int, *, kept: bool
) -> None:
    relay = either_relay
    by, sent = make_moderator(relay), send(relay, email="maker@example.org")
    choose(relay, sent.ref, Choice.REJECT, by=by, reason=Reason.OTHER)
    leave_traces(relay, by, sent.entry_id)
    later = SetClock(relay.clock.now() + timedelta(days=days, seconds=-1))
    assert bool(forget_personal(relay.engine, days=DAYS, clock=later)) is not kept
    row, open_session, report = (
        only(relay, AuditRow),
        only(relay, DeskSession),
        only(relay, Report),
    )
    assert (row.address, open_session.address, open_session.browser) == (
        (ADDRESS, ADDRESS, "Firefox") if kept else (None, None, None)
    )
    assert (report.email, report.reporter_hash) == (
        ("reader@example.org", "h") if kept else (None, None)
    )
    assert find(relay, sent.ref).email == ("maker@example.org" if kept else None)
    with Session(relay.engine) as session:
        assert bool(session.exec(select(SignInFailure)).all()) is kept
    # What was done is still known.
    assert (row.what, row.moderator_id) == ("x.done", by)


def test_the_address_of_an_entry_that_may_still_be_published_stays(
    relay: Relay,
) -> None:
    sent = send(relay, email="maker@example.org")
    later = SetClock(relay.clock.now() + timedelta(days=4 * DAYS))
    forget_personal(relay.engine, days=DAYS, clock=later)
    assert find(relay, sent.ref).email == "maker@example.org"


def test_an_open_report_keeps_who_asked_for_an_answer(relay: Relay) -> None:
    by, sent = make_moderator(relay), send(relay)
    leave_traces(relay, by, sent.entry_id)
    with writing(relay.engine) as session:
        session.exec(select(Report)).one().resolved_at = None
    later = SetClock(relay.clock.now() + timedelta(days=4 * DAYS))
    forget_personal(relay.engine, days=DAYS, clock=later)
    assert only(relay, Report).email == "reader@example.org"


def test_an_erased_person_is_nowhere_and_their_decisions_stay(
    either_relay: Relay,
) -> None:
    relay = either_relay
    organiser = make_moderator(relay, role=Role.ORGANISER)
    gone = make_moderator(relay, "gone@example.org", password_hash="hash")
    sent = send(relay)
    choose(relay, sent.ref, by=gone)
    now = relay.clock.now()
    with writing(relay.engine) as session:
        session.add(
            Passkey(
                moderator_id=gone,
                credential_id=b"c",
                public_key=b"k",
                created_at=now,
            )
        )
        session.add(Stash(entry_id=sent.entry_id, by_id=gone, for_id=gone, at=now))
        audit(
            session,
            "person.invited",
            now=now,
            moderator_id=organiser,
            subject=gone,
            details={"email": "gone@example.org"},
        )
    erase_person(relay.engine, gone, moderator_id=organiser, clock=relay.clock)
    decision = only(relay, Decision)
    assert (decision.choice, decision.moderator_id) == (Choice.APPROVE, None)
    with Session(relay.engine) as session:
        person = session.get_one(Moderator, gone)
        assert not person.active
        assert person.erased_at
        assert person.password is None
    for table in metadata.tables.values():
        with relay.engine.connect() as connection:
            rows = [str(row) for row in connection.execute(table.select())]
        assert not [row for row in rows if "gone@example.org" in row], table.name
    assert points_to(relay, gone) == []


def points_to(relay: Relay, person: int) -> list[str]:
    """Return the columns of the database that still name a person."""
    found = []
    for table in metadata.tables.values():
        for key in inspect(relay.engine).get_foreign_keys(table.name):
            if key["referred_table"] != "moderator":
                continue
            column = table.c[key["constrained_columns"][0]]
            with relay.engine.connect() as connection:
                if connection.execute(table.select().where(column == person)).first():
                    found.append(f"{table.name}.{column.name}")
    return found


def test_only_organisers_erase_and_never_the_last_of_them(relay: Relay) -> None:
    organiser = make_moderator(relay, role=Role.ORGANISER, password_hash="hash")
    other = make_moderator(relay, "dan@example.org")
    with pytest.raises(Forbidden):
        erase_person(relay.engine, organiser, moderator_id=other, clock=relay.clock)
    with pytest.raises(LastOrganiserError):
        erase_person(relay.engine, organiser, moderator_id=organiser, clock=relay.clock)
    erase_person(relay.engine, other, moderator_id=organiser, clock=relay.clock)
    with pytest.raises(NotFound):
        erase_person(relay.engine, other, moderator_id=organiser, clock=relay.clock)


def test_nothing_of_an_entry_is_lost_by_forgetting(relay: Relay) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=make_moderator(relay))
    before = find(relay, sent.ref)
    later = SetClock(relay.clock.now() + timedelta(days=4 * DAYS))
    forget_personal(relay.engine, days=DAYS, clock=later)
    with Session(relay.engine) as session:
        assert session.get_one(Entry, sent.entry_id) == before
