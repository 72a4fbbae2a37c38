"""`relay migrate`: brings the database's tables up to date."""

from __future__ import annotations

import click

from relay.adapters.database import migrate
from relay.bootstrap import open_relay
from relay.services.open_season import ensure_first_season


@click.command("migrate")
@click.option(
    "--to",
    default="head",
    show_default=True,
    help="Revision to go to; `base` removes every table.",
)
def migrate_tables(to: str) -> None:
    """Bring the tables up to date, and make the first season where there is none."""
    relay = open_relay()
    migrate(relay.settings.database, to=to)
    if to == "head" and ensure_first_season(relay.engine, clock=relay.clock):
        click.echo("Made season 3, Leave No One Behind, beginning in Nanjing.")
    click.echo("The tables are up to date." if to == "head" else f"Moved to {to}.")
