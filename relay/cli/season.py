"""`relay season`: looks at seasons, opens and closes them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from sqlmodel import Session, col, select

from relay.bootstrap import open_relay
from relay.models import Season
from relay.services.open_season import set_hours


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


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time, or of one with an offset of its own."""
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{text} is no time such as 2026-06-21T09:00."
        raise click.ClickException(message) from error
