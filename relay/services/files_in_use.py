"""Which files of the media store are still needed, so that others may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, select
from sqlmodel import col

from relay.domain.season_plan import SEASON_KEYS
from relay.models import (
    DeskSetting,
    LookFile,
    Picture,
    RenditionFile,
    Revision,
    RevisionState,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from sqlmodel import Session


# Where the changes of a revision name another picture for its entry.
WANTED = "picture"


def files_out_of_use(
    session: Session, keys: Collection[str], *, except_of: int | None = None
) -> set[str]:
    """Return those that no picture has, waiting or not, and no season's symbol.

    Files are named by their content, so two entries may share one. The pictures of the
    entry `except_of` do not count: they are about to go.
    """
    left = set(keys)
    for each in (
        select(col(RenditionFile.key))
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .where(col(RenditionFile.key).in_(left), col(Picture.entry_id) != except_of),
        select(col(LookFile.key)).where(
            col(LookFile.key).in_(left), col(LookFile.entry_id) != except_of
        ),
    ):
        if left:
            left -= set(session.scalars(each))
    return left - _wanted(session) - _symbols(session) if left else left


def _wanted(session: Session) -> frozenset[str]:
    """Return the files of all pictures that wait in revisions; there are few."""
    rows = session.scalars(
        select(col(Revision.changes)).where(
            col(Revision.state) == RevisionState.WAITING,
            cast(col(Revision.changes), Text).contains('"files"'),
        )
    )
    return frozenset().union(*(wanted_keys_of(each) for each in rows))


def wanted_keys_of(changes: Mapping[str, Any]) -> frozenset[str]:
    """Return the files of the picture that a revision wants."""
    files = changes.get(WANTED, {}).get("files", ())
    return frozenset(each["key"] for each in files)


def _symbols(session: Session) -> frozenset[str]:
    """Return the files of all symbols, and of those that an undoing brings back."""
    rows = session.scalars(
        select(col(DeskSetting.value)).where(
            col(DeskSetting.key).startswith(SEASON_KEYS, autoescape=True)
        )
    )
    return frozenset().union(*(symbol_keys_of(each) for each in rows))


def symbol_keys_of(kept: dict[str, Any]) -> frozenset[str]:
    """Return the files that a symbol has, or had before and after a change."""
    parts = (kept, kept.get("before", {}), kept.get("after", {}))
    return frozenset(
        file["key"] for part in parts for file in part.get("symbol_files", ())
    )
