"""Seeding: a plausible relay of very many published entries, for measuring."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update
from sqlmodel import col

from relay.domain.errors import Conflict, NotFound
from relay.domain.geo import City
from relay.domain.moderation import Moderation
from relay.models import (
    Baton,
    Card,
    Entry,
    Picture,
    Preview,
    RenditionFile,
    Season,
)
from relay.services.edition import turn_edition, turn_relay
from relay.services.publish import lock_publication
from relay.services.seed_counts import (
    SeedCounts,
    insert_many,
    read_counts,
    store_counts,
    table_of,
)
from relay.services.seed_plan import NEAR, REVIEW, plan_entries
from relay.services.seed_rows import (
    Numbered,
    Row,
    baton_row,
    card_rows,
    entry_row,
    picture_row,
    preview_row,
    rendition_rows,
)
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine
    from sqlmodel import Session

    from relay.ports import CardPrinter, Clock
    from relay.services.seed_plan import Planned, Props

CHUNK = 1_000  # entries a commit
BACK = timedelta(days=90)  # how long ago an empty relay is made to have begun


@dataclass(frozen=True)
class _Base:
    """Where a relay stands before it is seeded."""

    season_id: int
    last_entry: int
    last_picture: int
    last_no: int
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Amount:
    """How many entries to seed, and the number that their invention begins with."""

    entries: int
    seed: int = 1


def require_season(engine: Engine) -> int:
    """Return the id of the newest season; raises NotFound before there is one."""
    with engine.connect() as connection:
        season_id = connection.scalar(
            select(col(Season.id)).order_by(col(Season.number).desc()).limit(1)
        )
    if season_id is None:
        message = "There is no season yet: run `relay migrate` first."
        raise NotFound(message)
    return season_id


def require_no_entries(engine: Engine) -> None:
    """Raise Conflict where there are entries: invented ones must not mix with them."""
    with engine.connect() as connection:
        if connection.scalar(select(col(Entry.id)).limit(1)) is not None:
            message = "This relay has entries already; --add puts more beside them."
            raise Conflict(message)


def seed_entries(
    engine: Engine,
    props: Props,
    amount: Amount,
    *,
    clock: Clock,
    printer: CardPrinter,
) -> Iterator[int]:
    """Add published entries to the newest season; yield how many each commit kept.

    Raises NotFound before there is a season. Of all services it is the one with many
    commits: a million entries in one would make SQLite's log as large as the
    database. The counts come with the last, so a relay whose seeding was interrupted
    must be thrown away.
    """
    season_id = require_season(engine)
    with engine.connect() as connection:
        seeding = _begin(connection, season_id, props, amount, now=clock.now())
    writes = engine.execution_options(writes=True)
    while chunk := seeding.take():
        rows = seeding.rows_of(chunk, printer=printer)
        with writes.begin() as connection:
            for model, each in rows.items():
                insert_many(connection, model, each)
        yield sum(each.planned.is_public for each in chunk)
    with writing(engine) as session:
        _finish(session, seeding)


def seed_few(
    engine: Engine, props: Props, amount: Amount, *, clock: Clock, printer: CardPrinter
) -> None:
    """Add a few entries, up to CHUNK, in one commit: also to a relay that is at work.

    Nobody publishes meanwhile or is given a number that one of them has. Raises
    NotFound before there is a season.
    """
    season_id = require_season(engine)
    with writing(engine) as session:
        lock_publication(session)
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            # Ours come with ids of their own: nobody may take one meanwhile.
            connection.execute(
                text("LOCK TABLE entry, picture IN SHARE ROW EXCLUSIVE MODE")
            )
        seeding = _begin(connection, season_id, props, amount, now=clock.now())
        for model, each in seeding.rows_of(seeding.take(), printer=printer).items():
            insert_many(connection, model, each)
        _finish(session, seeding)


@dataclass
class _Seeding:
    """What is being seeded: where it began, what is still to come, what it counts."""

    base: _Base
    counts: SeedCounts
    numbered: Iterator[Numbered]
    dice: random.Random
    picture_id: int

    def take(self) -> list[Numbered]:
        """Return the next entries, as many as a commit takes."""
        return list(islice(self.numbered, CHUNK))

    def rows_of(
        self, chunk: Sequence[Numbered], *, printer: CardPrinter
    ) -> dict[type, list[Row]]:
        """Return the rows of some entries by table, in an order foreign keys allow."""
        rows = _rows(
            chunk,
            self.base.season_id,
            self.picture_id,
            dice=self.dice,
            printer=printer,
        )
        self.picture_id += len(rows[Picture])
        return rows


def _begin(
    connection: Connection,
    season_id: int,
    props: Props,
    amount: Amount,
    *,
    now: datetime,
) -> _Seeding:
    base = _read_base(connection, season_id, amount.entries, now=now)
    counts = read_counts(connection, season_id)
    before = _read_newest(connection, season_id)
    planned = plan_entries(
        replace(props, before=[each.city for each in before]),
        amount.entries,
        seed=amount.seed,
        begin=base.begin,
        end=base.end,
    )
    return _Seeding(
        base,
        counts,
        _number(planned, base, counts, before),
        # With what is there already, so that added entries do not get the same secrets.
        random.Random(f"{amount.seed}/{base.last_entry}"),  # noqa: S311 - invented data
        base.last_picture,
    )


def _finish(session: Session, seeding: _Seeding) -> None:
    """Keep what only the last entry completes: counts, batons, editions."""
    connection, base = session.connection(), seeding.base
    store_counts(connection, base.season_id, seeding.counts)
    _open_by(connection, base)
    _count_batons(connection, base)
    _move_sequences(connection)
    turn_relay(session, base.season_id)
    turn_edition(session)


def _read_base(
    connection: Connection, season_id: int, entries: int, *, now: datetime
) -> _Base:
    last_entry = connection.scalar(select(func.max(col(Entry.id)))) or 0
    last_picture = connection.scalar(select(func.max(col(Picture.id)))) or 0
    newest = connection.scalar(select(func.max(col(Entry.published_at))))
    last_no = connection.scalar(select(func.max(col(Entry.no)))) or 0
    begin = newest or now - BACK - REVIEW
    # Each some microseconds after the one before it, even where no time is left.
    end = max(now - REVIEW, begin + timedelta(microseconds=2 * entries))
    return _Base(season_id, last_entry, last_picture, last_no, begin, end)


@dataclass(frozen=True, slots=True)
class _Known:
    """What must be known of an entry that passes the baton on.

    A hidden one passes on what it came from.
    """

    id: int
    no: int | None
    city: City


def _read_newest(connection: Connection, season_id: int) -> list[_Known]:
    """Return the newest published entries, in the order of their sending."""
    rows = connection.execute(
        select(col(Entry.id), col(Entry.no), col(Entry.city_id), col(Entry.country))
        .where(
            col(Entry.season_id) == season_id,
            col(Entry.moderation) == Moderation.APPROVED,
        )
        .order_by(col(Entry.submitted_at).desc(), col(Entry.id).desc())
        .limit(NEAR)
    ).all()
    return [
        # Nobody asks for its name, or where it lies.
        _Known(each.id, each.no, City(each.city_id, "", each.country, 0, 0, 0))
        for each in reversed(rows)
    ]


def _number(
    planned: Iterator[Planned],
    base: _Base,
    counts: SeedCounts,
    before: Sequence[_Known],
) -> Iterator[Numbered]:
    """Give each entry its id, number and giver, and count the published ones."""
    next_id, next_no = base.last_entry + 1, max(base.last_no, counts.last_no) + 1
    ids = [each.id for each in before]
    nearest: list[_Known | None] = [*before]  # the published one that a child is from
    for each in planned:
        above = None if each.parent is None else nearest[each.parent]
        numbered = Numbered(
            planned=each,
            id=next_id,
            no=next_no if each.is_public else None,
            parent_id=None if each.parent is None else ids[each.parent],
            from_id=above.id if above and each.is_public else None,
            from_no=above.no if above else None,
            from_city=above.city.id if above else None,
        )
        ids.append(next_id)
        next_id += 1
        if each.is_public:
            counts.count(each, next_no, numbered.from_city)
            nearest.append(_Known(numbered.id, next_no, each.city))
            next_no += 1
        else:
            nearest.append(above)
        yield numbered


def _rows(
    chunk: Sequence[Numbered],
    season_id: int,
    picture_id: int,
    *,
    dice: random.Random,
    printer: CardPrinter,
) -> dict[type, list[Row]]:
    """Return the rows of some entries by table, in an order that foreign keys allow."""
    pictured = [
        (each, each.planned.picture, picture_id + 1 + at)
        for at, each in enumerate(each for each in chunk if each.planned.picture)
        if each.planned.picture
    ]
    return {
        Entry: [entry_row(each, season_id=season_id, dice=dice) for each in chunk],
        Preview: [preview_row(each) for each in chunk],
        Baton: [baton_row(each, dice=dice) for each in chunk],
        Picture: [picture_row(*each) for each in pictured],
        RenditionFile: [
            row for _, stored, at in pictured for row in rendition_rows(stored, at)
        ],
        Card: [
            row
            for each in chunk
            if each.planned.is_public
            for row in card_rows(each, printer)
        ],
    }


def _open_by(connection: Connection, base: _Base) -> None:
    """Let the season have been open when its first entry came."""
    connection.execute(
        update(Season)
        .where(col(Season.id) == base.season_id, col(Season.opens_at) > base.begin)
        .values(opens_at=base.begin)
    )


def _count_batons(connection: Connection, base: _Base) -> None:
    """Let each entry that was passed on have come with its giver's baton."""
    # One statement each over all that was seeded: row by row a million would be slow.
    last = {"last": base.last_entry}
    connection.execute(
        text(
            "UPDATE entry SET baton_code ="
            " (SELECT code FROM baton WHERE baton.entry_id = entry.parent_id LIMIT 1)"
            " WHERE id > :last AND parent_known = 'declared'"
        ),
        last,
    )
    connection.execute(
        text(
            "UPDATE baton SET used = counted.many FROM"
            " (SELECT baton_code AS code, count(*) AS many FROM entry"
            " WHERE id > :last AND baton_code IS NOT NULL GROUP BY baton_code)"
            " AS counted WHERE baton.code = counted.code"
        ),
        last,
    )


def _move_sequences(connection: Connection) -> None:
    """Tell PostgreSQL which ids are taken; SQLite sees it by itself."""
    if connection.dialect.name != "postgresql":
        return
    for model in (Entry, Picture):
        name = table_of(model).name
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) "  # noqa: S608 - names of our own tables
                f"FROM {name}"
            )
        )
