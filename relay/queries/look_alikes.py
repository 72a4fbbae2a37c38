"""Which other entries of a season show nearly the same picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select, true
from sqlmodel import col

from relay.domain.moderation import Moderation
from relay.domain.picture import (
    NEAR_BITS,
    PLAIN,
    bands,
    distance,
    is_plain,
    mirror,
    near_bands,
)
from relay.models import Entry, Picture, RenditionFile
from relay.queries.desk_question import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select

    from relay.domain.scope import Scope

LOOK_ALIKES_SHOWN = 5
# Rows read for one part of a fingerprint: very common ones tell little.
CANDIDATES_MAX = 500
# Near ones that are looked at closer, some of which may be of another season.
READ_MAX = 100

_HIDDEN = (Moderation.DRAFT, Moderation.WITHDRAWN)
_PLAIN_BANDS = frozenset(near_bands(bands(PLAIN)[0]))
_COLUMNS = (
    col(Picture.band_1),
    col(Picture.band_2),
    col(Picture.band_3),
    col(Picture.band_4),
)


@dataclass(frozen=True)
class LookAlike:
    """Another entry whose picture differs in `bits` of 64, perhaps mirrored."""

    ref: str
    no: int | None
    title: str
    lang: str
    moderation: str
    role: str
    width: int
    height: int
    bits: int
    is_mirrored: bool


def list_look_alikes(connection: Connection, entry_id: int) -> tuple[LookAlike, ...]:
    """Return the nearest look-alikes of an entry, each entry once.

    Every picture within NEAR_BITS is found, except through parts of a fingerprint
    that are as good as plain (a clear sky): those have too much company.
    """
    near: dict[int, tuple[int, bool]] = {}
    for own in _fingerprints(connection, entry_id):
        for wanted, is_mirrored in ((own, False), (mirror(own), True)):
            for picture_id, other in _candidates(connection, wanted, entry_id):
                bits = distance(wanted, other)
                if bits <= NEAR_BITS and not is_plain(other):
                    near[picture_id] = min(
                        near.get(picture_id, (bits, is_mirrored)), (bits, is_mirrored)
                    )
    nearest = sorted(near.items(), key=lambda each: (each[1], each[0]))
    found: dict[str, LookAlike] = {}
    for each in _read(connection, entry_id, dict(nearest[:READ_MAX])):
        found.setdefault(each.ref, each)
    return tuple(found.values())[:LOOK_ALIKES_SHOWN]


def find_small_picture(
    connection: Connection, ref: str, role: str, *, scope: Scope
) -> tuple[str, str] | None:
    """Return key and format of the small picture of an entry that was sent in.

    None, too, when the entry is not public and outside a scope.
    """
    row = connection.execute(
        select(col(RenditionFile.key), col(RenditionFile.format))
        .join(Picture, col(Picture.id) == col(RenditionFile.picture_id))
        .join(Entry, col(Entry.id) == col(Picture.entry_id))
        .where(
            col(Entry.ref) == ref,
            col(Entry.moderation).not_in(_HIDDEN),
            col(Picture.role) == role,
            col(RenditionFile.name) == "small",
            col(RenditionFile.format) == "webp",
            or_(
                col(Entry.moderation) == Moderation.APPROVED,
                and_(true(), *within(scope)),
            ),
        )
    ).first()
    return None if row is None else (row.key, row.format)


def _fingerprints(connection: Connection, entry_id: int) -> Iterator[str]:
    rows = connection.scalars(
        select(col(Picture.fingerprint)).where(col(Picture.entry_id) == entry_id)
    )
    yield from (each for each in rows if not is_plain(each))


def _candidates(
    connection: Connection, wanted: str, entry_id: int
) -> Iterator[tuple[int, str]]:
    for at, band in enumerate(bands(wanted)):
        if band in _PLAIN_BANDS:
            continue
        rows = connection.execute(
            _select_candidates(at),
            {"near": near_bands(band), "entry_id": entry_id},
        )
        yield from ((picture_id or 0, other) for picture_id, other in rows)


@cache
def _select_candidates(at: int) -> Select[*tuple[Any, ...]]:
    """Return the statement for one part, without values: made once for all.

    Nothing is joined: then the index of the part is what any database starts with.
    """
    return (
        select(col(Picture.id), col(Picture.fingerprint))
        .where(
            _COLUMNS[at].in_(bindparam("near", expanding=True)),
            col(Picture.entry_id) != bindparam("entry_id"),
        )
        .limit(CANDIDATES_MAX)
    )


def _read(
    connection: Connection, entry_id: int, near: dict[int, tuple[int, bool]]
) -> list[LookAlike]:
    """Return what may be seen of these pictures, the nearest first."""
    if not near:
        return []
    season = select(col(Entry.season_id)).where(col(Entry.id) == entry_id)
    asked: Select[*tuple[Any, ...]] = (
        select(
            col(Picture.id),
            col(Entry.ref),
            col(Entry.no),
            col(Entry.title),
            col(Entry.lang),
            col(Entry.moderation),
            col(Picture.role),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .join(Entry, col(Entry.id) == col(Picture.entry_id))
        .join(RenditionFile, col(RenditionFile.picture_id) == col(Picture.id))
        .where(
            col(Picture.id).in_(near),
            col(Entry.season_id) == season.scalar_subquery(),
            col(Entry.moderation).not_in(_HIDDEN),
            col(RenditionFile.name) == "small",
            col(RenditionFile.format) == "webp",
        )
    )
    found: dict[int, LookAlike] = {}
    for picture_id, *columns in connection.execute(asked):
        values: list[Any] = [*columns, *near[picture_id]]
        found[picture_id] = LookAlike(*values)
    return [found[each] for each in near if each in found]
