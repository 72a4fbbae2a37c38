from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from relay.domain.entry import AltBy
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import PictureRole
from relay.queries.desk import SmallPicture, find_desk_entry, list_queue
from relay.queries.desk_card import read_card
from relay.queries.desk_counts import COUNT_MAX, count_states
from relay.services.start_entry import start_entry
from tests.making import choose, make_moderator, report, send
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from relay.bootstrap import Relay

SHOWN = (Moderation.PENDING, Moderation.APPROVED)


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
        counts = count_states(connection, (Moderation.PENDING, Moderation.REJECTED))
    assert counts == {Moderation.PENDING: 5, Moderation.REJECTED: 0}


def test_the_queue_shows_the_picture_that_the_card_would(either_relay: Relay) -> None:
    maker = Maker(either_relay)
    bare, both, post = (maker.pending(alt_by=AltBy.POST) for _ in range(3))
    maker.add_picture(both, draw_picture(600, 400), role=PictureRole.OWN)
    maker.add_picture(both, draw_picture(500, 500))
    maker.add_picture(post, draw_picture(400, 600))
    asked = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(either_relay.engine, "before_cursor_execute", note)
    with either_relay.engine.connect() as connection:
        found = list_queue(connection)
    event.remove(either_relay.engine, "before_cursor_execute", note)
    assert [each.picture for each in found] == [
        None,
        SmallPicture("own", 320, 213),
        SmallPicture("post", 213, 320),
    ]
    assert [each.ref for each in found] == [f"ref{at}" for at in (bare, both, post)]
    assert found[0].alt_by == "post"
    assert len([each for each in asked if "SELECT" in each]) == 1


@pytest.mark.parametrize(
    ("waiting", "told"), [(COUNT_MAX, COUNT_MAX), (COUNT_MAX + 9, COUNT_MAX + 1)]
)
def test_states_are_counted_so_far_and_no_further(
    relay: Relay, waiting: int, told: int
) -> None:
    maker = Maker(relay)
    for _ in range(waiting):
        maker.pending()
    with relay.engine.connect() as connection:
        assert count_states(connection, SHOWN)[Moderation.PENDING] == told


def test_counting_states_reads_nothing_but_the_index_of_the_queue(relay: Relay) -> None:
    asked: list[tuple[str, object]] = []

    @event.listens_for(relay.engine, "before_cursor_execute")
    def note(*given: object) -> None:
        asked.append((str(given[2]), given[3]))

    with relay.engine.connect() as connection:
        count_states(connection, SHOWN)
        statement, values = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        reads = [step for *_, step in plan if "entry" in step]
    assert len(reads) == len(SHOWN)
    assert all("COVERING INDEX ix_entry_desk" in step for step in reads)


def test_one_entry_comes_with_history_twins_and_reports(
    either_relay: Relay,
) -> None:
    by = make_moderator(either_relay)
    parent = send(either_relay, "https://example.org/a")
    sent = send(either_relay, "https://example.org/b", baton=parent.baton)
    twin = send(either_relay, "https://example.org/b")
    choose(either_relay, sent.ref, by=by)
    report(either_relay, 1, words="Please look")
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    found = find_desk_entry(either_relay.engine, sent.ref)
    assert found
    assert [each.choice for each in found.history] == ["take_down", "approve"]
    assert found.history[0].by == "mei@example.org"
    card = read_card(either_relay.engine, found.entry, now=either_relay.clock.now())
    assert [each.ref for each in card.twins] == [twin.ref]
    assert [each.words for each in found.reports] == ["Please look"]


def test_drafts_are_not_at_the_desk(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link="https://example.org/draft")
    assert find_desk_entry(either_relay.engine, draft.ref) is None
    assert find_desk_entry(either_relay.engine, "nobody") is None
