from __future__ import annotations

from collections import Counter as Count
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from relay.adapters.card_printer import JinjaCardPrinter
from relay.adapters.card_stamps import StampingCardPrinter
from relay.domain.baton import read_code
from relay.domain.entry import ParentKnown
from relay.domain.errors import Conflict
from relay.domain.language import LANGUAGES
from relay.domain.moderation import Moderation
from relay.domain.picture import PictureSet
from relay.models import (
    Baton,
    Card,
    Counter,
    Entry,
    Flow,
    OutboxRow,
    Picture,
    Place,
    Season,
    Tally,
)
from relay.queries.relay_figures import measure_season, tell_season
from relay.services.open_season import ensure_first_season
from relay.services.publish import card_facts, publish
from relay.services.seed_entries import (
    Amount,
    require_no_entries,
    seed_entries,
    seed_few,
)
from relay.services.seed_plan import Props, SeedWords, StoredPicture
from relay.services.store_preview import StoredFile
from relay.services.submit_entry import PassedBy, find_parent
from relay.services.writing import writing
from tests.growing import microseconds
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.bootstrap import Relay

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = (
    SeedWords("en", "Ada", "A table & <chairs>", 'They say "sit"', "One\n\nTwo"),
    SeedWords("en", "Ben", "It's %(no)s for 100 %", "", "long " * 200),
    SeedWords("zh-Hans", "林小满", "月亮", "一轮圆月。", ""),
    SeedWords("he", "נועה", "ירח", "ירח מלא", "מילה"),
    SeedWords("ja", "さくら", "夜", "月夜", "絵"),
)


class StoppedClock:
    def now(self) -> datetime:
        return NOON


def picture(width: int) -> StoredPicture:
    made = PictureSet("d" * 64, width, 480, "#336699", "data:,", "f" * 16, ())
    files = [
        StoredFile(name, form, px, px // 2, f"{width}/{name}.{form}", 9)
        for name, px in (("small", 320), ("wall", 640), ("page", width))
        for form in ("webp", "jpeg")
    ]
    share = StoredFile("share", "jpeg", 1200, 630, f"{width}/share.jpeg", 9)
    return StoredPicture(made, (*files, share))


@pytest.fixture
def props(relay: Relay) -> Props:
    cities = relay.gazetteer.list_largest(25)
    return Props(cities=cities, words=WORDS, pictures=[picture(900), picture(1280)])


def seed(
    relay: Relay, props: Props, entries: int, *, engine: Engine | None = None
) -> int:
    printer = StampingCardPrinter(relay.gazetteer)
    commits = seed_entries(
        engine or relay.engine,
        props,
        Amount(entries),
        clock=StoppedClock(),
        printer=printer,
    )
    return sum(commits)


def table_rows(engine: Engine, model: type) -> set[tuple[Any, ...]]:
    with engine.connect() as connection:
        found = connection.execute(select(model.__table__))  # type: ignore[attr-defined]
        return {tuple(row) for row in found}


def entries_of(engine: Engine) -> list[Entry]:
    with Session(engine) as session:
        return list(session.scalars(select(Entry).order_by(col(Entry.id))))


def unpublish_everything(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        for model in (Card, Tally, Place, Flow, Counter):
            connection.execute(delete(model))
        connection.execute(
            update(Entry)
            .values(
                no=None,
                published_at=None,
                from_id=None,
                moderation=Moderation.PENDING,
            )
            .where(col(Entry.moderation) == Moderation.APPROVED)
        )


def test_a_seeded_relay_is_what_publishing_would_have_made(
    relay: Relay, props: Props
) -> None:
    assert seed(relay, props, 120) == 120
    models = (Entry, Card, Tally, Place, Flow, Counter)
    seeded = {model: table_rows(relay.engine, model) for model in models}
    moments = {
        each.id: each.published_at
        for each in entries_of(relay.engine)
        if each.moderation is Moderation.APPROVED
    }
    unpublish_everything(relay.engine)
    with writing(relay.engine) as session:
        for entry_id, moment in moments.items():
            assert moment is not None
            entry = session.get_one(Entry, entry_id)
            publish(session, entry, now=moment, printer=relay.printer)
    published = {model: table_rows(relay.engine, model) for model in models}
    # Only the relay's edition grew with each of them, and not once.
    published[Counter] ^= {("relay-1", 120), ("relay-1", 1)}
    assert published == seeded
    assert len(seeded[Card]) == 120 * len(LANGUAGES)


def test_counts_are_those_of_the_entries(relay: Relay, props: Props) -> None:
    seed(relay, props, 700)
    entries = [each for each in entries_of(relay.engine) if each.no]
    cities = {each.id: each.city_id for each in entries}
    assert {(row[1], row[2]): row[3] for row in table_rows(relay.engine, Tally)} == (
        Count(
            (of, value)
            for each in entries
            for of, value in (
                ("all", ""),
                ("country", each.country),
                ("kind", each.kind.value),
                ("platform", each.platform),
                ("lang", each.lang),
            )
        )
    )
    countries = {each.city_id: each.country for each in entries}
    assert {row[1:3]: row[4] for row in table_rows(relay.engine, Tally) if row[4]} == {
        ("all", ""): len(countries),
        **{("country", code): n for code, n in Count(countries.values()).items()},
    }
    assert {row[1]: row[3] for row in table_rows(relay.engine, Place)} == Count(
        cities.values()
    )
    assert {row[1:3]: row[3] for row in table_rows(relay.engine, Flow)} == Count(
        (cities[each.from_id], each.city_id) for each in entries if each.from_id
    )


def test_the_baton_is_always_passed_to_somebody_later(
    relay: Relay, props: Props
) -> None:
    seed(relay, props, 400)
    entries = {each.id: each for each in entries_of(relay.engine)}
    passed = [each for each in entries.values() if each.parent_id]
    assert len(passed) > 200
    for each in passed:
        assert each.submitted_at
        above = entries[each.parent_id]
        assert above.submitted_at
        assert above.submitted_at < each.submitted_at
        if each.no and above.no:
            assert above.no < each.no
            assert each.from_id == above.id


def test_some_are_hidden_between_those_whom_they_led_to(
    relay: Relay, props: Props
) -> None:
    assert seed(relay, props, 800) == 800
    entries = {each.id: each for each in entries_of(relay.engine)}
    hidden = {key for key, each in entries.items() if not each.no}
    assert len(hidden) == len(entries) - 800 == 20
    below = [each for each in entries.values() if each.parent_id in hidden]
    assert len(below) > 4
    for each in below:
        above: Entry | None = entries[each.parent_id]
        while above is not None and not above.no:
            above = entries.get(above.parent_id)
        expected = above.id if above is not None and each.no else None
        assert each.from_id == expected


def test_seeded_relays_have_every_shape(relay: Relay, props: Props) -> None:
    seed(relay, props, 800)
    with relay.engine.connect() as connection:
        found = measure_season(
            connection, 1, gazetteer=relay.gazetteer, now=microseconds(NOON)
        )
    told = tell_season(found)
    assert told["longest_chain_passes"] >= 12
    assert len(told["trees"]) > 40
    assert max(Count(found.figures.forest.parents).values()) > 12  # stars
    assert told["unlocated"] > 0
    assert min(told["known"].values()) > 0
    assert told["resting"] > 20
    assert told["via_hidden"] > 4
    assert 1 < told["generation_interval"]["median_days"] < 7


def test_what_is_added_takes_the_baton_from_what_is_there(
    relay: Relay, props: Props
) -> None:
    seed(relay, props, 30)
    seed(relay, props, 30)
    added = entries_of(relay.engine)[30:]
    assert any(each.parent_id and each.parent_id <= 30 for each in added)
    assert {each.no for each in added} == set(range(31, 61))


@pytest.mark.parametrize("entries", [25, 26, 60, 400])
def test_every_city_that_must_be_reached_has_a_published_entry(
    relay: Relay, props: Props, entries: int
) -> None:
    assert seed(relay, replace(props, reach=25), entries) == entries
    counts = Count(each.city_id for each in entries_of(relay.engine) if each.no)
    wanted = {each.id for each in props.cities}
    assert wanted <= {*counts}
    assert sum(counts[each] for each in {*counts} - wanted) <= 2  # cities lost since
    if entries == 25:
        assert set(counts.values()) == {1}


def test_words_bring_their_own_picture_and_post(relay: Relay, props: Props) -> None:
    link = "https://post.example/7"
    words = [replace(WORDS[0], picture=picture(777), link=link)]
    seed(relay, replace(props, words=words), 20)
    for each in entries_of(relay.engine):
        assert (each.link, each.platform) == (f"{link}?again={each.id}", "web")
    with Session(relay.engine) as session:
        assert set(session.scalars(select(col(Picture.width)))) == {777}


def test_a_seeded_baton_counts_those_who_came_with_it(
    relay: Relay, props: Props
) -> None:
    seed(relay, props, 400)
    with Session(relay.engine) as session:
        batons = {each.code: each for each in session.scalars(select(Baton))}
    came = Count(each.baton_code for each in entries_of(relay.engine))
    assert came.pop(None) > 0
    assert came == {code: each.used for code, each in batons.items() if each.used}
    for each in entries_of(relay.engine):
        declared = each.parent_known is ParentKnown.DECLARED
        assert (each.baton_code is not None) is declared
        if each.baton_code:
            assert batons[each.baton_code].entry_id == each.parent_id


def test_every_entry_has_a_baton_that_works(relay: Relay, props: Props) -> None:
    seed(relay, props, 50)
    with Session(relay.engine) as session:
        batons = session.scalars(select(Baton)).all()
        assert {each.entry_id for each in batons} == set(range(1, 52))
        for each in batons:
            assert read_code(each.code) == each.code
            found = find_parent(session, 1, PassedBy(each.code))
            assert found.id == each.entry_id


def test_nothing_is_left_to_do(relay: Relay, props: Props) -> None:
    seed(relay, props, 20)
    assert table_rows(relay.engine, OutboxRow) == set()


def test_the_same_seed_makes_the_same_relay(
    relay: Relay, props: Props, postgres: Engine
) -> None:
    ensure_first_season(postgres, clock=relay.clock)
    seed(relay, props, 60)
    seed(relay, props, 60, engine=postgres)
    for model in (Entry, Card, Baton, Tally, Place, Flow, Counter):
        assert table_rows(postgres, model) == table_rows(relay.engine, model)
    # PostgreSQL would give out an id that is taken, had nobody told it.
    with writing(postgres) as session:
        last = session.scalars(select(Entry).order_by(col(Entry.id).desc())).first()
        assert last
        row = last.model_dump(exclude={"id", "no", "published_at"})
        row |= {"ref": "new", "token_hash": "new", "moderation": Moderation.PENDING}
        fresh = session.execute(insert(Entry).values(**row).returning(col(Entry.id)))
        assert fresh.scalar_one() == 62


def test_a_season_was_open_when_its_first_entry_came(
    relay: Relay, props: Props
) -> None:
    seed(relay, props, 5)
    with Session(relay.engine) as session:
        opened = session.get_one(Season, 1).opens_at
        first = session.get_one(Entry, 1).submitted_at
    assert first
    assert opened <= first


def test_more_entries_continue_the_numbers_and_the_counts(
    relay: Relay, props: Props
) -> None:
    seed(relay, props, 40)
    seed(relay, props, 30)
    entries = entries_of(relay.engine)
    assert [each.no for each in entries if each.no] == list(range(1, 71))
    moments = [each.published_at for each in entries if each.published_at]
    assert moments == sorted(set(moments))
    counts = {row[2]: row[3] for row in table_rows(relay.engine, Tally) if not row[2]}
    assert counts == {"": 70}
    assert table_rows(relay.engine, Counter) == {
        ("entry_no", 70),
        ("edition", 2),
        ("relay-1", 2),
    }
    firsts: dict[Any, Any] = {}
    for each in entries:
        firsts.setdefault(each.city_id, each.no)
    assert {row[1]: row[4] for row in table_rows(relay.engine, Place)} == firsts


def test_a_few_are_seeded_while_others_publish(
    either_relay: Relay, props: Props
) -> None:
    relay = either_relay
    by = make_moderator(relay)
    published = [publish_one(relay, by, 0)]
    with ThreadPoolExecutor(1) as others:
        busy = others.submit(
            lambda: [publish_one(relay, by, each) for each in range(1, 25)]
        )
        while len(entries_of(relay.engine)) < 5:
            assert not busy.done()
        seed_few(
            relay.engine,
            props,
            Amount(60),
            clock=relay.clock,
            printer=StampingCardPrinter(relay.gazetteer),
        )
        published += busy.result()
    entries = [each for each in entries_of(relay.engine) if each.no]
    assert sorted(each.no or 0 for each in entries) == list(range(1, 86))
    assert set(published) < {each.no for each in entries}
    counts = {row[2]: row[3] for row in table_rows(relay.engine, Tally) if not row[2]}
    assert counts == {"": 85}
    assert {row[1]: row[3] for row in table_rows(relay.engine, Place)} == Count(
        each.city_id for each in entries
    )


def publish_one(relay: Relay, by: int, each: int) -> int:
    sent = send(relay, link=f"https://example.org/other/{each}")
    return choose(relay, sent.ref, by=by).no or 0


def test_invented_entries_are_not_mixed_with_others_unasked(
    relay: Relay, props: Props
) -> None:
    require_no_entries(relay.engine)
    seed(relay, props, 1)
    with pytest.raises(Conflict):
        require_no_entries(relay.engine)


def test_a_stamped_card_is_the_printed_one_to_the_letter(
    relay: Relay, props: Props
) -> None:
    seed(relay, props, 80)
    plain = JinjaCardPrinter(relay.gazetteer)
    stamped = StampingCardPrinter(relay.gazetteer)
    with Session(relay.engine) as session:
        entries = session.scalars(select(Entry)).all()
        every = [card_facts(session, each) for each in entries]
    every += [replace(each, platform="vk", link_gone=True) for each in every[:9]]
    assert {each.picture is None for each in every} == {True, False}
    assert {each.from_no is None for each in every} == {True, False}
    for facts in every:
        for lang in LANGUAGES:
            assert stamped.print_card(facts, lang) == plain.print_card(facts, lang)
