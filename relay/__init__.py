"""The Force of Culture Relay: artworks that are passed on from city to city."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from relay.settings import Settings


def create_app(settings: Settings | None = None) -> APIFlask:
    """Return the web application; without settings the environment is read."""
    from relay.web.app import create_app as create  # noqa: PLC0415 - loads the web only when it is asked for

    return create(settings)
