"""Why a moderator may not do something, as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

if TYPE_CHECKING:
    from relay.domain.errors import Forbidden


def say_refused(error: Forbidden) -> str:
    """Return why somebody may not do this, in the reader's language."""
    said = {
        "second_approval": _(
            "You have approved it already. Now somebody else must, too."
        ),
        "out_of_scope": _("This entry is not within your work."),
    }
    other = _("Your account may not do this, or it was decided already.")
    return str(said.get(error.code, other))
