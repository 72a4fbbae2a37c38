"""A large demo: what its makers sent in goes on from hand to hand, round the world."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.adapters.card_stamps import StampingCardPrinter
from relay.domain.moderation import Moderation
from relay.domain.picture import PictureSet
from relay.models import Entry, Picture, RenditionFile
from relay.services.seed_entries import Amount, seed_few
from relay.services.seed_plan import Props, SeedWords, StoredPicture
from relay.services.store_preview import StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Engine

    from relay.domain.geo import City
    from relay.ports import Clock, Gazetteer

MORE = 500  # entries beside those that are played
SEED = 32
CITIES = 4_000  # the largest ones, of which each country or region gives some
CITIES_OF_ONE = 8


def grow(
    engine: Engine, refs: Iterable[str], *, clock: Clock, gazetteer: Gazetteer
) -> None:
    """Add MORE published entries, with the words and pictures of these artworks.

    So every picture is what its words say, and nothing is drawn twice. Their links lead
    to the same posts.
    """
    words = list(_list_words(engine, set(refs)))
    props = Props(
        cities=_choose_cities(gazetteer.list_largest(CITIES)),
        words=words,
        pictures=[each.picture for each in words if each.picture],
    )
    seed_few(
        engine,
        props,
        Amount(MORE, SEED),
        clock=clock,
        printer=StampingCardPrinter(gazetteer),
    )


def _choose_cities(largest: Iterable[City]) -> list[City]:
    """Take some of each country or region, so that the whole world takes part."""
    taken: Counter[str] = Counter()
    chosen = []
    for city in largest:
        if taken[city.country] < CITIES_OF_ONE:
            taken[city.country] += 1
            chosen.append(city)
    return chosen


def _list_words(engine: Engine, refs: set[str]) -> Iterator[SeedWords]:
    with Session(engine) as session:
        entries = session.exec(
            select(Entry)
            .where(Entry.moderation == Moderation.APPROVED)
            .order_by(col(Entry.id))
        ).all()
        for entry in entries:
            picture = _find_picture(session, entry)
            if entry.ref in refs and picture:
                yield SeedWords(
                    lang=entry.lang,
                    name=entry.name,
                    title=entry.title,
                    alt=entry.alt,
                    description=entry.description,
                    picture=picture,
                    link=entry.link,
                )


def _find_picture(session: Session, entry: Entry) -> StoredPicture | None:
    found = session.exec(select(Picture).where(Picture.entry_id == entry.id)).first()
    if found is None:
        return None
    files = session.exec(
        select(RenditionFile).where(RenditionFile.picture_id == found.id)
    ).all()
    return StoredPicture(
        PictureSet(
            found.digest,
            found.width,
            found.height,
            found.colour,
            found.placeholder,
            found.fingerprint,
            (),
        ),
        tuple(
            StoredFile(
                each.name, each.format, each.width, each.height, each.key, each.size
            )
            for each in files
        ),
    )
