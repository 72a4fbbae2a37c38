from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.baton import MOST_BATONS, MOST_MADE, NAME_MAX, read_code
from relay.domain.entry import ParentKnown
from relay.domain.errors import FieldError, Forbidden, Invalid, NotFound
from relay.domain.moderation import Moderation
from relay.models import Baton, Entry
from relay.queries.edition import read_edition
from relay.services.batons import (
    count_opened,
    make_baton,
    name_baton,
    revoke_baton,
)
from relay.services.start_entry import start_entry
from relay.services.submit_entry import PassedBy, submit_draft
from relay.services.withdraw_entry import withdraw_entry
from tests.making import CAMBRIDGE, WORDS, find, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay


def make(relay: Relay, token: str, name: str = "") -> str:
    return make_baton(relay.engine, token, name, clock=relay.clock, dice=relay.dice)


def revoke(relay: Relay, token: str, code: str) -> None:
    revoke_baton(relay.engine, token, code, clock=relay.clock)


def kept(relay: Relay, code: str) -> Baton:
    with Session(relay.engine) as session:
        return session.get_one(Baton, code)


def working(relay: Relay) -> set[str]:
    with Session(relay.engine) as session:
        rows = session.exec(select(Baton.code).where(col(Baton.revoked_at).is_(None)))
        return set(rows)


def test_an_entry_has_as_many_batons_as_it_needs(either_relay: Relay) -> None:
    sent = send(either_relay)
    codes = [make(either_relay, sent.token, f"  for\nclass {n} ") for n in range(3)]
    assert working(either_relay) == {sent.baton, *codes}
    assert all(read_code(each) == each for each in codes)
    assert [kept(either_relay, each).name for each in codes] == [
        f"for class {n}" for n in range(3)
    ]
    with Session(either_relay.engine) as session:
        owners = set(session.exec(select(Baton.entry_id)))
    assert owners == {sent.entry_id}


def test_a_name_has_a_length_and_can_be_changed(relay: Relay) -> None:
    sent = send(relay)
    code = make(relay, sent.token, "x" * NAME_MAX)
    with pytest.raises(Invalid) as wrong:
        make(relay, sent.token, "x" * (NAME_MAX + 1))
    assert wrong.value.fields == (FieldError("name", "too_long"),)
    with pytest.raises(Invalid):
        name_baton(relay.engine, sent.token, code, "x" * (NAME_MAX + 1))
    name_baton(relay.engine, sent.token, code, "для сестры")
    assert kept(relay, code).name == "для сестры"
    name_baton(relay.engine, sent.token, code, " ")
    assert kept(relay, code).name == ""
    assert len(working(relay)) == 2


def test_there_is_a_limit_to_those_that_work(either_relay: Relay) -> None:
    sent = send(either_relay)
    *_, last = [make(either_relay, sent.token) for _ in range(MOST_BATONS - 1)]
    with pytest.raises(Invalid) as wrong:
        make(either_relay, sent.token)
    assert wrong.value.fields == (FieldError("name", "too_many"),)
    revoke(either_relay, sent.token, last)
    make(either_relay, sent.token)
    assert len(working(either_relay)) == MOST_BATONS


def test_making_and_taking_back_comes_to_an_end(relay: Relay) -> None:
    sent = send(relay)
    with Session(relay.engine) as session:
        session.add_all(
            Baton(
                code=relay.dice.baton_code(),
                entry_id=sent.entry_id,
                created_at=relay.clock.now(),
                revoked_at=relay.clock.now(),
            )
            for _ in range(MOST_MADE - 2)
        )
        session.commit()
    make(relay, sent.token)
    with pytest.raises(Invalid) as wrong:
        make(relay, sent.token)
    assert wrong.value.fields == (FieldError("name", "all_made"),)
    make(relay, send(relay, "https://example.org/other").token)


def test_only_the_one_that_is_taken_back_stops_working(either_relay: Relay) -> None:
    sent = send(either_relay)
    other = make(either_relay, sent.token)
    revoke(either_relay, sent.token, sent.baton)
    since = kept(either_relay, sent.baton).revoked_at
    assert since is not None
    revoke(either_relay, sent.token, sent.baton)
    assert kept(either_relay, sent.baton).revoked_at == since
    assert working(either_relay) == {other}


def test_nobody_touches_batons_of_others(either_relay: Relay) -> None:
    mine = send(either_relay)
    theirs = send(either_relay, "https://example.org/theirs")
    for try_it in (
        lambda: revoke(either_relay, mine.token, theirs.baton),
        lambda: name_baton(either_relay.engine, mine.token, theirs.baton, "mine"),
        lambda: revoke(either_relay, mine.token, "222222222222"),
        lambda: revoke(either_relay, "nobody", mine.baton),
        lambda: make(either_relay, "nobody"),
    ):
        with pytest.raises(NotFound):
            try_it()
    assert working(either_relay) == {mine.baton, theirs.baton}
    assert kept(either_relay, theirs.baton).name == ""


def test_a_draft_and_a_withdrawn_entry_have_no_batons(relay: Relay) -> None:
    draft = start_entry(relay.intake, link="https://example.org/a")
    gone = send(relay)
    withdraw_entry(relay.engine, gone.token, clock=relay.clock, media=relay.media)
    assert working(relay) == set()
    for token in (draft.token, gone.token):
        with pytest.raises(Forbidden):
            make(relay, token)
    with pytest.raises(Forbidden):
        name_baton(relay.engine, gone.token, gone.baton, "too late")


def test_public_pages_are_made_anew_when_their_baton_changes(relay: Relay) -> None:
    sent = send(relay)
    before = read_edition(relay.engine)
    make(relay, sent.token)
    assert read_edition(relay.engine) == before
    revoke(relay, sent.token, sent.baton)
    assert read_edition(relay.engine) > before


def test_visits_are_counted(either_relay: Relay) -> None:
    sent = send(either_relay)
    other = make(either_relay, sent.token)
    for _ in range(3):
        count_opened(either_relay.engine, sent.baton)
    assert kept(either_relay, sent.baton).opened == 3
    assert kept(either_relay, other).opened == 0


@pytest.mark.parametrize("way", ["api", "form"])
def test_an_entry_keeps_the_baton_that_it_came_with(
    either_relay: Relay, way: str
) -> None:
    giver = send(either_relay)
    second = make(either_relay, giver.token)
    if way == "api":
        ref = send(either_relay, "https://example.org/2", baton=second.lower()).ref
    else:
        ref = send_draft(either_relay, second)
    taken = find(either_relay, ref)
    assert (taken.parent_id, taken.parent_known, taken.baton_code) == (
        giver.entry_id,
        ParentKnown.DECLARED,
        second,
    )
    assert kept(either_relay, second).used == 1
    assert kept(either_relay, giver.baton).used == 0
    assert find(either_relay, giver.ref).baton_code is None


def test_sending_twice_and_withdrawing_later_change_no_count(
    either_relay: Relay,
) -> None:
    giver = send(either_relay)
    draft = start_entry(either_relay.intake, link="https://example.org/2")
    for _ in range(2):
        submit(either_relay, draft.token, giver.baton)
    assert kept(either_relay, giver.baton).used == 1
    clock, media = either_relay.clock, either_relay.media
    withdraw_entry(either_relay.engine, draft.token, clock=clock, media=media)
    assert kept(either_relay, giver.baton).used == 1
    assert find(either_relay, draft.ref).baton_code == giver.baton


def test_what_is_refused_is_not_counted(either_relay: Relay) -> None:
    giver = send(either_relay)
    with pytest.raises(Invalid):
        send(either_relay, "https://example.org/2", baton=giver.baton, title="")
    assert kept(either_relay, giver.baton).used == 0


def test_many_who_take_it_at_once_are_all_counted(either_relay: Relay) -> None:
    giver = send(either_relay)
    links = [f"https://example.org/{n}" for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda link: send(either_relay, link, baton=giver.baton), links))
    assert kept(either_relay, giver.baton).used == 12


def test_a_count_is_right_while_its_baton_is_taken_back(either_relay: Relay) -> None:
    """Whoever comes first wins; nobody is joined to a baton that did not count it."""
    giver = send(either_relay)

    def take(n: int) -> bool:
        try:
            send(either_relay, f"https://example.org/{n}", baton=giver.baton)
        except Invalid as error:
            return error.fields != (FieldError("baton", "revoked"),)
        return True

    def take_back(_: int) -> bool:
        revoke(either_relay, giver.token, giver.baton)
        return False

    tasks: list[Callable[[int], bool]] = [take] * 10
    tasks.insert(3, take_back)
    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(lambda task: task[1](task[0]), enumerate(tasks)))
    with Session(either_relay.engine) as session:
        joined = session.exec(
            select(Entry.id).where(Entry.baton_code == giver.baton)
        ).all()
    assert kept(either_relay, giver.baton).used == taken == len(joined)


def test_withdrawing_ends_all_batons_of_an_entry(either_relay: Relay) -> None:
    sent = send(either_relay)
    first = make(either_relay, sent.token, "for nobody any more")
    revoke(either_relay, sent.token, first)
    since = kept(either_relay, first).revoked_at
    second = make(either_relay, sent.token, "for my sister's school")
    clock, media = either_relay.clock, either_relay.media
    withdraw_entry(either_relay.engine, sent.token, clock=clock, media=media)
    assert working(either_relay) == set()
    assert find(either_relay, sent.ref).moderation is Moderation.WITHDRAWN
    assert kept(either_relay, first).revoked_at == since
    assert {kept(either_relay, each).name for each in (first, second)} == {""}


def send_draft(relay: Relay, baton: str) -> str:
    draft = start_entry(relay.intake, link="https://example.org/2")
    submit(relay, draft.token, baton)
    return draft.ref


def submit(relay: Relay, token: str, baton: str) -> None:
    submit_draft(
        relay.intake,
        token,
        WORDS,
        city=relay.gazetteer.find(CAMBRIDGE),
        passed_by=PassedBy(code=baton),
    )
