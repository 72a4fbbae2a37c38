"""Words that wait for a moderator: what would change, beside what is public now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.scope import Scope, is_in_scope, read_scope
from relay.models import (
    Entry,
    Moderator,
    Picture,
    RenditionFile,
    RevisedBy,
    Revision,
    RevisionState,
)
from relay.models.moderator import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

PAGE = 20
# However few of those that wait are for a moderator: no more are looked through.
MOST_READ = 500


@dataclass(frozen=True)
class Change:
    """One part of an entry: now, when the words were written, and as it would be.

    A city is its id and country.
    """

    part: str
    now: Any
    before: Any
    wanted: Any


@dataclass(frozen=True)
class WantedPicture:
    """Another picture that waits: the file of its page form, once it is made."""

    state: str
    key: str = ""
    format: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Held:
    """A rule that holds other words, as it was worded then, and what it met."""

    pattern: str
    found: str


@dataclass(frozen=True)
class Waiting:
    """Words that wait, whose they are, and the entry in the version that is shown.

    `words_lang` is the language of a describer's words where it is not the entry's.
    `role` names a picture of the entry's, if it has one; `picture` is another one of
    its maker's. `holds` are the rules that met their words.
    """

    id: int
    by: RevisedBy
    at: datetime
    ref: str
    version: int
    no: int | None
    title: str
    lang: str
    moderation: Moderation
    blurred: bool
    role: str | None
    words_lang: str
    changes: tuple[Change, ...]
    picture: WantedPicture | None = None
    holds: tuple[Held, ...] = ()


def list_waiting(
    connection: Connection, moderator_id: int, *, after: int = 0, limit: int = PAGE
) -> list[Waiting]:
    """Return what waits and is within what a moderator is for, the oldest first.

    `after` is the id of the last one seen.
    """
    may_see = _scope_of(connection, moderator_id)
    found: list[Waiting] = []
    for row in connection.execute(
        select(*_COLUMNS)
        .join(Entry, col(Entry.id) == col(Revision.entry_id))
        .where(_WAITS, col(Revision.id) > after)
        .order_by(col(Revision.id))
        .limit(MOST_READ)
    ):
        if len(found) < limit and is_in_scope(row, may_see):
            found.append(_waiting(row))
    return found


def find_waiting(connection: Connection, revision_id: int) -> Waiting | None:
    """Return what waits under this id."""
    row = connection.execute(
        select(*_COLUMNS)
        .join(Entry, col(Entry.id) == col(Revision.entry_id))
        .where(_WAITS, col(Revision.id) == revision_id)
    ).one_or_none()
    return _waiting(row) if row else None


def count_waiting(connection: Connection) -> int:
    """Return how many wait; not more than are looked through."""
    ids = (
        select(col(Revision.id))
        .join(Entry, col(Entry.id) == col(Revision.entry_id))
        .where(_WAITS)
        .limit(MOST_READ)
        .subquery()
    )
    return connection.scalar(select(func.count()).select_from(ids)) or 0


_COLUMNS = (
    col(Revision.id),
    col(Revision.by),
    col(Revision.at),
    col(Revision.before),
    col(Revision.changes),
    col(Entry.ref),
    col(Entry.version),
    col(Entry.no),
    col(Entry.moderation),
    col(Entry.title),
    col(Entry.alt),
    col(Entry.alt_by),
    col(Entry.alt_lang),
    col(Entry.description),
    col(Entry.name),
    col(Entry.kind),
    col(Entry.lang),
    col(Entry.city_id),
    col(Entry.country),
    col(Entry.activity),
    col(Entry.blurred),
    select(func.min(Picture.role))
    .join(RenditionFile, col(RenditionFile.picture_id) == col(Picture.id))
    .where(
        col(Picture.entry_id) == col(Entry.id),
        col(RenditionFile.name) == "page",
        col(RenditionFile.format) == "jpeg",
    )
    .correlate(Entry)
    .scalar_subquery()
    .label("role"),
)
_WAITS = (col(Revision.state) == RevisionState.WAITING) & (
    col(Entry.moderation) != Moderation.WITHDRAWN
)


def _scope_of(connection: Connection, moderator_id: int) -> Scope:
    row = connection.execute(
        select(col(Moderator.role), col(Moderator.scope)).where(
            col(Moderator.id) == moderator_id
        )
    ).one()
    return read_scope({} if row.role is Role.ORGANISER else row.scope)


def _waiting(row: Any) -> Waiting:  # noqa: ANN401 - the columns above
    return Waiting(
        id=row.id,
        by=row.by,
        at=row.at,
        ref=row.ref,
        version=row.version,
        no=row.no,
        title=row.title,
        lang=row.lang,
        moderation=row.moderation,
        blurred=row.blurred,
        role=row.role,
        words_lang=row.changes.get("alt_lang", ""),
        changes=tuple(_changes(row)),
        picture=_picture(row.changes.get("picture")),
        holds=tuple(
            Held(each["pattern"], each["found"]) for each in row.before.get("holds", ())
        ),
    )


def _picture(wanted: dict[str, Any] | None) -> WantedPicture | None:
    if wanted is None:
        return None
    for each in wanted.get("files", ()):
        if (each["name"], each["format"]) == ("page", "jpeg"):
            named = {name: each[name] for name in ("key", "format", "width", "height")}
            return WantedPicture(wanted["state"], **named)
    return WantedPicture(wanted["state"])


def _changes(row: Any) -> Iterator[Change]:  # noqa: ANN401 - the columns above
    """Yield what would change, in the order of the form."""
    for part in (
        "title",
        "city",
        "alt",
        "alt_by",
        "description",
        "lang",
        "name",
        "kind",
    ):
        if part in row.changes:
            now = [row.city_id, row.country] if part == "city" else getattr(row, part)
            yield Change(part, now, row.before.get(part), row.changes[part])
