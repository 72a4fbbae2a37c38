"""Starting an entry: a link or a picture is kept at once, as a draft."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam
from sqlmodel import col, select

from relay.domain.entry import LINK_MAX, TITLE_MAX, AltBy, Kind, ParentKnown
from relay.domain.errors import FieldError, Invalid, SeasonClosed
from relay.domain.links import check_link
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.domain.season import require_open
from relay.domain.secret import hash_token
from relay.domain.text import clean_text, shorten
from relay.models import Entry, Season, Topic
from relay.services.outbox import remember
from relay.services.own_link import own_token
from relay.services.writing import insert_one, writing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlmodel import Session

    from relay.ports import Intake, MediaStore

# The states in which the same link counts as being in the relay already.
ALIVE = (Moderation.PENDING, Moderation.CHANGES_ASKED, Moderation.APPROVED)

INCOMING = "incoming/"


@dataclass(frozen=True)
class Started:
    """A draft that is kept: the secret that opens it, and an older twin's ref."""

    entry_id: int
    ref: str
    token: str
    duplicate_of: str | None = None


@dataclass(frozen=True)
class LinkFacts:
    """A link that may be fetched: as pasted, its work's address, its platform."""

    link: str
    canonical: str
    platform: str


def start_entry(
    intake: Intake,
    *,
    link: str = "",
    picture: bytes | None = None,
    title: str = "",
    lang: str = "",
    season: str | None = None,
) -> Started:
    """Keep a draft of a link, a picture, or both; the workers begin with it at once.

    Raises Invalid (fields `link`, `picture`) and SeasonClosed.
    """
    if not link and not picture:
        raise Invalid([FieldError("link", "missing")])
    facts = check_post_link(link, allow=intake.allow) if link else None
    ref, now = intake.dice.ref(), intake.clock.now()
    token = own_token(intake.dice, ref)
    with (
        keeping_incoming(intake.media, ref, picture),
        writing(intake.engine) as session,
    ):
        season_id = require_season(session, season, now=now)
        row = {
            **draft_row(season_id, ref, token, now),
            **link_row(facts, has_picture=picture is not None),
            "title": shorten(clean_text(title), TITLE_MAX),
            "lang": lang,
        }
        entry_id = insert_entry(session, row)
        remember_work(session, entry_id, facts, has_picture=bool(picture), now=now)
        twin = find_twin(session, season_id, row["canonical"], other_than=entry_id)
    intake.doorbell.ring()
    return Started(entry_id, ref, token, twin)


def check_post_link(link: str, *, allow: Collection[str] = ()) -> LinkFacts:
    """Return what may be kept of a post's link; raises Invalid (field `link`)."""
    if len(link) > LINK_MAX:
        raise Invalid([FieldError("link", "too_long")])
    verdict = check_link(link, allow=frozenset(allow))
    if verdict.verdict != "allow":
        raise Invalid([FieldError("link", verdict.reason or "bad_url")])
    return LinkFacts(link, verdict.work or link, verdict.platform or "web")


@contextmanager
def keeping_incoming(
    media: MediaStore, ref: str, picture: bytes | None
) -> Iterator[None]:
    """Keep an original where only the workers look, unless what follows fails.

    What a camera wrote into a picture must not lie about without an entry. Raises
    Unavailable.
    """
    if not picture:
        yield
        return
    keep_incoming(media, ref, picture)
    try:
        yield
    except BaseException:
        media.delete(incoming_key(ref))
        raise


def keep_incoming(media: MediaStore, ref: str, picture: bytes) -> None:
    """Keep an uploaded original where only the workers look; raises Unavailable."""
    media.put(incoming_key(ref), picture, content_type="application/octet-stream")


def incoming_key(ref: str) -> str:
    """Return the media key of an entry's uploaded original.

    Media keys know no capitals, references do: the hash serves.
    """
    return INCOMING + hash_token(ref)


def wanted_key(ref: str) -> str:
    """Return the media key of another picture that is sent in for a public entry."""
    return INCOMING + hash_token(f"{ref}/wanted")


def require_season(session: Session, slug: str | None, *, now: datetime) -> int:
    """Return the id of the season that takes entries.

    Raises SeasonClosed, and Invalid (field `season`) for an unknown slug. Without one
    it is the newest season that has opened, else the newest.
    """
    seasons = session.exec(select(Season).order_by(col(Season.number).desc())).all()
    if slug is not None:
        seasons = [each for each in seasons if each.slug == slug]
        if not seasons:
            raise Invalid([FieldError("season", "unknown")])
    opened = [each for each in seasons if each.opens_at <= now]
    chosen = next(iter([*opened, *seasons]), None)
    if chosen is None or chosen.id is None:
        raise SeasonClosed("no_season")
    require_open(opens_at=chosen.opens_at, closes_at=chosen.closes_at, now=now)
    return chosen.id


def draft_row(season_id: int, ref: str, token: str, now: datetime) -> dict[str, object]:
    """Return the columns of a new, empty entry."""
    return {
        "ref": ref,
        "token_hash": hash_token(token),
        "season_id": season_id,
        "moderation": Moderation.DRAFT,
        "version": 1,
        "alt": "",
        "alt_by": AltBy.MAKER,
        "description": "",
        "name": "",
        "kind": Kind.INDIVIDUAL,
        "search_text": "",
        "country": "",
        "parent_known": ParentKnown.NONE,
        "activity": "",
        "checkpoint": "",
        "exhibit": "",
        "by_child": False,
        "started_at": now,
    }


def link_row(facts: LinkFacts | None, *, has_picture: bool) -> dict[str, object]:
    """Return the columns that follow from the link."""
    waiting = facts is not None or has_picture
    return {
        "link": facts.link if facts else "",
        "canonical": facts.canonical if facts else "",
        "platform": facts.platform if facts else "none",
        "preview": PreviewState.QUEUED if waiting else PreviewState.REFUSED,
    }


def insert_entry(session: Session, row: dict[str, object]) -> int:
    """Insert by Core, which costs a third of what an object does; return the id."""
    return insert_one(session, Entry, row)


def remember_work(
    session: Session,
    entry_id: int,
    facts: LinkFacts | None,
    *,
    has_picture: bool,
    now: datetime,
) -> None:
    """Write what the workers must do into the outbox, in the same commit."""
    topics = [Topic.FETCH_PREVIEW] if facts else []
    topics += [Topic.MAKE_PICTURE] if has_picture else []
    remember(session, topics, [entry_id], now=now)


def find_twin(
    session: Session, season_id: int, canonical: object, *, other_than: int
) -> str | None:
    """Return the ref of the oldest living entry with the same link in the season."""
    if not canonical:
        return None
    found: str | None = (
        session.connection()
        .execute(_TWIN, {"season": season_id, "link": canonical, "not_me": other_than})
        .scalar()
    )
    return found


# Made once: to make a statement costs more than to execute it.
_TWIN = (
    select(Entry.ref)
    .where(
        col(Entry.season_id) == bindparam("season"),
        col(Entry.canonical) == bindparam("link"),
        col(Entry.moderation).in_(ALIVE),
        col(Entry.id) != bindparam("not_me"),
    )
    .order_by(col(Entry.id))
    .limit(1)
)
