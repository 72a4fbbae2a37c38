"""What the API takes and gives, as types that also describe it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from relay.domain.entry import (
    ALT_MAX,
    DESCRIPTION_MAX,
    EMAIL_MAX,
    LINK_MAX,
    NAME_MAX,
    TITLE_MAX,
    Kind,
)
from relay.domain.moderation import Choice, Moderation
from relay.domain.preview import PreviewState
from relay.domain.reasons import KEY_MAX as REASON_MAX

MOST = 100
# As large as the number's column: a larger one is nobody's.
MOST_NO = 2**31 - 1
# No database keeps a NUL; everything else is cleaned.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


def _only_true(value: object) -> object:
    """Consent is said, not inferred: in Python, and so to Pydantic, 1 equals true."""
    return value is True


class Strict(BaseModel):
    """Unknown fields are mistakes that somebody wants to hear of."""

    model_config = ConfigDict(extra="forbid")


class EntryIn(Strict):
    """An entry to send in."""

    link: Text = Field(default="", max_length=LINK_MAX, description="Link to the post.")
    title: Text = Field(max_length=TITLE_MAX, min_length=1)
    alt: Text = Field(
        default="",
        max_length=ALT_MAX,
        description="What can be seen. Empty: a volunteer is asked to describe it.",
    )
    description: Text = Field(default="", max_length=DESCRIPTION_MAX)
    name: Text = Field(max_length=NAME_MAX, min_length=1, description="Name to show.")
    kind: Kind = Kind.INDIVIDUAL
    city: int | Text = Field(
        description='GeoNames id, or a name such as "Nanjing, CN".'
    )
    baton: Text = Field(default="", max_length=200, description="Code or link.")
    saw: Annotated[int, Field(ge=1, le=MOST_NO)] | None = Field(
        default=None,
        description="Without a baton: the number of the published entry of the same "
        "season that moved the maker to take part. Moderators confirm it.",
    )
    season: Text | None = Field(default=None, max_length=64, description="Slug.")
    email: Text = Field(default="", max_length=EMAIL_MAX)
    consent: Annotated[Literal[True], BeforeValidator(_only_true)] = Field(
        description="The maker agrees; must be true."
    )
    remind: bool = Field(
        default=False,
        description="One mail to `email` if nobody takes the baton for a week.",
    )
    guardian_consent: bool = Field(
        default=False, description="A child made it, and its guardian agrees."
    )
    lang: str = Field(
        default="",
        pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3})?$",
        max_length=35,
        description="BCP 47 tag of the words.",
    )
    checkpoint: Text = Field(default="", max_length=64)
    activity: Text = Field(default="", max_length=64)


class Receipt(BaseModel):
    """What comes back: keep `token`, it is the only key to the entry."""

    ref: str
    token: str
    status_url: str
    mine_url: str
    baton_url: str
    duplicate_of: str | None = Field(
        description="`ref` of an older entry with the same link in this season."
    )


class PreviewOut(BaseModel):
    """How far the machines have come."""

    state: PreviewState
    title: str | None
    description: str | None
    author: str | None
    image: str | None
    reason: str | None


class PassedOnOut(BaseModel):
    """A published entry that took the baton."""

    no: int
    title: str
    city: int


class StatusOut(BaseModel):
    """How far an entry has come."""

    ref: str
    no: int | None
    moderation: Moderation
    preview: PreviewOut
    baton_url: str | None
    passed_on: list[PassedOnOut]


class CityOut(BaseModel):
    """A city of the gazetteer, named in the language asked for."""

    id: int
    name: str
    region: str
    country: str
    country_name: str
    lat: float
    lon: float
    population: int


class CitiesOut(BaseModel):
    """The cities that a text may mean, best first."""

    cities: list[CityOut]


class EntryOut(BaseModel):
    """A published entry. `from_no` passed the baton on; None begins a relay.

    `alt_lang` is the language of the alt text; empty where it is `lang`.
    """

    no: int
    title: str
    alt: str
    alt_lang: str
    name: str
    kind: Kind
    lang: str
    city: int
    city_name: str
    country: str
    lat: float | None
    lon: float | None
    link: str
    platform: str
    from_no: int | None
    submitted_at: datetime
    published_at: datetime
    url: str


class PictureOut(BaseModel):
    """One file of a picture, in pixels."""

    name: str = Field(
        description="`page`, `wall` and `small` are the whole work, ever smaller; "
        "`share` is a card for other sites: the work on a field of its main colour. "
        "Others may come."
    )
    url: str
    format: str
    width: int
    height: int


class WholeEntryOut(EntryOut):
    """A published entry with its story and pictures."""

    description: str
    passed_on: list[int]
    pictures: list[PictureOut]
    veiled_pictures: list[PictureOut] = Field(
        description="In place of `pictures` where moderators have veiled them: show "
        "them to those only who ask to see them."
    )


class EntriesOut(BaseModel):
    """A page of entries; `next` is the cursor of the next page."""

    entries: list[EntryOut]
    next: str | None


class EntriesQuery(Strict):
    """The wall's filters."""

    season: Text | None = Field(default=None, max_length=64)
    city: int | None = Field(default=None, ge=1, le=MOST_NO)
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    kind: Kind | None = None
    platform: Text = Field(default="", max_length=32)
    lang: Text = Field(default="", max_length=35)
    q: Text = Field(default="", max_length=200, description="Words to find.")
    cursor: int | None = Field(default=None, ge=1, le=MOST_NO)
    limit: int = Field(default=24, ge=1, le=MOST)


class CitiesQuery(Strict):
    """A text, or an id."""

    q: Text = Field(default="", max_length=200)
    id: int | None = Field(default=None, ge=1, le=MOST_NO)
    lang: Text = Field(default="en", max_length=16)
    limit: int = Field(default=8, ge=1, le=20)


class SeasonQuery(Strict):
    """A season; the current one when none is named."""

    season: Text | None = Field(default=None, max_length=64)


class GeoFeature(BaseModel):
    """A GeoJSON feature (RFC 7946): a city as a point, a flow as a line."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any]
    properties: dict[str, Any]


class GeoOut(BaseModel):
    """The map as GeoJSON."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[GeoFeature]


class SeasonOut(BaseModel):
    """One season; words are `{language: text}`."""

    slug: str
    number: int
    titles: dict[str, str]
    statements: dict[str, str]
    symbol_kind: str
    symbol_names: dict[str, str]
    origin_city: int
    hashtags: list[str]
    opens_at: datetime
    closes_at: datetime | None
    time_zone: str
    open: bool
    entries: int


class SeasonsOut(BaseModel):
    """All seasons, the newest first."""

    seasons: list[SeasonOut]


class QueueItemOut(BaseModel):
    """One entry that waits; send its `version` back with the decision."""

    ref: str
    version: int
    title: str
    alt: str
    alt_lang: str
    description: str
    name: str
    kind: Kind
    lang: str
    city: int
    country: str
    link: str
    platform: str
    preview: PreviewState
    by_child: bool
    submitted_at: datetime


class QueueQuery(Strict):
    """A page of the queue."""

    cursor: Text = Field(default="", max_length=120)
    limit: int = Field(default=50, ge=1, le=MOST)


class QueueOut(BaseModel):
    """The queue, the oldest first."""

    entries: list[QueueItemOut]
    next: str | None


class DecisionIn(Strict):
    """One decision, on the version that was seen."""

    decision: Literal[
        Choice.APPROVE,
        Choice.REJECT,
        Choice.ASK_CHANGES,
        Choice.TAKE_DOWN,
        Choice.RESTORE,
        Choice.BLUR,
        Choice.UNBLUR,
    ]
    version: Annotated[int, Field(ge=1, le=MOST_NO)]
    reason: Text | None = Field(
        default=None,
        max_length=REASON_MAX,
        description="The key of a reason in use, such as `off_theme` or `other`; "
        "organisers may add some.",
    )
    note: Text = Field(default="", max_length=2000)
    reveal_at: AwareDatetime | None = Field(
        default=None, description="Of an approval: show it from then on only."
    )


class DecidedOut(BaseModel):
    """What became of the entry."""

    no: int | None
    moderation: Moderation
    version: int
    decision: int = Field(description="Its id, by which it can be taken back.")
    reveal_at: datetime | None = None


class UndoIn(Strict):
    """One decision to take back, on the version that was seen."""

    decision: Annotated[int, Field(ge=1, le=MOST_NO)]
    version: Annotated[int, Field(ge=1, le=MOST_NO)]
    note: Text = Field(default="", max_length=2000)
