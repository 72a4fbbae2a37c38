"""An entry: one artwork, who sent it, from where, and who passed the baton on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from relay.domain.entry import AltBy, Kind, ParentKnown
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models.base import BIG_ID, one_of

_PUBLISHED = text("moderation = 'approved'")
_SENT = text("submitted_at IS NOT NULL")
_UNDESCRIBED = text("alt = ''")
_LINK_TROUBLE = text(
    "moderation = 'approved' AND preview IN ('refused', 'failed', 'gone')"
)


class Entry(SQLModel, table=True):
    """One artwork of a season.

    `moderation` is what people decided, `preview` how far the machines came: two
    questions, two columns. `no` is given at the first publication, in order, once.
    Only the hash of the maker's token is kept. A draft may lack most words; a
    withdrawn entry has lost them. `alt_lang` is "" where the alt text is in the
    language of the other words.
    """

    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="own_parent"),
        CheckConstraint(
            "moderation <> 'approved' OR (no IS NOT NULL AND published_at IS NOT NULL)",
            name="published_has_no",
        ),
        CheckConstraint(
            "moderation IN ('draft', 'withdrawn') OR (city_id IS NOT NULL"
            " AND submitted_at IS NOT NULL AND consent_at IS NOT NULL)",
            name="sent_is_whole",
        ),
        Index("ix_entry_link", "season_id", "canonical"),
        Index("ix_entry_desk", "moderation", "submitted_at", "id"),
        Index(
            "ix_entry_wall",
            "season_id",
            "no",
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        Index(
            "ix_entry_wall_city",
            "season_id",
            "city_id",
            "no",
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        Index(
            "ix_entry_wall_country",
            "season_id",
            "country",
            "no",
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        Index(
            "ix_entry_wall_kind",
            "season_id",
            "kind",
            "no",
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        Index(
            "ix_entry_wall_platform",
            "season_id",
            "platform",
            "no",
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        Index(
            "ix_entry_wall_lang",
            "season_id",
            "lang",
            "no",
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        # Holds all that the relay is measured from: a million rows are read from it in
        # a fifth of the time that the table takes.
        Index(
            "ix_entry_relay",
            "season_id",
            "submitted_at",
            "id",
            "parent_id",
            "city_id",
            "no",
            "moderation",
            "parent_known",
            "kind",
            postgresql_where=_SENT,
            sqlite_where=_SENT,
        ),
        Index(
            "ix_entry_undescribed",
            "submitted_at",
            "id",
            postgresql_where=_UNDESCRIBED,
            sqlite_where=_UNDESCRIBED,
        ),
        Index(
            "ix_entry_link_trouble",
            "season_id",
            "preview",
            "no",
            postgresql_where=_LINK_TROUBLE,
            sqlite_where=_LINK_TROUBLE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    ref: str = Field(max_length=32, unique=True)
    season_id: int = Field(foreign_key="season.id")
    no: int | None = Field(default=None, unique=True)
    token_hash: str = Field(max_length=64, unique=True)

    link: str = Field(default="", sa_type=Text)
    canonical: str = Field(default="", sa_type=Text)
    platform: str = Field(default="web", max_length=32)

    title: str = Field(default="", sa_type=Text)
    alt: str = Field(default="", sa_type=Text)
    alt_lang: str = Field(default="", max_length=35)
    alt_by: AltBy = Field(default=AltBy.MAKER, sa_type=one_of(AltBy, "alt_by"))
    description: str = Field(default="", sa_type=Text)
    name: str = Field(default="", sa_type=Text)
    kind: Kind = Field(default=Kind.INDIVIDUAL, sa_type=one_of(Kind, "kind"))
    lang: str = Field(default="", max_length=35)
    email: str | None = Field(default=None, max_length=254)
    search_text: str = Field(default="", sa_type=Text)

    city_id: int | None = None
    country: str = Field(default="", max_length=2)

    parent_id: int | None = Field(
        default=None, foreign_key="entry.id", sa_type=BIG_ID, index=True
    )
    parent_known: ParentKnown = Field(
        default=ParentKnown.NONE, sa_type=one_of(ParentKnown, "parent_known")
    )

    # The code that it was sent in with, if it was.
    baton_code: str | None = Field(default=None, max_length=16)

    # The nearest published ancestor of a published entry, kept by publication.
    from_id: int | None = Field(
        default=None, foreign_key="entry.id", sa_type=BIG_ID, index=True
    )

    activity: str = Field(default="", max_length=64)
    checkpoint: str = Field(default="", max_length=64)
    exhibit: str = Field(default="", max_length=64)

    # Whether its maker wants one reminder if nobody takes the baton; and when it went.
    remind: bool = False
    reminded_at: datetime | None = None

    consent_version: str | None = Field(default=None, max_length=16)
    consent_at: datetime | None = None
    by_child: bool = False
    guardian_consent_at: datetime | None = None

    moderation: Moderation = Field(sa_type=one_of(Moderation, "moderation"))
    preview: PreviewState = Field(sa_type=one_of(PreviewState, "preview"))
    # Whether its picture is veiled until a reader asks; the entry that it repeats.
    blurred: bool = False
    merged_into: int | None = Field(default=None, sa_type=BIG_ID)
    version: int = 1

    started_at: datetime = Field(index=True)
    submitted_at: datetime | None = None
    published_at: datetime | None = None
