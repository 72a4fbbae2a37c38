"""The pages that everyone may read, in every language."""

from __future__ import annotations

from flask import Blueprint

from relay.web.i18n import PREFIX

pages = Blueprint("public", __name__, url_prefix=PREFIX)

from relay.web.public import (  # noqa: E402 - each adds its views to `pages`
    cities,
    city,
    entry,
    map_data,
    map_page,
    open_batons,
    plain,
    relay_page,
    relay_tree,
    report,
    seasons,
    settings,
    share,
    wall,
)

__all__ = [
    "cities",
    "city",
    "entry",
    "map_data",
    "map_page",
    "open_batons",
    "pages",
    "plain",
    "relay_page",
    "relay_tree",
    "report",
    "seasons",
    "settings",
    "share",
    "wall",
]
