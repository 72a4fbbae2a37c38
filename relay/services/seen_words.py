"""What a maker's form was drawn from, so that two windows never overwrite each other.

Somebody opens the form twice, or leaves it open over night: what was saved in between,
by them or by a moderator, is not put back by what an older form still shows.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from relay.domain.errors import Conflict
from relay.services.edit_entry import PARTS, read_part

if TYPE_CHECKING:
    from relay.models import Entry, Revision

# Nothing is kept secret by it: it only tells one set of words from another.
_MARK_LENGTH = 16  # hexadecimal digits


class ChangedMeanwhileError(Conflict):
    """The entry has other words than those that the form was drawn from."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__("This entry was changed after its form was opened.")


def mark_words(entry: Entry, waiting: Revision | None) -> str:
    """Return a mark of all that a maker's form shows; other words have another."""
    said = {name: read_part(entry, name) for name in PARTS}
    said |= {
        name: each
        for name, each in (waiting.changes if waiting else {}).items()
        if name in PARTS
    }
    said |= {"email": entry.email, "remind": entry.remind, "by_child": entry.by_child}
    said["guardian_consent"] = entry.guardian_consent_at is not None
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:_MARK_LENGTH]


def require_seen(entry: Entry, waiting: Revision | None, seen: str) -> None:
    """Raise ChangedMeanwhileError unless a form was drawn from these very words.

    An empty mark is that of somebody who saw no form.
    """
    if seen and seen != mark_words(entry, waiting):
        raise ChangedMeanwhileError
