"""Editing an entry at the desk: its words and its city, kept with what was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relay.domain.entry import ALT_MAX, DESCRIPTION_MAX, TITLE_MAX, AltBy, Kind
from relay.domain.errors import FieldError, Invalid
from relay.domain.moderation import Choice, Moderation, step
from relay.domain.text import clean_lines, clean_text, is_visible
from relay.services.decide import Decided, begin_decision
from relay.services.decide_step import (
    Act,
    Wish,
    keep_decision,
)
from relay.services.end_description import end_descriptions
from relay.services.print_again import print_if_public
from relay.services.publish import publish, unpublish
from relay.services.submit_entry import search_text
from relay.services.writing import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlmodel import Session

    from relay.domain.geo import City
    from relay.domain.notice import About
    from relay.models import Entry
    from relay.ports import CardPrinter, Clock

WORDS = ("title", "alt", "description")
# All parts of an entry that can be changed; those of the makers' own among them.
PARTS = frozenset({*WORDS, "alt_by", "alt_lang", "name", "kind", "lang", "city"})
# By these the public entries are counted.
_COUNTED = frozenset({"city", "kind", "lang"})
_CHOSEN: dict[str, type[AltBy | Kind]] = {"alt_by": AltBy, "kind": Kind}
_LIMITS = {"title": TITLE_MAX, "alt": ALT_MAX, "description": DESCRIPTION_MAX}


@dataclass(frozen=True)
class Edit:
    """What a moderator changes who saw the entry in one `version`; None stays.

    `alt_lang` is the language of the alt text, also where it is the other words'.
    """

    version: int
    title: str | None = None
    alt: str | None = None
    alt_lang: str | None = None
    description: str | None = None
    city: City | None = None
    note: str = ""


def edit_entry(
    engine: Engine,
    ref: str,
    edit: Edit,
    *,
    moderator_id: int,
    clock: Clock,
    printer: CardPrinter,
) -> Decided:
    """Change an entry's words or city; cards, search, counts and tree follow.

    An edit that changes nothing is none. Raises NotFound, Forbidden, Invalid (title,
    alt, description: missing, too_long) and StaleDecisionError.
    """
    wanted = _clean(edit)
    now = clock.now()
    with writing(engine) as session:
        wish = Wish(Choice.EDIT, edit.version)
        entry = begin_decision(session, ref, wish, moderator_id=moderator_id)
        step(entry.moderation, Choice.EDIT)
        _check(wanted, entry)
        act = Act(Choice.EDIT, now, moderator_id, note=edit.note)
        details = find_changes(entry, wanted)
        return keep_edit(session, entry, act, details, printer=printer)


def keep_edit(
    session: Session,
    entry: Entry,
    act: Act,
    details: Mapping[str, Any],
    *,
    about: About | None = None,
    printer: CardPrinter,
) -> Decided:
    """Change an entry's parts, with the row of the audit log; nothing is no change.

    `details` are as `find_changes` returns them; of `about` see `keep_decision`.
    """
    if not details:
        return Decided(entry.no, entry.moderation, entry.version)
    entry.version += 1
    after = {name: each["after"] for name, each in details.items() if name in PARTS}
    put_words(session, entry, after, now=act.at, printer=printer)
    decision = keep_decision(
        session,
        entry,
        act,
        before=entry.moderation,
        details=dict(details),
        about=about,
    )
    session.flush()
    return Decided(entry.no, entry.moderation, entry.version, decision.id or 0)


def read_part(entry: Entry, name: str) -> Any:  # noqa: ANN401 - words, or a city's pair
    """Return one part of an entry as it stands in the audit log."""
    if name == "city":
        return [entry.city_id, entry.country]
    return str(getattr(entry, name))


def put_words(
    session: Session,
    entry: Entry,
    parts: Mapping[str, Any],
    *,
    now: datetime,
    printer: CardPrinter,
) -> None:
    """Give an entry other words or another city, and let the public part follow.

    Where it is counted by what changes, it is not public for a moment.
    """
    moves = _COUNTED & set(parts) and entry.moderation is Moderation.APPROVED
    if moves:
        unpublish(session, entry, to=Moderation.PENDING, now=now)
    for name, value in parts.items():
        if name == "city":
            entry.city_id, entry.country = value
        else:
            chosen = _CHOSEN.get(name)
            setattr(entry, name, chosen(value) if chosen else value)
    entry.search_text = search_text(entry)
    session.flush()
    if parts.get("alt"):
        end_descriptions(session, entry.id or 0, now=now)
    if moves:
        publish(session, entry, now=now, printer=printer)
    else:
        print_if_public(session, entry, printer=printer)


def find_changes(entry: Entry, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what would change, each with what was before and what comes after.

    Words for a picture that had none, or only its post's, are a volunteer's.
    """
    wanted = dict(wanted)
    if "alt_lang" in wanted and (
        wanted["alt_lang"] == entry.lang or not wanted.get("alt", entry.alt)
    ):
        wanted["alt_lang"] = ""
    if wanted.get("alt", entry.alt) != entry.alt and (
        not entry.alt or entry.alt_by is AltBy.POST
    ):
        wanted["alt_by"] = AltBy.VOLUNTEER.value
    return {
        name: {"before": read_part(entry, name), "after": value}
        for name, value in wanted.items()
        if value != read_part(entry, name)
    }


def _clean(edit: Edit) -> dict[str, Any]:
    """Return what is wanted, as it would be kept."""
    wanted: dict[str, Any] = {}
    if edit.title is not None:
        wanted["title"] = clean_text(edit.title)
    for name in ("alt", "description"):
        typed = getattr(edit, name)
        if typed is not None:
            wanted[name] = clean_lines(typed)
    if edit.alt_lang is not None:
        wanted["alt_lang"] = edit.alt_lang
    if edit.city is not None:
        wanted["city"] = [edit.city.id, edit.city.country]
    return wanted


def _check(wanted: Mapping[str, Any], entry: Entry) -> None:
    """Raise Invalid unless the words can be kept; what has an alt text keeps one."""
    faults = [
        FieldError(name, "too_long")
        for name in WORDS
        if len(wanted.get(name, "")) > _LIMITS[name]
    ]
    if not is_visible(wanted.get("title", entry.title)):
        faults.append(FieldError("title", "missing"))
    if is_visible(entry.alt) and not is_visible(wanted.get("alt", entry.alt)):
        faults.append(FieldError("alt", "missing"))
    if faults:
        raise Invalid(faults)
