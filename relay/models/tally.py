"""Counts kept as entries are published, so that no page counts rows."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from relay.models.base import one_of


class Counter(SQLModel, table=True):
    """A number that is given out once, such as the next public number."""

    name: str = Field(primary_key=True, max_length=32)
    value: int


class TallyOf(StrEnum):
    """What published entries are counted by."""

    ALL = "all"
    COUNTRY = "country"
    KIND = "kind"
    PLATFORM = "platform"
    LANG = "lang"


class Tally(SQLModel, table=True):
    """How many published entries of a season have one value.

    `cities` is how many cities they come from: kept for all and for each country, and
    None for the rest.
    """

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    of: TallyOf = Field(sa_type=one_of(TallyOf, "of"), primary_key=True)
    value: str = Field(primary_key=True, max_length=64)
    entries: int
    cities: int | None = None


class Place(SQLModel, table=True):
    """How many published entries of a season come from one city."""

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    city_id: int = Field(primary_key=True)
    country: str = Field(max_length=2)
    entries: int
    first_no: int
    first_at: datetime


class Flow(SQLModel, table=True):
    """How many batons were passed from one city to another in a season."""

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    from_city: int = Field(primary_key=True)
    to_city: int = Field(primary_key=True)
    passes: int
