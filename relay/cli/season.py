"""`relay season`: looks at seasons, opens and closes them."""

from __future__ import annotations

from datetime import datetime
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
@click.option("--opens", help="Local time in the season's zone: 2026-06-21T09:00.")
@click.option("--closes", help="Local time, or `never`.")
def hours(slug: str, opens: str | None, closes: str | None) -> None:
    """Set when season SLUG opens and closes, in its own time zone."""
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
    click.echo(f"{slug}: {opens_at.isoformat()} – {closes_at or 'no end'}")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError as error:
        message = f"{text} is no time such as 2026-06-21T09:00."
        raise click.ClickException(message) from error
