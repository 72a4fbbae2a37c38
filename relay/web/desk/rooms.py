"""The desk's rooms, as its menu lists them for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from relay.web.desk import pages
from relay.web.desk.guard import may_open

# Those of the daily work stand in a row, the others open by themselves.
DAILY: dict[str, object] = {
    "desk.queue": _l("Queue"),
    "desk.reveals": _l("To be shown later"),
    "desk.revisions": _l("Words that wait"),
    "desk.links": _l("Links"),
    "desk.describe": _l("Describe"),
    "desk.samples": _l("Samples"),
}
MORE: dict[str, object] = {
    "desk.keys": _l("Keys and habits"),
    "desk.people": _l("People"),
    "desk.seasons": _l("Seasons"),
    "desk.imports": _l("Imports"),
    "desk.rules": _l("Rules"),
    "desk.reasons": _l("Reasons"),
    "desk.settings_room": _l("Desk settings"),
    "desk.health": _l("Health"),
    "desk.log": _l("Log"),
}

# Pages that lie in a room without its address before theirs.
_OF_QUEUE = ("/desk/entry/", "/desk/bulk")


class Current(StrEnum):
    """Where somebody is: on the room's own page, or on one that lies in it.

    The values are those of `aria-current`.
    """

    PAGE = "page"
    WITHIN = "true"


@dataclass(frozen=True)
class Room:
    """One room: its name, its address, and whether somebody is in it."""

    name: object
    url: str
    current: Current | None


@dataclass(frozen=True)
class Rooms:
    """The rooms that whoever asks may open; `here` is the one to be named first."""

    daily: tuple[Room, ...]
    more: tuple[Room, ...]
    here: Room | None


@pages.context_processor
def show_rooms() -> dict[str, object]:
    """Let the frame of the desk list the rooms."""
    return {"list_rooms": list_rooms}


def list_rooms() -> Rooms:
    """Return the rooms; away from all of them the first stands for the way back."""
    daily, more = _open_ones(DAILY), _open_ones(MORE)
    current = [each for each in (*daily, *more) if each.current]
    return Rooms(daily, more, next(iter([*current, *daily, *more]), None))


def _open_ones(rooms: dict[str, object]) -> tuple[Room, ...]:
    return tuple(
        Room(name, url_for(endpoint), _find_current(endpoint))
        for endpoint, name in rooms.items()
        if may_open(endpoint)
    )


def _find_current(endpoint: str) -> Current | None:
    path, address = request.path, url_for(endpoint)
    if path == address:
        return Current.PAGE
    if endpoint == "desk.queue":
        is_within = path.startswith(_OF_QUEUE)
    else:
        is_within = path.startswith(f"{address}/")
    return Current.WITHIN if is_within else None
