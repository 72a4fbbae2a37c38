"""What is kept of a season's relay as a whole: its figures, milestones and stories."""

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from relay.domain.entry import ParentKnown
from relay.domain.milestones import MilestoneOf
from relay.models.base import BIG_ID, one_of


class RelayFigures(SQLModel, table=True):
    """The figures of a season's relay, as they were measured in one edition.

    `answer` is JSON, as `relay stats --json` prints it and more; `columns` the forest
    in preorder, packed. `seconds` is how long it took to measure. All of it can be
    made again from the entries.
    """

    __tablename__ = "relay_figures"

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    edition: int = Field(sa_type=BIG_ID)
    measured_at: datetime
    seconds: float
    answer: str = Field(sa_type=Text)
    columns: bytes


class Milestone(SQLModel, table=True):
    """A mark that a season's relay has passed once: when, and with which entry.

    `value` is the number that was reached, or the code of the country or region.
    """

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    of: MilestoneOf = Field(sa_type=one_of(MilestoneOf, "of"), primary_key=True)
    value: str = Field(primary_key=True, max_length=16)
    at: datetime
    no: int


class Story(SQLModel, table=True):
    """A city's own story in a season; `words` are `{language tag: text}`."""

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    city_id: int = Field(primary_key=True)
    words: dict[str, str] = Field(sa_type=JSON)
    changed_at: datetime


class ParentDecision(SQLModel, table=True):
    """The audit log of parents: who changed from whom an entry got its baton."""

    __tablename__ = "parent_decision"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID, index=True)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    at: datetime
    parent_before: int | None = Field(default=None, sa_type=BIG_ID)
    parent_after: int | None = Field(default=None, sa_type=BIG_ID)
    known_before: ParentKnown = Field(sa_type=one_of(ParentKnown, "known_before"))
    known_after: ParentKnown = Field(sa_type=one_of(ParentKnown, "known_after"))
    version: int
