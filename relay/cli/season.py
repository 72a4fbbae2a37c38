"""`relay season`: looks at seasons, opens and closes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from sqlmodel import Session, col, select

from relay.bootstrap import open_relay
from relay.domain.errors import Invalid
from relay.models import Season
from relay.services.choose_city import require_city
from relay.services.open_season import set_hours
from relay.services.stories import STORY_MAX, store_story

if TYPE_CHECKING:
    from typing import TextIO

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
    opens_at = _moment(opens, zone) if opens else found.opens_at
    if closes is None:
        closes_at = found.closes_at
    else:
        closes_at = None if closes == "never" else _moment(closes, zone)
    set_hours(relay.engine, slug, opens_at=opens_at, closes_at=closes_at)
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


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time, or of one with an offset of its own."""
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{text} is no time such as 2026-06-21T09:00."
        raise click.ClickException(message) from error
