"""Publication: the public number, the counts, who it came from, and the cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Table, delete, literal_column, select, update
from sqlmodel import col

from relay.domain.card import CardFacts, CardPicture, Source
from relay.domain.language import LANGUAGES
from relay.domain.moderation import Moderation
from relay.domain.notice import About
from relay.domain.platforms import handle_of
from relay.domain.preview import PreviewState
from relay.models import (
    Card,
    Counter,
    Entry,
    Flow,
    OutboxRow,
    Picture,
    PictureRole,
    Place,
    RenditionFile,
    Tally,
    TallyOf,
    Topic,
)
from relay.services.edition import turn_edition, turn_relay
from relay.services.notices import notify
from relay.services.writing import add_up, put_rows, take_turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from relay.ports import CardPrinter

NUMBER = "entry_no"

# Written into the statement, not bound: else SQLite uses no index of published entries.
_APPROVED = col(Entry.moderation) == literal_column(f"'{Moderation.APPROVED.value}'")

# The lock that PostgreSQL keeps under this number; any one that nobody else takes.
PUBLICATION = 0x5E1A


def lock_publication(session: Session) -> None:
    """Wait until nobody else publishes or unpublishes; call it before reading.

    An entry and its parent that are approved at the same moment would each see the
    other unpublished, and the pass between them would be lost.
    """
    take_turn(session, PUBLICATION)


def publish(
    session: Session, entry: Entry, *, now: datetime, printer: CardPrinter
) -> None:
    """Make an entry public: number it once, count it, print its cards."""
    is_new = entry.no is None
    if is_new:
        entry.no = _next_number(session)
        entry.published_at = now
    entry.moderation = Moderation.APPROVED
    above = _nearest_published_above(session, entry)
    entry.from_id = above.id if above else None
    for below in _nearest_published_below(session, entry):
        if above:
            _count_pass(session, above, below, -1)
        below.from_id = entry.id
        _count_pass(session, entry, below, +1)
        session.add(_card_row(below, now))
    if above:
        _count_pass(session, above, entry, +1)
    _count_entry(session, entry, +1)
    turn_relay(session, entry.season_id)
    session.flush()
    print_cards(session, entry, printer=printer)
    if is_new:
        _tell_giver(session, entry, now=now)


def unpublish(session: Session, entry: Entry, *, to: Moderation, now: datetime) -> None:
    """Take an entry out of every public byte; its number stays its own."""
    entry.moderation = to
    above = session.get(Entry, entry.from_id) if entry.from_id else None
    if above:
        _count_pass(session, above, entry, -1)
    for below in session.scalars(select(Entry).where(col(Entry.from_id) == entry.id)):
        _count_pass(session, entry, below, -1)
        below.from_id = above.id if above else None
        if above:
            _count_pass(session, above, below, +1)
        session.add(_card_row(below, now))
    entry.from_id = None
    session.flush()
    _count_entry(session, entry, -1)
    session.execute(delete(Card).where(col(Card.entry_id) == entry.id))
    turn_relay(session, entry.season_id)
    turn_edition(session)


def _tell_giver(session: Session, entry: Entry, *, now: datetime) -> None:
    """Tell whoever passed it on that the baton has gone further, public or not."""
    giver = session.get(Entry, entry.parent_id) if entry.parent_id else None
    if giver and giver.moderation is not Moderation.WITHDRAWN:
        notify(session, giver, About.PASSED_ON, now=now, details={"no": entry.no})


def follow_parent(
    session: Session, entry: Entry, *, now: datetime, printer: CardPrinter
) -> None:
    """Bring the public part of the relay up to date after an entry's parent changed.

    An entry that is not public itself may still stand between two that are. Hold the
    publication's lock.
    """
    session.flush()
    above = _nearest_published_above(session, entry)
    above_id = above.id if above else None
    is_public = entry.moderation is Moderation.APPROVED
    moved = [entry] if is_public else list(_nearest_published_below(session, entry))
    for each in moved:
        before = session.get(Entry, each.from_id) if each.from_id else None
        if before:
            _count_pass(session, before, each, -1)
        if above:
            _count_pass(session, above, each, +1)
        each.from_id = above_id
        if each is not entry:
            session.add(_card_row(each, now))
    if moved:
        turn_relay(session, entry.season_id)
        turn_edition(session)
    session.flush()
    if is_public:
        print_cards(session, entry, printer=printer)


def print_cards(session: Session, entry: Entry, *, printer: CardPrinter) -> None:
    """Print a published entry's cards anew in every language."""
    facts = card_facts(session, entry)
    printed = {lang: printer.print_card(facts, lang) for lang in LANGUAGES}
    rows = [
        {
            "entry_id": entry.id,
            "lang": lang,
            "edition": printer.edition,
            "pictures": html.pictures,
            "words": html.words,
        }
        for lang, html in printed.items()
    ]
    put_rows(session, _table(Card), *rows, changed=("edition", "pictures", "words"))
    turn_edition(session)


def card_facts(session: Session, entry: Entry) -> CardFacts:
    """Return what the cards of a published entry show."""
    above = session.get(Entry, entry.from_id) if entry.from_id else None
    picture = _card_picture(session, entry)
    return CardFacts(
        no=entry.no or 0,
        title=entry.title,
        alt=entry.alt,
        description=entry.description,
        name=entry.name,
        lang=entry.lang,
        city_id=entry.city_id or 0,
        country=entry.country,
        platform=entry.platform,
        from_no=above.no if above else None,
        from_city_id=above.city_id if above else None,
        picture=None if entry.blurred else picture,
        link_gone=entry.preview is PreviewState.GONE,
        handle=handle_of(entry.link) or "",
        veiled=entry.blurred and picture is not None,
        alt_lang=entry.alt_lang,
    )


def _card_picture(session: Session, entry: Entry) -> CardPicture | None:
    """Return the maker's own picture first, else the post's."""
    pictures = session.scalars(
        select(Picture).where(col(Picture.entry_id) == entry.id)
    ).all()
    chosen = min(pictures, key=lambda each: each.role is PictureRole.POST, default=None)
    if chosen is None:
        return None
    files = session.scalars(
        select(RenditionFile)
        .where(col(RenditionFile.picture_id) == chosen.id)
        .order_by(col(RenditionFile.width))
    ).all()
    shown = [each for each in files if each.name != "share"]
    plain = next(
        (each for each in shown if (each.name, each.format) == ("wall", "jpeg")), None
    )
    if plain is None:
        return None
    return CardPicture(
        url=f"/media/{plain.key}",
        width=plain.width,
        height=plain.height,
        colour=chosen.colour,
        placeholder=chosen.placeholder,
        sources=tuple(
            Source(f"/media/{each.key}", each.width, each.format) for each in shown
        ),
    )


def _card_row(entry: Entry, now: datetime) -> OutboxRow:
    """Return the outbox row that prints another entry's cards later."""
    return OutboxRow(
        topic=Topic.PRINT_CARDS, subject=entry.id or 0, due_at=now, created_at=now
    )


def _next_number(session: Session) -> int:
    """Return the next public number; the row's lock keeps them in order."""
    row = {"name": NUMBER, "value": 1}
    add_up(session, _table(Counter), row, counted=("value",))
    number: int = session.execute(
        select(col(Counter.value)).where(col(Counter.name) == NUMBER)
    ).scalar_one()
    return number


def _nearest_published_above(session: Session, entry: Entry) -> Entry | None:
    seen = {entry.id}
    above = session.get(Entry, entry.parent_id) if entry.parent_id else None
    while above and above.moderation is not Moderation.APPROVED:
        if above.id in seen or above.parent_id is None:
            return None
        seen.add(above.id)
        above = session.get(Entry, above.parent_id)
    return above


def _nearest_published_below(session: Session, entry: Entry) -> Iterator[Entry]:
    ids = [entry.id]
    while ids:
        children = session.scalars(
            select(Entry).where(col(Entry.parent_id).in_(ids))
        ).all()
        ids = []
        for child in children:
            if child.moderation is Moderation.APPROVED:
                yield child
            else:
                ids.append(child.id)


def _count_pass(session: Session, above: Entry, below: Entry, by: int) -> None:
    row = {
        "season_id": below.season_id,
        "from_city": above.city_id,
        "to_city": below.city_id,
        "passes": by,
    }
    add_up(session, _table(Flow), row, counted=("passes",))


def _count_entry(session: Session, entry: Entry, by: int) -> None:
    cities = _count_city(session, entry, by)
    rows = [
        {
            "season_id": entry.season_id,
            "of": of,
            "value": value,
            "entries": by,
            "cities": more_cities,
        }
        for of, value, more_cities in (
            (TallyOf.ALL, "", cities),
            (TallyOf.COUNTRY, entry.country, cities),
            (TallyOf.KIND, entry.kind.value, None),
            (TallyOf.PLATFORM, entry.platform, None),
            (TallyOf.LANG, entry.lang, None),
        )
    ]
    # What is counted without cities has none before and after.
    add_up(session, _table(Tally), *rows, counted=("entries", "cities"))


def _count_city(session: Session, entry: Entry, by: int) -> int:
    """Count a city's entries and remember its first one.

    Returns by how many the cities grew: 1 with a city's first entry, -1 without its
    last.
    """
    place = _table(Place)
    row = {
        "season_id": entry.season_id,
        "city_id": entry.city_id,
        "country": entry.country,
        "entries": by,
        "first_no": entry.no,
        "first_at": entry.published_at,
    }
    add_up(session, place, row, counted=("entries",))
    here = (place.c.season_id == entry.season_id) & (place.c.city_id == entry.city_id)
    first = session.execute(
        select(col(Entry.no), col(Entry.published_at))
        .where(
            col(Entry.season_id) == entry.season_id,
            col(Entry.city_id) == entry.city_id,
            _APPROVED,
        )
        .order_by(col(Entry.no))
        .limit(1)
    ).first()
    if first is None:
        session.execute(delete(place).where(here))
        return -1
    entries = session.execute(
        update(place)
        .where(here)
        .values(first_no=first.no, first_at=first.published_at)
        .returning(place.c.entries)
    ).scalar_one()
    return int(by > 0 and entries == 1)


def _table(model: type) -> Table:
    """Return a model's table, for statements that are faster without objects."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]
