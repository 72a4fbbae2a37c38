from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from relay.adapters.database import open_engine
from relay.cli.migrate import migrate_tables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RELAY_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def tables(data: Path) -> list[str]:
    engine = open_engine(f"sqlite:///{data}/relay.sqlite3")
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_tables_and_the_first_season_are_made_once(data: Path) -> None:
    first = CliRunner().invoke(migrate_tables)
    assert first.exit_code == 0, first.output
    assert "Made season 3" in first.output
    again = CliRunner().invoke(migrate_tables)
    assert "Made season 3" not in again.output
    assert "up to date" in again.output
    assert "entry" in tables(data)


def test_everything_can_be_removed_again(data: Path) -> None:
    CliRunner().invoke(migrate_tables)
    assert CliRunner().invoke(migrate_tables, ["--to", "base"]).exit_code == 0
    assert set(tables(data)) <= {"alembic_version"}
