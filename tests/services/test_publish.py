from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.entry import Kind
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import (
    Card,
    Entry,
    Flow,
    OutboxRow,
    OutboxState,
    Place,
    Tally,
    TallyOf,
    Topic,
)
from relay.services.withdraw_entry import withdraw_entry
from tests.making import (
    CAMBRIDGE,
    NAIROBI,
    NANJING,
    choose,
    find,
    make_moderator,
    send,
)

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt

CITIES = [NANJING, CAMBRIDGE, NAIROBI]


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


def chain(relay: Relay, length: int) -> list[Receipt]:
    """Send a chain of entries in, each with the baton of the one before."""
    links: list[Receipt] = []
    for at in range(length):
        baton = links[-1].baton if links else ""
        city = CITIES[at % len(CITIES)]
        links.append(send(relay, f"https://example.org/{at}", baton=baton, city=city))
    return links


def source(relay: Relay, entry: Receipt) -> int | None:
    return find(relay, entry.ref).from_id


def take_down(relay: Relay, ref: str, by: int) -> None:
    choose(relay, ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)


def test_the_nearest_published_ancestor_passed_it_on(
    either_relay: Relay, by: int
) -> None:
    first, second, third = chain(either_relay, 3)
    choose(either_relay, third.ref, by=by)
    assert source(either_relay, third) is None
    choose(either_relay, first.ref, by=by)
    assert source(either_relay, third) == first.entry_id
    choose(either_relay, second.ref, by=by)
    assert source(either_relay, third) == second.entry_id
    assert source(either_relay, second) == first.entry_id
    take_down(either_relay, second.ref, by)
    assert source(either_relay, third) == first.entry_id
    assert source(either_relay, second) is None
    choose(either_relay, second.ref, Choice.RESTORE, by=by)
    assert source(either_relay, third) == second.entry_id


def test_a_withdrawn_link_of_the_chain_is_stepped_over(
    either_relay: Relay, by: int
) -> None:
    first, second, third = chain(either_relay, 3)
    for each in (first, second, third):
        choose(either_relay, each.ref, by=by)
    withdraw(either_relay, second.token)
    assert source(either_relay, third) == first.entry_id
    assert passes(either_relay) == {(NANJING, NAIROBI): 1}


def test_the_cards_of_those_below_are_printed_again(
    either_relay: Relay, by: int
) -> None:
    first, second = chain(either_relay, 2)
    choose(either_relay, second.ref, by=by)
    choose(either_relay, first.ref, by=by)
    with Session(either_relay.engine) as session:
        row = session.exec(
            select(OutboxRow).where(OutboxRow.topic == Topic.PRINT_CARDS)
        ).one()
        assert (row.subject, row.state) == (second.entry_id, OutboxState.DUE)


@pytest.mark.parametrize("way", ["take_down", "withdraw"])
def test_an_entry_that_leaves_takes_its_cards_along(
    either_relay: Relay, by: int, way: str
) -> None:
    sent = send(either_relay)
    choose(either_relay, sent.ref, by=by)
    if way == "withdraw":
        withdraw(either_relay, sent.token)
    else:
        take_down(either_relay, sent.ref, by)
    with Session(either_relay.engine) as session:
        assert session.exec(select(Card)).all() == []
        assert session.exec(select(Place)).all() == []


def test_the_first_of_a_city_is_remembered_and_found_anew(
    either_relay: Relay, by: int
) -> None:
    refs = [send(either_relay, f"https://example.org/{at}").ref for at in range(3)]
    for ref in refs:
        choose(either_relay, ref, by=by)
    with Session(either_relay.engine) as session:
        assert session.exec(select(Place.first_no)).one() == 1
    take_down(either_relay, refs[0], by)
    with Session(either_relay.engine) as session:
        place = session.exec(select(Place)).one()
        assert (place.first_no, place.entries) == (2, 2)
        assert place.first_at == find(either_relay, refs[1]).published_at


def withdraw(relay: Relay, token: str) -> None:
    withdraw_entry(relay.engine, token, clock=relay.clock, media=relay.media)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_count_equals_a_recount_whatever_happened(
    either_relay: Relay, by: int, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same story for the same seed
    sent: list[Receipt] = []
    for turn in range(60):
        if turn < 20 or dice.random() < 0.1:
            sent.append(any_entry(either_relay, dice, sent, turn))
        else:
            do_something(either_relay, dice, dice.choice(sent), by)
        if turn % 15 == 14:
            recount(either_relay)
    recount(either_relay)


def any_entry(
    relay: Relay, dice: random.Random, sent: list[Receipt], turn: int
) -> Receipt:
    givers = [each for each in sent if is_alive(relay, each)]
    baton = dice.choice(givers).baton if givers and dice.random() < 0.8 else ""
    return send(
        relay,
        dice.choice(["https://weibo.com/1/", "https://example.org/"]) + str(turn),
        baton=baton,
        city=dice.choice(CITIES),
        kind=dice.choice(list(Kind)),
        lang=dice.choice(["en", "he", ""]),
    )


def is_alive(relay: Relay, sent: Receipt) -> bool:
    return find(relay, sent.ref).moderation is not Moderation.WITHDRAWN


def do_something(relay: Relay, dice: random.Random, sent: Receipt, by: int) -> None:
    now = find(relay, sent.ref).moderation
    if now is Moderation.APPROVED and dice.random() < 0.2:
        withdraw(relay, sent.token)
    elif now is Moderation.APPROVED:
        take_down(relay, sent.ref, by)
    elif now in {Moderation.TAKEN_DOWN, Moderation.REJECTED}:
        choose(relay, sent.ref, Choice.RESTORE, by=by)
    elif now is Moderation.PENDING and dice.random() < 0.1:
        choose(relay, sent.ref, Choice.REJECT, by=by, reason=Reason.OTHER)
    elif now is Moderation.PENDING:
        choose(relay, sent.ref, by=by)


def recount(relay: Relay) -> None:
    """Count everything from the entries alone, and compare."""
    with Session(relay.engine) as session:
        every = {each.id: each for each in session.exec(select(Entry))}
        cards = set(session.exec(select(Card.entry_id)))
    public = {key: e for key, e in every.items() if e.moderation == "approved"}
    for entry in every.values():
        assert entry.from_id == expected_source(entry, every)
    assert passes(relay) == Counter(
        (public[e.from_id].city_id, e.city_id) for e in public.values() if e.from_id
    )
    assert tallies(relay) == expected_tallies(list(public.values()))
    assert cities(relay) == expected_cities(list(public.values()))
    assert places(relay) == expected_places(list(public.values()))
    assert cards == set(public)
    numbers = sorted(e.no for e in every.values() if e.no)
    assert numbers == list(range(1, len(numbers) + 1))


def expected_source(entry: Entry, every: dict[int | None, Entry]) -> int | None:
    if entry.moderation is not Moderation.APPROVED:
        return None
    above = every.get(entry.parent_id)
    while above and above.moderation is not Moderation.APPROVED:
        above = every.get(above.parent_id)
    return above.id if above else None


def passes(relay: Relay) -> dict[tuple[int | None, int | None], int]:
    with Session(relay.engine) as session:
        return {
            (each.from_city, each.to_city): each.passes
            for each in session.exec(select(Flow))
            if each.passes
        }


def tallies(relay: Relay) -> dict[tuple[TallyOf, str], int]:
    with Session(relay.engine) as session:
        return {
            (each.of, each.value): each.entries
            for each in session.exec(select(Tally).order_by(col(Tally.of)))
            if each.entries
        }


def expected_tallies(public: list[Entry]) -> dict[tuple[TallyOf, str], int]:
    return Counter(
        pair
        for entry in public
        for pair in (
            (TallyOf.ALL, ""),
            (TallyOf.COUNTRY, entry.country),
            (TallyOf.KIND, entry.kind.value),
            (TallyOf.PLATFORM, entry.platform),
            (TallyOf.LANG, entry.lang),
        )
    )


def cities(relay: Relay) -> dict[tuple[TallyOf, str], int]:
    with Session(relay.engine) as session:
        rows = session.exec(select(Tally)).all()
    counted = {TallyOf.ALL, TallyOf.COUNTRY}
    assert all((each.cities is not None) == (each.of in counted) for each in rows)
    return {(each.of, each.value): each.cities for each in rows if each.cities}


def expected_cities(public: list[Entry]) -> dict[tuple[TallyOf, str], int]:
    return Counter(
        pair
        for country, _ in {(entry.country, entry.city_id) for entry in public}
        for pair in ((TallyOf.ALL, ""), (TallyOf.COUNTRY, country))
    )


def places(relay: Relay) -> dict[int, tuple[int, int]]:
    with Session(relay.engine) as session:
        return {
            each.city_id: (each.entries, each.first_no)
            for each in session.exec(select(Place))
        }


def expected_places(public: list[Entry]) -> dict[int | None, tuple[int, int]]:
    return {
        city: (
            sum(entry.city_id == city for entry in public),
            min(entry.no or 0 for entry in public if entry.city_id == city),
        )
        for city in {entry.city_id for entry in public}
    }
