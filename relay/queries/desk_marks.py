"""What is special about the entries of one page of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select, union_all
from sqlmodel import col

from relay.models import Entry
from relay.queries.desk_question import Mark, has_twin, mark_clause

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

# Said of an entry in a list; whether it has an alt text, one sees there anyway.
SAID = (
    Mark.URGENT,
    Mark.REPORTED,
    Mark.APPEAL,
    Mark.HELD,
    Mark.REVISED,
    Mark.CHANGED,
    Mark.SAMPLED,
    Mark.ASIDE,
)


def list_marks(
    connection: Connection, ids: Collection[int]
) -> dict[int, tuple[Mark, ...]]:
    """Return the marks that entries bear; `double` only where the link is the same."""
    if not ids:
        return {}
    asked = [(each, mark_clause(each, None)) for each in SAID]
    found: Sequence[Any] = connection.execute(
        union_all(
            *(
                select(
                    literal(mark.value).label("mark"), col(Entry.id).label("id")
                ).where(col(Entry.id).in_(ids), clause)
                for mark, clause in (*asked, (Mark.DOUBLE, has_twin()))
            )
        )
    ).all()
    return {
        each: tuple(Mark(row.mark) for row in found if row.id == each) for each in ids
    }
