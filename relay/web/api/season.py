"""Which season a request of the API is about."""

from __future__ import annotations

from relay.domain.errors import NotFound
from relay.queries.season import find_season
from relay.web.context import find_season as find_current
from relay.web.context import reading


def season_id_of(slug: str | None) -> int:
    """Return the id of a named season, or of the current one; raises NotFound."""
    if slug:
        with reading() as connection:
            season = find_season(connection, slug)
    else:
        season = find_current()
    if season is None:
        message = f"There is no season {slug or 'yet'}."
        raise NotFound(message)
    return season.id
