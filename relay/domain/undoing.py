"""Undoing: which decision can be taken back, as far as it is still the last word.

Decisions touch parts of an entry: where it stands, single words, its veil, who it was
put aside for. One can be taken back while nothing later has touched the same parts,
leaving out what was taken back itself, together with what took it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.moderation import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from relay.domain.moderation import Moderation

STATE = "moderation"

# A picture that was replaced is deleted: nothing brings it back.
PICTURE = "picture"

# A maker's one appeal is theirs: nobody takes it back for them.
NEVER_UNDONE = frozenset({Choice.APPEAL})


@dataclass(frozen=True)
class Line:
    """One decision in the log, and the parts of the entry that it `touches`."""

    id: int
    choice: Choice
    touches: frozenset[str]
    undoes_id: int | None = None


def parts_touched(
    before: Moderation, after: Moderation, details: Mapping[str, Any] | None
) -> frozenset[str]:
    """Return the parts of an entry that a decision has changed."""
    touched = frozenset(details or ()) - {PICTURE}
    return touched if before is after else touched | {STATE}


def find_live(log: Sequence[Line]) -> frozenset[int]:
    """Return the ids of the decisions in force: not taken back, or given back again.

    `log` is a whole entry's, the oldest first.
    """
    taken_back: set[int] = set()
    live = set()
    for line in reversed(log):
        if line.id in taken_back:
            continue
        live.add(line.id)
        if line.undoes_id is not None:
            taken_back.add(line.undoes_id)
    return frozenset(live)


def list_in_the_way(log: Sequence[Line], decision_id: int) -> tuple[int, ...]:
    """Return the decisions that keep one from being taken back, the oldest first.

    None means that it may be. Whoever has taken it back already stands in the way.
    """
    live = find_live(log)
    (wanted,) = (each for each in log if each.id == decision_id)
    return tuple(
        each.id
        for each in log
        if each.id > decision_id
        and each.id in live
        and (
            each.undoes_id == decision_id
            or (
                each.touches & wanted.touches
                and (each.undoes_id is None or each.undoes_id < decision_id)
            )
        )
    )


def list_undoable(log: Sequence[Line]) -> frozenset[int]:
    """Return the ids of all decisions that can be taken back now."""
    live = find_live(log)
    return frozenset(
        each.id
        for each in log
        if each.id in live
        and each.touches
        and each.choice not in NEVER_UNDONE
        and not list_in_the_way(log, each.id)
    )
