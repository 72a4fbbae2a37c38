"""Measuring a season's relay: what was measured is kept, and served from there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlmodel import col, select

from relay.domain.measured import FORMAT
from relay.domain.relay_columns import pack
from relay.models import RelayFigures
from relay.services.edition import turn_edition
from relay.services.milestones import store_milestones
from relay.services.writing import upsert, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

    from relay.domain.measured import MeasuredRelay


def keep_figures(engine: Engine, measured: MeasuredRelay) -> bool:
    """Keep what was measured; False when newer figures are kept already."""
    packed = pack(measured.columns)
    answer = json.dumps(
        {"format": FORMAT, **measured.answer}, ensure_ascii=False, allow_nan=False
    )
    row = {
        "edition": measured.edition,
        "measured_at": measured.measured_at,
        "seconds": measured.seconds,
        "answer": answer,
        "columns": packed,
    }
    with writing(engine) as session:
        newest = session.exec(
            select(RelayFigures.edition)
            .where(col(RelayFigures.season_id) == measured.season_id)
            .with_for_update()
        ).first()
        if newest is not None and newest > measured.edition:
            return False
        table: Table = RelayFigures.__table__  # type: ignore[attr-defined]
        upsert(session, table, {"season_id": measured.season_id, **row}, row)
        store_milestones(session, measured.season_id, measured.milestones)
        turn_edition(session)
    return True
