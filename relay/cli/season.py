"""`relay season`: looks at seasons, opens and closes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from sqlmodel import Session, col, select

from relay.bootstrap import open_relay
from relay.domain.errors import Invalid
from relay.domain.local_time import read_local
from relay.domain.season_plan import from_plain, stamp, to_plain
from relay.models import Season
from relay.queries.season_desk import find_season_at_desk
from relay.services.change_season import change_season
from relay.services.choose_city import require_city
from relay.services.open_season import open_season, set_hours
from relay.services.stories import STORY_MAX, store_story

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TextIO

    from relay.queries.season_desk import SeasonAtDesk

_FAULTS = {
    "city": "Which city is meant? Give its GeoNames id, or its name and country.",
    "lang": "--lang: give a language tag such as zh-Hans or en.",
    "story": f"The story is too long: {STORY_MAX} characters are shown at most.",
}


@click.group("season")
def season() -> None:
    """Seasons: list them, and set when they take entries."""


@season.command("list")
def list_seasons() -> None:
    """List the seasons, newest first."""
    with Session(open_relay().engine) as session:
        for each in session.exec(select(Season).order_by(col(Season.number).desc())):
            closes = each.closes_at.isoformat() if each.closes_at else "no end"
            click.echo(
                f"{each.number}  {each.slug}  {each.titles.get('en', '')}  "
                f"{each.opens_at.isoformat()} – {closes}"
            )


@season.command("hours")
@click.argument("slug")
@click.option("--opens", help="A time: 2026-06-21T09:00, or 2026-06-21T01:00Z.")
@click.option("--closes", help="A time, or `never`.")
def hours(slug: str, opens: str | None, closes: str | None) -> None:
    """Set when season SLUG opens and closes.

    A time is one of the season's own time zone, unless an offset from UTC stands
    behind it: Z, +08:00 or the like.
    """
    relay = open_relay()
    with Session(relay.engine) as session:
        found = session.exec(select(Season).where(Season.slug == slug)).first()
    if found is None:
        message = f"There is no season {slug}; see `relay season list`."
        raise click.ClickException(message)
    zone = ZoneInfo(found.time_zone)
    opens_at = _moment(opens, zone, field="opens") if opens else found.opens_at
    if closes is None:
        closes_at = found.closes_at
    else:
        closes_at = None if closes == "never" else _moment(closes, zone, field="closes")
    try:
        set_hours(
            relay.engine,
            slug,
            opens_at=opens_at,
            closes_at=closes_at,
            clock=relay.clock,
        )
    except Invalid as error:
        message = "It must close after it opens."
        raise click.ClickException(message) from error
    ends = closes_at.astimezone(zone).isoformat() if closes_at else "no end"
    click.echo(f"{slug}: {opens_at.astimezone(zone).isoformat()} – {ends}")


@season.command("story")
@click.argument("slug")
@click.argument("city")
@click.option("--lang", required=True, help="The language it is in, such as zh-Hans.")
@click.option(
    "--file",
    type=click.File(encoding="utf-8"),
    default="-",
    help="Where the story stands; without it, it is read from standard input.",
)
def story(slug: str, city: str, lang: str, file: TextIO) -> None:
    """Keep the story of CITY in season SLUG; an empty one takes it away.

    CITY is a GeoNames id, or a name such as "Nanjing, CN". A blank line begins a
    paragraph.
    """
    relay = open_relay()
    try:
        found = require_city(relay.gazetteer, city)
        is_kept = store_story(
            relay.engine,
            slug,
            found.id,
            lang=lang,
            text=file.read(),
            clock=relay.clock,
            gazetteer=relay.gazetteer,
        )
    except Invalid as error:
        raise click.ClickException(_FAULTS[error.fields[0].field]) from error
    except UnicodeDecodeError as error:
        message = "The story must be text in UTF-8."
        raise click.ClickException(message) from error
    done = "kept" if is_kept else "taken away"
    click.echo(f"The story of {found.name} in {lang} was {done}.")


@season.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Print season SLUG as JSON, as `relay season keep` reads it."""
    click.echo(json.dumps(to_plain(_require(slug).plan), ensure_ascii=False, indent=2))


@season.command("keep")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@click.option("--change", "slug", help="Change this season; else a new one is made.")
def keep(file: TextIO, slug: str | None) -> None:
    """Make a season of the JSON in FILE, or change one: see `relay season show`.

    What the JSON leaves out stays as it is, or is empty in a new season.
    """
    relay = open_relay()
    found = _require(slug) if slug else None
    try:
        plan = from_plain({**_beginning(found), **json.load(file)})
        if found and slug:
            change_season(
                relay.engine,
                slug,
                plan,
                seen=stamp(found.plan),
                moderator_id=None,
                clock=relay.clock,
                gazetteer=relay.gazetteer,
                media=relay.media,
            )
        else:
            open_season(
                relay.engine,
                plan,
                moderator_id=None,
                clock=relay.clock,
                gazetteer=relay.gazetteer,
            )
    except Invalid as error:
        raise click.ClickException(str(error)) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = "This is no season as `relay season show` prints it."
        raise click.ClickException(message) from error
    click.echo(f"{plan.slug}: {'changed' if found else 'made'}")


def _require(slug: str) -> SeasonAtDesk:
    with open_relay().engine.connect() as connection:
        found = find_season_at_desk(connection, slug)
    if found is None:
        message = f"There is no season {slug}; see `relay season list`."
        raise click.ClickException(message)
    return found


def _beginning(found: SeasonAtDesk | None) -> dict[str, object]:
    """Return what a season has where the JSON says nothing."""
    if found:
        return to_plain(found.plan)
    return {
        "closes_at": None,
        "symbol_files": [],
        **{
            name: {}
            for name in ("statements", "rules", "symbol_names", "symbol_stories")
        },
        "symbol_alts": {},
        "hashtags": [],
        "partners": [],
        "time_zone": "UTC",
    }


_TIMES = {
    "not_a_time": "{text} is no time such as 2026-06-21T09:00.",
    "skipped": "Clocks leap over {text} there: give a time before or after it.",
    "twice": "{text} comes twice there, as clocks are put back: give it with its "
    "offset, such as {text}+01:00.",
}


def _moment(text: str, zone: ZoneInfo, *, field: str) -> datetime:
    """Return the moment of a local time, or of one with an offset of its own."""
    try:
        return read_local(text, zone, field=field)
    except Invalid as error:
        said = _TIMES[error.fields[0].code].format(text=text)
        raise click.ClickException(said) from error
