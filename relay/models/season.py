"""A season: its symbol, its words in each language, and its opening hours."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from relay.domain.season import SymbolKind
from relay.models.base import one_of


class Season(SQLModel, table=True):
    """One edition of the campaign; words are `{language tag: text}`."""

    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    number: int = Field(unique=True)
    titles: dict[str, str] = Field(sa_type=JSON)
    statements: dict[str, str] = Field(sa_type=JSON)
    symbol_kind: SymbolKind = Field(sa_type=one_of(SymbolKind, "symbol_kind"))
    symbol_names: dict[str, str] = Field(sa_type=JSON)
    symbol_stories: dict[str, str] = Field(sa_type=JSON)
    origin_city: int
    hashtags: list[str] = Field(sa_type=JSON)
    opens_at: datetime
    closes_at: datetime | None = None
    time_zone: str = Field(default="Asia/Shanghai", max_length=64)
    # Who helps, each {"name", "link"}; the rules to take part, by language.
    partners: list[dict[str, str]] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    rules: dict[str, str] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    symbol_picture: str | None = Field(default=None, max_length=120)
    created_at: datetime
