from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, select

from relay.domain.preview import PreviewState
from relay.models import AuditRow, Entry, OutboxRow, OutboxState, Topic
from relay.models.moderator import Role
from relay.services.outbox import claim_due
from relay.services.retry_failed import retry_failed, retry_links
from relay.services.writing import writing
from tests.making import find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def give_up_all(relay: Relay) -> None:
    with writing(relay.engine) as session:
        for row in session.exec(select(OutboxRow)):
            row.state, row.failures = OutboxState.FAILED, 6
            row.done_at = relay.clock.now()
            session.add(row)
        for entry in session.exec(select(Entry)):
            entry.preview = PreviewState.FAILED
            session.add(entry)


def log(relay: Relay) -> list[AuditRow]:
    with Session(relay.engine) as session:
        return list(session.exec(select(AuditRow)))


def test_what_was_given_up_is_due_again_and_logged(either_relay: Relay) -> None:
    relay = either_relay
    by = make_moderator(relay, role=Role.ORGANISER)
    ref = send(relay).ref
    give_up_all(relay)
    assert claim_due(relay.engine, limit=9, clock=relay.clock) == []
    assert retry_failed(relay.intake, Topic.FETCH_PREVIEW, moderator_id=by) == 1
    assert find(relay, ref).preview is PreviewState.QUEUED
    (ticket,) = claim_due(relay.engine, limit=9, clock=relay.clock)
    assert ticket.topic is Topic.FETCH_PREVIEW
    (row,) = log(relay)
    assert (row.what, row.subject, row.moderator_id) == (
        "outbox.retried",
        "fetch_preview",
        by,
    )
    assert row.details == {"rows": 1}


def test_other_topics_are_left_alone(relay: Relay) -> None:
    send(relay)
    give_up_all(relay)
    assert retry_failed(relay.intake, Topic.TELL_MAKER, moderator_id=None) == 0
    assert claim_due(relay.engine, limit=9, clock=relay.clock) == []
    assert log(relay) == []


def test_links_are_looked_at_again_unless_they_just_were(relay: Relay) -> None:
    ref = send(relay).ref
    assert retry_links(relay.intake, [ref], platform="web", moderator_id=None) == 0
    assert log(relay) == []
    with writing(relay.engine) as session:
        for each in session.exec(select(OutboxRow)):
            session.delete(each)
    refs = [ref, "nothing"]
    assert retry_links(relay.intake, refs, platform="web", moderator_id=None) == 1
    (row,) = log(relay)
    assert (row.what, row.subject, row.details) == (
        "links.retried",
        "web",
        {"links": 1},
    )
