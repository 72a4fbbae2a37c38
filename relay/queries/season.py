"""Seasons as readers see them: the current one, one by its name, all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Row, func, select
from sqlmodel import col

from relay.domain.language import FALLBACK
from relay.domain.season_plan import Partner, SymbolFile, read_symbol, symbol_key
from relay.models import DeskSetting, Season, Tally, TallyOf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from relay.domain.season import SymbolKind


@dataclass(frozen=True)
class Words:
    """A text in the reader's language, or in the one that there is."""

    text: str
    lang: str


@dataclass(frozen=True)
class SeasonView:
    """One season; its words are `{language tag: text}`."""

    id: int
    slug: str
    number: int
    titles: Mapping[str, str]
    statements: Mapping[str, str]
    symbol_kind: SymbolKind
    symbol_names: Mapping[str, str]
    symbol_stories: Mapping[str, str]
    origin_city: int
    hashtags: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime | None
    time_zone: str
    rules: Mapping[str, str]
    partners: tuple[Partner, ...]

    def is_open(self, now: datetime) -> bool:
        """Tell whether the season takes entries at a moment."""
        return self.opens_at <= now and (self.closes_at is None or now < self.closes_at)


@dataclass(frozen=True)
class SeasonInList:
    """One season and how many of its artworks are public."""

    season: SeasonView
    entries: int


@dataclass(frozen=True)
class SymbolPicture:
    """A symbol's picture: its sizes, the largest first, and what can be seen on it."""

    files: tuple[SymbolFile, ...]
    alts: Mapping[str, str]


def say(words: Mapping[str, str], lang: str) -> Words:
    """Return a season's words in a language, in English, or in whichever there is."""
    for tag in (lang, FALLBACK, *words):
        if words.get(tag):
            return Words(words[tag], tag)
    return Words("", lang)


def find_current_season(connection: Connection, *, now: datetime) -> SeasonView | None:
    """Return the newest season that has opened, else the first that will."""
    opened = (
        select(Season.__table__)  # type: ignore[attr-defined]
        .where(col(Season.opens_at) <= now)
        .order_by(col(Season.number).desc())
        .limit(1)
    )
    coming = select(Season.__table__).order_by(col(Season.opens_at)).limit(1)  # type: ignore[attr-defined]
    row = connection.execute(opened).first() or connection.execute(coming).first()
    return _view(row) if row else None


def find_next_turn(connection: Connection, *, now: datetime) -> datetime | None:
    """Return the next moment at which any season opens or closes."""
    moments = (
        connection.scalar(select(func.min(each)).where(each > now))
        for each in (col(Season.opens_at), col(Season.closes_at))
    )
    return min((each for each in moments if each is not None), default=None)


def find_season(connection: Connection, slug: str) -> SeasonView | None:
    """Return the season of this name."""
    row = connection.execute(
        select(Season.__table__).where(col(Season.slug) == slug)  # type: ignore[attr-defined]
    ).first()
    return _view(row) if row else None


def find_symbol(connection: Connection, season_id: int) -> SymbolPicture | None:
    """Return the picture of a season's symbol; None where there is none."""
    kept = connection.scalar(
        select(col(DeskSetting.value)).where(
            col(DeskSetting.key) == symbol_key(season_id)
        )
    )
    read = read_symbol(kept)
    if not read["symbol_files"]:
        return None
    return SymbolPicture(read["symbol_files"], read["symbol_alts"])


def list_seasons(connection: Connection) -> list[SeasonInList]:
    """Return all seasons, the newest first."""
    rows = connection.execute(
        select(Season.__table__).order_by(col(Season.number).desc())  # type: ignore[attr-defined]
    ).all()
    counted = select(col(Tally.season_id), col(Tally.entries)).where(
        col(Tally.of) == TallyOf.ALL
    )
    counts = {row.season_id: row.entries for row in connection.execute(counted)}
    return [SeasonInList(_view(row), counts.get(row.id, 0)) for row in rows]


def _view(row: Row[*tuple[Any, ...]]) -> SeasonView:
    return SeasonView(
        id=row.id,
        slug=row.slug,
        number=row.number,
        titles=row.titles,
        statements=row.statements,
        symbol_kind=row.symbol_kind,
        symbol_names=row.symbol_names,
        symbol_stories=row.symbol_stories,
        origin_city=row.origin_city,
        hashtags=tuple(row.hashtags),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        time_zone=row.time_zone,
        rules=row.rules or {},
        partners=tuple(Partner(**each) for each in row.partners or ()),
    )
