"""Milestones of a relay, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from relay.domain.milestones import MilestoneOf, count_laps
from relay.web.words import country_name, show_number

if TYPE_CHECKING:
    from relay.queries.milestones import MilestoneView


def say_milestone(mark: MilestoneView) -> str:
    """Return a milestone as a sentence."""
    if mark.of is MilestoneOf.COUNTRY:
        return str(_("First artwork from %(place)s", place=country_name(mark.value)))
    number = int(mark.value)
    if mark.of is MilestoneOf.CITIES:
        cities = _("The relay has reached %(many)s cities", many=show_number(number))
        return str(cities)
    km, laps = show_number(number), count_laps(number)
    if laps is None:
        return str(_("The relay has gone %(km)s km from hand to hand", km=km))
    if laps == 1:
        return str(_("The relay has gone once around the earth: %(km)s km", km=km))
    return str(
        ngettext(
            "The relay has gone %(laps)s time around the earth: %(km)s km",
            "The relay has gone %(laps)s times around the earth: %(km)s km",
            laps,
            laps=show_number(laps),
            km=km,
        )
    )
