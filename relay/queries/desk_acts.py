"""What moderators may do with an entry beside deciding, and what can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.domain.moderation import Choice, Moderation, is_allowed
from relay.domain.scope import is_in_scope, read_scope
from relay.domain.undoing import Line, list_undoable, parts_touched
from relay.models import Decision, Entry, Moderator, Reveal, Season
from relay.models.moderator import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

# Words, as an edit changes them; the rest of what a decision touches is no text.
WORDS = ("title", "alt", "alt_lang", "description")
_DECIDERS = (Role.ORGANISER, Role.MODERATOR)


@dataclass(frozen=True)
class Person:
    """Somebody who can be asked to decide."""

    id: int
    name: str


@dataclass(frozen=True)
class Changed:
    """One part of an entry that a decision changed; a city is its id and country."""

    part: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DeskActs:
    """What can be done with an entry, what each decision changed, and who could help.

    `undoable` are the ids of decisions. `zone` is the season's time zone, in which
    times are typed; `reveal_at` is when the entry is to be revealed, if it is.
    """

    allowed: frozenset[Choice]
    undoable: frozenset[int]
    changes: dict[int, tuple[Changed, ...]]
    people: tuple[Person, ...]
    zone: str
    reveal_at: datetime | None


def find_acts(connection: Connection, entry: Entry) -> DeskActs:
    """Return what can be done with an entry by those who may decide on it."""
    log = connection.execute(
        select(
            col(Decision.id),
            col(Decision.choice),
            col(Decision.before),
            col(Decision.after),
            col(Decision.details),
            col(Decision.undoes_id),
        )
        .where(col(Decision.entry_id) == entry.id)
        .order_by(col(Decision.id))
    ).all()
    lines = [
        Line(
            row.id,
            row.choice,
            parts_touched(row.before, row.after, row.details),
            row.undoes_id,
        )
        for row in log
    ]
    return DeskActs(
        allowed=frozenset(
            choice for choice in Choice if is_allowed(entry.moderation, choice)
        )
        - {Choice.UNBLUR if not entry.blurred else Choice.BLUR},
        # What its maker withdrew is gone: nothing brings it back.
        undoable=frozenset()
        if entry.moderation is Moderation.WITHDRAWN
        else list_undoable(lines),
        changes={row.id: _read_changes(row.details) for row in log},
        people=_list_people(connection, entry),
        zone=connection.scalar(
            select(col(Season.time_zone)).where(col(Season.id) == entry.season_id)
        )
        or "UTC",
        reveal_at=connection.scalar(
            select(col(Reveal.at)).where(
                col(Reveal.entry_id) == entry.id, col(Reveal.version) == entry.version
            )
        ),
    )


def _read_changes(details: dict[str, Any] | None) -> tuple[Changed, ...]:
    return tuple(
        Changed(name, each["before"], each["after"])
        for name, each in (details or {}).items()
        if name in {*WORDS, "city", "picture"}
    )


def _list_people(connection: Connection, entry: Entry) -> tuple[Person, ...]:
    """Return who may decide on the entry, by name."""
    rows = connection.execute(
        select(
            col(Moderator.id),
            col(Moderator.name),
            col(Moderator.email),
            col(Moderator.role),
            col(Moderator.scope),
        ).where(
            col(Moderator.active),
            col(Moderator.role).in_(_DECIDERS),
            col(Moderator.erased_at).is_(None),
        )
    )
    found = [
        Person(row.id, row.name or row.email)
        for row in rows
        if row.role is Role.ORGANISER or is_in_scope(entry, read_scope(row.scope))
    ]
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


def find_ref(connection: Connection, *, no: int | None, ref: str) -> str | None:
    """Return the reference of the entry with a public number, or with a reference."""
    found: str | None = connection.scalar(
        select(col(Entry.ref)).where(
            col(Entry.no) == no if no is not None else col(Entry.ref) == ref
        )
    )
    return found
