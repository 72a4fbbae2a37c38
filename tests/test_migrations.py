from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from relay.adapters.database import is_current, migrate, open_engine
from relay.models import (
    AuditRow,
    Decision,
    Entry,
    OutboxRow,
    Place,
    Season,
    Tally,
    metadata,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from relay.bootstrap import Relay

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHOLE = {
    "ref": "r1",
    "token_hash": "h1",
    "moderation": "pending",
    "preview": "queued",
    "link": "",
    "canonical": "",
    "platform": "web",
    "title": "T",
    "alt": "",
    "alt_by": "maker",
    "description": "",
    "name": "N",
    "kind": "individual",
    "lang": "en",
    "search_text": "",
    "country": "CN",
    "city_id": 1799962,
    "parent_known": "none",
    "activity": "",
    "checkpoint": "",
    "exhibit": "",
    "by_child": False,
    "version": 1,
    "started_at": NOW,
    "submitted_at": NOW,
    "consent_at": NOW,
}


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/relay.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_tables_come_go_and_come_again(empty_url: str, engine: Engine) -> None:
    migrate(empty_url)
    assert tables(engine) == set(metadata.tables)
    assert is_current(engine)
    migrate(empty_url, to="base")
    assert tables(engine) == set()
    assert not is_current(engine)
    migrate(empty_url)
    assert tables(engine) == set(metadata.tables)
    migrate(empty_url)  # nothing to do is no mistake
    assert is_current(engine)


def test_the_migrations_make_what_the_models_say(
    empty_url: str, engine: Engine
) -> None:
    migrate(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def checks(engine: Engine) -> dict[str, set[str]]:
    """Autogenerate does not compare CHECK constraints, so their names are."""
    return {
        name: {
            str(each["name"]) for each in inspect(engine).get_check_constraints(name)
        }
        for name in metadata.tables
    }


def test_the_migrations_make_every_check_of_the_models(
    empty_url: str, engine: Engine
) -> None:
    migrate(empty_url)
    migrated = checks(engine)
    migrate(empty_url, to="base")
    metadata.create_all(engine)
    made = checks(engine)
    assert migrated == made
    assert "ck_entry_sent_is_whole" in made["entry"]


@pytest.fixture
def season_id(either_relay: Relay) -> int:
    with Session(either_relay.engine) as session:
        return session.exec(select(Season.id)).one() or 0


def test_cities_that_were_there_before_are_counted(
    either_relay: Relay, season_id: int
) -> None:
    """Both ways, and the tables' checks stay."""
    engine, url = either_relay.engine, either_relay.settings.database
    for city_id, country in ((1, "CN"), (2, "CN"), (3, "FR")):
        place = {"city_id": city_id, "country": country, "entries": 2}
        put(
            either_relay,
            Place,
            **{"season_id": season_id, "first_no": 1, "first_at": NOW, **place},
        )
    for of, value in (("all", ""), ("country", "CN"), ("country", "FR"), ("kind", "x")):
        put(either_relay, Tally, season_id=season_id, of=of, value=value, entries=9)
    before = inspect(engine).get_check_constraints("tally")
    migrate(url, to="0001")
    columns = inspect(engine).get_columns("tally")
    assert "cities" not in {each["name"] for each in columns}
    assert inspect(engine).get_check_constraints("tally") == before
    migrate(url)
    assert inspect(engine).get_check_constraints("tally") == before
    with engine.connect() as connection:
        rows = connection.execute(select(Tally.value, Tally.cities)).all()
    assert dict(rows) == {"": 3, "CN": 2, "FR": 1, "x": None}


def put(relay: Relay, model: type, **row: object) -> None:
    with relay.engine.begin() as connection:
        connection.execute(insert(model.__table__).values(**row))  # type: ignore[attr-defined]


def test_a_whole_entry_is_kept(either_relay: Relay, season_id: int) -> None:
    put(either_relay, Entry, season_id=season_id, **WHOLE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"city_id": None},
        {"submitted_at": None},
        {"consent_at": None},
        {"moderation": "approved"},
        {"moderation": "approved", "no": 1},
        {"id": 7, "parent_id": 7},
        {"season_id": 999},
        {"ref": None},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_true_is_refused_by_the_table(
    either_relay: Relay, season_id: int, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        put(either_relay, Entry, **{"season_id": season_id, **WHOLE, **wrong})


@pytest.mark.parametrize("column", ["moderation", "preview", "kind", "alt_by"])
def test_an_unknown_choice_is_refused_by_the_table(
    either_relay: Relay, season_id: int, column: str
) -> None:
    put(either_relay, Entry, season_id=season_id, **WHOLE)
    with (
        pytest.raises(IntegrityError),
        either_relay.engine.begin() as connection,
    ):
        connection.execute(text(f"UPDATE entry SET {column} = 'nonsense'"))  # noqa: S608 - our own column names


def test_numbers_tokens_and_references_are_given_once(
    either_relay: Relay, season_id: int
) -> None:
    first = {**WHOLE, "no": 1, "published_at": NOW, "moderation": "approved"}
    put(either_relay, Entry, season_id=season_id, **first)
    for same in ({"ref": "r1"}, {"token_hash": "h1"}, {"no": 1}):
        other = {**first, "ref": "r2", "token_hash": "h2", "no": 2, **same}
        with pytest.raises(IntegrityError):
            put(either_relay, Entry, season_id=season_id, **other)


def test_a_decision_needs_an_entry_and_a_moderator(either_relay: Relay) -> None:
    row = {
        "entry_id": 1,
        "moderator_id": 1,
        "at": NOW,
        "choice": "approve",
        "before": "pending",
        "after": "approved",
        "note": "",
        "version": 2,
    }
    with pytest.raises(IntegrityError):
        put(either_relay, Decision, **row)


def test_the_outbox_knows_its_topics(either_relay: Relay) -> None:
    with pytest.raises(IntegrityError), either_relay.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (topic, subject, state, attempt, failures, due_at,"
            " created_at) VALUES ('nonsense', 1, 'due', 0, 0, '2026-11-22 12:00:00',"
            " '2026-11-22 12:00:00')"
        )
    put(
        either_relay,
        OutboxRow,
        topic="print_cards",
        subject=1,
        state="due",
        attempt=0,
        failures=0,
        due_at=NOW,
        created_at=NOW,
    )


def test_a_season_closes_after_it_opens(either_relay: Relay) -> None:
    with pytest.raises(IntegrityError), either_relay.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE season SET closes_at = opens_at")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("decision", "choice", "reject"),
        ("decision", "after", "rejected"),
        ("decision", "reason", "other"),
        ("audit", "what", "nothing"),
        ("audit", "subject", "2"),
        ("decision", None, None),
        ("audit", None, None),
    ],
)
def test_the_log_is_only_added_to(
    either_relay: Relay,
    season_id: int,
    table: str,
    column: str | None,
    value: str | None,
) -> None:
    put(either_relay, Entry, **WHOLE, season_id=season_id)
    put(
        either_relay,
        Decision,
        entry_id=1,
        at=NOW,
        choice="approve",
        before="pending",
        after="approved",
        note="Lovely",
        version=2,
    )
    put(
        either_relay,
        AuditRow,
        at=NOW,
        what="person.invited",
        subject="1",
        address="::1",
    )
    rows, engine = metadata.tables[table], either_relay.engine
    act = rows.update().values({column: value}) if column else rows.delete()
    with pytest.raises(DBAPIError, match="only added to"), engine.begin() as writes:
        writes.execute(act)
    # What may be forgotten of it.
    with engine.begin() as writes:
        writes.execute(metadata.tables["decision"].update().values(note=""))
        writes.execute(metadata.tables["audit"].update().values(address=None))
