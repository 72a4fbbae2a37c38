"""`/mine/…/change`: other words, at once while it waits, and looked at once public."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from relay.domain.entry import AltBy, Kind
from relay.domain.errors import FieldError, Forbidden, Invalid
from relay.domain.moderation import MAKER_MAY_CHANGE, MAKER_MAY_REVISE
from relay.queries.own_entry import find_wanted_picture
from relay.services.change_entry import add_picture, change_entry, has_agreed
from relay.services.revise_entry import give_up_revision, revise_entry
from relay.services.seen_words import ChangedMeanwhileError, mark_words
from relay.services.wanted_picture import revise_picture
from relay.web.add import pages
from relay.web.add.check import require_own
from relay.web.add.form import form_of, read_form, say_errors
from relay.web.add.start import read_picture
from relay.web.context import the_relay
from relay.web.errors import why_wait
from relay.web.i18n import current_language
from relay.web.limits import keeps_input, limited, makes_work
from relay.web.media import send_picture

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.queries.own_entry import OwnEntry
    from relay.web.add.form import Typed


@pages.get("/mine/<token>/change")
@limited("token")
def change(token: str) -> ResponseReturnValue:
    """Show the entry's form again, with the words that wait where some do."""
    own = require_own(token)
    if own.entry.moderation not in MAKER_MAY_CHANGE | MAKER_MAY_REVISE:
        return redirect(url_for("add.mine", token=token))
    return _page(token, own, _kept_form(own), {})


def wait(token: str, *, seconds: int) -> str:
    """Show the form as it was typed, and when it can be sent."""
    typed = read_form(request.form, the_relay().gazetteer)
    errors: dict[str, object] = {"wait": why_wait(seconds)}
    return _page(token, require_own(token), typed, errors, seen=_seen())


@pages.post("/mine/<token>/change")
@limited("submit")
@limited("draft", when=makes_work)
@keeps_input(wait)
def save(token: str) -> ResponseReturnValue:
    """Keep the changed words, and a new picture when one was chosen."""
    own, seen = require_own(token), _seen()
    typed = read_form(request.form, the_relay().gazetteer)
    try:
        picture = _read_picture(typed)
        saved = _keep_words(token, own, typed, seen)
        # Should the picture be refused, the form shows the words that are kept by now.
        seen = ""
        if picture:
            saved = _keep_picture(token, own, picture)
    except Invalid as error:
        errors = say_errors(error.fields, city_code=typed.city_code)
        return _page(token, require_own(token), typed, errors, seen=seen), 422
    except ChangedMeanwhileError:
        said = _("It was changed in another window meanwhile. Please compare the two.")
        return _page(token, require_own(token), typed, {"other": said}), 409
    except Forbidden:
        return redirect(url_for("add.mine", token=token), code=303)
    return redirect(url_for("add.mine", token=token, saved=saved), code=303)


@pages.post("/mine/<token>/change/give-up")
@limited("token")
def give_up(token: str) -> ResponseReturnValue:
    """Take back the words that wait: what is public stays."""
    require_own(token)
    relay = the_relay()
    give_up_revision(relay.engine, token, clock=relay.clock, media=relay.media)
    return redirect(url_for("add.mine", token=token, saved="given-up"), code=303)


@pages.get("/mine/<token>/change/picture")
@limited("token")
def wanted_picture(token: str) -> ResponseReturnValue:
    """Send another picture that waits to its maker."""
    found = find_wanted_picture(require_own(token))
    if found is None:
        abort(404)
    return send_picture(found.key, found.format)


def _seen() -> str:
    """Return the mark of the words that the form was drawn from."""
    return request.form.get("seen", "")[:64]


def _read_picture(typed: Typed) -> bytes | None:
    """Return another picture, if one was chosen; it needs a consent of its own."""
    picture = read_picture(request.files.get("picture"))
    if picture and not typed.words.consent:
        raise Invalid([FieldError("consent", "missing")])
    return picture


def _keep_words(token: str, own: OwnEntry, typed: Typed, seen: str) -> str:
    """Keep what was typed; tell whether moderators have anything to look at."""
    relay = the_relay()
    if own.entry.moderation not in MAKER_MAY_REVISE:
        change_entry(relay.intake, token, typed.words, city=typed.city, seen=seen)
        return "1"
    revision = revise_entry(
        relay.engine,
        token,
        typed.words,
        city=typed.city,
        clock=relay.clock,
        seen=seen,
    )
    return "1" if revision else "same"


def _keep_picture(token: str, own: OwnEntry, picture: bytes) -> str:
    """Keep another picture, which moderators look at in any case."""
    is_public = own.entry.moderation in MAKER_MAY_REVISE
    keep = revise_picture if is_public else add_picture
    keep(the_relay().intake, token, picture)
    return "1"


def _kept_form(own: OwnEntry) -> Typed:
    """Return the form as it is kept, with the words that wait where some do."""
    typed = form_of(own.entry, the_relay().gazetteer, current_language().tag)
    return _with_waiting(typed, own)


def _with_waiting(typed: Typed, own: OwnEntry) -> Typed:
    """Return the form with its maker's newest words, which may wait."""
    if own.waiting is None:
        return typed
    changes = dict(own.waiting.changes)
    changes.pop("picture", None)
    city_id = changes.pop("city", [None])[0]
    for name, choice in (("alt_by", AltBy), ("kind", Kind)):
        if name in changes:
            changes[name] = choice(changes[name])
    typed = replace(typed, words=replace(typed.words, **changes))
    gazetteer = the_relay().gazetteer
    city = gazetteer.find(city_id) if city_id else None
    if city is None:
        return typed
    name = gazetteer.name(city.id, current_language().tag)
    return replace(typed, city=city, city_text=name)


def _page(
    token: str,
    own: OwnEntry,
    typed: Typed,
    errors: dict[str, object],
    *,
    seen: str = "",
) -> str:
    """Show the form; `seen` is the mark that it had when it was sent, if that holds."""
    is_public = own.entry.moderation in MAKER_MAY_REVISE
    return render_template(
        "add/change.html",
        own=own,
        token=token,
        typed=typed,
        errors=errors,
        is_public=is_public,
        kept=_kept_form(own),
        seen=seen or mark_words(own.entry, own.waiting if is_public else None),
        has_agreed=has_agreed(own.entry),
        wants_picture=own.waiting is not None and "picture" in own.waiting.changes,
        wanted_picture=find_wanted_picture(own),
    )
