"""Checking an import: every row is looked at and kept, and nothing is an entry yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sqlmodel import Session, col, select

from relay.domain.entry_address import read_no
from relay.domain.errors import FieldError, Invalid
from relay.domain.import_rows import (
    CELL_MAX,
    NAME_MAX,
    Column,
    Defaults,
    find_columns,
    find_doubles,
    read_cells,
    read_row,
)
from relay.domain.links import find_link
from relay.domain.secret import hash_token
from relay.domain.text import clean_text
from relay.models import Entry, ImportBatch, ImportRow, ImportState
from relay.services.audit import audit
from relay.services.choose_city import choose_city
from relay.services.deciders import require_organiser
from relay.services.start_entry import ALIVE, check_post_link, require_season
from relay.services.submit_entry import PassedBy, find_parent
from relay.services.writing import insert_rows, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from relay.domain.entry import EntryWords
    from relay.domain.geo import City
    from relay.domain.import_rows import Sheet
    from relay.ports import Importer, Intake

FOLDER = "imports"
# A row with a wrong city offers so many others.
MOST_CITIES = 3
# As many links as are looked up at a time.
_AT_ONCE = 500

Fault = dict[str, Any]


class PictureFiles(Protocol):
    """Pictures that came with a table, by the names that its rows give them."""

    def find(self, name: str) -> bytes:
        """Return a picture; raises Invalid (field `picture`)."""


@dataclass(frozen=True)
class Sent:
    """A file that was sent in, and what is meant where its cells are empty."""

    name: str
    sheet: Sheet
    defaults: Defaults = field(default_factory=Defaults)
    pictures: PictureFiles | None = None


@dataclass(frozen=True)
class Checked:
    """An import that was checked: its name, and the headings that mean nothing."""

    ref: str
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row as it would be sent in, and what is wrong with it."""

    words: EntryWords
    city: City | None
    passed_by: PassedBy
    link: str
    canonical: str
    faults: tuple[Fault, ...]


def check_import(
    importer: Importer,
    sent: Sent,
    *,
    moderator_id: int,
    address: str | None = None,
) -> Checked:
    """Keep a file's rows with what is wrong with each, and pictures of the good ones.

    Raises Invalid (field `file`), SeasonClosed, Forbidden and Unavailable.
    """
    intake = importer.intake
    columns = find_columns(sent.sheet.headings)
    now, ref = intake.clock.now(), intake.dice.ref()
    with Session(intake.engine) as session:
        require_organiser(session, moderator_id)
        season_id = require_season(session, None, now=now)
        checking = _Checking(importer, session, season_id, sent.pictures)
        rows = [
            checking.check(line, read_cells(columns, row, sent.defaults))
            for line, row in sent.sheet.rows
        ]
        _note_twins(session, season_id, rows)
    kept: list[str] = []
    try:
        for row in rows:
            row.keep_picture(intake, ref, kept, sent.pictures)
        with writing(intake.engine) as session:
            require_organiser(session, moderator_id)
            _keep(session, importer, sent, rows, (ref, season_id, moderator_id))
            audit(
                session,
                "import.checked",
                now=now,
                moderator_id=moderator_id,
                subject=ref,
                details={
                    "name": clean_text(sent.name)[:NAME_MAX],
                    "rows": len(rows),
                    "wrong": sum(bool(each.faults) for each in rows),
                },
                address=address,
            )
    except BaseException:
        for key in kept:
            intake.media.delete(key)
        raise
    return Checked(ref, columns.unknown)


def judge_row(
    importer: Importer, session: Session, season_id: int, cells: Mapping[str, str]
) -> Row:
    """Return what a row would be sent in as, and every fault but its picture's."""
    said = read_row(cells)
    faults: list[Fault] = [_fault(each) for each in said.faults]
    faults += [
        _fault(FieldError(name, "too_long"))
        for name, text in cells.items()
        if len(text) > CELL_MAX
    ]
    choice = choose_city(importer.gazetteer, cells.get(Column.CITY, ""))
    if choice.city is None:
        faults.append(_city_fault(cells.get(Column.CITY, ""), choice.offered))
    link, canonical = _link_of(cells), ""
    try:
        if link:
            canonical = check_post_link(link, allow=importer.intake.allow).canonical
        elif not cells.get(Column.PICTURE):
            faults.append(_fault(FieldError("link", "missing")))
    except Invalid as error:
        faults += [_fault(each) for each in error.fields]
    passed_by, wrong = _passed_by(importer, session, season_id, cells)
    return Row(
        said.words,
        choice.city,
        passed_by,
        link,
        canonical,
        tuple(_once([*faults, *wrong])),
    )


def picture_key(ref: str, line: int) -> str:
    """Return where a row's picture lies until the row is an entry."""
    return f"{FOLDER}/{hash_token(f'{ref}/{line}')}"


@dataclass
class _RowChecked:
    """A row on its way into the database."""

    line: int
    cells: dict[str, str]
    canonical: str
    faults: list[Fault]
    twin: str = ""
    key: str | None = None

    def keep_picture(
        self,
        intake: Intake,
        ref: str,
        kept: list[str],
        pictures: PictureFiles | None,
    ) -> None:
        """Put a good row's picture where only the workers look."""
        name = self.cells.get(Column.PICTURE, "")
        if self.faults or not name or pictures is None:
            return
        self.key = picture_key(ref, self.line)
        kept.append(self.key)
        intake.media.put(
            self.key, pictures.find(name), content_type="application/octet-stream"
        )


class _Checking:
    """Checks the rows of one file; what was found out once is not asked again."""

    def __init__(
        self,
        importer: Importer,
        session: Session,
        season_id: int,
        pictures: PictureFiles | None,
    ) -> None:
        self._importer = importer
        self._session = session
        self._season_id = season_id
        self._pictures = pictures
        self._seen: dict[str, list[Fault]] = {}

    def check(self, line: int, cells: dict[str, str]) -> _RowChecked:
        """Return the row with all that is wrong with it."""
        row = judge_row(self._importer, self._session, self._season_id, cells)
        faults = [*row.faults, *self._look_at_picture(cells.get(Column.PICTURE, ""))]
        cut = {name: text[:CELL_MAX] for name, text in cells.items()}
        return _RowChecked(line, cut, row.canonical, faults)

    def _look_at_picture(self, name: str) -> list[Fault]:
        if not name:
            return []
        if self._pictures is None:
            return [_fault(FieldError("picture", "no_archive"))]
        if name not in self._seen:
            self._seen[name] = []
            try:
                self._pictures.find(name)
            except Invalid as error:
                self._seen[name] = [_fault(each) for each in error.fields]
        return self._seen[name]


def _note_twins(session: Session, season_id: int, rows: list[_RowChecked]) -> None:
    """Note of each row which other row, or which entry, has its link already."""
    linked = [each for each in rows if each.canonical]
    doubles = find_doubles((each.line, each.canonical) for each in linked)
    known: dict[str, str] = {}
    links = sorted({each.canonical for each in linked})
    for at in range(0, len(links), _AT_ONCE):
        found = session.execute(
            select(Entry.canonical, Entry.ref)
            .where(
                Entry.season_id == season_id,
                col(Entry.canonical).in_(links[at : at + _AT_ONCE]),
                col(Entry.moderation).in_(ALIVE),
            )
            .order_by(col(Entry.id).desc())
        )
        known.update((canonical, ref) for canonical, ref in found)
    for row in linked:
        if row.canonical in known:
            row.twin = f"entry:{known[row.canonical]}"
        elif row.line in doubles:
            row.twin = f"line:{doubles[row.line]}"


def _keep(
    session: Session,
    importer: Importer,
    sent: Sent,
    rows: list[_RowChecked],
    ids: tuple[str, int, int],
) -> None:
    ref, season_id, moderator_id = ids
    batch = ImportBatch(
        ref=ref,
        season_id=season_id,
        moderator_id=moderator_id,
        name=clean_text(sent.name)[:NAME_MAX],
        institution=sent.defaults.name[:NAME_MAX],
        state=ImportState.CHECKED,
        rows=len(rows),
        wrong=sum(bool(each.faults) for each in rows),
        created_at=importer.intake.clock.now(),
    )
    session.add(batch)
    session.flush()
    insert_rows(
        session,
        ImportRow,
        *(
            {
                "batch_id": batch.id,
                "line": each.line,
                "words": {
                    "cells": each.cells,
                    **({"twin": each.twin} if each.twin else {}),
                },
                "faults": each.faults or None,
                "picture_key": each.key,
                "entry_id": None,
            }
            for each in rows
        ),
    )


def _link_of(cells: Mapping[str, str]) -> str:
    """Return the link of a cell, which may hold the text that an app shares."""
    text = cells.get(Column.LINK, "").strip()
    found = find_link(text) if text else None
    return found.url if found else text


def _passed_by(
    importer: Importer, session: Session, season_id: int, cells: Mapping[str, str]
) -> tuple[PassedBy, list[Fault]]:
    """Return who passed it on, by a baton or by a number, and what is wrong with it."""
    code, saw = cells.get(Column.BATON, ""), cells.get(Column.PARENT, "")
    number = read_no(saw, base_url=importer.base_url) if saw else None
    if saw and number is None:
        return PassedBy(), [_fault(FieldError("parent", "unknown"))]
    passed_by = PassedBy(code=code, claimed_no=number)
    try:
        find_parent(session, season_id, passed_by)
    except Invalid as error:
        names = {"saw": "parent"}
        return PassedBy(), [
            _fault(FieldError(names.get(each.field, each.field), each.code))
            for each in error.fields
        ]
    return passed_by, []


def _city_fault(typed: str, offered: Iterable[City]) -> Fault:
    cities = [each.id for each in offered][:MOST_CITIES]
    if not typed.strip():
        return _fault(FieldError("city", "missing"))
    code = "which_one" if cities else "unknown"
    return {**_fault(FieldError("city", code)), "cities": cities}


def _fault(error: FieldError) -> Fault:
    return {"field": error.field, "code": error.code}


def _once(faults: list[Fault]) -> list[Fault]:
    """Return one fault for each field: the first says what to do."""
    return list({each["field"]: each for each in reversed(faults)}.values())[::-1]
