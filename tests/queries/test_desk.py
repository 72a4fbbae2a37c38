from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Choice, Moderation, Reason
from relay.queries.desk import count_states, find_desk_entry, list_queue
from relay.services.report_entry import report_entry
from relay.services.start_entry import start_entry
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def test_the_queue_is_oldest_first_and_paged_without_gap(either_relay: Relay) -> None:
    sent = [send(either_relay, f"https://example.org/{at}").ref for at in range(5)]
    start_entry(either_relay.intake, link="https://example.org/draft")
    seen: list[str] = []
    after = None
    with either_relay.engine.connect() as connection:
        while page := list_queue(connection, after=after, limit=2):
            seen += [each.ref for each in page]
            after = (page[-1].submitted_at, page[-1].ref)
        assert seen == sent
        counts = count_states(connection)
    assert counts == {Moderation.PENDING: 5, Moderation.DRAFT: 1}


def test_one_entry_comes_with_history_parent_twins_and_reports(
    either_relay: Relay,
) -> None:
    by = make_moderator(either_relay)
    parent = send(either_relay, "https://example.org/a")
    sent = send(either_relay, "https://example.org/b", baton=parent.baton)
    twin = send(either_relay, "https://example.org/b")
    choose(either_relay, sent.ref, by=by)
    report_entry(
        either_relay.engine,
        1,
        reason=Reason.HURTFUL,
        words="Please look",
        clock=either_relay.clock,
    )
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    found = find_desk_entry(either_relay.engine, sent.ref)
    assert found
    assert [each.choice for each in found.history] == ["take_down", "approve"]
    assert found.history[0].by == "mei@example.org"
    assert found.parent
    assert found.parent.ref == parent.ref
    assert [each.ref for each in found.twins] == [twin.ref]
    assert [each.words for each in found.reports] == ["Please look"]


def test_drafts_are_not_at_the_desk(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link="https://example.org/draft")
    assert find_desk_entry(either_relay.engine, draft.ref) is None
    assert find_desk_entry(either_relay.engine, "nobody") is None
