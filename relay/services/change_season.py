"""Changing a season: nobody overwrites another's change, and the last is undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from sqlmodel import select

from relay.domain.errors import Conflict, FieldError, Invalid, NotFound
from relay.domain.season_plan import (
    SeasonPlan,
    change_key,
    check_plan,
    clean_plan,
    differences,
    from_plain,
    plan_of,
    stamp,
    symbol_key,
    to_plain,
    write_symbol,
)
from relay.models import DeskSetting, Entry, Season
from relay.services.audit import audit
from relay.services.edition import turn_edition, turn_relay
from relay.services.files_in_use import files_out_of_use, symbol_keys_of
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.ports import Clock, Gazetteer, MediaStore

# What a season's figures are measured by.
_MEASURED_BY = {"time_zone", "closes_at"}


class StaleSeasonError(Conflict):
    """Another organiser has changed the season meanwhile; `now` is how it is."""

    def __init__(self, now: SeasonPlan) -> None:
        self.now = now
        super().__init__("Somebody else has changed this season in the meantime.")


def change_season(
    engine: Engine,
    slug: str,
    plan: SeasonPlan,
    *,
    seen: str,
    moderator_id: int | None,
    clock: Clock,
    gazetteer: Gazetteer,
    media: MediaStore,
) -> tuple[str, ...]:
    """Keep a season as planned, with an audit row; return what has become different.

    `seen` is the stamp of the season that the organiser began with. Raises NotFound,
    Invalid, and StaleSeasonError when it is another season by now; and Unavailable,
    when all is kept but an old picture could not be deleted.
    """
    plan = clean_plan(plan)
    require_possible(plan, gazetteer)
    with writing(engine) as session:
        season, before = require_plan(session, slug)
        if stamp(before) != seen:
            raise StaleSeasonError(before)
        require_free(session, plan, season)
        kept = keep_change(
            session, season, before, plan, moderator_id=moderator_id, now=clock.now()
        )
    _drop_loose(engine, kept.loose, media=media)
    return kept.changed


def undo_change(
    engine: Engine,
    slug: str,
    *,
    seen: str,
    moderator_id: int | None,
    clock: Clock,
) -> tuple[str, ...]:
    """Make a season what it was before its last change, which is a change of its own.

    Raises NotFound when nothing can be undone, Invalid when its old place is taken,
    and StaleSeasonError.
    """
    with writing(engine) as session:
        season, before = require_plan(session, slug)
        if stamp(before) != seen:
            raise StaleSeasonError(before)
        last = session.get(DeskSetting, change_key(season.id or 0))
        if last is None:
            message = "Nothing of this season was changed yet."
            raise NotFound(message)
        plan = from_plain({**to_plain(before), **last.value["before"]})
        require_free(session, plan, season)
        # No picture gets loose: both plans are in the last change again.
        return keep_change(
            session,
            season,
            before,
            plan,
            moderator_id=moderator_id,
            now=clock.now(),
            what="season.undone",
        ).changed


def require_possible(plan: SeasonPlan, gazetteer: Gazetteer) -> None:
    """Raise Invalid that names all that is wrong with a plan by itself."""
    faults: list[FieldError] = []
    try:
        check_plan(plan)
    except Invalid as error:
        faults += error.fields
    if gazetteer.find(plan.origin_city) is None:
        faults.append(FieldError("city", "unknown"))
    if plan.time_zone not in available_timezones():
        faults.append(FieldError("time_zone", "unknown"))
    if faults:
        raise Invalid(faults)


def require_plan(session: Session, slug: str) -> tuple[Season, SeasonPlan]:
    """Return a season that nobody else can change now; raises NotFound."""
    season = session.exec(
        select(Season).where(Season.slug == slug).with_for_update()
    ).first()
    if season is None or season.id is None:
        message = f"There is no season {slug}."
        raise NotFound(message)
    symbol = session.get(DeskSetting, symbol_key(season.id))
    return season, plan_of(season, symbol.value if symbol else None)


def require_free(session: Session, plan: SeasonPlan, season: Season | None) -> None:
    """Raise Invalid when another season has the address or the number.

    The address of a season with entries is in people's hands: it stays.
    """
    others = session.exec(
        select(Season).where(
            (Season.slug == plan.slug) | (Season.number == plan.number)
        )
    ).all()
    own = season.id if season else None
    faults = [
        FieldError(name, "taken")
        for name in ("slug", "number")
        for each in others
        if each.id != own and getattr(each, name) == getattr(plan, name)
    ]
    if season and plan.slug != season.slug and has_entries(session, season.id or 0):
        faults.append(FieldError("slug", "in_use"))
    if faults:
        raise Invalid(faults)


def has_entries(session: Session, season_id: int) -> bool:
    """Tell whether anything was ever begun in a season."""
    found = session.exec(
        select(Entry.id).where(Entry.season_id == season_id).limit(1)
    ).first()
    return found is not None


@dataclass(frozen=True)
class Kept:
    """What a change did, and the files that no undoing can bring back any more."""

    changed: tuple[str, ...] = ()
    loose: frozenset[str] = frozenset()


def keep_change(
    session: Session,
    season: Season,
    before: SeasonPlan,
    plan: SeasonPlan,
    *,
    moderator_id: int | None,
    now: datetime,
    what: str = "season.changed",
) -> Kept:
    """Keep a season's new plan in the caller's transaction, with what it was."""
    changed = differences(before, plan)
    if not changed:
        return Kept()
    was, becomes = to_plain(before), to_plain(plan)
    details = {
        "before": {name: was[name] for name in changed},
        "after": {name: becomes[name] for name in changed},
    }
    last = session.get(DeskSetting, change_key(season.id or 0))
    loose = symbol_keys_of(last.value) if last else frozenset[str]()
    for name, value in columns_of(plan).items():
        setattr(season, name, value)
    session.add(season)
    keep_symbol(session, season, plan, now=now)
    _put_setting(
        session,
        change_key(season.id or 0),
        details,
        now=now,
        moderator_id=moderator_id,
    )
    audit(
        session,
        what,
        now=now,
        moderator_id=moderator_id,
        subject=season.id,
        details={"slug": plan.slug, **details},
    )
    if _MEASURED_BY.intersection(changed):
        turn_relay(session, season.id or 0)
    turn_edition(session)
    return Kept(changed, loose)


def _drop_loose(engine: Engine, keys: frozenset[str], *, media: MediaStore) -> None:
    """Delete files that neither a season nor an entry has; raises Unavailable."""
    if keys:
        with writing(engine) as session:
            unused = files_out_of_use(session, keys)
        for key in unused:
            media.delete(key)


def columns_of(plan: SeasonPlan) -> dict[str, Any]:
    """Return a plan as the columns of a season's row."""
    plain = to_plain(plan)
    named = {name: plain[name] for name in plain if name in _PLAIN_COLUMNS}
    return {
        **named,
        "symbol_kind": plan.symbol_kind,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "symbol_picture": plan.symbol_files[0].key if plan.symbol_files else None,
    }


_PLAIN_COLUMNS = frozenset(
    {
        "slug",
        "number",
        "titles",
        "statements",
        "rules",
        "symbol_names",
        "symbol_stories",
        "origin_city",
        "hashtags",
        "partners",
        "time_zone",
    }
)


def keep_symbol(
    session: Session, season: Season, plan: SeasonPlan, *, now: datetime
) -> None:
    """Keep what a symbol has beside the columns of its season, which has its id."""
    _put_setting(session, symbol_key(season.id or 0), write_symbol(plan), now=now)


def _put_setting(
    session: Session,
    key: str,
    value: dict[str, Any],
    *,
    now: datetime,
    moderator_id: int | None = None,
) -> None:
    row = session.get(DeskSetting, key) or DeskSetting(
        key=key, value=value, changed_at=now
    )
    row.value, row.changed_at, row.moderator_id = value, now, moderator_id
    session.add(row)
