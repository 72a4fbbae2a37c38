"""Batons of an entry: made and named for somebody, taken back, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlmodel import col

from relay.domain.baton import MOST_BATONS, MOST_MADE, NAME_MAX
from relay.domain.errors import FieldError, Forbidden, Invalid, NotFound
from relay.domain.moderation import Moderation
from relay.domain.text import clean_text
from relay.models import Baton
from relay.services.change_entry import require_own
from relay.services.edition import turn_edition
from relay.services.writing import insert_rows, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Dice


def make_baton(
    engine: Engine, token: str, name: str = "", *, clock: Clock, dice: Dice
) -> str:
    """Give an entry one more baton, and return its code.

    `name` is seen by its maker only. Raises Invalid (field `name`: too_long, or
    too_many while MOST_BATONS work, all_made after MOST_MADE), Forbidden, NotFound.
    """
    name = _check_name(name)
    now = clock.now()
    with writing(engine) as session:
        entry_id = _require_giver(session, token)
        made, working = _count(session, entry_id)
        if made >= MOST_MADE:
            raise Invalid([FieldError("name", "all_made")])
        if working >= MOST_BATONS:
            raise Invalid([FieldError("name", "too_many")])
        code = dice.baton_code()
        row = {"code": code, "entry_id": entry_id, "created_at": now, "name": name}
        insert_rows(session, Baton, row)
        if not working:
            # The entry's own page had none to show.
            turn_edition(session)
    return code


def name_baton(engine: Engine, token: str, code: str, name: str) -> None:
    """Give one of an entry's batons another name, or none.

    Raises Invalid (field `name`), Forbidden, NotFound.
    """
    name = _check_name(name)
    with writing(engine) as session:
        _require_baton(session, _require_giver(session, token), code).name = name


def revoke_baton(engine: Engine, token: str, code: str, *, clock: Clock) -> None:
    """Take one of an entry's batons back; what was sent in with it stays joined.

    Revoking twice is harmless. Raises Forbidden, NotFound.
    """
    now = clock.now()
    with writing(engine) as session:
        baton = _require_baton(session, _require_giver(session, token), code)
        if baton.revoked_at is None:
            baton.revoked_at = now
            turn_edition(session)


def count_opened(engine: Engine, code: str) -> None:
    """Count a person's visit to a baton's page."""
    with writing(engine) as session:
        session.execute(
            update(Baton)
            .where(col(Baton.code) == code)
            .values(opened=Baton.opened + 1)
            .execution_options(synchronize_session=False)
        )


def _check_name(name: str) -> str:
    name = clean_text(name)
    if len(name) > NAME_MAX:
        raise Invalid([FieldError("name", "too_long")])
    return name


def _require_giver(session: Session, token: str) -> int:
    """Return the id of an entry that has batons to give, its row locked."""
    entry = require_own(session, token)
    if entry.moderation in {Moderation.DRAFT, Moderation.WITHDRAWN}:
        message = "This entry has no baton to pass on."
        raise Forbidden(message)
    return entry.id or 0


def _require_baton(session: Session, entry_id: int, code: str) -> Baton:
    baton = session.get(Baton, code)
    if baton is None or baton.entry_id != entry_id:
        message = "This entry has no such baton."
        raise NotFound(message)
    return baton


def _count(session: Session, entry_id: int) -> tuple[int, int]:
    """Return how many batons an entry has had, and how many of them work."""
    made, revoked = session.execute(
        select(func.count(), func.count(col(Baton.revoked_at))).where(
            col(Baton.entry_id) == entry_id
        )
    ).one()
    return made, made - revoked
