from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlmodel import Session, select

from relay.domain.entry import Kind, ParentKnown
from relay.domain.moderation import Moderation
from relay.domain.relay_columns import KINDS, KNOWN
from relay.models import Entry
from relay.queries.relay_rows import RelayRows, read_relay
from tests.growing import microseconds
from tests.making import CAMBRIDGE, NAIROBI, NANJING, choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

BEGIN = datetime(2026, 9, 1, 12, tzinfo=UTC)


# What makes PostgreSQL read a table as it lies there, on a server in another zone.
SEQUENTIAL = (
    "SET enable_indexscan = off",
    "SET enable_indexonlyscan = off",
    "SET enable_bitmapscan = off",
    "SET TIME ZONE 'Asia/Shanghai'",
)


def read(relay: Relay, *first: str) -> RelayRows:
    with relay.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            for each in first:
                connection.exec_driver_sql(each)
        return read_relay(connection, 1, gazetteer=relay.gazetteer)


def add(relay: Relay, *entries: dict[str, Any]) -> list[int]:
    """Add entries that differ from one that was sent in; return their ids."""
    mine = send(relay, "https://example.org/1")
    ids: list[int] = []
    with Session(relay.engine) as session:
        first = session.exec(select(Entry).where(Entry.ref == mine.ref)).one()
        kept = first.model_dump(exclude={"id", "ref", "token_hash"})
        first.moderation, first.submitted_at = Moderation.DRAFT, None  # is not read
        session.add(first)
        for number, changed in enumerate(entries):
            name = f"{number}"
            entry = Entry(**kept | changed, ref=name, token_hash=name)
            session.add(entry)
            session.flush()
            ids.append(entry.id or 0)
        session.commit()
    return ids


def test_every_way_of_knowing_and_every_kind_is_read(either_relay: Relay) -> None:
    pairs = [(known, kind) for known in ParentKnown for kind in Kind]
    ids = add(
        either_relay, *({"parent_known": known, "kind": kind} for known, kind in pairs)
    )
    rows = read(either_relay)
    assert list(rows.entries.ids) == ids
    assert [KNOWN[each] for each in rows.known] == [known for known, _ in pairs]
    assert [KINDS[each] for each in rows.kinds] == [kind for _, kind in pairs]


def test_only_what_is_approved_is_public_whatever_else_there_is(
    either_relay: Relay,
) -> None:
    states = [each for each in Moderation if each is not Moderation.APPROVED]
    add(either_relay, *({"moderation": each} for each in states))
    approved = send(either_relay, "https://example.org/2")
    choose(either_relay, approved.ref, by=make_moderator(either_relay))
    rows = read(either_relay)
    assert list(rows.entries.public) == [0] * len(states) + [1]
    assert list(rows.nos) == [0] * len(states) + [1]


def test_entries_stand_in_the_order_of_their_sending_to_the_microsecond(
    either_relay: Relay,
) -> None:
    apart = [2_000_000, 1, 500_000, 0, 1, -(10**15)]
    times = [BEGIN + timedelta(microseconds=each) for each in apart]
    ids = add(either_relay, *({"submitted_at": each} for each in times))
    rows = read(either_relay, *SEQUENTIAL)
    order = sorted(range(len(apart)), key=lambda at: (apart[at], at))
    assert list(rows.entries.ids) == [ids[at] for at in order]
    assert list(rows.entries.times) == [microseconds(times[at]) for at in order]


def test_parents_and_cities_are_read_and_cities_stand_as_they_were_met(
    either_relay: Relay,
) -> None:
    one = send(either_relay, "https://example.org/1", city=NANJING)
    send(either_relay, "https://example.org/2", city=CAMBRIDGE, baton=one.baton)
    send(either_relay, "https://example.org/3", city=NAIROBI)
    send(either_relay, "https://example.org/4", city=NANJING)
    rows = read(either_relay)
    assert list(rows.entries.parents) == [0, rows.entries.ids[0], 0, 0]
    assert rows.city_ids == [NANJING, CAMBRIDGE, NAIROBI]
    assert rows.city_countries == ["CN", "GB", "KE"]
    assert list(rows.entries.cities) == [0, 1, 2, 0]
    assert len(rows.entries.points) == 3


def test_of_a_season_without_entries_every_column_is_empty(
    either_relay: Relay,
) -> None:
    rows = read(either_relay)
    assert not [*rows.entries.ids, *rows.entries.times, *rows.nos, *rows.kinds]
    assert (rows.city_ids, rows.unlocated) == ([], {})


def test_the_rows_are_read_from_an_index_that_holds_them_all(relay: Relay) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        relay.engine, "before_cursor_execute", lambda *each: asked.append(each[2:4])
    )
    with relay.engine.connect() as connection:
        read_relay(connection, 1, gazetteer=relay.gazetteer)
        question, values = next(each for each in asked if "submitted_at" in each[0])
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values)
        (line,) = [each.detail for each in plan]
    assert "USING COVERING INDEX ix_entry_relay" in line
