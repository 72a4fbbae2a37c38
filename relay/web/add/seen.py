"""Which artwork moved somebody to take part: by its number, its address, or words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from relay.domain.entry_address import read_no
from relay.queries.seen import find_seen, search_seen
from relay.web.context import the_relay

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from relay.queries.seen import Seen
    from relay.web.add.form import Typed

WORDS_MAX = 100


@dataclass(frozen=True)
class Meant:
    """The artwork that is meant, or those that may be."""

    one: Seen | None = None
    offered: tuple[Seen, ...] = ()

    @property
    def code(self) -> str:
        """What is wrong with what was typed: which_one, or nothing that we know."""
        return "which_one" if self.offered else ""


def find_meant(connection: Connection, season_id: int, typed: Typed) -> Meant:
    """Return what somebody means who says that they saw an artwork."""
    one = find_seen(connection, season_id, typed.saw_no) if typed.saw_no else None
    if one or "/" in typed.saw:
        # An address means one artwork, or none of ours.
        return Meant(one=one)
    # A number that no artwork has may be a title, such as "1984".
    return Meant(offered=search_seen(connection, season_id, typed.saw[:WORDS_MAX]))


def asked_no() -> int | None:
    """Return the number that `?saw=` or the form's field of that name holds."""
    typed = request.values.get("saw", "")
    return read_no(typed, base_url=the_relay().settings.base_url)
