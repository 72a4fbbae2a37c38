from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from relay.adapters.database import explain, is_current, migrate, open_engine
from relay.models import Counter
from relay.services.writing import upsert, writing

if TYPE_CHECKING:
    from pathlib import Path

    from relay.bootstrap import Relay


def ask(relay: Relay, pragma: str) -> object:
    with relay.engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {pragma}")).scalar()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 10_000),
    ],
)
def test_sqlite_is_opened_for_safety_and_company(
    relay: Relay, pragma: str, value: object
) -> None:
    assert ask(relay, pragma) == value


def test_foreign_keys_are_checked(relay: Relay) -> None:
    with pytest.raises(IntegrityError), relay.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO baton (code, entry_id, created_at)"
            " VALUES ('X', 99, '2026-11-22 12:00:00')"
        )


def test_an_empty_database_is_not_current_and_a_migrated_one_is(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/deep/down/relay.sqlite3"
    migrate(url)
    engine = open_engine(url)
    assert is_current(engine)
    migrate(url, to="base")
    assert not is_current(engine)
    engine.dispose()


def test_a_file_that_is_not_there_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/relay.sqlite3")
    with pytest.raises(OperationalError) as caught, engine.connect():
        pass
    assert "run `relay migrate`" in explain(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["100 % of it", "me#2", "é&a=b"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path}/{name}/relay.sqlite3"
    migrate(url)
    engine = open_engine(url)
    assert is_current(engine)
    engine.dispose()


def test_writers_at_the_same_time_wait_for_each_other(either_relay: Relay) -> None:
    """Eight threads that read and then write lose nothing."""
    engine, table = either_relay.engine, Counter.__table__  # type: ignore[attr-defined]
    failed: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(10):
                with writing(engine) as session:
                    session.exec(select(Counter)).all()
                    upsert(
                        session,
                        table,
                        {"name": "n", "value": 1},
                        {"value": table.c.value + 1},
                    )
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            failed.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed
    with Session(engine) as session:
        assert (
            session.exec(select(Counter.value).where(Counter.name == "n")).one() == 80
        )


def test_a_transaction_that_fails_leaves_nothing(either_relay: Relay) -> None:
    def write_half() -> None:
        with writing(either_relay.engine) as session:
            session.add(Counter(name="half", value=1))
            session.flush()
            session.add(Counter(name="half", value=2))

    with pytest.raises(IntegrityError):
        write_half()
    with Session(either_relay.engine) as session:
        assert session.get(Counter, "half") is None
