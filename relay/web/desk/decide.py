"""What moderators do with an entry beside deciding, and taking any of it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask import abort, flash, g, jsonify, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.entry_address import read_no
from relay.domain.errors import FieldError, Forbidden, Invalid, NotFound, RelayError
from relay.domain.local_time import read_local, write_local
from relay.domain.moderation import Choice
from relay.queries.desk_acts import find_acts, find_ref
from relay.services.choose_city import choose_city
from relay.services.decide import StaleDecisionError, Wish, decide
from relay.services.edit_entry import Edit, edit_entry
from relay.services.merge import merge
from relay.services.stash import assign, stash
from relay.services.undo import undo
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import address_of, read_question
from relay.web.desk.card import draw_card
from relay.web.desk.entry import require_entry
from relay.web.desk.guard import DECIDERS, may
from relay.web.desk.hand_out import go_to_first, is_in_hand, keep_busy
from relay.web.desk.refusals import say_refused
from relay.web.words import known_language, place_name, say_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from relay.domain.geo import City
    from relay.queries.desk import DeskEntry
    from relay.queries.desk_acts import DeskActs, Person
    from relay.services.decide import Decided

# What is wrong with a field, by its name in the forms and the error's code.
SENTENCES: dict[tuple[str, str], object] = {
    ("edit_title", "missing"): _l("Give the artwork a title."),
    ("edit_title", "too_long"): _l("The title is too long: at most 200 characters."),
    ("edit_alt", "missing"): _l("Say what can be seen."),
    ("edit_alt", "too_long"): _l("The alt text is too long: at most 1,000 characters."),
    ("edit_description", "too_long"): _l(
        "The story is too long: at most 5,000 characters."
    ),
    ("edit_city", "unknown"): _l(
        "We do not know this city. Try the nearest larger one."
    ),
    ("edit_city", "which_one"): _l("Choose which city you mean."),
    ("merge_into", "unknown"): _l("There is no entry of this season like this."),
    ("merge_into", "own"): _l("An entry cannot be merged with itself."),
    ("aside_for", "unknown"): _l("Choose somebody who may decide."),
    ("aside_for", "out_of_scope"): _l("This entry is not within their work."),
    ("reveal_at", "missing"): _l("Say when it is to be shown."),
    ("reveal_at", "not_a_time"): _l("Say a day and a time, like 2026-12-31 20:00."),
    ("reveal_at", "skipped"): _l("Clocks leap over this time. Choose another."),
    ("reveal_at", "twice"): _l(
        "Clocks are put back, and this time comes twice. Choose another."
    ),
    ("reveal_at", "past"): _l("This time is over. Choose one to come."),
    ("reveal_at", "too_late"): _l("Choose a time within a year."),
}

# Which of our fields an error of a service speaks of.
_FIELDS = {
    "title": "edit_title",
    "alt": "edit_alt",
    "description": "edit_description",
    "city": "edit_city",
    "into": "merge_into",
    "for": "aside_for",
}


Option = tuple[object, str]


@dataclass(frozen=True)
class CardActs:
    """What can be done with an entry, as its forms say it: times in the season's zone.

    `people` are those for whom it can be put aside, and `offered` the cities that a
    name may have meant which was just typed: both as options to choose from.
    """

    acts: DeskActs
    zone: str
    reveal_said: str
    reveal_typed: str
    people: tuple[Option, ...]
    offered: tuple[Option, ...]


@pages.post("/entry/<ref>/undo")
@may(*DECIDERS)
def take_back(ref: str) -> ResponseReturnValue:
    """Take one decision on an entry back, and show it as it is then."""
    decision = _read_number("decision")
    if decision is None:
        abort(400)

    def act() -> Decided:
        relay = the_relay()
        return undo(
            relay.engine,
            ref,
            decision,
            _read_number("version"),
            note=request.form.get("note", ""),
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )

    return _do(ref, act, str(_("It was taken back.")))


@pages.post("/entry/<ref>/edit")
@may(*DECIDERS)
def edit_words(ref: str) -> ResponseReturnValue:
    """Change an entry's words or its city."""
    shown = require_entry(ref)

    def act() -> Decided:
        relay, form = the_relay(), request.form
        wanted = Edit(
            _require_version(),
            title=form.get("edit_title"),
            alt=form.get("edit_alt"),
            alt_lang=_read_alt_lang(),
            description=form.get("edit_description"),
            city=_read_city(shown),
            note=form.get("edit_note", ""),
        )
        return edit_entry(
            relay.engine,
            ref,
            wanted,
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )

    return _do(ref, act, str(_("The changes are kept.")))


@pages.post("/entry/<ref>/veil")
@may(*DECIDERS)
def veil_picture(ref: str) -> ResponseReturnValue:
    """Veil an entry's picture, or lift the veil."""
    wanted = request.form.get("choice")
    if wanted not in {Choice.BLUR, Choice.UNBLUR}:
        abort(400)
    choice = Choice(wanted)
    said = {
        Choice.BLUR: _("The picture is veiled: readers choose to see it."),
        Choice.UNBLUR: _("Everybody sees the picture."),
    }
    return _do(
        ref, lambda: _decide(ref, Wish(choice, _require_version())), str(said[choice])
    )


@pages.post("/entry/<ref>/later")
@may(*DECIDERS)
def approve_later(ref: str) -> ResponseReturnValue:
    """Approve an entry that is to be shown at a time to come, or change that time."""
    shown = require_entry(ref)

    def act() -> Decided:
        with reading() as connection:
            at = read_reveal_time(find_acts(connection, shown.entry).zone)
        return _decide(ref, Wish(Choice.APPROVE, _require_version(), reveal_at=at))

    said = _("It will be shown at its time.")
    first = _("Your approval counts. Now somebody else must approve it, too.")
    return _do(ref, act, str(said), said_of_first=str(first), goes_on=True)


@pages.post("/entry/<ref>/merge")
@may(*DECIDERS)
def merge_entry(ref: str) -> ResponseReturnValue:
    """Take an entry out as the duplicate of another one."""

    def act() -> Decided:
        relay = the_relay()
        return merge(
            relay.engine,
            ref,
            _read_kept(),
            Wish(
                Choice.MERGE,
                _require_version(),
                note=request.form.get("merge_note", ""),
            ),
            moderator_id=current_user.id,
            clock=relay.clock,
            printer=relay.printer,
        )

    return _do(ref, act, str(_("It is merged with the other entry.")), goes_on=True)


@pages.post("/entry/<ref>/aside")
@may(*DECIDERS)
def put_aside(ref: str) -> ResponseReturnValue:
    """Put an entry aside for a second opinion, or for one moderator."""
    for_id = _read_number("aside_for")

    def act() -> Decided:
        relay, note = the_relay(), request.form.get("aside_note", "")
        if for_id is None:
            return stash(
                relay.engine,
                ref,
                _require_version(),
                note=note,
                moderator_id=current_user.id,
                clock=relay.clock,
            )
        return assign(
            relay.engine,
            ref,
            _require_version(),
            for_id=for_id,
            note=note,
            moderator_id=current_user.id,
            clock=relay.clock,
        )

    return _do(ref, act, str(_("It is put aside.")), goes_on=True)


@pages.context_processor
def show_acts() -> dict[str, object]:
    """Let the card's forms know what can be done; asked when a card is drawn only."""
    return {"find_acts": _find_acts}


def read_reveal_time(zone: str) -> datetime:
    """Return the time that was typed, by the clocks of a time zone; raises Invalid."""
    typed = request.form.get("reveal_at", "")
    if not typed.strip():
        raise Invalid([FieldError("reveal_at", "missing")])
    return read_local(typed, ZoneInfo(zone), field="reveal_at")


def _do(
    ref: str,
    act: Callable[[], Decided],
    said: str,
    *,
    said_of_first: str = "",
    goes_on: bool = False,
) -> ResponseReturnValue:
    """Do it, say so and show the entry again; or show why it was not done.

    `said_of_first` is said of the first of two approvals. What `goes_on` leads whoever
    works through a hand-out to the next entry of it.
    """
    # Asked before it is done: what was decided is in nobody's hands.
    goes_on = goes_on and is_in_hand(ref)
    try:
        decided = act()
    except NotFound:
        abort(404)
    except RelayError as error:
        return _refuse(ref, error)
    if said_of_first and decided.waits_for_another:
        said = said_of_first
    refs = keep_busy(read_question(), but=ref) if goes_on else ()
    if _is_script():
        return jsonify(said=said, ref=ref, decision=decided.decision_id, handed=refs)
    flash(said, ref)
    return go_to_first(refs) if goes_on else _redirect(ref)


def _refuse(ref: str, error: RelayError) -> ResponseReturnValue:
    """Show the entry as it is now, with what was typed and what is wrong with it."""
    stale = error if isinstance(error, StaleDecisionError) else None
    errors: Mapping[str, str] = {}
    status = 409
    if isinstance(error, Invalid):
        errors, status = say_faults(error), 422
    elif stale is None:
        if not isinstance(error, Forbidden):
            raise error
        errors, status = {"choice": say_refused(error)}, 403
    page = draw_card(
        "desk/card.html" if _is_script() else "desk/entry.html",
        require_entry(ref),
        wish=stale.wish if stale else None,
        stale=stale,
        errors=errors,
    )
    return page, status


def say_faults(error: Invalid) -> dict[str, str]:
    """Return what is wrong, as a sentence for each field of our forms."""
    said = {}
    for each in error.fields:
        field = _FIELDS.get(each.field, each.field)
        other = _("This cannot be kept as it is.")
        said[field] = str(SENTENCES.get((field, each.code), other))
    return said


def _decide(ref: str, wish: Wish) -> Decided:
    relay = the_relay()
    return decide(
        relay.engine,
        ref,
        wish,
        moderator_id=current_user.id,
        clock=relay.clock,
        printer=relay.printer,
    )


def _read_number(name: str) -> int | None:
    typed = request.form.get(name, "")
    return int(typed[:18]) if typed.isdecimal() else None


def _require_version() -> int:
    """Return the version that was seen; a form of ours always says it."""
    version = _read_number("version")
    if version is None:
        abort(400)
    return version


def _read_alt_lang() -> str | None:
    """Return the language that was chosen for the alt text; None where none was."""
    typed = request.form.get("edit_alt_lang")
    return None if typed is None else known_language(typed[:35])


def _read_city(shown: DeskEntry) -> City | None:
    """Return the city that was typed, None when it is the one of before.

    Raises Invalid (field `city`).
    """
    entry, typed = shown.entry, request.form.get("edit_city", "").strip()
    picked = request.form.get("edit_city_pick", "")
    known = place_name(entry.city_id, entry.country) if entry.city_id else ""
    if not picked and typed in {"", known}:
        return None
    choice = choose_city(the_relay().gazetteer, picked or typed)
    if choice.city is None:
        code = "which_one" if choice.offered else "unknown"
        raise Invalid([FieldError("city", code)])
    return choice.city


def _offer_cities() -> tuple[Option, ...]:
    """Return the cities that a name may have meant which was typed just now."""
    typed = request.form.get("edit_city", "").strip()
    found = choose_city(the_relay().gazetteer, typed).offered if typed else ()
    return tuple((each.id, _say_city(each)) for each in found)


def _say_city(city: City) -> str:
    name = place_name(city.id, city.country)
    return f"{name} · {city.region}" if city.region else name


def _offer_people(people: Iterable[Person]) -> tuple[Option, ...]:
    """Return for whom an entry can be put aside; nobody named is anybody else."""
    return (
        ("", _("Anybody else, for a second opinion")),
        *(
            (each.id, _("Myself") if each.id == current_user.id else each.name)
            for each in people
        ),
    )


def _read_kept() -> str:
    """Return the reference of the entry that is kept, of which a number may be typed.

    Raises Invalid (field `into`).
    """
    picked = request.form.get("merge_ref", "")
    if picked:
        return picked[:32]
    typed = request.form.get("merge_into", "").strip()
    no = read_no(typed, base_url=the_relay().settings.base_url)
    with reading() as connection:
        ref = find_ref(connection, no=no, ref=typed[:32])
    if ref is None:
        raise Invalid([FieldError("into", "unknown")])
    return ref


def _find_acts(shown: DeskEntry) -> CardActs:
    """Return what can be done with an entry; a card asks more than once."""
    kept: dict[tuple[str, int], CardActs] = g.setdefault("desk_acts", {})
    key = (shown.entry.ref, shown.entry.version)
    if key not in kept:
        kept[key] = _read_acts(shown)
    return kept[key]


def _read_acts(shown: DeskEntry) -> CardActs:
    with reading() as connection:
        found = find_acts(connection, shown.entry)
    zone, at = ZoneInfo(found.zone), found.reveal_at
    return CardActs(
        found,
        zone=say_zone(zone),
        reveal_said=say_moment(at, zone, day="full") if at else "",
        reveal_typed=write_local(at, zone) if at else "",
        people=_offer_people(found.people),
        offered=_offer_cities() if request.method == "POST" else (),
    )


def say_zone(zone: ZoneInfo) -> str:
    """Return a time zone's name in the reader's language."""
    return str(get_timezone_name(zone, locale=get_locale()))


def _is_script() -> bool:
    return request.headers.get("X-Requested-With") == "desk"


def _redirect(ref: str) -> ResponseReturnValue:
    return redirect(
        url_for("desk.entry", ref=ref, **address_of(read_question())), code=303
    )
