"""Describers' room: one picture without words at a time, and a place to write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user

from relay.domain.describing import Hindrance
from relay.domain.errors import Invalid
from relay.queries.describe import (
    Undescribed,
    count_described,
    find_undescribed,
    select_undescribed,
)
from relay.services.describe import (
    DescribedError,
    decline_entry,
    describe_entry,
    hand_one,
    let_go,
)
from relay.services.desk_settings import read_settings
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import the_habits, the_scope
from relay.web.desk.guard import DESCRIBERS, may
from relay.web.i18n import current_language
from relay.web.media import send_picture
from relay.web.words import known_language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

HINDRANCES: dict[Hindrance, object] = {
    Hindrance.UNCLEAR: _l("The picture is too small or too blurred"),
    Hindrance.UNSURE: _l("I do not know enough about what it shows"),
    Hindrance.FOREIGN_WORDS: _l("It shows words that I cannot read"),
    Hindrance.DISTURBING: _l("I do not want to look at it any longer"),
    Hindrance.OTHER: _l("Something else"),
}

FAULTS: dict[str, object] = {
    "missing": _l("Say what can be seen."),
    "too_long": _l("The words are too long: at most 1,000 characters."),
}


@dataclass(frozen=True)
class Typed:
    """What somebody wrote, and in which language."""

    words: str = ""
    lang: str = ""


@pages.get("/describe")
@may(*DESCRIBERS)
def describe() -> ResponseReturnValue:
    """Show the next picture without words, and hold it for whoever asks."""
    relay, me = the_relay(), current_user.id
    after = request.args.get("after", "")[:32]
    with reading() as connection:
        among = select_undescribed(connection, the_scope(), me=me, after=after)
    ref = hand_one(relay.engine, among, moderator_id=me, clock=relay.clock)
    shown = _find(ref) if ref else None
    return _draw(shown) if shown else _draw_rest(has_skipped=bool(after))


@pages.post("/describe/<ref>")
@may(*DESCRIBERS)
def write_description(ref: str) -> ResponseReturnValue:
    """Keep what somebody wrote, thank them, and go on."""
    relay, me = the_relay(), current_user.id
    typed = Typed(
        request.form.get("words", ""),
        known_language(request.form.get("words_lang", "")[:35]),
    )
    try:
        describe_entry(
            relay.engine,
            ref,
            typed.words,
            lang=typed.lang,
            moderator_id=me,
            clock=relay.clock,
        )
    except Invalid as error:
        shown = _find(ref)
        if shown is None:
            return _draw_rest(typed=typed), 409
        errors = {"words": str(FAULTS[error.fields[0].code])}
        return _draw(shown, typed=typed, errors=errors), 422
    except DescribedError:
        return _draw_rest(typed=typed), 409
    with reading() as connection:
        count = count_described(connection, me)
    flash(
        ngettext(
            "Thank you! You have described %(num)d artwork.",
            "Thank you! You have described %(num)d artworks.",
            count,
        )
    )
    return redirect(url_for("desk.describe"), code=303)


@pages.post("/describe/<ref>/skip")
@may(*DESCRIBERS)
def skip_description(ref: str) -> ResponseReturnValue:
    """Go on with the next picture; this one is for others, or for later."""
    let_go(the_relay().engine, ref, moderator_id=current_user.id)
    return redirect(url_for("desk.describe", after=ref), code=303)


@pages.post("/describe/<ref>/cannot")
@may(*DESCRIBERS)
def decline_description(ref: str) -> ResponseReturnValue:
    """Note why somebody cannot describe a picture; they are not asked again."""
    relay, hindrance = the_relay(), request.form.get("hindrance", "")
    if hindrance not in set(Hindrance):
        shown = _find(ref)
        if shown is None:
            return _draw_rest(), 409
        return _draw(shown, errors={"hindrance": _("Choose a reason")}), 422
    try:
        decline_entry(
            relay.engine,
            ref,
            Hindrance(hindrance),
            moderator_id=current_user.id,
            clock=relay.clock,
        )
    except DescribedError:
        return _draw_rest(), 409
    flash(_("Thank you for telling us. Somebody else will try."))
    return redirect(url_for("desk.describe"), code=303)


@pages.get("/describe/<ref>/picture/<any(own, post):role>")
@may(*DESCRIBERS)
def undescribed_picture(ref: str, role: str) -> ResponseReturnValue:
    """Send a picture to whoever holds it to describe it, and to nobody else."""
    shown = _find(ref)
    found = [each for each in shown.pictures if each.role == role] if shown else []
    if not found:
        abort(404)
    return send_picture(found[0].key, found[0].format)


def _find(ref: str) -> Undescribed | None:
    now = the_relay().clock.now()
    with reading() as connection:
        return find_undescribed(connection, ref, me=current_user.id, now=now)


def _draw(
    shown: Undescribed,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    with reading() as connection:
        count = count_described(connection, current_user.id)
        blurs = shown.is_reported and read_settings(connection).blur_reported
    return render_template(
        "desk/describe.html",
        shown=shown,
        entry=shown.entry,
        is_veiled=the_habits().veil or shown.entry.blurred or blurs,
        typed=typed or Typed(lang=_choose_language(shown.entry.lang)),
        hindrances=[(each.value, name) for each, name in HINDRANCES.items()],
        errors=errors or {},
        count=count,
    )


def _choose_language(lang: str) -> str:
    """Return the language somebody will write in: the entry's, if they seem to read it.

    They do where their account is for it, or their browser or this page is in it.
    """
    read = (
        *the_scope().languages,
        *(each for each, _quality in request.accept_languages),
        current_language().tag,
    )
    known = {each.split("-", 1)[0].lower() for each in read}
    is_read = lang.split("-", 1)[0].lower() in known
    return lang if is_read else current_language().tag


def _draw_rest(*, has_skipped: bool = False, typed: Typed | None = None) -> str:
    """Show that nothing is left, or that somebody was faster, and what was typed."""
    with reading() as connection:
        count = count_described(connection, current_user.id)
    return render_template(
        "desk/describe_rest.html",
        has_skipped=has_skipped,
        is_late=request.method == "POST",
        typed=typed,
        count=count,
    )
