"""`/add/check/…`: the preview, and what only the maker can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.errors import Forbidden, Invalid, SeasonClosed
from relay.domain.moderation import Moderation
from relay.queries.baton import find_baton
from relay.queries.own_entry import OwnEntry, find_own_entry
from relay.queries.season import list_seasons
from relay.services.change_entry import add_picture
from relay.services.look_again import Asked, LookAnswer, look_at_own
from relay.services.proofs import ProofSpentError
from relay.services.submit_entry import submit_draft
from relay.web.add import pages
from relay.web.add.form import Typed, form_of, read_form, say_errors
from relay.web.add.seen import Meant, asked_no, find_meant
from relay.web.add.start import find_closing, read_picture
from relay.web.context import find_season, reading, the_relay
from relay.web.errors import why_closed, why_wait
from relay.web.i18n import current_language
from relay.web.limits import (
    counts_for_address,
    counts_for_baton,
    is_reached,
    keeps_input,
    limited,
    loses_baton,
    makes_work,
    names_baton,
    note_miss,
)
from relay.web.proof import find_proof, is_asked, lacks_proof, make_challenge

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection

    from relay.queries.baton import BatonView
    from relay.queries.season import SeasonView


@pages.get("/add/check/<draft>")
@limited("token")
def check(draft: str) -> ResponseReturnValue:
    """Show what we have of the post, and ask for the rest."""
    own = require_own(draft)
    if own.entry.moderation is not Moderation.DRAFT:
        return redirect(url_for("add.mine", token=draft))
    gazetteer = the_relay().gazetteer
    typed = form_of(
        own.entry,
        gazetteer,
        current_language().tag,
        baton=request.args.get("baton", ""),
        saw_no=asked_no(),
    )
    return _page(draft, own, typed)


@pages.get("/add/check/<draft>/preview")
@limited("token")
def preview(draft: str) -> ResponseReturnValue:
    """Return the preview alone, for the script that waits for it."""
    own, given = require_own(draft), request.args.get("baton", "")
    with reading() as connection:
        found = None if given else _find_found(connection, own)
    return render_template(
        "add/preview.html", own=own, token=draft, found=found, found_said=""
    )


def wait(draft: str, *, seconds: int) -> str:
    """Show the form as it was typed, and when it can be sent.

    No code is looked up: the answer to a guess that is refused would tell of it.
    """
    why = why_wait(seconds)
    if is_reached("no_proof"):
        more = _("With JavaScript switched on, more can be sent from one address.")
        why = f"{why} {more}"
    errors: dict[str, object] = {"wait": why}
    return _page(draft, require_own(draft), _read(), errors=errors, given="")


@pages.get("/add/proof")
@limited("api")
def proof() -> ResponseReturnValue:
    """Give the browser something to solve while its reader types."""
    if not is_asked():
        abort(404)
    return make_challenge()


def _read() -> Typed:
    relay = the_relay()
    base_url = relay.settings.base_url
    return read_form(request.form, relay.gazetteer, base_url=base_url)


@pages.post("/add/check/<draft>")
@limited("submit", when=counts_for_address)
@limited("baton", when=counts_for_baton)
@limited("no_proof", when=lacks_proof)
@limited("draft", when=makes_work)
@limited("token", when=names_baton)
@limited("code", when=loses_baton)
@keeps_input(wait)
def send(draft: str) -> ResponseReturnValue:
    """Send the entry in, or do the smaller thing that a button asked for."""
    own = require_own(draft)
    relay = the_relay()
    typed = _read()
    try:
        picture = read_picture(request.files.get("picture"))
        if picture and own.entry.moderation is Moderation.DRAFT:
            add_picture(relay.intake, draft, picture)
        looked = _look(draft) if "again" in request.form else None
        if "send" not in request.form:
            return _page(draft, require_own(draft), typed, looked=looked)
        submit_draft(
            relay.intake,
            draft,
            typed.words,
            city=typed.city,
            passed_by=typed.passed_by,
            proof=find_proof() if not lacks_proof() else None,
        )
    except Invalid as error:
        errors = say_errors(
            error.fields, city_code=typed.city_code, saw_code=_meant(own, typed).code
        )
        return _page(draft, require_own(draft), typed, errors=errors), 422
    except ProofSpentError:
        # Two entries came with one proof at the same moment; the next try has none.
        errors = {"form": _("Please send it once more.")}
        return _page(draft, require_own(draft), typed, errors=errors), 409
    except SeasonClosed as error:
        # The page was opened before the season closed: all that was typed stays on it.
        errors = {"closed": why_closed(error, zone=_zone_of(own))}
        return _page(draft, require_own(draft), typed, errors=errors), 403
    return redirect(url_for("add.done", draft=draft), code=303)


def _look(draft: str) -> LookAnswer | None:
    """Look at the link once more; None when there is none to look at."""
    try:
        return look_at_own(the_relay().intake, draft)
    except Forbidden:
        return None


def require_own(token: str) -> OwnEntry:
    """Return the entry behind a private link, or answer 404."""
    own = find_own_entry(the_relay().engine, token)
    if own is None:
        abort(404)
    return own


def _page(
    draft: str,
    own: OwnEntry,
    typed: Typed,
    *,
    errors: dict[str, object] | None = None,
    looked: LookAnswer | None = None,
    given: str | None = None,
) -> str:
    if given is None:
        given = typed.baton if typed.way == "baton" else ""
    with reading() as connection:
        baton = find_baton(connection, given)
        found = None if baton else _find_found(connection, own)
        meant = find_meant(connection, own.entry.season_id, typed)
    if given and baton is None:
        note_miss()
    return render_template(
        "add/check.html",
        own=own,
        token=draft,
        typed=typed,
        baton=baton,
        found=found,
        found_said=typed.found,
        meant=meant,
        closed=(errors or {}).get("closed") or _find_closing(own),
        errors=errors or {},
        proof_url=url_for("add.proof") if is_asked() else "",
        # That it is looked at now is seen in the preview itself.
        looked=looked if looked and looked.asked is not Asked.SOON else None,
    )


def _find_found(connection: Connection, own: OwnEntry) -> BatonView | None:
    """Return the baton that a worker found in the post, if it can be taken."""
    code = own.preview.baton_code if own.preview else None
    baton = find_baton(connection, code) if code else None
    return baton if baton and baton.season_id == own.entry.season_id else None


def _meant(own: OwnEntry, typed: Typed) -> Meant:
    with reading() as connection:
        return find_meant(connection, own.entry.season_id, typed)


def _find_closing(own: OwnEntry) -> str:
    """Return why the draft's own season takes nothing now, or nothing."""
    season = _season_of(own)
    closed = find_closing(season)
    return why_closed(closed, zone=ZoneInfo(season.time_zone)) if closed else ""


def _zone_of(own: OwnEntry) -> ZoneInfo:
    return ZoneInfo(_season_of(own).time_zone)


def _season_of(own: OwnEntry) -> SeasonView:
    """Return the season that the draft was begun in; it may be an earlier one."""
    current = find_season()
    if current and current.id == own.entry.season_id:
        return current
    with reading() as connection:
        seasons = [each.season for each in list_seasons(connection)]
    return next(each for each in seasons if each.id == own.entry.season_id)
