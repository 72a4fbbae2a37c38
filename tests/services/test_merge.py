from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Invalid
from relay.domain.moderation import Choice, Moderation, Reason
from relay.domain.notice import About
from relay.models import Baton, Entry, Notice, ParentDecision
from relay.services.decide import StaleDecisionError
from relay.services.start_entry import start_entry
from tests.deciding import join, log, passes, take_back
from tests.making import CAMBRIDGE, NAIROBI, NANJING, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay)


def batons(relay: Relay, ref: str) -> set[str]:
    with Session(relay.engine) as session:
        entry_id = find(relay, ref).id
        return set(session.exec(select(Baton.code).where(Baton.entry_id == entry_id)))


def plant(relay: Relay, by: int) -> tuple[Receipt, Receipt, Receipt]:
    """Send one artwork in twice, and a child of the second; publish all."""
    kept = send(relay, city=NANJING)
    double = send(relay, "https://example.org/b", city=CAMBRIDGE)
    child = send(relay, "https://example.org/c", city=NAIROBI, baton=double.baton)
    for each in (kept, double, child):
        choose(relay, each.ref, by=by)
    return kept, double, child


def test_a_duplicate_goes_and_its_batons_and_children_come_to_the_entry_that_is_kept(
    relay: Relay, by: int
) -> None:
    kept, double, child = plant(relay, by)
    assert passes(relay) == {(CAMBRIDGE, NAIROBI): 1}
    merged = join(relay, double.ref, kept.ref, by=by)
    gone = find(relay, double.ref)
    assert merged.moderation is gone.moderation is Moderation.TAKEN_DOWN
    assert gone.merged_into == kept.entry_id
    assert batons(relay, kept.ref) == {kept.baton, double.baton}
    moved = find(relay, child.ref)
    assert (moved.parent_id, moved.from_id) == (kept.entry_id, kept.entry_id)
    assert passes(relay) == {(NANJING, NAIROBI): 1}
    assert log(relay)[-1].reason == Reason.DUPLICATE


def test_a_merge_is_taken_back_and_given_again(relay: Relay, by: int) -> None:
    kept, double, child = plant(relay, by)
    merged = join(relay, double.ref, kept.ref, by=by)
    undone = take_back(relay, double.ref, merged.decision_id, by=by)
    back = find(relay, double.ref)
    assert (back.moderation, back.merged_into) == (Moderation.APPROVED, None)
    assert batons(relay, double.ref) == {double.baton}
    assert find(relay, child.ref).from_id == double.entry_id
    assert passes(relay) == {(CAMBRIDGE, NAIROBI): 1}
    take_back(relay, double.ref, undone.decision_id, by=by)
    assert find(relay, double.ref).merged_into == kept.entry_id
    assert find(relay, child.ref).from_id == kept.entry_id
    assert passes(relay) == {(NANJING, NAIROBI): 1}


def test_a_merge_is_not_given_again_into_what_is_gone_itself(
    relay: Relay, by: int
) -> None:
    kept, double, _ = plant(relay, by)
    merged = join(relay, double.ref, kept.ref, by=by)
    undone = take_back(relay, double.ref, merged.decision_id, by=by)
    join(relay, kept.ref, double.ref, by=by)
    with pytest.raises(StaleDecisionError):
        take_back(relay, double.ref, undone.decision_id, by=by)
    back = find(relay, double.ref)
    assert (back.moderation, back.merged_into) == (Moderation.APPROVED, None)
    assert kept.baton in batons(relay, double.ref)


def test_a_new_entry_with_the_duplicates_baton_comes_from_the_one_that_is_kept(
    relay: Relay, by: int
) -> None:
    kept, double, _ = plant(relay, by)
    join(relay, double.ref, kept.ref, by=by)
    new = send(relay, "https://example.org/new", baton=double.baton)
    assert find(relay, new.ref).parent_id == kept.entry_id


def test_who_was_there_before_the_kept_entry_does_not_come_from_it(
    relay: Relay, by: int
) -> None:
    root = send(relay, "https://example.org/root")
    double = send(relay, "https://example.org/b", baton=root.baton, city=CAMBRIDGE)
    child = send(relay, "https://example.org/c", baton=double.baton)
    kept = send(relay, "https://example.org/k", city=NAIROBI)
    for each in (root, double, child, kept):
        choose(relay, each.ref, by=by)
    join(relay, double.ref, kept.ref, by=by)
    moved = find(relay, child.ref)
    assert (moved.parent_id, moved.from_id) == (double.entry_id, root.entry_id)


def test_a_duplicate_of_its_own_child_leaves_no_circle(relay: Relay, by: int) -> None:
    double = send(relay, "https://example.org/b")
    kept = send(relay, "https://example.org/k", baton=double.baton)
    later = send(relay, "https://example.org/l", baton=double.baton)
    for each in (double, kept, later):
        choose(relay, each.ref, by=by)
    join(relay, double.ref, kept.ref, by=by)
    assert find(relay, kept.ref).from_id is None
    assert find(relay, later.ref).from_id == kept.entry_id


def test_a_duplicate_that_waits_is_not_accepted(relay: Relay, by: int) -> None:
    kept = send(relay)
    double = send(relay, "https://example.org/b")
    assert join(relay, double.ref, kept.ref, by=by).moderation is Moderation.REJECTED
    with Session(relay.engine) as session:
        assert session.exec(select(Notice.about)).one() is About.MERGED


def test_a_child_that_moved_stands_in_the_log_of_parents(relay: Relay, by: int) -> None:
    kept, double, child = plant(relay, by)
    join(relay, double.ref, kept.ref, by=by)
    with Session(relay.engine) as session:
        row = session.exec(select(ParentDecision)).one()
    assert row.entry_id == child.entry_id
    assert (row.parent_before, row.parent_after) == (double.entry_id, kept.entry_id)


def test_a_child_that_was_moved_elsewhere_since_stays_there(
    relay: Relay, by: int
) -> None:
    kept, double, child = plant(relay, by)
    merged = join(relay, double.ref, kept.ref, by=by)
    with Session(relay.engine) as session:
        session.get_one(Entry, child.entry_id).parent_id = None
        session.commit()
    take_back(relay, double.ref, merged.decision_id, by=by)
    assert find(relay, child.ref).parent_id is None


def test_only_what_is_there_can_be_kept(relay: Relay, by: int) -> None:
    double = send(relay)
    rejected = send(relay, "https://example.org/r")
    choose(relay, rejected.ref, Choice.REJECT, by=by, reason=Reason.NOT_ART)
    draft = start_entry(relay.intake, link="https://example.org/d")
    for ref in ("nobody", rejected.ref, draft.ref):
        with pytest.raises(Invalid, match=r"into \(unknown\)"):
            join(relay, double.ref, ref, by=by)
    with pytest.raises(Invalid, match=r"into \(own\)"):
        join(relay, double.ref, double.ref, by=by)
    assert find(relay, double.ref).version == 1
