"""The edition of the public pages: a number that grows with all that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from relay.models import Counter
from relay.services.writing import upsert

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

EDITION = "edition"


def turn_edition(session: Session) -> None:
    """Count a new edition in this session's commit, so that no kept page is shown on.

    It is counted last of all: every commit that the public sees waits for this row.
    """
    event.listen(session, "before_commit", _count_edition, once=True)


def _count_edition(session: Session) -> None:
    table: Table = Counter.__table__  # type: ignore[attr-defined]
    row = {"name": EDITION, "value": 1}
    upsert(session, table, row, {"value": table.c.value + 1})
