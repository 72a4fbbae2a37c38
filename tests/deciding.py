"""Decisions for tests, by the services themselves: edits, merges, stashes, undos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from relay.domain.moderation import Choice, Reason
from relay.models import Decision, DeskSetting, Flow, OutboxRow, Tally, TallyOf, Topic
from relay.models.moderator import Moderator
from relay.services.decide import Decided, Wish, decide
from relay.services.edit_entry import Edit, edit_entry
from relay.services.merge import merge
from relay.services.outbox import claim_due, mark_running
from relay.services.reveal import reveal_entry
from relay.services.undo import undo
from tests.making import find

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay
    from relay.ports import Clock


def log(relay: Relay, ref: str = "") -> list[Decision]:
    """Return the decisions of the log, of one entry or of all, the oldest first."""
    with Session(relay.engine) as session:
        asked = select(Decision).order_by(col(Decision.id))
        if ref:
            asked = asked.where(Decision.entry_id == find(relay, ref).id)
        return list(session.exec(asked))


def approve(
    relay: Relay,
    ref: str,
    *,
    by: int,
    reveal_at: datetime | None = None,
    version: int | None = None,
    clock: Clock | None = None,
) -> Decided:
    """Approve an entry as it stands now, perhaps for later."""
    seen = version or find(relay, ref).version
    return decide(
        relay.engine,
        ref,
        Wish(Choice.APPROVE, seen, reveal_at=reveal_at),
        moderator_id=by,
        clock=clock or relay.clock,
        printer=relay.printer,
    )


def take_back(
    relay: Relay,
    ref: str,
    decision_id: int,
    *,
    by: int,
    version: int | None = None,
    clock: Clock | None = None,
) -> Decided:
    """Undo a decision on an entry as it stands now."""
    return undo(
        relay.engine,
        ref,
        decision_id,
        version or find(relay, ref).version,
        moderator_id=by,
        clock=clock or relay.clock,
        printer=relay.printer,
    )


def change(relay: Relay, ref: str, *, by: int, **wanted: Any) -> Decided:  # noqa: ANN401 - any of an edit's fields
    """Edit an entry as it stands now; `city` is a GeoNames id."""
    if "city" in wanted:
        wanted["city"] = relay.gazetteer.find(wanted["city"])
    return edit_entry(
        relay.engine,
        ref,
        Edit(wanted.pop("version", find(relay, ref).version), **wanted),
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )


def join(relay: Relay, ref: str, into: str, *, by: int) -> Decided:
    """Merge an entry as it stands now into another."""
    return merge(
        relay.engine,
        ref,
        into,
        Wish(Choice.MERGE, find(relay, ref).version),
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )


def reveal_due(relay: Relay, clock: Clock) -> list[bool]:
    """Run the reveals whose time has come, as a worker does."""
    tickets = claim_due(relay.engine, limit=10, clock=clock)
    ran = []
    for ticket in tickets:
        if ticket.topic is not Topic.REVEAL_ENTRY:
            continue
        work = mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
        if work is not None:
            ran.append(
                reveal_entry(
                    relay.engine, work.ticket, clock=clock, printer=relay.printer
                )
            )
    return ran


def ask_for_two(relay: Relay, *kinds: str) -> None:
    """Ask for two approvals of the entries of some kinds of makers."""
    with Session(relay.engine) as session:
        session.add(
            DeskSetting(
                key="second_approval", value=list(kinds), changed_at=relay.clock.now()
            )
        )
        session.commit()


def limit_scope(relay: Relay, moderator_id: int, **scope: list[str]) -> None:
    """Let a moderator decide only within a scope."""
    with Session(relay.engine) as session:
        session.get_one(Moderator, moderator_id).scope = scope
        session.commit()


def passes(relay: Relay) -> dict[tuple[int, int], int]:
    """Return the batons counted between cities, those that are none left out."""
    with Session(relay.engine) as session:
        rows = session.exec(select(Flow).where(col(Flow.passes) != 0))
        return {(each.from_city, each.to_city): each.passes for each in rows}


def count_public(relay: Relay) -> int:
    """Return how many entries the tallies count."""
    with Session(relay.engine) as session:
        row = session.exec(select(Tally).where(Tally.of == TallyOf.ALL)).first()
        return row.entries if row else 0


def planned(relay: Relay, topic: Topic) -> list[OutboxRow]:
    """Return the rows of the outbox with one topic."""
    with Session(relay.engine) as session:
        return list(session.exec(select(OutboxRow).where(OutboxRow.topic == topic)))


OTHER = Reason.OTHER
