from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, text

from relay.domain.entry import AltBy
from relay.domain.scope import Scope
from relay.models import Entry
from relay.queries.describe import select_undescribed
from relay.services.describe import hand_one
from relay.services.writing import writing
from tests.making import make_moderator
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay

MANY = 3_000


def add_many(relay: Relay, entry_id: int) -> None:
    """Add described entries that are public, like one that is there."""
    with writing(relay.engine) as session:
        row = session.get_one(Entry, entry_id).model_dump(exclude={"id"})
        of = {"alt": "Boats", "alt_by": AltBy.MAKER}
        session.execute(
            insert(Entry),
            [
                row
                | of
                | {"ref": f"m{each}", "token_hash": f"m{each}", "no": 1_000 + each}
                for each in range(MANY)
            ],
        )


def plans_of(relay: Relay, ask: Callable[[], object]) -> list[str]:
    """Return how the database goes about each question that is asked of entries."""
    asked: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if "FROM entry" in given[2]:
            asked.append((given[2], given[3]))

    event.listen(relay.engine, "before_cursor_execute", note)
    ask()
    event.remove(relay.engine, "before_cursor_execute", note)
    with relay.engine.connect() as connection:
        is_lite = connection.dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN" if is_lite else "EXPLAIN"
        return [
            "\n".join(
                str(row[-1])
                for row in connection.exec_driver_sql(f"{explain} {statement}", given)
            )
            for statement, given in asked
        ]


@pytest.mark.parametrize("after", ["", "ref1"])
@pytest.mark.parametrize(
    "scope",
    [Scope(), Scope(countries=frozenset({"CN"}), languages=frozenset({"en", "he"}))],
)
def test_those_without_words_are_found_by_their_index_among_many(
    either_relay: Relay, scope: Scope, after: str
) -> None:
    maker = Maker(either_relay)
    for _ in range(3):
        maker.published(picture=draw_picture(), alt="", alt_by=AltBy.VOLUNTEER)
    add_many(either_relay, maker.id_of(1))
    me = make_moderator(either_relay)
    refs = []

    def ask() -> None:
        with either_relay.engine.connect() as connection:
            among = select_undescribed(connection, scope, me=me, after=after)
        refs.append(
            hand_one(
                either_relay.engine, among, moderator_id=me, clock=either_relay.clock
            )
        )

    if either_relay.engine.dialect.name == "postgresql":
        # SQLite has no statistics in a running relay, either.
        with either_relay.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    plans = plans_of(either_relay, ask)
    assert refs == ["ref2" if after else "ref1"]
    assert any("ix_entry_undescribed" in plan for plan in plans)
    for plan in plans:
        assert "ix_entry_desk" not in plan
        assert "SCAN entry\n" not in f"{plan}\n"
        assert "Seq Scan on entry" not in plan
