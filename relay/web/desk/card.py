"""A moderator's card: one entry with all that speaks for or against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from relay.domain.differences import Piece, mark_differences
from relay.domain.hashtags import find_hashtags
from relay.domain.moderation import choices_for
from relay.domain.report import URGENT
from relay.domain.scope import is_in_scope
from relay.models.moderator import Role
from relay.queries.desk_card import read_card
from relay.queries.desk_leases import list_handed
from relay.queries.links import read_link_story
from relay.queries.look_alikes import list_look_alikes
from relay.queries.parents import find_found, find_giver, list_parent_changes
from relay.services.desk_settings import read_settings
from relay.web.context import reading, the_relay
from relay.web.desk.asking import (
    MARKS,
    address_of,
    read_question,
    sees_picture,
    the_habits,
    the_scope,
)
from relay.web.desk.keys import ACTS
from relay.web.desk.links import LINK_CHOICES
from relay.web.words import ACTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.models import Preview
    from relay.queries.desk import DeskEntry
    from relay.queries.desk_card import DeskCard
    from relay.services.decide import StaleDecisionError, Wish

# A platform's text about a post may be long; what its maker wrote is not.
COMPARED_MAX = 1_500


FIELDS: dict[str, object] = {
    "title": _l("Title"),
    "alt": _l("Alt text"),
    "alt_lang": _l("Language of the alt text"),
    "description": _l("Description"),
    "name": _l("Name"),
    "kind": _l("Kind"),
    "city_id": _l("City"),
    "link": _l("Post"),
}


@dataclass(frozen=True)
class Compared:
    """What the maker said, and what the platform says, in pieces that differ or not."""

    name: object
    ours: tuple[Piece, ...]
    theirs: tuple[Piece, ...]


def draw_card(
    template: str,
    shown: DeskEntry,
    *,
    wish: Wish | None = None,
    stale: StaleDecisionError | None = None,
    errors: Mapping[str, str] | None = None,
    typed_parent: str = "",
) -> str:
    """Return an entry's card, with what was typed and what is wrong with it."""
    relay, asked = the_relay(), read_question()
    now = relay.clock.now()
    card = read_card(relay.engine, shown.entry, now=now)
    entry_id = shown.entry.id or 0
    with reading() as connection:
        seen: dict[str, Any] = {
            "story": read_link_story(connection, entry_id, now=now),
            "look_alikes": list_look_alikes(connection, entry_id),
            "giver": find_giver(connection, shown.entry.parent_id),
            "found": find_found(connection, entry_id),
            "parent_changes": list_parent_changes(connection, entry_id),
            "handed": list_handed(connection, current_user.id, now=now),
            "settings": read_settings(connection),
        }
    is_reported = any(each.resolved_at is None for each in shown.reports)
    habits = the_habits()
    return render_template(
        template,
        shown=shown,
        card=card,
        **seen,
        compared=_compare(shown),
        hashtags_found=_find_hashtags(shown.preview, card),
        is_veiled=habits.veil
        or shown.entry.blurred
        or (is_reported and seen["settings"].blur_reported),
        sees_picture=sees_picture(shown.entry),
        habits=habits,
        act_words=ACTS,
        key_acts={key: act.value for act, key in habits.keys.items()}
        if habits.keys_on
        else {},
        field_words=FIELDS,
        actor_words=ACTORS,
        urgent_reasons=URGENT,
        may_decide=current_user.may_decide and is_in_scope(shown.entry, the_scope()),
        may_take_over=current_user.role is Role.ORGANISER,
        me=current_user.id,
        mark_words=MARKS,
        address=address_of(asked),
        typed_parent=typed_parent,
        link_choices=LINK_CHOICES,
        choices_here=choices_for(shown.entry.moderation),
        wish=wish,
        stale=stale,
        errors=dict(errors or {}),
        now=now,
    )


def _compare(shown: DeskEntry) -> list[Compared]:
    """Return what both sides say of the same thing, where the platform says it."""
    entry, preview = shown.entry, shown.preview
    if preview is None:
        return []
    return [
        Compared(name, *mark_differences(ours, theirs[:COMPARED_MAX]))
        for name, ours, theirs in (
            (_("Title"), entry.title, preview.title or ""),
            (_("Name"), entry.name, preview.author or ""),
            (
                _("Description"),
                entry.description or entry.alt,
                preview.description or "",
            ),
        )
        if theirs
    ]


def _find_hashtags(preview: Preview | None, card: DeskCard) -> tuple[str, ...] | None:
    """Return which of the season's hashtags the post bears; None: nothing was read."""
    if preview is None or not (preview.title or preview.description):
        return None
    words = f"{preview.title or ''}\n{preview.description or ''}"
    return find_hashtags(words, card.hashtags)
