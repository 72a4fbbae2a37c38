"""`relay bench`: fills a relay with invented entries, so that it can be measured."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.domain.picture import Rendition
    from relay.services.seed_plan import Props, SeedWords, StoredPicture
    from relay.services.store_preview import StoredFile

PICTURES = 16  # shared by all entries
PICTURE_PX = 640
JPEG_QUALITY = 90
ENTRIES_A_CITY = 5
CITIES_MOST = 10_000
CITIES_LEAST = 60


@click.group("bench")
def bench() -> None:
    """Prepare a relay for measuring. Never use it on a relay of real people."""


@bench.command("seed")
@click.option(
    "--entries",
    type=click.IntRange(1, 10_000_000),
    default=10_000,
    show_default=True,
    help="How many published entries to make.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The same number makes the same relay.",
)
@click.option(
    "--cities",
    type=click.IntRange(1, CITIES_MOST),
    help="Let entries come from just so many cities, the largest of the world."
    " Without it: from about a fifth as many as there are entries.",
)
@click.option("--add", is_flag=True, help="Add to the entries that are there.")
def seed(entries: int, seed: int, cities: int | None, *, add: bool) -> None:
    """Fill the current season with a plausible relay of published entries."""
    from relay.adapters.card_stamps import StampingCardPrinter
    from relay.bootstrap import open_relay
    from relay.services.seed_entries import (
        Amount,
        require_no_entries,
        require_season,
        seed_entries,
    )

    relay = open_relay()
    require_season(relay.engine)  # before anything is drawn and stored
    if not add:
        require_no_entries(relay.engine)
    seeding = seed_entries(
        relay.engine,
        _props(relay, entries, cities),
        Amount(entries, seed),
        clock=relay.clock,
        printer=StampingCardPrinter(relay.gazetteer),
    )
    with click.progressbar(length=entries, label="Seeding entries") as bar:
        for kept in seeding:
            bar.update(kept)
    click.echo(f"Made {entries} published entries.")


def _props(relay: Relay, entries: int, cities: int | None) -> Props:
    """Return cities, invented makers' words, and pictures drawn and stored."""
    from relay.services.open_season import NANJING
    from relay.services.seed_plan import Props

    likely = min(max(entries // ENTRIES_A_CITY, CITIES_LEAST), CITIES_MOST)
    largest = relay.gazetteer.list_largest(max(cities or likely, CITIES_LEAST))
    origin = [each for each in largest if each.id == NANJING]
    others = [each for each in largest if each.id != NANJING]
    with click.progressbar(range(PICTURES), label="Drawing pictures") as bar:
        pictures = [_draw(relay, number) for number in bar]
    chosen = [*origin, *others][: cities or likely]
    return Props(cities=chosen, words=_words(), pictures=pictures, reach=cities or 0)


def _draw(relay: Relay, number: int) -> StoredPicture:
    """Draw one of the demo's artworks and make it safe, as a worker would."""
    from relay.demo import art
    from relay.services.seed_plan import StoredPicture

    file = BytesIO()
    drawn = art.draw(number * art.COUNT // PICTURES, longest=PICTURE_PX)
    drawn.save(file, "JPEG", quality=JPEG_QUALITY)
    made = relay.pictures.make(file.getvalue())
    return StoredPicture(made, tuple(_keep(relay, each) for each in made.renditions))


def _keep(relay: Relay, rendition: Rendition) -> StoredFile:
    from relay.domain.picture import media_key
    from relay.services.store_preview import StoredFile

    key = media_key(rendition)
    relay.media.put(key, rendition.data, content_type=rendition.content_type)
    return StoredFile(
        name=rendition.name,
        format=rendition.format,
        width=rendition.width,
        height=rendition.height,
        key=key,
        size=len(rendition.data),
    )


def _words() -> list[SeedWords]:
    """Return what the demo's makers say, in eleven languages."""
    from relay.demo.makers import read_makers
    from relay.services.seed_plan import SeedWords

    return [
        SeedWords(
            lang=each.lang,
            name=each.name,
            title=each.title,
            alt=each.alt or "",
            description=each.description or "",
        )
        for each in read_makers()
    ]
