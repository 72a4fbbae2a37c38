"""Words that wait: those of makers after approval, and describers' alt texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.differences import Piece, mark_differences
from relay.domain.errors import Conflict, Forbidden, Invalid
from relay.domain.moderation import Moderation
from relay.domain.scope import is_in_scope
from relay.queries.revisions import PAGE, Waiting, find_waiting, list_waiting
from relay.services.revise_entry import refuse_revision, take_revision
from relay.services.wanted_picture import PictureComingError
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.asking import the_habits, the_scope
from relay.web.desk.entry import require_entry
from relay.web.desk.guard import DECIDERS, LOOKERS, may
from relay.web.media import send_picture
from relay.web.words import ALT_STATES, kind_name, language_name, place_name

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from relay.queries.revisions import Change

PARTS: dict[str, object] = {
    "title": _l("Title"),
    "city": _l("City"),
    "alt": _l("Alt text"),
    "alt_by": _l("Who described it"),
    "description": _l("The story behind it"),
    "lang": _l("Language"),
    "name": _l("Name"),
    "kind": _l("Kind"),
}


@dataclass(frozen=True)
class Line:
    """One part that would change: now and then, in pieces that differ or not."""

    name: object
    now: tuple[Piece, ...]
    wanted: tuple[Piece, ...]
    has_moved: bool


@dataclass(frozen=True)
class Item:
    """What waits, and its lines."""

    waiting: Waiting
    lines: tuple[Line, ...]


@pages.get("/revisions")
@may(*LOOKERS)
def revisions() -> ResponseReturnValue:
    """List the words that wait, the oldest first, each beside what is public."""
    return _page()


@pages.post("/revisions/<int:revision_id>")
@may(*DECIDERS)
def decide_revision(revision_id: int) -> ResponseReturnValue:
    """Take words or refuse them, then go on with the next."""
    with reading() as connection:
        found = find_waiting(connection, revision_id)
    act, version = request.form.get("act"), request.form.get("version", "")
    if act not in {"take", "refuse"} or not version.isdecimal():
        abort(400)
    if found is None:
        said = _("These words do not wait any more. Somebody was faster.")
        return _page(errors={"list": said}), 409
    try:
        _carry_out(revision_id, act, int(version[:9]))
    except Invalid:
        said = _("Choose a reason: its maker will read it.")
        return _page(errors={f"reason-{revision_id}": said}), 422
    except PictureComingError:
        said = _("The picture is still being made. Look again in a minute.")
        return _page(errors={f"revision-{revision_id}": said}), 409
    except Conflict:
        said = _("This entry was changed while you looked at it. Look at it again.")
        return _page(errors={f"revision-{revision_id}": said}), 409
    except Forbidden:
        said = _("Your account may not do this.")
        return _page(errors={f"revision-{revision_id}": said}), 403
    if act == "take":
        is_public = found.moderation is Moderation.APPROVED
        said = (
            _("The new words are public.") if is_public else _("The words are taken.")
        )
        flash(said, found.ref)
    else:
        flash(_("Everything stays as it is."), found.ref)
    return redirect(url_for("desk.revisions", after=_after()), code=303)


@pages.get("/revisions/<int:revision_id>/picture")
@may(*LOOKERS)
def wanted_picture(revision_id: int) -> ResponseReturnValue:
    """Send another picture that a maker wants, to whoever is for their entry."""
    with reading() as connection:
        found = find_waiting(connection, revision_id)
    if found is None or found.picture is None or not found.picture.key:
        abort(404)
    if not is_in_scope(require_entry(found.ref).entry, the_scope()):
        abort(404)
    return send_picture(found.picture.key, found.picture.format)


def _carry_out(revision_id: int, act: str, version: int) -> None:
    relay, by = the_relay(), current_user.id
    if act == "take":
        take_revision(
            relay.engine,
            revision_id,
            version,
            seen=request.form.get("seen", ""),
            moderator_id=by,
            clock=relay.clock,
            printer=relay.printer,
            media=relay.media,
        )
    else:
        refuse_revision(
            relay.engine,
            revision_id,
            reason=request.form.get("reason", ""),
            note=request.form.get("note", ""),
            moderator_id=by,
            clock=relay.clock,
            media=relay.media,
        )


def _page(errors: dict[str, str] | None = None) -> str:
    with reading() as connection:
        found = list_waiting(
            connection, current_user.id, after=_after() or 0, limit=PAGE + 1
        )
    return render_template(
        "desk/revisions.html",
        items=[draw_item(each) for each in found[:PAGE]],
        veils_all=the_habits().veil,
        after=_after(),
        last=found[PAGE - 1].id if len(found) > PAGE else None,
        errors=errors or {},
    )


def _after() -> int | None:
    """Return the id after which the list goes on; nonsense is its beginning."""
    return request.values.get("after", type=int)


def draw_item(waiting: Waiting) -> Item:
    """Return what waits in the reader's words."""
    return Item(waiting, tuple(_line(each) for each in waiting.changes))


def _line(change: Change) -> Line:
    now, wanted = _say(change.part, change.now), _say(change.part, change.wanted)
    return Line(
        PARTS[change.part],
        *mark_differences(now, wanted),
        has_moved=_say(change.part, change.before) != now,
    )


def _say(part: str, value: Any) -> str:  # noqa: ANN401 - each part has its own kind
    """Return a part in words; what is chosen from a list in the reader's language."""
    if part == "city":
        return place_name(value[0], value[1]) if value and value[0] else ""
    if not value:
        return ""
    if part == "kind":
        return str(kind_name(value))
    if part == "alt_by":
        return str(ALT_STATES[value])
    return language_name(value) if part == "lang" else str(value)
