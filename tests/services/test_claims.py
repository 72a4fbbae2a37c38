from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from relay.domain.entry import ParentKnown
from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import Card, Entry, Flow, ParentDecision, Preview, Season
from relay.models.moderator import Role
from relay.queries.edition import read_edition
from relay.services.claims import (
    ParentChanged,
    ParentWish,
    StaleParentError,
    change_parent,
    undo_parent,
)
from relay.services.start_entry import start_entry
from relay.services.withdraw_entry import withdraw_entry
from relay.services.writing import writing
from tests.making import CAMBRIDGE, NAIROBI, NANJING, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


def publish(relay: Relay, by: int, **changed: object) -> tuple[Receipt, int]:
    sent = send(relay, **changed)
    return sent, choose(relay, sent.ref, by=by).no or 0


def change(
    relay: Relay,
    ref: str,
    *,
    by: int,
    no: int | None = None,
    code: str = "",
    version: int | None = None,
) -> ParentChanged:
    seen = version or find(relay, ref).version
    return change_parent(
        relay.engine,
        ref,
        ParentWish(seen, no, code),
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )


def log(relay: Relay) -> list[ParentDecision]:
    with Session(relay.engine) as session:
        return list(
            session.exec(select(ParentDecision).order_by(col(ParentDecision.id)))
        )


def flows(relay: Relay) -> dict[tuple[int, int], int]:
    with Session(relay.engine) as session:
        rows = session.exec(select(Flow)).all()
    return {(row.from_city, row.to_city): row.passes for row in rows if row.passes}


def card(relay: Relay, ref: str) -> str:
    with Session(relay.engine) as session:
        return session.exec(
            select(Card.pictures)
            .join(Entry, col(Entry.id) == col(Card.entry_id))
            .where(Entry.ref == ref, Card.lang == "en")
        ).one()


def test_a_claim_that_is_kept_is_confirmed_by_approving(
    either_relay: Relay, by: int
) -> None:
    _, no = publish(either_relay, by)
    child, _ = publish(either_relay, by, city=NAIROBI, claimed=no)
    entry = find(either_relay, child.ref)
    assert entry.parent_known is ParentKnown.CLAIMED
    assert flows(either_relay) == {(NANJING, NAIROBI): 1}
    assert log(either_relay) == []


def test_a_claim_that_is_not_true_is_removed_before_it_is_published(
    either_relay: Relay, by: int
) -> None:
    parent, no = publish(either_relay, by)
    child = send(either_relay, claimed=no)
    changed = change(either_relay, child.ref, by=by)
    assert changed == ParentChanged(None, ParentKnown.NONE, version=2)
    (row,) = log(either_relay)
    assert (row.parent_before, row.parent_after) == (parent.entry_id, None)
    assert (row.known_before, row.known_after) == (
        ParentKnown.CLAIMED,
        ParentKnown.NONE,
    )
    assert (row.moderator_id, row.version) == (by, 2)
    assert choose(either_relay, child.ref, by=by).no == 2
    assert flows(either_relay) == {}


def test_the_tree_the_counts_and_the_card_follow_after_publication(
    either_relay: Relay, by: int
) -> None:
    _, first = publish(either_relay, by)
    other, second = publish(either_relay, by, city=CAMBRIDGE)
    child, _ = publish(either_relay, by, city=NAIROBI, claimed=first)
    assert "From Nanjing" in card(either_relay, child.ref)
    edition = read_edition(either_relay.engine)

    change(either_relay, child.ref, by=by, no=second)
    assert find(either_relay, child.ref).from_id == other.entry_id
    assert flows(either_relay) == {(CAMBRIDGE, NAIROBI): 1}
    assert "From Cambridge" in card(either_relay, child.ref)
    assert read_edition(either_relay.engine) > edition

    change(either_relay, child.ref, by=by)
    assert find(either_relay, child.ref).from_id is None
    assert flows(either_relay) == {}
    assert "Starts a relay" in card(either_relay, child.ref)


def test_what_is_so_already_changes_nothing(either_relay: Relay, by: int) -> None:
    parent, no = publish(either_relay, by)
    child = send(either_relay, claimed=no)
    same = change(either_relay, child.ref, by=by, no=no)
    assert same == ParentChanged(parent.entry_id, ParentKnown.CLAIMED, version=1)
    assert log(either_relay) == []


def test_below_a_hidden_entry_the_public_ones_follow(
    either_relay: Relay, by: int
) -> None:
    _, first = publish(either_relay, by)
    other, second = publish(either_relay, by, city=CAMBRIDGE)
    middle, _ = publish(either_relay, by, claimed=first)
    last, _ = publish(either_relay, by, city=NAIROBI, baton=middle.baton)
    hide(either_relay, middle.ref, by)
    assert flows(either_relay) == {(NANJING, NAIROBI): 1}
    change(either_relay, middle.ref, by=by, no=second)
    assert find(either_relay, last.ref).from_id == other.entry_id
    assert find(either_relay, middle.ref).from_id is None
    assert flows(either_relay) == {(CAMBRIDGE, NAIROBI): 1}


def hide(relay: Relay, ref: str, by: int) -> None:
    choose(relay, ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)


def test_a_baton_that_was_used_is_put_back_as_it_was(
    either_relay: Relay, by: int
) -> None:
    giver, no = publish(either_relay, by)
    child = send(either_relay, baton=giver.baton)
    with writing(either_relay.engine) as session:
        session.execute(
            update(Entry)
            .where(col(Entry.ref) == child.ref)
            .values(baton_code=giver.baton)
        )
    change(either_relay, child.ref, by=by)
    assert change(either_relay, child.ref, by=by, no=no).known is ParentKnown.DECLARED


def test_a_baton_that_was_found_in_the_post_can_be_taken(
    either_relay: Relay, by: int
) -> None:
    giver, child = send(either_relay), send(either_relay)
    with writing(either_relay.engine) as session:
        session.add(Preview(entry_id=child.entry_id, baton_code=giver.baton))
    changed = change(either_relay, child.ref, by=by, code=giver.baton)
    assert changed == ParentChanged(giver.entry_id, ParentKnown.INFERRED, version=2)


@pytest.mark.parametrize("state", ["hidden", "pending", "withdrawn", "none"])
def test_nobody_comes_from_what_the_public_cannot_see(
    either_relay: Relay, by: int, state: str
) -> None:
    parent, no = publish(either_relay, by)
    if state == "hidden":
        hide(either_relay, parent.ref, by)
    if state == "withdrawn":
        withdraw_entry(
            either_relay.engine,
            parent.token,
            clock=either_relay.clock,
            media=either_relay.media,
        )
    child = send(either_relay)
    wanted = {"pending": no + 1, "none": 77}.get(state, no)
    with pytest.raises(Invalid, match=r"parent \(unknown\)"):
        change(either_relay, child.ref, by=by, no=wanted)
    with pytest.raises(Invalid, match=r"claimed_no \(unknown\)|saw \(unknown\)"):
        send(either_relay, claimed=wanted)
    assert log(either_relay) == []


def test_nobody_comes_from_oneself_nor_from_who_came_later(
    either_relay: Relay, by: int
) -> None:
    early, own = publish(either_relay, by)
    late, after = publish(either_relay, by, baton=early.baton)
    for no, code in ((own, "own"), (after, "later")):
        with pytest.raises(Invalid, match=rf"parent \({code}\)"):
            change(either_relay, early.ref, by=by, no=no)
    with pytest.raises(Invalid, match=r"parent \(later\)"):
        change(either_relay, early.ref, by=by, code=late.baton)


def test_a_circle_is_refused_even_where_the_times_would_allow_it(
    either_relay: Relay, by: int
) -> None:
    early, _ = publish(either_relay, by)
    late, after = publish(either_relay, by, baton=early.baton)
    with writing(either_relay.engine) as session:
        row = session.get_one(Entry, late.entry_id)
        row.submitted_at = session.get_one(Entry, early.entry_id).started_at.replace(
            year=2020
        )
    with pytest.raises(Invalid, match=r"parent \(circle\)"):
        change(either_relay, early.ref, by=by, no=after)


def test_a_relay_stays_within_its_season(either_relay: Relay, by: int) -> None:
    parent, no = publish(either_relay, by)
    child = send(either_relay)
    with writing(either_relay.engine) as session:
        season = session.exec(select(Season)).one()
        values = season.model_dump(exclude={"id"}) | {"slug": "other", "number": 9}
        session.add(other := Season(**values))
        session.flush()
        session.get_one(Entry, child.entry_id).season_id = other.id or 0
    for wish in ({"no": no}, {"code": parent.baton}):
        with pytest.raises(Invalid, match=r"parent \(unknown\)"):
            change(either_relay, child.ref, by=by, **wish)


def test_drafts_and_withdrawn_entries_have_no_parent_to_change(
    either_relay: Relay, by: int
) -> None:
    draft = start_entry(either_relay.intake, link="https://example.org/1")
    with pytest.raises(Forbidden):
        change(either_relay, draft.ref, by=by)
    gone = send(either_relay)
    withdraw_entry(
        either_relay.engine,
        gone.token,
        clock=either_relay.clock,
        media=either_relay.media,
    )
    with pytest.raises(Forbidden):
        change(either_relay, gone.ref, by=by)
    with pytest.raises(NotFound):
        change(either_relay, "nobody", by=by, version=1)


@pytest.mark.parametrize("role", [Role.DESCRIBER, Role.VIEWER])
def test_who_may_not_decide_may_not_change_a_parent(relay: Relay, role: Role) -> None:
    by = make_moderator(relay, "x@example.org", role=role)
    sent = send(relay)
    with pytest.raises(Forbidden):
        change(relay, sent.ref, by=by)


def test_who_changes_second_is_told(either_relay: Relay, by: int) -> None:
    _, no = publish(either_relay, by)
    child = send(either_relay, claimed=no)
    change(either_relay, child.ref, by=by, version=1)
    with pytest.raises(StaleParentError) as stale:
        change(either_relay, child.ref, by=by, no=no, version=1)
    assert stale.value.version == 2
    assert len(log(either_relay)) == 1


def test_of_many_that_change_at_once_one_wins(either_relay: Relay, by: int) -> None:
    _, first = publish(either_relay, by)
    _, second = publish(either_relay, by, city=CAMBRIDGE)
    child, _ = publish(either_relay, by, city=NAIROBI)
    version = find(either_relay, child.ref).version
    answers: list[object] = []
    ready = threading.Barrier(6)

    def go(number: int) -> None:
        ready.wait()
        try:
            answers.append(
                change(
                    either_relay,
                    child.ref,
                    by=by,
                    no=(first, second)[number % 2],
                    version=version,
                )
            )
        except Exception as error:  # noqa: BLE001 - looked at in the main thread
            answers.append(error)

    threads = [threading.Thread(target=go, args=(at,)) for at in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(isinstance(each, ParentChanged) for each in answers) == 1, answers
    assert sum(isinstance(each, StaleParentError) for each in answers) == 5, answers
    assert len(log(either_relay)) == 1
    assert sum(flows(either_relay).values()) == 1


@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_the_counts_are_those_of_the_tree(
    relay: Relay, seed: int
) -> None:
    by = make_moderator(relay)
    chance = random.Random(seed)  # noqa: S311 - a test repeats itself
    refs = [
        publish(relay, by, city=chance.choice((NANJING, NAIROBI, CAMBRIDGE)))[0].ref
        for _ in range(9)
    ]
    for _ in range(60):
        ref = chance.choice(refs)
        state = find(relay, ref).moderation
        if chance.random() < 0.3:
            step = Choice.TAKE_DOWN if state is Moderation.APPROVED else Choice.RESTORE
            choose(relay, ref, step, by=by, reason=Reason.OTHER)
            continue
        no = find(relay, chance.choice(refs)).no if chance.random() < 0.8 else None
        try:
            change(relay, ref, by=by, no=no)
        except Invalid:
            continue
    with Session(relay.engine) as session:
        entries = {each.id: each for each in session.exec(select(Entry))}
    passes: Counter[tuple[int, int]] = Counter()
    for entry in entries.values():
        if entry.moderation is not Moderation.APPROVED:
            assert entry.from_id is None
            continue
        above = entries.get(entry.parent_id)
        while above and above.moderation is not Moderation.APPROVED:
            above = entries.get(above.parent_id)
        assert entry.from_id == (above.id if above else None)
        if above:
            passes[above.city_id or 0, entry.city_id or 0] += 1
    assert flows(relay) == passes


def test_a_change_of_the_parent_is_taken_back_and_given_again(
    relay: Relay,
) -> None:
    by = make_moderator(relay)
    parent = send(relay)
    child = send(relay, "https://example.org/b", baton=parent.baton, city=CAMBRIDGE)
    for each in (parent, child):
        choose(relay, each.ref, by=by)

    def take_back(version: int | None = None) -> None:
        with Session(relay.engine) as session:
            newest = session.exec(
                select(ParentDecision).order_by(col(ParentDecision.id).desc())
            ).first()
        assert newest
        undo_parent(
            relay.engine,
            child.ref,
            newest.id or 0,
            version or find(relay, child.ref).version,
            moderator_id=by,
            clock=relay.clock,
            printer=relay.printer,
        )

    change_parent(
        relay.engine,
        child.ref,
        ParentWish(find(relay, child.ref).version),
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )
    assert find(relay, child.ref).from_id is None
    with pytest.raises(StaleParentError):
        take_back(version=1)
    take_back()
    entry = find(relay, child.ref)
    assert (entry.parent_id, entry.from_id) == (parent.entry_id, parent.entry_id)
    assert entry.parent_known is ParentKnown.DECLARED
    take_back()
    assert find(relay, child.ref).from_id is None
