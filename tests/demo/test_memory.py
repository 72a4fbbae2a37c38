from __future__ import annotations

import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from relay.demo.memory import Memory, Sent

if TYPE_CHECKING:
    from pathlib import Path

SENT = Sent("ref", "token", "baton")


def test_what_was_done_is_remembered(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "demo.jsonl")
    memory.remember_sent(3, SENT)
    memory.remember_decided(3)
    memory.remember_site(8099)
    again = Memory(tmp_path / "demo.jsonl")
    assert again.sent == {3: SENT}
    assert again.decided == {3}
    assert again.site_port == 8099


def test_a_line_cut_short_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "demo.jsonl"
    Memory(path).remember_sent(0, SENT)
    with path.open("a") as file:
        file.write('{"sent": 1, "ref": "r')
    memory = Memory(path)
    assert memory.sent == {0: SENT}
    memory.remember_sent(1, SENT)
    assert Memory(path).sent == {0: SENT, 1: SENT}


def test_only_the_owner_reads_the_private_links(tmp_path: Path) -> None:
    path = tmp_path / "demo.jsonl"
    Memory(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_when_and_how_large_the_demo_is_stays_the_same(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "demo.jsonl")
    began = memory.remember_began(datetime(2026, 11, 22, tzinfo=UTC))
    memory.remember_size("large")
    memory.remember_grown()
    memory.remember_sent(3, SENT)
    again = Memory(tmp_path / "demo.jsonl")
    assert again.remember_began(datetime(2027, 1, 1, tzinfo=UTC)) == began
    again.remember_size("small")
    assert (again.size, again.grown) == ("large", True)
    assert (again.number_of("ref"), again.number_of("no")) == (3, None)
