"""The picture of a season's symbol: sent in, put into words, or taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.errors import Invalid, PictureRefused, Unavailable
from relay.domain.language import LANGUAGES
from relay.domain.season_plan import ALT_MAX, check_plan, clean_plan, stamp
from relay.services.change_season import StaleSeasonError
from relay.services.store_symbol import with_picture
from relay.web.add.form import say_errors
from relay.web.add.start import read_picture
from relay.web.context import the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may
from relay.web.desk.season_words import say_faults
from relay.web.desk.seasons import keep_plan, require_season
from relay.web.words import PICTURE_REASONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.domain.season_plan import SeasonPlan
    from relay.queries.season_desk import SeasonAtDesk


@pages.get("/seasons/<slug>/picture")
@may(*ORGANISERS)
def season_picture(slug: str) -> ResponseReturnValue:
    """Show the picture of the symbol, and what is said of it."""
    found = require_season(slug)
    return _page(found, alts=dict(found.plan.symbol_alts))


@pages.post("/seasons/<slug>/picture")
@may(*ORGANISERS)
def keep_season_picture(slug: str) -> ResponseReturnValue:
    """Keep a new picture, other words for it, or none."""
    found = require_season(slug)
    alts = {tag: request.form.get(f"symbol_alts-{tag}", "") for tag in LANGUAGES}
    errors: dict[str, object] = {}
    try:
        plan = _planned(found.plan, alts)
        check_plan(plan)
        keep_plan(slug, plan)
    except PictureRefused as error:
        errors = {"picture": PICTURE_REASONS[error.reason]}
    except Invalid as error:
        is_upload = any(each.field == "picture" for each in error.fields)
        errors = say_errors(error.fields) if is_upload else say_faults(error.fields)
    except Unavailable:
        errors = {"picture": _("The picture cannot be kept now. Try again later.")}
    except StaleSeasonError:
        errors = {
            "picture": _(
                "Somebody else has changed this season in the meantime. Look at it as "
                "it is now, and send your picture again."
            )
        }
        return _page(require_season(slug), alts=alts, errors=errors), 409
    if errors:
        return _page(found, alts=alts, errors=errors), 422
    flash(_("The season is saved. Its public pages show it from now on."), "message")
    return redirect(url_for("desk.season_picture", slug=slug), code=303)


def _planned(plan: SeasonPlan, alts: dict[str, str]) -> SeasonPlan:
    """Return the plan with what was sent; raises what makes a picture unusable."""
    if request.form.get("act") == "remove":
        return clean_plan(replace(plan, symbol_files=(), symbol_alts={}))
    relay, data = the_relay(), read_picture(request.files.get("picture"))
    told = clean_plan(replace(plan, symbol_alts={**plan.symbol_alts, **alts}))
    if data is None:
        return told
    # The process that makes pictures is only needed now and then here.
    with relay.pictures as pictures:
        made = pictures.make(data)
    return with_picture(told, made, media=relay.media)


def _page(
    found: SeasonAtDesk,
    *,
    alts: dict[str, str],
    errors: dict[str, object] | None = None,
) -> str:
    return render_template(
        "desk/season_picture.html",
        found=found,
        plan=found.plan,
        alts=alts,
        alt_max=ALT_MAX,
        tongues=LANGUAGES,
        errors=errors or {},
        seen=stamp(found.plan),
    )
