"""How services write: one transaction that takes the write lock at its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, Table
    from sqlalchemy.orm import Session as AnySession

from contextlib import contextmanager


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
