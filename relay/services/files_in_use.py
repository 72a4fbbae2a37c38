"""Which files of the media store an entry still needs, so that others may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from relay.models import LookFile, RenditionFile

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlmodel import Session


def files_out_of_use(session: Session, keys: Collection[str]) -> set[str]:
    """Return those that no picture has, approved or not.

    Files are named by their content, so two entries may share one.
    """
    left = set(keys)
    for model in (RenditionFile, LookFile):
        if left:
            left -= set(
                session.scalars(select(col(model.key)).where(col(model.key).in_(left)))
            )
    return left
