"""How services write: one transaction that takes the write lock at its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, Insert, Table
    from sqlalchemy.orm import Session as AnySession

from contextlib import contextmanager
from functools import cache


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session whose changes are committed at the end, or not at all.

    On SQLite the write lock is taken at the beginning: a transaction that reads
    first and writes later could not wait for another writer.
    """
    with (
        Session(
            engine.execution_options(writes=True), expire_on_commit=False
        ) as session,
        session.begin(),
    ):
        yield session


def take_turn(session: AnySession, number: int) -> None:
    """Wait until nobody else does what a number stands for; call it before reading.

    PostgreSQL holds the others back until the commit. SQLite has one writer at a time
    anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(number)))


def insert_rows(session: AnySession, model: type, *rows: dict[str, Any]) -> None:
    """Insert rows whose columns are all given, past everything that makes objects."""
    session.connection().execute(_insert_into(model), rows)


def insert_one(session: AnySession, model: type, row: dict[str, Any]) -> int:
    """Insert a row whose columns are all given; return its id."""
    found: int = (
        session.connection().execute(_insert_giving_id(model), row).scalar_one()
    )
    return found


@cache
def _insert_into(model: type) -> Insert:
    """Return a statement without values: made once, it is compiled once."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return insert(table)


@cache
def _insert_giving_id(model: type) -> Any:  # noqa: ANN401 - its type names the columns
    table: Table = model.__table__  # type: ignore[attr-defined]
    return insert(table).returning(table.c.id)


def add_up(
    session: AnySession, table: Table, *rows: dict[str, Any], counted: tuple[str, ...]
) -> None:
    """Insert rows, or add what is `counted` to those that are there already.

    The statement is made once: to make one takes longer than to run it.
    """
    session.connection().execute(_adding(table, _dialect(session), counted), rows)


def put_rows(
    session: AnySession, table: Table, *rows: dict[str, Any], changed: tuple[str, ...]
) -> None:
    """Insert rows, or put what is `changed` in place of what is there already."""
    session.connection().execute(_putting(table, _dialect(session), changed), rows)


@cache
def _adding(table: Table, dialect: str, counted: tuple[str, ...]) -> Insert:
    statement = _INSERTS[dialect](table)
    made: Insert = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={
            name: table.c[name] + getattr(statement.excluded, name) for name in counted
        },
    )
    return made


@cache
def _putting(table: Table, dialect: str, changed: tuple[str, ...]) -> Insert:
    statement = _INSERTS[dialect](table)
    made: Insert = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: getattr(statement.excluded, name) for name in changed},
    )
    return made


# Both know the same words; their types differ.
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def _dialect(session: AnySession) -> str:
    return session.get_bind().dialect.name


def upsert(
    session: AnySession, table: Table, row: dict[str, Any], change: dict[str, Any]
) -> None:
    """Insert `row`, or apply `change` where its primary key is there already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_=change
        )
    )
