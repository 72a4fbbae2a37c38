"""What a maker sees of their own entry, behind the private link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from relay.domain.moderation import MAKER_MAY_CHANGE, Choice, Moderation
from relay.domain.secret import hash_token
from relay.models import (
    Appeal,
    Baton,
    Decision,
    Entry,
    Look,
    Picture,
    PictureRole,
    Preview,
    RenditionFile,
    RevisedBy,
    Revision,
    RevisionState,
    Season,
)
from relay.queries.published import published
from relay.queries.told import Told, list_told

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

# What is said to a maker, and where their entry is then.
_ANSWERS = (Choice.ASK_CHANGES, Choice.REJECT, Choice.TAKE_DOWN, Choice.MERGE)
_ANSWERED = (Moderation.CHANGES_ASKED, Moderation.REJECTED, Moderation.TAKEN_DOWN)

# Enough for a page; the relay tree shows them all.
MOST_PASSED_ON = 50


@dataclass(frozen=True)
class OwnPicture:
    """A picture that the maker may see before anybody else: its file and pixels."""

    key: str
    format: str
    width: int
    height: int
    colour: str


@dataclass(frozen=True)
class PassedOn:
    """A published entry that took the baton from this one."""

    no: int
    title: str
    city_id: int
    lang: str


@dataclass(frozen=True)
class Answer:
    """Why an entry is where it is, as its maker reads it."""

    choice: str
    reason: str | None
    note: str
    at: datetime


@dataclass(frozen=True)
class OwnEntry:
    """One entry with everything that its maker may know. `entry` is only read.

    `baton` is the first that works; `own_batons` lists them all.
    `told` is what happened to it so far, the newest first. `waiting` are its maker's
    own words that wait for a moderator while it is public, `appeal` what they once
    said against a rejection. `picture_refused` tells that the picture which they sent
    in last for a public entry could not be read.
    `twin_no` is the public number of another entry with the same link. `twin_waits`
    says only that an earlier one waits for moderators: not whose it is, nor its words.
    """

    entry: Entry
    season_closes_at: datetime | None
    preview: Preview | None = None
    look: Look | None = None
    pictures: dict[PictureRole, OwnPicture] = field(default_factory=dict)
    baton: str | None = None
    passed_on: tuple[PassedOn, ...] = ()
    answer: Answer | None = None
    told: tuple[Told, ...] = ()
    waiting: Revision | None = None
    picture_refused: bool = False
    appeal: Appeal | None = None
    twin_no: int | None = None
    twin_waits: bool = False

    @property
    def picture(self) -> OwnPicture | None:
        """The picture that the wall would show: the maker's own before the post's."""
        own = self.pictures.get(PictureRole.OWN)
        return own or self.pictures.get(PictureRole.POST)

    @property
    def may_appeal(self) -> bool:
        """Whether its maker may ask for another look: once, and of no duplicate."""
        return (
            self.entry.moderation is Moderation.REJECTED
            and self.entry.merged_into is None
            and self.appeal is None
        )


def find_wanted_picture(own: OwnEntry) -> OwnPicture | None:
    """Return the picture that waits for a moderator, once it is made."""
    wanted = (own.waiting.changes if own.waiting else {}).get("picture", {})
    for each in wanted.get("files", ()):
        if (each["name"], each["format"]) == ("wall", "jpeg"):
            colour = wanted["columns"]["colour"]
            size = each["width"], each["height"]
            return OwnPicture(each["key"], each["format"], *size, colour)
    return None


def find_own_entry(engine: Engine, token: str) -> OwnEntry | None:
    """Return the entry behind a private link."""
    with Session(engine) as session:
        entry = session.scalar(
            select(Entry).where(col(Entry.token_hash) == hash_token(token))
        )
        if entry is None or entry.id is None:
            return None
        season = session.get_one(Season, entry.season_id)
        twin = _find_twin(session, entry)
        return OwnEntry(
            entry=entry,
            season_closes_at=season.closes_at,
            preview=session.get(Preview, entry.id),
            look=session.get(Look, entry.id),
            pictures=_pictures(session, entry.id),
            baton=session.scalar(
                select(col(Baton.code))
                .where(col(Baton.entry_id) == entry.id, col(Baton.revoked_at).is_(None))
                .order_by(col(Baton.created_at), col(Baton.code))
                .limit(1)
            ),
            passed_on=_passed_on(session, entry.id),
            answer=_answer(session, entry),
            told=list_told(session, entry),
            waiting=_waiting(session, entry.id),
            picture_refused=_is_picture_refused(session, entry.id),
            appeal=session.get(Appeal, entry.id),
            twin_no=twin.no if twin else None,
            twin_waits=_has_waiting_twin(session, entry),
        )


def _pictures(session: Session, entry_id: int) -> dict[PictureRole, OwnPicture]:
    rows = session.execute(
        select(
            col(Picture.role),
            col(Picture.colour),
            col(RenditionFile.key),
            col(RenditionFile.format),
            col(RenditionFile.width),
            col(RenditionFile.height),
        )
        .join(RenditionFile, col(RenditionFile.picture_id) == col(Picture.id))
        .where(
            col(Picture.entry_id) == entry_id,
            col(RenditionFile.name) == "wall",
            col(RenditionFile.format) == "jpeg",
        )
    )
    return {
        row.role: OwnPicture(row.key, row.format, row.width, row.height, row.colour)
        for row in rows
    }


def _passed_on(session: Session, entry_id: int) -> tuple[PassedOn, ...]:
    rows = session.execute(
        select(col(Entry.no), col(Entry.title), col(Entry.city_id), col(Entry.lang))
        .where(col(Entry.from_id) == entry_id, published())
        .order_by(col(Entry.no))
        .limit(MOST_PASSED_ON)
    )
    return tuple(PassedOn(row.no, row.title, row.city_id, row.lang) for row in rows)


def _answer(session: Session, entry: Entry) -> Answer | None:
    """Return why an entry is where it is; what moderators tell each other is not it."""
    if entry.moderation not in _ANSWERED:
        return None
    row = session.scalar(
        select(Decision)
        .where(
            col(Decision.entry_id) == entry.id,
            col(Decision.choice).in_(_ANSWERS),
            col(Decision.after) == entry.moderation,
        )
        .order_by(col(Decision.id).desc())
        .limit(1)
    )
    if row is None:
        return None
    return Answer(row.choice.value, row.reason, row.note, row.at)


def _waiting(session: Session, entry_id: int) -> Revision | None:
    return session.scalar(
        select(Revision).where(
            col(Revision.entry_id) == entry_id,
            col(Revision.by) == RevisedBy.MAKER,
            col(Revision.state) == RevisionState.WAITING,
        )
    )


def _is_picture_refused(session: Session, entry_id: int) -> bool:
    newest = session.scalar(
        select(col(Revision.changes))
        .where(
            col(Revision.entry_id) == entry_id,
            col(Revision.by) == RevisedBy.MAKER,
        )
        .order_by(col(Revision.id).desc())
        .limit(1)
    )
    state: str = (newest or {}).get("picture", {}).get("state", "")
    return state == "refused"


def _find_twin(session: Session, entry: Entry) -> Entry | None:
    """Return the published entry with the same link in the season, if there is one."""
    if not entry.canonical:
        return None
    return session.scalar(
        select(Entry)
        .where(
            col(Entry.season_id) == entry.season_id,
            col(Entry.canonical) == entry.canonical,
            col(Entry.id) != entry.id,
            published(),
        )
        .order_by(col(Entry.id))
        .limit(1)
    )


def _has_waiting_twin(session: Session, entry: Entry) -> bool:
    """Tell whether the same link was sent in before, and is not decided yet.

    Drafts do not count, nor what was rejected or taken back.
    """
    if not entry.canonical:
        return False
    earlier = col(Entry.id) != entry.id
    if entry.submitted_at:
        earlier = tuple_(col(Entry.submitted_at), col(Entry.id)) < (
            entry.submitted_at,
            entry.id,
        )
    found = session.scalar(
        select(col(Entry.id))
        .where(
            col(Entry.season_id) == entry.season_id,
            col(Entry.canonical) == entry.canonical,
            col(Entry.moderation).in_(MAKER_MAY_CHANGE),
            earlier,
        )
        .limit(1)
    )
    return found is not None
