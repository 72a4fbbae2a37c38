"""A rehearsed job leaves nothing behind, and costs a real one nothing."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text

from relay.models import metadata
from workers import rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """A test's process goes on after it; a worker's memory stays frozen."""
    yield
    gc.unfreeze()


def count_rows(relay: Relay) -> dict[str, int]:
    with relay.engine.connect() as connection:
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar()  # noqa: S608 - our own names
            or 0
            for name in metadata.tables
        }


def test_a_rehearsal_writes_what_a_job_writes_and_leaves_nothing(
    relay: Relay,
) -> None:
    before, said = count_rows(relay), []
    event.listen(
        relay.engine,
        "before_cursor_execute",
        lambda *given: said.append(given[2].split()[:3]),
    )
    rehearsal.rehearse(relay)
    assert ["INSERT", "INTO", "preview"] in said
    assert ["INSERT", "INTO", "rendition"] in said
    assert count_rows(relay) == before


def test_a_rehearsal_that_breaks_off_leaves_nothing_and_stops_nobody(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = count_rows(relay)
    monkeypatch.setattr(rehearsal, "_FILES", [rehearsal._FILES[0]] * 2)  # noqa: SLF001 - twice the same file cannot be kept
    rehearsal.rehearse(relay)
    assert "going on without a rehearsal" in caplog.text
    assert count_rows(relay) == before


def test_nothing_stays_connected_for_a_fork_to_inherit(relay: Relay) -> None:
    rehearsal.rehearse(relay)
    assert relay.engine.pool.status().startswith("Pool size: 5  Connections in pool: 0")
