"""Habits of an account at the desk: its keys, and pictures that are veiled first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.errors import NotFound
from relay.models import Moderator
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.domain.desk_keys import Habits


def change_habits(engine: Engine, habits: Habits, *, moderator_id: int) -> None:
    """Keep how an account likes to work; its other habits stay. Raises NotFound."""
    with writing(engine) as session:
        account = session.get(Moderator, moderator_id)
        if account is None:
            message = "There is no such account."
            raise NotFound(message)
        account.habits = {**(account.habits or {}), **habits.stored()}
