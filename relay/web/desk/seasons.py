"""The season room: organisers make seasons, change them, and take a change back."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from relay.domain.errors import Invalid, NotFound, Unavailable
from relay.domain.language import LANGUAGES
from relay.domain.season import SymbolKind
from relay.domain.season_plan import WORDS, differences, stamp, to_plain
from relay.queries.season import SymbolPicture, list_seasons
from relay.queries.season_desk import find_season_at_desk
from relay.services.change_season import StaleSeasonError, change_season, undo_change
from relay.services.open_season import open_season
from relay.web.context import find_season, reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may
from relay.web.desk.season_form import Typed, form_of, read_typed
from relay.web.desk.season_preview import draw_previews
from relay.web.desk.season_words import PARTS, say_faults
from relay.web.i18n import current_language
from relay.web.words import SYMBOLS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.domain.season_plan import SeasonPlan
    from relay.queries.season_desk import SeasonAtDesk


@pages.get("/seasons")
@may(*ORGANISERS)
def seasons() -> ResponseReturnValue:
    """List all seasons, the newest first."""
    with reading() as connection:
        found = list_seasons(connection)
    now = the_relay().clock.now()
    return render_template("desk/seasons.html", seasons=found, now=now)


@pages.get("/seasons/new")
@may(*ORGANISERS)
def new_season() -> ResponseReturnValue:
    """Ask for a new season; it begins with the next number and the present zone."""
    with reading() as connection:
        numbers = [each.season.number for each in list_seasons(connection)]
    season = find_season()
    values = {
        "number": str(max(numbers, default=0) + 1),
        "time_zone": season.time_zone if season else "UTC",
        "symbol_kind": "antique",
    }
    return _form(Typed(values, ()), None)


@pages.post("/seasons/new")
@may(*ORGANISERS)
def make_season() -> ResponseReturnValue:
    """Make a season, or show first what it would look like."""
    typed = _typed(None)
    if typed.plan is None or request.form.get("act") == "edit":
        return _again(typed, None)
    if request.form.get("act") == "preview":
        return _preview(typed.plan, None)
    relay = the_relay()
    try:
        open_season(
            relay.engine,
            typed.plan,
            moderator_id=current_user.id,
            clock=relay.clock,
            gazetteer=relay.gazetteer,
        )
    except Invalid as error:
        return _again(replace(typed, plan=None, faults=error.fields), None)
    flash(_("The season is made."), "message")
    return redirect(url_for("desk.season", slug=typed.plan.slug), code=303)


@pages.get("/seasons/<slug>")
@may(*ORGANISERS)
def season(slug: str) -> ResponseReturnValue:
    """Show the form of a season as it is."""
    found = require_season(slug)
    return _form(_form_of(found), found)


@pages.post("/seasons/<slug>")
@may(*ORGANISERS)
def keep_season(slug: str) -> ResponseReturnValue:
    """Change a season, or show first what it would look like."""
    found = require_season(slug)
    typed = _typed(found)
    if typed.plan is None or request.form.get("act") == "edit":
        return _again(typed, found)
    if request.form.get("act") == "preview":
        return _preview(typed.plan, found)
    try:
        changed = keep_plan(slug, typed.plan)
    except Invalid as error:
        return _again(replace(typed, plan=None, faults=error.fields), found)
    except StaleSeasonError as error:
        return show_conflict(slug, typed.plan, error.now)
    flash(_said(changed), "message")
    return redirect(url_for("desk.season", slug=typed.plan.slug), code=303)


@pages.post("/seasons/<slug>/undo")
@may(*ORGANISERS)
def undo_season(slug: str) -> ResponseReturnValue:
    """Take the last change of a season back."""
    found, relay = require_season(slug), the_relay()
    try:
        undo_change(
            relay.engine,
            slug,
            seen=request.form.get("seen", ""),
            moderator_id=current_user.id,
            clock=relay.clock,
        )
    except (NotFound, StaleSeasonError, Invalid):
        said = _(
            "This change cannot be taken back any more: the season is another one by "
            "now. Look at it as it is."
        )
        return _form(_form_of(found), found, said=said), 409
    flash(_("The last change is taken back."), "message")
    return redirect(url_for("desk.season", slug=_slug_of(found)), code=303)


def require_season(slug: str) -> SeasonAtDesk:
    """Return a season that may be changed, or answer 404."""
    with reading() as connection:
        found = find_season_at_desk(connection, slug)
    if found is None:
        abort(404)
    return found


def keep_plan(slug: str, plan: SeasonPlan) -> tuple[str, ...]:
    """Keep a changed season, as its form saw it; return what has changed.

    Raises Invalid and StaleSeasonError.
    """
    relay = the_relay()
    try:
        return change_season(
            relay.engine,
            slug,
            plan,
            seen=request.form.get("seen", ""),
            moderator_id=current_user.id,
            clock=relay.clock,
            gazetteer=relay.gazetteer,
            media=relay.media,
        )
    except Unavailable:
        # All is kept; only a picture that nobody sees any more still lies there.
        return ("symbol_files",)


def show_conflict(slug: str, mine: SeasonPlan, now: SeasonPlan) -> ResponseReturnValue:
    """Show what two organisers made of one season, and let the second one choose."""
    page = render_template(
        "desk/season_conflict.html",
        slug=slug,
        parts=[
            (PARTS[name], to_plain(mine)[name], to_plain(now)[name])
            for name in differences(mine, now)
        ],
        typed=request.form,
        seen=stamp(now),
    )
    return page, 409


def _typed(found: SeasonAtDesk | None) -> Typed:
    return read_typed(
        request.form,
        the_relay().gazetteer,
        kept=found.plan if found else None,
        lang=current_language().tag,
    )


def _form_of(found: SeasonAtDesk) -> Typed:
    return form_of(found.plan, the_relay().gazetteer, current_language().tag)


def _slug_of(found: SeasonAtDesk) -> str:
    """Return the address that a season has after its last change was taken back."""
    before = found.last.before if found.last else {}
    return str(before.get("slug", found.plan.slug))


def _again(typed: Typed, found: SeasonAtDesk | None) -> ResponseReturnValue:
    """Show the form with what was typed, and what is wrong with it."""
    status = 422 if typed.faults else 200
    return _form(typed, found, seen=request.form.get("seen", "")), status


def _form(
    typed: Typed, found: SeasonAtDesk | None, *, seen: str = "", said: str = ""
) -> str:
    return render_template(
        "desk/season.html",
        typed=typed,
        found=found,
        errors=say_faults(typed.faults),
        seen=seen or (stamp(found.plan) if found else ""),
        said=said,
        zone_options=_zone_options(typed.value("time_zone")),
        kinds=[(each.value, SYMBOLS[each]) for each in SymbolKind],
        limits={name: most for name, (most, _lines) in WORDS.items()},
        tongues=LANGUAGES,
        wrong_tongues={
            each.field.partition("-")[2] for each in typed.faults if "-" in each.field
        },
        parts=PARTS,
        changed=_last_change(found),
        now=the_relay().clock.now(),
    )


def _last_change(
    found: SeasonAtDesk | None,
) -> list[tuple[object, object, object]]:
    """Return what was changed last: each part by name, before and after."""
    if found is None or found.last is None:
        return []
    last = found.last
    return [
        (PARTS[name], last.before[name], last.after[name])
        for name in PARTS
        if name in last.before
    ]


def _preview(plan: SeasonPlan, found: SeasonAtDesk | None) -> str:
    picture = (
        SymbolPicture(plan.symbol_files, plan.symbol_alts)
        if plan.symbol_files
        else None
    )
    return render_template(
        "desk/season_preview.html",
        plan=plan,
        found=found,
        previews=draw_previews(plan, picture),
        changed=[PARTS[name] for name in differences(found.plan, plan)]
        if found
        else [],
        typed=request.form,
        seen=request.form.get("seen", ""),
    )


def _said(changed: tuple[str, ...]) -> str:
    if not changed:
        return str(_("Nothing was changed."))
    return str(_("The season is saved. Its public pages show it from now on."))


def _zone_options(chosen: str) -> list[tuple[str, str]]:
    """Return the time zones to choose from, and the one that is in force."""
    names = time_zones()
    return [
        (each, each.replace("_", " "))
        for each in (*names, *((chosen,) if chosen and chosen not in names else ()))
    ]


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of the time zones of places, and UTC."""
    return (
        "UTC",
        *sorted(
            name
            for name in available_timezones()
            if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
        ),
    )
